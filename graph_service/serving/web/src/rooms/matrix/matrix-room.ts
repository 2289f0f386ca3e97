import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/provenance.js';
import '../../parts/state.js';
import '../../parts/table/sluis-table.js';
import { question } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import './grid.js';
import type { Chosen } from './grid.js';
import { columnsOf, groupsOf, isClassified, lettersFor, matrixOf, narrowed, tallyOf, type Matrix, type Order, type Wanted } from './model.js';
import { say } from './words.js';

const QUESTION = 'goals-against-sources';
const CITES = 'https://w3id.org/sluis/ns#citesSource';
const ORDERS: readonly (readonly [Order, 'byDate' | 'byMarking' | 'byGoals'])[] = [['date', 'byDate'], ['marking', 'byMarking'], ['goals', 'byGoals']]; // prettier-ignore

/** Which goals cite classified sources, at a glance; where each citation is stated, at a press. */
@customElement('matrix-room')
export class MatrixRoom extends LitElement {
  static override styles = [
    common,
    css`
      .lead { margin: 0.3rem 0 0; max-width: 48rem; }
      .tools { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; }
      .tools label.check { min-height: var(--target); font-size: var(--small); }
      .tools select { max-width: 20rem; }
      .legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; align-items: center; margin: 0; padding: 0; list-style: none; font-size: var(--small); }
      .legend b { font-size: var(--tiny); margin-inline-end: 0.3em; }
      .group { display: inline-flex; }
      .group button { border-radius: 0; margin-inline-start: -1px; }
      .panel { border-inline-start: 4px solid var(--accent); }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private chosen: Chosen | null = null;
  private readonly asked = new Asked(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  private readonly ask = (): Promise<unknown> => this.asked.ask((signal) => question(QUESTION, {}, { signal }));

  private get wanted(): Wanted {
    const { params } = this;
    return { find: params.get('find') ?? '', of: params.get('of') ?? '', classified: params.has('classified'), bare: params.has('bare') };
  }

  private get order(): Order {
    return ORDERS.find(([order]) => order === this.params.get('order'))?.[0] ?? 'date';
  }

  override render(): TemplateResult {
    const { answer } = this.asked;
    const whole = matrixOf(answer?.rows ?? []);
    return html`<div class="stack">
      <div>
        <h1>${say('title')}</h1>
        <p class="lead soft">${say('lead')}</p>
      </div>
      <sluis-state .asked=${this.asked} ?empty=${answer?.rows.length === 0} @again=${this.ask}></sluis-state>
      ${whole.goals.length > 0 ? this.all(whole) : nothing}
    </div>`;
  }

  private all(whole: Matrix): TemplateResult {
    const matrix = narrowed(whole, this.wanted);
    const sources = columnsOf(matrix, matrix.goals, this.order);
    const markings = [...whole.sources.values()].flatMap((source) => source.markings.map(({ marking }) => marking));
    const letters = lettersFor(markings);
    const isTable = this.params.get('view') === 'table';
    return html`${this.tools(whole, isTable)}
      <div class="row spread small">
        <span class="soft" role="status">${say('counted', { goals: matrix.goals.length, sources: sources.length })}</span>
        ${isTable ? nothing : this.legend(matrix, letters)}
      </div>
      ${matrix.goals.length === 0 ? html`<p class="soft">${say('nothing')}</p>` : nothing}
      ${isTable
        ? html`<sluis-table .answer=${this.asked.answer} name=${QUESTION}></sluis-table>`
        : html`<matrix-grid .matrix=${matrix} .whole=${whole} .letters=${letters} .order=${this.order} @chosen=${this.choose}></matrix-grid>`}
      ${this.chosen && !isTable ? this.panel(this.chosen) : nothing}`;
  }

  private readonly choose = (event: CustomEvent<Chosen>): void => {
    this.chosen = event.detail;
    void this.updateComplete.then(() => {
      const panel = this.renderRoot.querySelector<HTMLElement>('.panel');
      panel?.focus({ preventScroll: true });
      panel?.scrollIntoView({ block: 'nearest' });
    });
  };

  private tools(whole: Matrix, isTable: boolean): TemplateResult {
    const { find, of, classified, bare } = this.wanted;
    const groups = new Map(whole.goals.map((goal) => [goal.ofIri, goal.of]));
    const given = (name: string) => (event: Event) => setParams({ [name]: (event.target as HTMLInputElement | HTMLSelectElement).value });
    const checked = (name: string) => (event: Event) => setParams({ [name]: (event.target as HTMLInputElement).checked ? '1' : null });
    return html`<div class="tools no-print">
      <input type="search" aria-label=${say('find')} placeholder=${say('find')} .value=${find} @input=${given('find')} />
      <label class="field">${say('of')}
        <select @change=${given('of')}>
          <option value="" ?selected=${of === ''}>${say('everything')}</option>
          ${[...groups].filter(([iri]) => iri).map(([iri, label]) => html`<option value=${iri} ?selected=${of === iri}>${label}</option>`)}
        </select>
      </label>
      <label class="field">${say('order')}
        <select @change=${given('order')}>
          ${ORDERS.map(([order, words]) => html`<option value=${order} ?selected=${this.order === order}>${say(words)}</option>`)}
        </select>
      </label>
      <label class="check"><input type="checkbox" .checked=${classified} @change=${checked('classified')} />${say('classified')}</label>
      <label class="check"><input type="checkbox" .checked=${bare} @change=${checked('bare')} />${say('bare')}</label>
      <div class="group" role="group" aria-label=${say('how')}>
        <button aria-pressed=${!isTable} @click=${() => setParams({ view: null })}>${say('asMatrix')}</button>
        <button aria-pressed=${isTable} @click=${() => setParams({ view: 'table' })}>${say('asTable')}</button>
      </div>
    </div>`;
  }

  /** What the letters mean: of the markings that are in sight. */
  private legend(matrix: Matrix, letters: ReadonlyMap<string, string>): TemplateResult {
    const inSight = new Set(matrix.goals.flatMap((goal) => [...goal.sources]));
    const markings = [...inSight].flatMap((iri) => matrix.sources.get(iri)!.markings);
    const once = [...new Map(markings.map((one) => [one.marking, one])).values()].sort((a, b) => b.order - a.order || a.marking.localeCompare(b.marking));
    return html`<ul class="legend" aria-label=${say('legend')}>
      ${once.map(({ marking }) => html`<li><b>${letters.get(marking)}</b><sluis-marking .marking=${marking}></sluis-marking></li>`)}
    </ul>`;
  }

  private panel({ goal, source }: Chosen): TemplateResult {
    return html`<section class="card panel" tabindex="-1" aria-label=${say('where')}>
      <div class="row spread">
        <h2>${say('where')}</h2>
        <button @click=${() => (this.chosen = null)}>${say('close')}</button>
      </div>
      <p>
        <sluis-thing .iri=${goal.iri} .label=${goal.label}></sluis-thing> → <sluis-thing .iri=${source.iri} .label=${source.label}></sluis-thing>
        ${source.date ? html`<span class="soft">${dateText(source.date)}</span>` : nothing}
        ${source.markings.map(({ marking }) => html` <sluis-marking .marking=${marking}></sluis-marking>`)}
      </p>
      <sluis-provenance .statement=${{ subject: goal.iri, property: CITES, object: { type: 'uri', value: source.iri } }}></sluis-provenance>
    </section>`;
  }

  /** A line a goal: what it rests on, each source with its marking. */
  carry(): readonly CarryPart[] {
    const { answer } = this.asked;
    if (!answer) return [];
    const whole = matrixOf(answer.rows);
    const matrix = narrowed(whole, this.wanted);
    const rows = groupsOf(matrix.goals).flatMap(({ of, component, goals }) =>
      goals.map((goal) => {
        const sources = columnsOf(matrix, [goal], this.order).map(({ label, markings }) => `${label} (${markings.map(({ marking }) => marking).join(' + ') || say('unmarked')})`);
        const { sources: n, classified, only } = tallyOf(whole, whole.goals.find(({ iri }) => iri === goal.iri) ?? goal);
        return [[of, component].filter(Boolean).join(' · '), goal.label, sources.join('; '), `${say('tally', { classified, n })}${only ? `; ${say('only')}` : ''}`];
      }),
    );
    const columns = [say('of'), say('goal'), say('rests'), say('classified')];
    const sources = [...matrix.sources.values()].filter((source) => !this.wanted.classified || isClassified(source)).map(({ label }) => label);
    return [{ heading: say('title'), banner: answer.banner, request: answer.request, text: say('lead'), table: { columns, rows }, sources }];
  }
}
