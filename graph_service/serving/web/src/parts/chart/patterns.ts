/** What tells series apart besides colour: hatchings, dashes and shapes. */

import { svg, type SVGTemplateResult } from 'lit';

const KINDS = 8;
const HATCHES = ['', 'M0 6L6 0', 'M0 0L6 6', 'M3 0V6', 'M0 3H6', 'M0 6L6 0M0 0L6 6', 'M3 0V6M0 3H6', 'M0 0L3 3L6 0'] as const;
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 4', '12 4', '1 4', '6 2 1 2'] as const;

export function colourOf(index: number): string {
  return `var(--kind-${(Math.max(index, 0) % KINDS) + 1})`;
}

export function dashOf(index: number): string {
  return DASHES[Math.max(index, 0) % DASHES.length]!;
}

/** How the bars of a series are filled: the first plain, each other with a hatching of its own; more than can be told apart, all plain. */
export function fillOf(index: number, of: number): string {
  if (of > KINDS) return colourOf(0);
  return index <= 0 ? colourOf(index) : `url(#series-${index})`;
}

/** The hatchings, to stand once in each picture. */
export function hatchings(): SVGTemplateResult {
  return svg`<defs>${HATCHES.map(
    (path, index) => svg`<pattern id="series-${index}" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect width="6" height="6" fill=${colourOf(index)}></rect>
      <path d=${path} class="hatch"></path>
    </pattern>`,
  )}</defs>`;
}

/** A shape at a point, another for each series. */
export function shape(index: number, x: number, y: number): SVGTemplateResult {
  const paths = ['M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0', 'M-4 -4H4V4H-4Z', 'M0 -5L5 4H-5Z', 'M0 -5.5L5 0L0 5.5L-5 0Z', 'M-5 -4H5L0 5Z', 'M-1.5 -5H1.5V5H-1.5Z'];
  return svg`<path class="point" d=${paths[Math.max(index, 0) % paths.length]!} transform="translate(${x} ${y})" fill=${colourOf(index)}></path>`;
}
