/** Bars on their side: each with its number written at its end, so that none has to be read off an axis. */

import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { svg, type SVGTemplateResult } from 'lit';
import { number } from '../../words.js';
import { cut, measureIn, wrap } from '../svg-text.js';
import type { Mark, Panel } from './data.js';
import { colourOf, fillOf } from './patterns.js';

const TEXT = 13;
const BAR = 18;
const GAP = 4; // between bars of one place
const SPACE = 12; // between places
const LINE = 16;
const AXIS = 30;

export interface Drawn {
  readonly height: number;
  readonly picture: SVGTemplateResult;
}

/** `narrow` puts each name above its bars. */
export function bars(panel: Panel, width: number, { stacked = false } = {}): Drawn {
  const narrow = width < 560;
  const measure = measureIn(TEXT);
  const names = narrow ? width - 8 : Math.min(300, Math.max(90, ...panel.places.map((place) => measure(place.label) + 14)), width * 0.38);
  const left = narrow ? 0 : names;
  const written = panel.places.flatMap((place) => place.marks.map((mark) => ending(mark, stacked ? '' : mark.series)));
  const right = Math.min(width * 0.45, Math.max(24, ...written.map((text) => measure(text) + 14), stacked ? measure(number(largest(panel, true))) + 14 : 0));
  const scale = scaleLinear([0, largest(panel, stacked) || 1], [0, Math.max(40, width - left - right)]);

  let y = 4;
  const rows: SVGTemplateResult[] = [];
  for (const place of panel.places) {
    const lines = wrap(place.label, names - 12, narrow ? 2 : 3, measure);
    const above = narrow ? lines.length * LINE + 2 : 0;
    const drawn = stacked ? [place.marks] : place.marks.map((mark) => [mark]);
    const tall = Math.max(above + drawn.length * (BAR + GAP) - GAP, narrow ? 0 : lines.length * LINE);
    rows.push(svg`<g transform="translate(0 ${y})">
      ${lines.map((line, index) => svg`<text class="name" x=${narrow ? 0 : left - 10} y=${narrow ? index * LINE + 11 : BAR / 2 + 4.5 + index * LINE} text-anchor=${narrow ? 'start' : 'end'}>${line}</text>`)}
      ${drawn.map((marks, index) => svg`<g transform="translate(${left} ${above + index * (BAR + GAP)})">${bar(marks, panel, scale, width - left, stacked)}</g>`)}
    </g>`);
    y += tall + SPACE;
  }
  const ticks = scale.ticks(Math.max(2, Math.round((width - left) / 150)));
  const grid = ticks.map(
    (tick) => svg`<g transform="translate(${left + scale(tick)} 0)">
      <line class=${tick === 0 ? 'zero' : 'grid'} y1="0" y2=${y}></line>
      <text class="tick" y=${y + 15} text-anchor=${tick === 0 && narrow ? 'start' : 'middle'}>${number(tick)}</text>
    </g>`,
  );
  return { height: y + AXIS, picture: svg`${grid}${rows}` };
}

function bar(marks: readonly Mark[], panel: Panel, scale: (value: number) => number, room: number, stacked: boolean): SVGTemplateResult {
  const measure = measureIn(TEXT, 600);
  const soft = measureIn(TEXT);
  let x = 0;
  const pieces = marks.map((mark) => {
    const from = x;
    const width = Math.max(scale(Math.max(mark.value, 0)), mark.value > 0 ? 1.5 : 0);
    x += width;
    const most = mark.upTo !== null && mark.upTo > mark.value ? scale(mark.upTo) - scale(mark.value) : 0;
    const inside = number(mark.value);
    return svg`<rect class="bar" x=${from} width=${width} height=${BAR} fill=${fillOf(panel.series.indexOf(mark.series), panel.series.length)}></rect>
      ${most > 0 ? svg`<rect class="most" x=${from + width} width=${most} height=${BAR}></rect>` : ''}
      ${stacked && measure(inside) + 8 < width ? svg`<text class="within" stroke=${colourOf(panel.series.indexOf(mark.series))} x=${from + width / 2} y=${BAR / 2 + 4.5} text-anchor="middle">${inside}</text>` : ''}`;
  });
  const [mark] = marks;
  const end = stacked ? x : scale(Math.max(mark!.upTo ?? 0, mark!.value));
  const value = stacked ? number(marks.reduce((sum, one) => sum + one.value, 0)) : ranged(mark!);
  const series = stacked || !mark!.series ? '' : cut(mark!.series, room - end - measure(value) - 14, soft);
  return svg`${pieces}<text class="value" x=${end + 6} y=${BAR / 2 + 4.5}>${value}${series ? svg` <tspan class="series" dx="2">${series}</tspan>` : ''}</text>`;
}

function ending(mark: Mark, series: string): string {
  return `${ranged(mark)}  ${series}`;
}

/** `450`, or `450–500` for a number of which only the bounds are stated. */
export function ranged(mark: Mark): string {
  return mark.upTo !== null && mark.upTo !== mark.value ? `${number(mark.value)}–${number(mark.upTo)}` : number(mark.value);
}

function largest(panel: Panel, stacked: boolean): number {
  const of = (mark: Mark): number => Math.max(mark.value, mark.upTo ?? 0);
  return max(panel.places, (place) => (stacked ? place.marks.reduce((sum, mark) => sum + of(mark), 0) : max(place.marks, of))) ?? 0;
}
