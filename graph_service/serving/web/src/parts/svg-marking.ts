import { svg, type SVGTemplateResult } from 'lit';
import { session } from '../service/session.js';
import { styled } from '../style/styled.js';
import { coloursOf } from './marking.js';
import { cut, measureIn } from './svg-text.js';

const SIZE = 9;
const PAD = 3;

/** How wide a marking is in a picture, no wider than `most`. */
export function markingWidth(marking: string, most: number): number {
  return Math.min(measureIn(SIZE, 650)(marking) + 2 * PAD, most);
}

/** A marking in a picture: 14 pixels high, in the colours of its policy, its end cut off where it is wider than `most`. */
export function svgMarking(marking: string, x: number, y: number, most: number): SVGTemplateResult {
  const colours = coloursOf(marking);
  const width = markingWidth(marking, most);
  const text = cut(marking, most - 2 * PAD + 0.5, measureIn(SIZE, 650));
  const ground = { fill: colours?.colour ?? 'var(--card)', stroke: colours?.colour ?? 'var(--strong-line)', 'stroke-width': '1' };
  const ink = { fill: colours?.ink ?? 'var(--ink)', stroke: 'none', 'font-size': `${SIZE}px`, 'font-weight': '650', 'font-style': 'normal' };
  return svg`<g><rect x=${x} y=${y} width=${width} height="14" rx="3" ${styled(ground)}></rect>
    <text x=${x + PAD} y=${y + 10.3} ${styled(ink)}>${text}</text></g>`;
}

/** Whether a marking says more than the lowest of its policy, which need not be written everywhere. */
export function isAboveLowest(marking: string): boolean {
  if (!marking) return false;
  const levels = session.me?.levels ?? [];
  const lowest = Math.min(...levels.map((level) => level.order));
  return !levels.some((level) => level.order === lowest && level.marking === marking);
}
