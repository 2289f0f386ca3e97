import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { hasChart } from '../../parts/chart/chart.js';
import '../../parts/graph/graph.js';
import { cellText } from '../../parts/table/cells.js';
import { columnsOf, shown, type Column } from '../../parts/table/columns.js';
import { readable } from '../../parts/table/export.js';
import '../../parts/table/sluis-table.js';
import type { SluisTable } from '../../parts/table/sluis-table.js';
import { headingOf, type TableState } from '../../parts/table/arrangement.js';
import '../../parts/thing.js';
import type { Answer } from '../../service/api.js';
import { dateText, text, value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import type { Question } from './catalogue.js';
import { networkOf, pairOf, viewsOf, yearsOf, type Dated, type View } from './views.js';
import { say } from './words.js';

/** The ways that an answer can be shown in; the header of the question may ask for a chart of its own making. */
export function waysOf(question: Question, answer: Answer): readonly View[] {
  return viewsOf(answer.vars, answer.rows, question.columns, hasChart(answer, question.chart ?? null));
}

/** The answer to a question in one way of showing it. Table state and wishes go up as the table's own events. */
@customElement('ask-answer')
export class AskAnswer extends LitElement {
  static override styles = [
    common,
    css`
      ol { list-style: none; margin: 0; padding: 0; }
      .year { display: grid; grid-template-columns: 5rem 1fr; border-top: 1px solid var(--line); padding: 0.5rem 0; }
      .year > h3 { font-variant-numeric: tabular-nums; }
      .item { display: grid; grid-template-columns: 11.5rem 1fr; gap: 0.2rem 1rem; padding: 0.25rem 0; }
      .item p { margin: 0; }
      .when { color: var(--soft); font-variant-numeric: tabular-nums; }
      .more { color: var(--soft); font-size: var(--small); }
      @media (max-width: 40rem) { .year { grid-template-columns: 1fr; } .item { grid-template-columns: 1fr; } }
    `,
  ];

  @property({ attribute: false }) question: Question | null = null;
  @property({ attribute: false }) answer: Answer | null = null;
  @property({ attribute: false }) marked: Answer | null = null;
  @property() view: View = 'table';
  @property({ type: Boolean }) marks = false;
  @property({ attribute: false }) tableState: Partial<TableState> = {};
  @property() name = '';
  @query('sluis-table') private readonly table!: SluisTable | null;

  /** The rows that are shown, as texts: as the table has them, and as it would have them beside a picture. */
  get carried(): SluisTable['carried'] | null {
    const { answer } = this;
    if (this.table || !answer) return this.table?.carried ?? null;
    const columns = columnsOf(answer.vars, answer.rows, this.question?.columns);
    return { columns: columns.map((column) => headingOf(column)), rows: readable(answer.rows, columns, cellText) };
  }

  override render(): TemplateResult | typeof nothing {
    const { question, answer } = this;
    if (!question || !answer || answer.rows.length === 0) return nothing;
    const columns = columnsOf(answer.vars, answer.rows, question.columns);
    if (this.view === 'network') {
      const pair = pairOf(columns);
      if (pair) return html`<sluis-graph .graph=${networkOf(answer.rows, pair)} .name=${this.name}></sluis-graph>`;
    }
    if (this.view === 'dates') return this.dates(answer, columns);
    if (this.view === 'chart') return html`<sluis-chart .answer=${answer} .chart=${question.chart ?? null} .name=${this.name}></sluis-chart>`;
    return html`<sluis-table
      .answer=${answer}
      .types=${question.columns}
      .name=${question.name}
      .state=${this.tableState}
      markable
      ?marks=${this.marks}
      .marked=${this.marked}
      @table-state=${(event: CustomEvent) => this.dispatchEvent(new CustomEvent('table-state', { detail: event.detail }))}
      @marks=${(event: CustomEvent) => this.dispatchEvent(new CustomEvent('marks', { detail: event.detail }))}
    ></sluis-table>`;
  }

  private dates(answer: Answer, columns: readonly Column[]): TemplateResult {
    const { years, undated } = yearsOf(answer.rows, columns);
    const rest = columns.filter(({ type }) => type !== 'date');
    return html`<ol>
      ${years.map(
        ({ year, items }) => html`<li class="year"><h3>${year}</h3><ol>${items.map((item) => html`<li class="item">${this.when(item)}${this.row(item.row, rest)}</li>`)}</ol></li>`,
      )}
      ${undated.length > 0
        ? html`<li class="year"><h3>${say('undated')}</h3><ol>${undated.map((row) => html`<li class="item"><span></span>${this.row(row, rest)}</li>`)}</ol></li>`
        : nothing}
    </ol>`;
  }

  private when({ date, until }: Dated): TemplateResult {
    return html`<span class="when">${dateText(date)}${until && until !== date ? html` ${say('until', { date: dateText(until) })}` : nothing}</span>`;
  }

  private row(row: Row, [first, ...others]: readonly Column[]): TemplateResult {
    if (!first) return html`<span></span>`;
    const term = row[first.name];
    const name = text(shown(first, row));
    const more = others.map((column) => cellText(row, column)).filter(Boolean);
    return html`<p>
      ${term?.type === 'uri' ? html`<sluis-thing .iri=${value(term)} .label=${name}></sluis-thing>` : name}
      ${more.length > 0 ? html`<span class="more"> · ${more.join(' · ')}</span>` : nothing}
    </p>`;
  }
}
