import { noChange, type ElementPart } from 'lit';
import { Directive, PartType, directive, type PartInfo } from 'lit/directive.js';

/** Style properties by their names in CSS (`background-color`, `--x`); what is undefined is not set. */
export type Styles = Readonly<Record<string, string | undefined>>;

class Styled extends Directive {
  private before: Styles = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('`styled` stands in the tag itself');
  }

  render(_styles: Styles): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Styles]): typeof noChange {
    const { style } = part.element as HTMLElement | SVGElement;
    for (const name of Object.keys(this.before)) if (styles[name] === undefined) style.removeProperty(name);
    for (const [name, value] of Object.entries(styles)) if (value !== undefined) style.setProperty(name, value);
    this.before = styles;
    return noChange;
  }
}

/**
 * Sets styles of an element: `<div ${styled({ background: colour })}>`. Lit's `styleMap` writes a `style` attribute at
 * first, which the Content-Security-Policy forbids; this never does.
 */
export const styled = directive(Styled);
