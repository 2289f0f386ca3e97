import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Asked } from '../parts/asked.js';
import '../parts/marking.js';
import '../parts/state.js';
import '../parts/thing.js';
import { json, type Answered } from '../service/api.js';
import { columnsOf, type Column } from '../parts/table/columns.js';
import { columnWord, readIn } from '../parts/column.js';
import { MARKING, type Named } from '../service/difference.js';
import { session } from '../service/session.js';
import { dateText, isDate, text, value, type Row } from '../service/terms.js';
import { common } from '../style/common.js';
import { canBeMarked, compared, type Compared } from './comparing.js';
import { say } from './disappears-words.js';

const FIRST = 12;
const FIRST_THINGS = 24;

/** One answer of the page beside what the own clearance adds: the rows that disappear struck out, each with its marking. */
@customElement('sluis-difference')
export class SluisDifference extends LitElement {
  static override styles = [
    common,
    css`
      h3 { overflow-wrap: anywhere; }
      .counts { margin: 0.2rem 0 0.5rem; }
      .scroll { overflow-x: auto; }
      table { font-size: var(--small); }
      td.cell { min-width: 6.5rem; max-width: 22rem; overflow-wrap: anywhere; }
      .lost td.cell { text-decoration: line-through; text-decoration-color: var(--bad); text-decoration-thickness: 1px; }
      .change { white-space: nowrap; font-weight: 600; }
      .lost .change { color: var(--bad); } .gained .change { color: var(--good); }
      ul { list-style: none; padding: 0; margin: 0 0 0.6rem; display: flex; flex-wrap: wrap; gap: 0.25rem 0.9rem; }
      li { text-decoration: line-through; text-decoration-color: var(--bad); text-decoration-thickness: 1px; }
      .more { margin-top: 0.4rem; }
      @media print { .scroll { overflow: visible; } td.cell { min-width: 0; } }
      button { font-size: var(--small); }
    `,
  ];

  /** The answer on screen, asked at the lower clearance. */
  @property({ attribute: false }) answer: Answered | null = null;
  @state() private all = false;
  @state() private heading = '';
  private readonly plain = new Asked<Compared>(this);
  private readonly marked = new Asked<Compared>(this);

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('answer') && this.answer) void this.compare(this.answer);
  }

  /** What differs at once; then, where rows disappear, the same with the marking of each, which takes longer. */
  private async compare(answer: Answered): Promise<void> {
    void this.name(answer);
    this.marked.clear();
    const found = await this.plain.ask((signal) => compared(answer, { signal }));
    if (!found || found.difference.lost.length === 0 || !canBeMarked(answer) || this.answer !== answer) return;
    await inTurn(async () => {
      if (this.isConnected && this.answer === answer) await this.marked.ask((signal) => compared(answer, { signal, marks: true }));
    });
  }

  /** A question's own words in place of its name. */
  private async name({ request }: Answered): Promise<void> {
    const name = /^queries\/(.*)$/.exec(request.path)?.[1];
    this.heading = name ? decodeURIComponent(name) : say('query');
    if (!name) return;
    const { data } = await json<{ queries: readonly { name: string; summary: string; summary_nl: string }[] }>('queries');
    const found = data.queries.find((one) => one.name === this.heading);
    if (found) this.heading = session.language === 'nl' ? found.summary_nl : found.summary;
  }

  override render(): TemplateResult {
    const found = this.marked.answer ?? this.plain.answer;
    return html`<h3>${this.heading}</h3>
      <sluis-state .asked=${this.plain} @again=${() => this.answer && this.compare(this.answer)}></sluis-state>
      ${found ? this.found(found) : nothing}`;
  }

  private found({ difference, turned, vars }: Compared): TemplateResult {
    const { lost, gained, kept, things } = difference;
    const columns = columnsOf(vars, [...lost, ...gained]).filter(({ name }) => name !== MARKING && [...lost, ...gained].some((row) => row[name]));
    if (turned) return html`<p class="counts">${say('turns', { own: truth(turned[0]), lower: truth(turned[1]) })}</p>`;
    if (lost.length + gained.length === 0) return html`<p class="counts soft" role="status">${say('same')}</p>`;
    const counts = [
      say('lost', { n: lost.length }),
      ...(things.length ? [say('things', { n: things.length })] : []),
      ...(gained.length ? [say('gained', { n: gained.length })] : []),
      say('kept', { n: kept }),
    ];
    const rows = [...lost.map((row) => this.row(row, columns, true)), ...gained.map((row) => this.row(row, columns, false))];
    const shown = this.all ? rows : rows.slice(0, FIRST);
    const named = [...things].sort(namedFirst).slice(0, this.all ? undefined : FIRST_THINGS);
    return html`<p class="counts" role="status">${counts.join(' · ')}</p>
      ${named.length ? html`<ul>${named.map(({ iri, label }) => html`<li><sluis-thing .iri=${iri} .label=${label}></sluis-thing></li>`)}</ul>` : nothing}
      <div class="scroll" tabindex="0" role="group" aria-label=${this.heading}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say('change')}</th>
              <th scope="col">${say('marking')}</th>
              ${columns.map(({ name, type }) => html`<th scope="col" title=${name}>${columnWord(name, type)}</th>`)}
            </tr>
          </thead>
          <tbody>${shown}</tbody>
        </table>
      </div>
      ${this.marks(lost.length)}
      ${rows.length > shown.length ? html`<button class="more" @click=${() => (this.all = true)}>${say('more', { n: rows.length })}</button>` : nothing}`;
  }

  /** What is to be said of the markings of the rows that disappear. */
  private marks(n: number): TemplateResult | typeof nothing {
    if (n === 0 || !this.answer || !canBeMarked(this.answer)) return nothing;
    if (this.marked.state === 'asking') return html`<p class="soft small" role="status">${say('marksAsked')}</p>`;
    if (this.marked.state !== 'refused') return nothing;
    return html`<p class="soft small" role="status">${say('marksRefused')} <button @click=${() => this.answer && this.compare(this.answer)}>${say('again')}</button></p>`;
  }

  private row(row: Row, columns: readonly Column[], isLost: boolean): TemplateResult {
    return html`<tr class=${isLost ? 'lost' : 'gained'}>
      <td class="change">${isLost ? `− ${say('disappears')}` : `+ ${say('only')}`}</td>
      <td><sluis-marking .marking=${value(row[MARKING])}></sluis-marking></td>
      ${columns.map(({ name }) => html`<td class="cell">${cell(row, name)}</td>`)}
    </tr>`;
  }
}

let turn: Promise<void> = Promise.resolve();

/** One after the other: to mark rows is the longest work there is, and the others of this reader wait for it. */
function inTurn(work: () => Promise<void>): Promise<void> {
  turn = turn.then(work, work);
  return turn;
}

/** Things that have a name before those that have none. */
function namedFirst(a: Named, b: Named): number {
  return Number(b.label !== '') - Number(a.label !== '');
}

function cell(row: Row, name: string): TemplateResult | string {
  const term = row[name];
  const label = value(row[`${name}Label`]);
  if (term?.type === 'uri') return html`<sluis-thing .iri=${term.value} .label=${label}></sluis-thing>`;
  return isDate(term) ? dateText(value(term)) : text(readIn(name, term)) || label;
}

function truth(said: boolean): string {
  return say(said ? 'true' : 'false');
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-difference': SluisDifference;
  }
}
