import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import { propertyName } from '../../parts/outside.js';
import '../../parts/provenance.js';
import '../../parts/state.js';
import '../../parts/term.js';
import '../../parts/thing.js';
import { question, type Answer } from '../../service/api.js';
import { text, value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import { say } from './words.js';

/** The mentions of a thing have a part of the page to themselves. */
const APART = new Set(['http://www.w3.org/ns/oa#hasBody']);
const OPEN_UP_TO = 12;

interface Kind {
  readonly property: string;
  readonly label: string;
  readonly links: number;
  /** The same is said by a narrower property, or by the thing itself. */
  readonly elsewhere: boolean;
}

/** What points to a thing, by property: how often, and which things, a page at a time. */
@customElement('thing-links-in')
export class ThingLinksIn extends LitElement {
  static override styles = [
    common,
    css`
      .part { margin-bottom: 2.2rem; }
      .kind { border-bottom: 1px solid var(--line); padding: 0.45rem 0; }
      button.head { border: 0; background: none; padding: 0.1rem 0; text-align: left; white-space: normal; font-weight: 600; }
      button.head:hover { color: var(--accent); }
      .count { color: var(--soft); font-weight: 400; font-size: var(--small); font-variant-numeric: tabular-nums; }
      .arrow { color: var(--soft); display: inline-block; width: 1em; }
      ul { list-style: none; margin: 0.2rem 0 0.5rem 1.4rem; padding: 0; display: grid; gap: 0.15rem; }
      .line { display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; }
      .kindof { color: var(--soft); font-size: var(--small); }
      button.where { min-height: 1.5rem; min-width: 1.5rem; padding: 0 0.35rem; font-size: var(--tiny); color: var(--soft); border-color: transparent; background: transparent; }
      button.where:hover, button.where:focus-visible, button.where[aria-expanded="true"] { color: var(--accent); border-color: var(--line); background: var(--foam); }
      sluis-provenance { margin: 0.4rem 0 0.8rem; padding: 0.7rem 0.9rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
      .more { margin: 0 0 0.6rem 1.4rem; }
      .all { margin-top: 0.8rem; font-size: var(--small); }
    `,
  ];

  @property() thing = '';
  @property() name = '';
  /** Whether each link shows the markings of the portions that make it. */
  @property({ type: Boolean }) marks = false;
  @state() private all = false;
  @state() private opened: ReadonlyMap<string, boolean> = new Map();
  @state() private explained = '';
  private readonly counted = new Asked(this);
  private readonly pages = new Map<string, { readonly asked: Asked; readonly rows: Row[] }>();

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('thing') || !this.thing) return;
    for (const { asked } of this.pages.values()) asked.clear();
    this.pages.clear();
    this.opened = new Map();
    void this.count();
  }

  /** What was counted, for the briefing. */
  get answer(): Answer | null {
    return this.counted.answer;
  }

  private async count(): Promise<void> {
    await this.counted.ask((signal) => question('kinds-of-links-to-thing', { thing: this.thing }, { signal }));
    this.opened = new Map(this.kinds.filter((kind) => !kind.elsewhere && kind.links <= OPEN_UP_TO).map((kind) => [kind.property, true]));
    for (const property of this.opened.keys()) void this.read(property);
  }

  private get kinds(): readonly Kind[] {
    return (this.counted.answer?.rows ?? [])
      .map((row) => ({
        property: value(row['property']),
        label: propertyName(value(row['property']), value(row['propertyLabel'])),
        links: Number(value(row['links'])),
        elsewhere: value(row['broader']) === 'true' || value(row['readBack']) === 'true',
      }))
      .filter((kind) => !APART.has(kind.property));
  }

  private async read(property: string): Promise<void> {
    const page = this.pages.get(property) ?? { asked: new Asked(this), rows: [] };
    this.pages.set(property, page);
    const after = value(page.rows.at(-1)?.['place']);
    const answer = await page.asked.ask((signal) => question('links-to-thing', { thing: this.thing, property, after }, { signal }));
    if (answer && this.pages.get(property) === page) page.rows.push(...answer.rows);
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const { kinds } = this;
    if (this.counted.state === 'answered' && kinds.length === 0) return nothing;
    const folded = kinds.filter((kind) => kind.elsewhere);
    const shown = this.all ? kinds : kinds.filter((kind) => !kind.elsewhere);
    return html`<section class="part"><h2>${say('links')}</h2>
      <sluis-state .asked=${this.counted} @again=${() => void this.count()}></sluis-state>
      ${shown.map((kind) => this.kind(kind))}
      ${folded.length && !this.all ? html`<button class="all plain" @click=${() => (this.all = true)}>${say('linksAll', { n: folded.length })}</button>` : nothing}</section>`;
  }

  private kind(kind: Kind): TemplateResult {
    const open = this.opened.get(kind.property) ?? false;
    const page = this.pages.get(kind.property);
    return html`<div class="kind">
      <h3>
        <button class="head" aria-expanded=${open} @click=${() => this.toggle(kind.property)}>
          <span class="arrow" aria-hidden="true">${open ? '▾' : '▸'}</span> … ${kind.label} ${this.name}
          <span class="count">${number(kind.links)}</span>
        </button>
      </h3>
      ${open && page ? this.page(kind, page) : nothing}
    </div>`;
  }

  private page(kind: Kind, { asked, rows }: { readonly asked: Asked; readonly rows: readonly Row[] }): TemplateResult {
    return html`<ul>${rows.map((row) => this.row(kind, row))}</ul>
      <sluis-state .asked=${asked} @again=${() => void this.read(kind.property)}></sluis-state>
      ${rows.length > 0 && rows.length < kind.links && asked.state !== 'asking'
        ? html`<button class="more" @click=${() => void this.read(kind.property)}>${say('more')}: ${number(kind.links - rows.length)}</button>`
        : nothing}`;
  }

  private row(kind: Kind, row: Row): TemplateResult {
    const { from } = row;
    const place = value(row['place']);
    const open = this.explained === place;
    const label = value(row['fromLabel']) || text(from);
    const markings = value(row['markings']).split(' | ').filter(Boolean);
    return html`<li>
      <div class="line">
        ${from ? html`<sluis-term .term=${from} label=${label}></sluis-term>` : nothing}
        <span class="kindof">${value(row['kind'])}</span>
        ${this.marks ? markings.map((marking) => html`<sluis-marking marking=${marking}></sluis-marking>`) : nothing}
        ${from?.type === 'uri'
          ? html`<button class="where" aria-expanded=${open} aria-label=${`${say('where')} ${label}`} title=${say('where')} @click=${() => (this.explained = open ? '' : place)}>¶</button>`
          : nothing}
      </div>
      ${open
        ? html`<sluis-provenance .statement=${{ subject: value(from), property: kind.property, object: { type: 'uri', value: this.thing } }}></sluis-provenance>`
        : nothing}
    </li>`;
  }

  private toggle(property: string): void {
    const open = !(this.opened.get(property) ?? false);
    this.opened = new Map([...this.opened, [property, open]]);
    if (open && !this.pages.has(property)) void this.read(property);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-links-in': ThingLinksIn;
  }
}
