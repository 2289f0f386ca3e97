/** The picture of a theory of change. */

import { curveBumpX, curveLinear, line } from 'd3-shape';
import { svg, type SVGTemplateResult } from 'lit';
import { svgMarking } from '../../parts/svg-marking.js';
import { cut, measureIn, wrap } from '../../parts/svg-text.js';
import { addressOf } from '../../service/route.js';
import { strengthOf, widthOf, type Arrow, type Flow, type Step, type Strength } from './flow.js';
import { placed, type Box, type Point } from './place.js';
import { say } from './words.js';

const LINE = 16.5;
const NOTE = 14.5;
const PAD = 9;
const HEAD = 40; // the names of the columns
const BADGE = 17;
const HEADS: readonly Strength[] = ['none', 'for', 'against', 'both'];
const LEAST = 108; // of a step
const RATIO = 0.98; // of a step to the room between two
const BARE = 14; // of an arrow on either side of its label

export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly picture: SVGTemplateResult;
}

interface Written {
  readonly lines: readonly string[];
  readonly notes: readonly (readonly string[])[];
  readonly height: number;
}

/** As wide as there is room, or as wide as it takes to be read. `choose` is called with the arrow that is chosen. */
export function flowPicture(flow: Flow, room: number, chosen: string, choose: (arrow: Arrow) => void): Drawn {
  const columns = Math.max(1, flow.levels.length);
  const unit = Math.max(room / (columns * RATIO + (columns - 1)), LEAST / RATIO);
  const step = Math.min(unit * RATIO, 260);
  const between = Math.min(unit, 210);
  const label = between - 2 * BARE;
  const steps = new Map(flow.steps.map((one) => [one.iri, stepText(one, step)]));
  const labels = new Map(flow.arrows.map((one) => [idOf(one), labelText(one, label - 8)]));
  const places = placed(
    flow.steps.map((one) => ({ id: one.iri, column: one.column, height: steps.get(one.iri)!.height })),
    flow.arrows.map((one) => ({ id: idOf(one), from: one.from, to: one.to, height: labels.get(idOf(one))!.height })),
    { columns, step, between, label },
  );
  const column = (iri: string): number => flow.steps.find((one) => one.iri === iri)!.column;
  const names = new Map(flow.steps.map((one) => [one.iri, one.label]));
  const picture = svg`${heads()}
    ${flow.levels.map((level, column) => {
      const x = column * (step + between);
      return svg`<rect class="column" x=${x - 8} y="0" width=${step + 16} height=${HEAD + places.height + 16} rx="6"></rect>
        <text class="level" x=${x + step / 2} y="24" text-anchor="middle">${cut(level.label, step, measureIn(12.5, 650))}</text>`;
    })}
    <g transform="translate(0 ${HEAD})">
      ${flow.arrows.map((one) => wayOf(one, places.arrows.get(idOf(one))!.points, column(one.to) > column(one.from), choose))}
      ${flow.arrows.map((one) => {
        const words = say('arrowName', { from: names.get(one.from) ?? '', to: names.get(one.to) ?? '', words: [strengthWords(one), ...one.assumptions.map((part) => say('assumes', { text: part.label })), one.marking].filter(Boolean).join('; ') });
        return labelOf(one, { label: places.arrows.get(idOf(one))!.label, written: labels.get(idOf(one))!, words, isChosen: chosen === one.iri, choose });
      })}
      ${flow.steps.map((one) => stepOf(one, places.steps.get(one.iri)!, steps.get(one.iri)!))}
    </g>`;
  return { width: places.width + 16, height: HEAD + places.height + 18, picture };
}

function idOf(arrow: Arrow): string {
  return `${arrow.iri} ${arrow.from} ${arrow.to}`;
}

/** What evidence there is, in words: `2 for, 1 against`. */
export function strengthWords(arrow: Arrow): string {
  const found = [arrow.for.length > 0 ? say('for', { n: arrow.for.length }) : '', arrow.against.length > 0 ? say('against', { n: arrow.against.length }) : ''];
  return found.filter(Boolean).join(', ') || say('none');
}

/** The same as a line by itself. */
export function evidenceWords(arrow: Arrow): string {
  return strengthOf(arrow) === 'none' ? say('noEvidence') : say('evidence', { words: strengthWords(arrow) });
}

function stepText(step: Step, width: number): Written {
  const lines = wrap(step.label, width - 2 * PAD, 6, measureIn(13));
  const notes = step.attributionExcluded ? [wrap(say('excluded'), width - 2 * PAD, 2, measureIn(11.5))] : [];
  return { lines, notes, height: lines.length * LINE + notes.flat().length * NOTE + 2 * PAD + (step.marking ? BADGE : 0) };
}

function labelText(arrow: Arrow, width: number): Written {
  const measure = measureIn(11.5);
  const lines = wrap(strengthWords(arrow), width, 2, measureIn(12, 650));
  const shown = arrow.assumptions.slice(0, 2).map((part) => wrap(say('assumes', { text: part.label }), width, 5, measure));
  const rest = arrow.assumptions.length - shown.length;
  const notes = rest > 0 ? [...shown, wrap(say('more', { n: rest }), width, 1, measure)] : shown;
  const height = lines.length * LINE + notes.flat().length * NOTE + notes.length * 3 + (arrow.marking ? BADGE : 0) + 10;
  return { lines, notes, height };
}

function stepOf(step: Step, box: Box, { lines, notes }: Written): SVGTemplateResult {
  const top = box.y + PAD + (step.marking ? BADGE : 0);
  const name = [step.label, step.marking, step.attributionExcluded ? say('excluded') : ''].filter(Boolean).join(', ');
  // The words stand beside what is pressed, which has them in its name: broken as they are, they would be another name.
  return svg`<a class="step" href=${addressOf('thing', { iri: step.iri })} aria-label=${name}>
    <rect class="ground" x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx="6"></rect>
  </a>
  <g class="words" aria-hidden="true">
    ${step.marking ? svgMarking(step.marking, box.x + PAD, box.y + 6, box.width - 2 * PAD) : ''}
    ${lines.map((text, index) => svg`<text x=${box.x + PAD} y=${top + 12 + index * LINE}>${text}</text>`)}
    ${notes.flat().map((text, index) => svg`<text class="excluded" x=${box.x + PAD} y=${top + 11 + lines.length * LINE + index * NOTE}>${text}</text>`)}
  </g>`;
}

interface Label {
  readonly label: Box;
  readonly written: Written;
  readonly words: string;
  readonly isChosen: boolean;
  readonly choose: (arrow: Arrow) => void;
}

/** What is written on an arrow: that is the button to its evidence. */
function labelOf(arrow: Arrow, { label, written, words, isChosen, choose }: Label): SVGTemplateResult {
  const strength = strengthOf(arrow);
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose(arrow);
  };
  let y = label.y + 3 + (arrow.marking ? BADGE : 0);
  const middle = label.x + label.width / 2;
  const texts = [
    ...written.lines.map((text) => svg`<text class="strength ${strength}" x=${middle} y=${(y += LINE) - 3} text-anchor="middle">${text}</text>`),
    ...written.notes.flatMap((lines) => {
      y += 3;
      return lines.map((text) => svg`<text class="note" x=${middle} y=${(y += NOTE) - 2} text-anchor="middle">${text}</text>`);
    }),
  ];
  return svg`<g class="arrow ${isChosen ? 'chosen' : ''}" role="button" tabindex="0" aria-label=${words} aria-pressed=${isChosen} @click=${() => choose(arrow)} @keydown=${key}>
    <rect class="label" x=${label.x} y=${label.y} width=${label.width} height=${label.height} rx="6"></rect>
  </g>
  <g class="words" aria-hidden="true">
    ${arrow.marking ? svgMarking(arrow.marking, label.x + 2, label.y + 4, label.width - 4) : ''}
    ${texts}
  </g>`;
}

function wayOf(arrow: Arrow, points: readonly Point[], isForward: boolean, choose: (arrow: Arrow) => void): SVGTemplateResult {
  const strength = strengthOf(arrow);
  const last = points.at(-1)!;
  // It ends where its head begins.
  const to = isForward ? { x: last.x - 9, y: last.y } : { x: last.x, y: last.y + 9 };
  const drawn = line<Point>((point) => point.x, (point) => point.y).curve(isForward ? curveBumpX : curveLinear);
  const path = drawn([...points.slice(0, -1), to]) ?? '';
  return svg`<g class="arrow" aria-hidden="true" @click=${() => choose(arrow)}>
    <path class="reach" d=${path}></path>
    <path class="way ${strength}" d=${path} stroke-width=${widthOf(arrow)} marker-end="url(#head-${strength})"></path>
  </g>`;
}

function heads(): SVGTemplateResult {
  return svg`<defs>${HEADS.map(
    (strength) => svg`<marker id="head-${strength}" viewBox="0 0 10 10" refX="1" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">
      <path class="head ${strength}" d="M0 0L10 5L0 10Z"></path>
    </marker>`,
  )}</defs>`;
}
