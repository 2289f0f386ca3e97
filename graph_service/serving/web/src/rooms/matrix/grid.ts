import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { coloursOf } from '../../parts/marking.js';
import { moved, type Cell } from '../../parts/table/keys.js';
import '../../parts/thing.js';
import { dateText, partialDate } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { styled } from '../../style/styled.js';
import { columnsOf, groupsOf, tallyOf, type Goal, type Matrix, type Order, type Source } from './model.js';
import { say } from './words.js';

const NOWHERE: Cell = { row: -1, column: -1 };

export interface Chosen {
  readonly goal: Goal;
  readonly source: Source;
}

/**
 * The matrix: a row a goal, a column a source, in each cell the letters and the colour of the source's marking. The row
 * and the column of the cell in focus, or under the pointer, stand out.
 *
 * @fires chosen - a cell was opened: the detail is a `Chosen`
 */
@customElement('matrix-grid')
export class MatrixGrid extends LitElement {
  static override styles = [
    common,
    css`
      .scroll { overflow: auto; max-height: 74vh; border: 1px solid var(--line); border-radius: var(--radius); background: var(--card); }
      table { width: max-content; border-collapse: separate; border-spacing: 0; font-size: 0.88rem; }
      th, td { padding: 0; border: 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
      thead th, thead th.tally { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--strong-line); vertical-align: bottom; color: var(--ink); }
      .goal { position: sticky; left: 0; z-index: 1; background: var(--card); width: clamp(9rem, 26vw, 24rem); min-width: clamp(9rem, 26vw, 24rem); padding: 0.3rem 0.7rem; font-weight: 400; color: var(--ink); font-size: inherit; text-align: left; border-right: 1px solid var(--line); }
      thead .goal { z-index: 3; font-weight: 650; color: var(--soft); }
      thead .goal, thead .tally { padding-bottom: 0.35rem; font-size: var(--small); }
      abbr { text-decoration: none; }
      .tally { position: relative; padding: 0.3rem 0.7rem; white-space: nowrap; border-right: 1px solid var(--strong-line); text-align: left; font-variant-numeric: tabular-nums; }
      .only { display: block; font-size: var(--tiny); font-weight: 650; color: var(--bad); }
      .source { width: 2.6rem; min-width: 2.6rem; max-width: 2.6rem; height: 12.6rem; font-weight: 400; text-align: center; }
      .turned { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block; height: 11rem; max-width: 1.95rem; line-height: 1.15; padding: 0.2rem 0; overflow: hidden; font-size: var(--small); text-align: start; }
      .year { display: block; color: var(--soft); font-size: 0.72rem; padding-bottom: 0.15rem; font-variant-numeric: tabular-nums; }
      tr.group th { position: sticky; left: 0; z-index: 1; max-width: 0; padding: 0.55rem 0.7rem 0.25rem; background: var(--code); color: var(--ink); font-weight: 650; text-align: left; white-space: nowrap; overflow: visible; }
      tr.group td { background: var(--code); }
      tr.group .soft { font-weight: 400; }
      td.cell { width: 2.6rem; height: 2.1rem; text-align: center; border-left: 1px solid var(--line); }
      td.cell > button { all: unset; box-sizing: border-box; display: flex; width: 100%; height: 100%; min-height: 2.1rem; align-items: center; justify-content: center; cursor: pointer; font-weight: 700; font-size: 0.68rem; letter-spacing: 0.01em; }
      td.cell:focus-visible, td.cell > button:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
      .open { color: var(--soft); font-weight: 600; }
      col.here { background: var(--foam); }
      tr.here > .goal, tr.here > td, thead th.here { background: var(--foam); }
      td.cell > button[data-more]::after { content: '+'; font-size: 0.8em; }
      @media (max-width: 40rem) { .goal { font-size: var(--small); padding: 0.3rem 0.4rem; } .tally { display: none; } .source { height: 9.6rem; } .turned { height: 8rem; } .goal { width: 8.6rem; min-width: 8.6rem; } }
      @media print { .scroll { overflow: visible; max-height: none; } thead th, .goal { position: static; } }
    `,
  ];

  /** What is shown, and the whole of which each goal's sources are counted. */
  @property({ attribute: false }) matrix: Matrix = { goals: [], sources: new Map() };
  @property({ attribute: false }) whole: Matrix = { goals: [], sources: new Map() };
  @property({ attribute: false }) letters: ReadonlyMap<string, string> = new Map();
  @property() order: Order = 'date';
  @state() private at: Cell = { row: 0, column: 0 };
  @state() private over: Cell | null = null;
  @state() private hasFocus = false;

  private get goals(): readonly Goal[] {
    return groupsOf(this.matrix.goals).flatMap(({ goals }) => goals);
  }

  private get sources(): readonly Source[] {
    return columnsOf(this.matrix, this.matrix.goals, this.order);
  }

  override render(): TemplateResult {
    const { sources, goals } = this;
    const here = this.over ?? (this.hasFocus ? this.at : NOWHERE);
    let row = -1;
    return html`<div class="scroll" @keydown=${this.key}>
        <table role="grid" aria-label=${say('title')} aria-describedby="keys" aria-rowcount=${goals.length + 1} aria-colcount=${sources.length + 2}
          @pointerover=${this.point} @pointerleave=${() => (this.over = null)} @focusin=${this.enter} @focusout=${() => (this.hasFocus = false)} @click=${this.press}>
          <colgroup><col /><col />${sources.map((_, index) => html`<col class=${index === here.column ? 'here' : ''} />`)}</colgroup>
          <thead role="rowgroup">
            <tr role="row">
              <th class="goal" role="columnheader">${say('goal')}</th>
              <th class="tally" role="columnheader"><abbr title=${say('restsLong')}>${say('ratio')}</abbr></th>
              ${sources.map((source, index) => this.head(source, index === here.column))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${groupsOf(this.matrix.goals).map(
              ({ of, component, goals }) => html`<tr class="group" role="row">
                  <th role="rowheader">${of || say('none')}${component ? html` <span class="soft">· ${component}</span>` : nothing}</th>
                  <td role="gridcell" colspan=${sources.length + 1}></td>
                </tr>
                ${goals.map((goal) => this.row(goal, sources, ++row, here))}`,
            )}
          </tbody>
        </table>
      </div>
      <p id="keys" class="out-of-sight">${say('keys')}</p>`;
  }

  private head(source: Source, isHere: boolean): TemplateResult {
    return html`<th class="source ${isHere ? 'here' : ''}" role="columnheader" title=${[source.label, dateText(source.date)].filter(Boolean).join(', ')}>
      <span class="turned">${source.label}</span><span class="year">${partialDate(source.date)?.year ?? nothing}</span>
    </th>`;
  }

  private row(goal: Goal, sources: readonly Source[], row: number, here: Cell): TemplateResult {
    const whole = this.whole.goals.find(({ iri }) => iri === goal.iri) ?? goal;
    const { sources: n, classified, only } = tallyOf(this.whole, whole);
    return html`<tr role="row" class=${row === here.row ? 'here' : ''}>
      <th class="goal" role="rowheader"><sluis-thing .iri=${goal.iri} .label=${goal.label}></sluis-thing></th>
      <td class="tally" role="gridcell">
        <span aria-hidden="true" title=${say('tally', { classified, n })}>${classified} / ${n}</span><span class="out-of-sight">${say('tally', { classified, n })}</span>
        ${only ? html`<span class="only" title=${say('onlyLong')}>▲ ${say('only')}</span>` : nothing}
      </td>
      ${sources.map((source, column) => this.cell(goal, source, row, column))}
    </tr>`;
  }

  private cell(goal: Goal, source: Source, row: number, column: number): TemplateResult {
    const stop = this.at.row === row && this.at.column === column ? 0 : -1;
    if (!goal.sources.has(source.iri)) {
      return html`<td class="cell" role="gridcell" data-row=${row} data-column=${column} tabindex=${stop} aria-label=${say('blank', { goal: goal.label, source: source.label })}></td>`;
    }
    const [highest] = source.markings;
    const marking = source.markings.map(({ marking }) => marking).join(' + ') || say('unmarked');
    const isClassified = (highest?.order ?? 0) > 0;
    const letters = highest ? this.letters.get(highest.marking) : '–';
    const colours = isClassified ? coloursOf(highest!.marking) : null;
    return html`<td class="cell" role="gridcell" data-row=${row} data-column=${column}>
      <button class=${isClassified ? '' : 'open'} tabindex=${stop} ?data-more=${source.markings.length > 1}
        aria-label=${say('cell', { goal: goal.label, source: source.label, marking: `${letters} ${marking}` })} title=${`${source.label}: ${marking}`}
        ${styled({ background: colours?.colour, color: colours?.ink })}>${letters}</button>
    </td>`;
  }

  private cellOf(event: Event): Cell | null {
    const element = (event.target as Element).closest<HTMLElement>('td.cell');
    return element ? { row: Number(element.dataset['row']), column: Number(element.dataset['column']) } : null;
  }

  private readonly point = (event: Event): void => {
    this.over = this.cellOf(event);
  };

  private readonly enter = (event: Event): void => {
    this.at = this.cellOf(event) ?? this.at;
    [this.over, this.hasFocus] = [null, true];
  };

  private readonly press = (event: Event): void => {
    const cell = this.cellOf(event);
    const [goal, source] = cell ? [this.goals[cell.row], this.sources[cell.column]] : [];
    if (goal && source && goal.sources.has(source.iri)) this.dispatchEvent(new CustomEvent<Chosen>('chosen', { detail: { goal, source } }));
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (!this.cellOf(event)) return;
    const to = moved(this.at, event.key, event.ctrlKey || event.metaKey, { rows: this.goals.length, columns: this.sources.length, page: 10 });
    if (!to) return;
    event.preventDefault();
    this.at = to;
    void this.updateComplete.then(() => {
      const cell = this.renderRoot.querySelector<HTMLElement>(`td.cell[data-row="${to.row}"][data-column="${to.column}"]`);
      (cell?.querySelector('button') ?? cell)?.focus();
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'matrix-grid': MatrixGrid;
  }
}
