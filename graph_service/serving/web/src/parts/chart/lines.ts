/** Numbers over time. A date of which only the year or month is stated is a stroke over that year or month. */

import { extent, max, min } from 'd3-array';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { svg, type SVGTemplateResult } from 'lit';
import { session } from '../../service/session.js';
import { number } from '../../words.js';
import { cut, measureIn } from '../svg-text.js';
import { ranged, type Drawn } from './bars.js';
import type { Mark, Panel } from './data.js';
import { colourOf, dashOf, shape } from './patterns.js';

const TALL = 260;
const AXIS = 30;
const TOP = 18;

interface Point {
  readonly from: number;
  readonly until: number;
  readonly mark: Mark;
}

/** Null where a place of the axis is no date: then there is no line. */
export function lines(panel: Panel, width: number): Drawn | null {
  if (panel.places.length === 0 || panel.places.some((place) => !place.time)) return null;
  const points = panel.places.flatMap((place) => place.marks.map((mark) => ({ ...place.time!, mark })));
  const measure = measureIn(13);
  const values = points.flatMap(({ mark }) => [mark.value, mark.upTo ?? mark.value]);
  const y = scaleLinear([Math.min(0, min(values)!), max(values)! || 1], [TALL - AXIS, TOP]).nice();
  const ticks = y.ticks(5);
  const left = Math.max(...ticks.map((tick) => measure(number(tick)))) + 10;
  const endings = panel.series.length > 1 ? Math.min(width * 0.35, Math.max(...panel.series.map((name) => measure(name))) + 16) : 28;
  const [first, last] = extent(points.flatMap((point) => [point.from, point.until])) as [number, number];
  const x = scaleUtc([first, last], [left + 6, Math.max(left + 60, width - endings)]);
  const locale = session.language === 'nl' ? 'nl-NL' : 'en-GB';
  const isShort = last - first < 3 * 366 * 86_400_000;
  const written = (date: Date): string => date.toLocaleDateString(locale, isShort ? { timeZone: 'UTC', month: 'short', year: 'numeric' } : { timeZone: 'UTC', year: 'numeric' });
  const grid = ticks.map((tick) => svg`<line class=${tick === 0 ? 'zero' : 'grid'} x1=${left} x2=${width - endings + 6} y1=${y(tick)} y2=${y(tick)}></line>
    <text class="tick" x=${left - 8} y=${y(tick) + 4} text-anchor="end">${number(tick)}</text>`);
  const dates = spread(x.ticks(Math.max(2, Math.round(width / 120))), x, written).map((tick) => svg`<line class="grid" x1=${x(tick)} x2=${x(tick)} y1=${TALL - AXIS} y2=${TALL - AXIS + 5}></line>
    <text class="tick" x=${x(tick)} y=${TALL - AXIS + 19} text-anchor="middle">${written(tick)}</text>`);
  const taken: Box[] = [];
  const drawn = panel.series.map((name, index) => {
    const own = points.filter((point) => point.mark.series === name);
    return own.length === 0 ? '' : one(own, { index, name: panel.series.length > 1 ? cut(name, endings - 12, measure) : '', x, y, taken });
  });
  return { height: TALL, picture: svg`${grid}${dates}${drawn}` };
}

/** The ticks that have words of their own and room for them. */
function spread(ticks: readonly Date[], x: (date: Date) => number, written: (date: Date) => string): readonly Date[] {
  const kept: Date[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (!last || (x(tick) - x(last) > 66 && written(tick) !== written(last))) kept.push(tick);
  }
  return kept;
}

interface Box {
  readonly x: number;
  readonly y: number;
}

interface Line {
  readonly name: string;
  readonly index: number;
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
  /** Where words stand already. */
  readonly taken: Box[];
}

function one(points: readonly Point[], { name, index, x, y, taken }: Line): SVGTemplateResult {
  const centre = (point: Point): number => x((point.from + point.until) / 2);
  // Several numbers at one time are accounts that differ: a line through them would say that one became the other.
  const differ = new Set(points.map((point) => point.from)).size < points.length;
  const path = differ ? '' : (line<Point>(centre, (point) => y(point.mark.value))(points) ?? '');
  const free = (box: Box): Box => {
    const tries = [box, { x: box.x, y: box.y + 26 }, { x: box.x - 22, y: box.y + 13 }, { x: box.x, y: box.y - 15 }];
    const found = tries.find((one) => !taken.some((other) => Math.abs(other.x - one.x) < 26 && Math.abs(other.y - one.y) < 13)) ?? box;
    taken.push(found);
    return found;
  };
  const last = points.at(-1)!;
  const end = free({ x: centre(last) + 34, y: y(last.mark.value) + 4.5 });
  return svg`<g>
    <path class="line" d=${path} stroke=${colourOf(index)} stroke-dasharray=${dashOf(index)}></path>
    ${points.map((point) => {
      const [from, until, at] = [x(point.from), x(point.until), y(point.mark.value)];
      const label = free({ x: centre(point), y: at - 9 });
      return svg`${until - from > 6 ? svg`<line class="within" x1=${from} x2=${until} y1=${at} y2=${at} stroke=${colourOf(index)}></line>` : ''}
        ${shape(index, centre(point), at)}
        <text class="value" x=${label.x} y=${label.y} text-anchor="middle">${ranged(point.mark)}</text>`;
    })}
    ${name ? svg`<text class="ending" x=${end.x - 22} y=${end.y}>${name}</text>` : ''}
  </g>`;
}
