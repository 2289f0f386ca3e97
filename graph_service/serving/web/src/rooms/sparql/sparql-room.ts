import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { fileName, save } from '../../carry/files.js';
import { sourcesOf, tableOf, type CarryPart } from '../../carry/parts.js';
import { Asked, type AskedState } from '../../parts/asked.js';
import '../../parts/menu.js';
import '../../parts/state.js';
import type { TableState } from '../../parts/table/arrangement.js';
import { json, select, sparqlText, type Answer, type JsonAnswer } from '../../service/api.js';
import { pageBanner } from '../../service/page-banner.js';
import { setParams } from '../../service/route.js';
import { session } from '../../service/session.js';
import { value } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import type { Suggested } from './completing.js';
import './editor.js';
import type { SparqlEditor } from './editor.js';
import { format } from './format.js';
import { rowsOf } from './graph.js';
import { check, fixWords, told, type Check, type Finding } from './help.js';
import { asked, draft, drop, forget, keep, keepDraft, nameOf, remember, saved, type PastQuery, type SavedQuery } from './history.js';
import './results.js';
import type { View } from './results.js';
import { formOf, type Form } from './tokens.js';
import { say } from './words.js';

const CHECK_AFTER = 350; // ms without a key
const EXAMPLE = `# {title}
SELECT ?class (COUNT(*) AS ?things) WHERE {
  ?thing a ?class .
}
GROUP BY ?class
ORDER BY DESC(?things)
LIMIT 25
`;

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly summary_nl: string;
  readonly tags: readonly string[];
}

/** The room where a query is written and asked. Its address holds the query that was asked last, and how it is shown. */
@customElement('sparql-room')
export class SparqlRoom extends LitElement {
  static override styles = [
    common,
    css`
      .stack { clear: both; }
      .primary kbd { background: transparent; border-color: currentColor; color: inherit; font-weight: 400; }
      .findings { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.35rem; }
      .findings li { display: flex; flex-wrap: wrap; gap: 0.4rem 0.7rem; align-items: center; padding: 0.3rem 0.7rem; border-left: 4px solid var(--bad); background: var(--bad-ground); border-radius: 0 var(--radius) var(--radius) 0; }
      .findings li.warning { border-left-color: var(--warn); background: var(--warn-ground); }
      .findings .where { text-decoration: underline; text-underline-offset: 0.18em; padding: 0 0.2rem; }
      .space { flex: 1; }
      ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.15rem; grid-template-columns: minmax(0, 1fr); }
      ol button { width: 100%; justify-content: start; overflow: hidden; text-overflow: ellipsis; display: block; text-align: left; }
      ol .row { flex-wrap: nowrap; } ol .row button:first-child { flex: 1 1 0; width: auto; min-width: 0; } ol .row button:last-child { flex: none; width: auto; }
      .panel-note { max-width: 24rem; white-space: normal; margin: 0.2rem 0 0.4rem; }
      select { max-width: 15rem; }
      .keep { display: flex; gap: 0.4rem; align-items: end; }
      input[type="file"] { display: none; }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private text = '';
  @state() private checked = '';
  @state() private past: readonly PastQuery[] = asked();
  @state() private kept: readonly SavedQuery[] = saved();
  @state() private notice = '';
  @query('sparql-editor') private readonly editor!: SparqlEditor | null;

  private readonly asked = new Asked<Answer>(this);
  private readonly marked = new Asked<Answer>(this);
  private readonly checking = new Asked<JsonAnswer<Check>>(this);
  private readonly suggested = new Asked<Suggested>(this);
  private readonly listed = new Asked<JsonAnswer<{ queries: readonly Listed[] }>>(this);
  private readonly opened = new Asked<JsonAnswer<{ readonly query: string }>>(this);
  private last: { state: AskedState; answer: Answer | null } = { state: 'idle', answer: null };
  private timer = 0;
  private shown: { query: string; form: Form } = { query: '', form: 'SELECT' };

  override connectedCallback(): void {
    super.connectedCallback();
    const given = this.params.get('query');
    this.write(given ?? (draft() || EXAMPLE.replace('{title}', say('example'))));
    if (given) void this.run(); // an address shows whoever opens it their own answer
    void this.listed.ask((signal) => json('queries', {}, { signal }));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.tellStopped();
    if (!changed.has('params')) return;
    const given = this.params.get('query');
    if (this.hasUpdated && given !== null && given !== this.shown.query) {
      this.write(given); // back or forward, or a link to this room
      void this.run();
    }
    const question = this.params.get('question');
    if (question) void this.open(question);
  }

  /** A query that is stopped, here or beside the clock, ends on the server too: nobody waits for it any more. */
  private tellStopped(): void {
    const { state, answer, began } = this.asked;
    if (this.last.state === 'asking' && state !== 'asking' && state !== 'refused' && answer === this.last.answer) {
      this.notice = say('stopped', { seconds: number(Math.round((performance.now() - began) / 100) / 10) });
    }
    this.last = { state, answer };
  }

  override render(): TemplateResult {
    const view = (this.params.get('view') ?? 'table') as View;
    return html`<h1>${say('title')}</h1>
      <p class="soft">${say('intro')}</p>
      <div class="stack">
      <div class="row no-print">${this.tools()}</div>
      <sparql-editor
        .value=${this.text} .findings=${this.findings} .suggest=${(request: (signal: AbortSignal) => Promise<Suggested>) => this.suggested.ask(request)}
        @change=${(event: CustomEvent<string>) => this.write(event.detail)} @run=${() => void this.run()} @closed=${() => this.suggested.clear()}
      ></sparql-editor>
      ${this.findingList()}
      ${this.notice ? html`<p role="status">${this.notice}</p>` : nothing}
      <sluis-state .asked=${this.asked} ?empty=${this.isEmpty} advice=${say('empty')} @again=${() => void this.run()}></sluis-state>
      <sparql-results
        .answer=${this.asked.answer} form=${this.shown.form} query=${this.shown.query} view=${view}
        ?marks=${this.params.has('marks')} .marked=${this.marked.answer} .table=${this.tableState}
        @view=${(event: CustomEvent<View>) => setParams({ view: event.detail === 'table' ? null : event.detail })}
        @marks=${() => this.toggleMarks()} @table-state=${(event: CustomEvent<TableState>) => setParams({ ...event.detail })}
      ></sparql-results>
      <sluis-state .asked=${this.marked}></sluis-state>
    </div>`;
  }

  /** What the briefing takes along: the query and its answer. */
  carry(): readonly CarryPart[] {
    const { answer } = this.asked;
    if (!answer) return [];
    const heading = nameOf(this.shown.query) || say('title');
    const about = { heading, banner: answer.banner, request: answer.request };
    if (answer.boolean !== null) return [{ ...about, text: say(answer.boolean ? 'yes' : 'no') }];
    return [{ ...about, table: tableOf(answer, value), sources: sourcesOf(answer) }];
  }

  private get isEmpty(): boolean {
    const { answer } = this.asked;
    return answer !== null && answer.boolean === null && answer.rows.length === 0;
  }

  /** What the service says of the text as it stands; nothing while it has not said it yet. */
  private get findings(): readonly Finding[] {
    if (this.suggested.answer) return []; // what is being written is looked at when it is
    return this.checked === this.text ? (this.checking.answer?.data.findings ?? []) : [];
  }

  private get tableState(): Partial<TableState> {
    return Object.fromEntries(['sort', 'find', 'hide'].flatMap((name) => (this.params.has(name) ? [[name, this.params.get(name)!]] : [])));
  }

  // --- the tools ----------------------------------------------------------------------------------------------------------

  private tools(): TemplateResult {
    const isAsking = this.asked.state === 'asking';
    const ask = html`<button class="primary" @click=${() => void this.run()} title="Ctrl + Enter">${say('run')} <kbd aria-hidden="true">Ctrl ↵</kbd></button>`;
    return html`${isAsking ? html`<button class="primary" @click=${() => this.asked.stop()}>${say('stop')}</button>` : ask}
      <button @click=${() => this.write(format(this.text))}>${say('format')}</button>
      <span class="space"></span>
      ${this.catalogue()} ${this.historyMenu()} ${this.savedMenu()}`;
  }

  private catalogue(): TemplateResult {
    const questions = [...(this.listed.answer?.data.queries ?? [])];
    const name = (one: Listed): string => (session.language === 'nl' ? one.summary_nl : one.summary);
    questions.sort((a, b) => name(a).localeCompare(name(b)));
    return html`<select aria-label=${say('questionLabel')} @change=${this.choose}>
      <option value="">${say('question')}</option>
      ${questions.map((one) => html`<option value=${one.name}>${name(one)}</option>`)}
    </select>`;
  }

  private readonly choose = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    if (select.value) void this.open(select.value);
    select.value = '';
  };

  private historyMenu(): TemplateResult {
    const time = new Intl.DateTimeFormat(session.language === 'nl' ? 'nl-NL' : 'en-GB', { hour: '2-digit', minute: '2-digit' });
    return html`<sluis-menu label=${say('history')}>
      <p class="small soft panel-note">${this.past.length ? say('historyNote') : say('historyNone')}</p>
      <ol>
        ${this.past.map((one) => html`<li><button class="plain" title=${one.query} @click=${() => this.write(one.query)}><span class="soft number">${time.format(one.at)}</span> ${nameOf(one.query)}</button></li>`)}
      </ol>
      ${this.past.length ? html`<button @click=${() => (this.past = forget())}>${say('forget')}</button>` : nothing}
    </sluis-menu>`;
  }

  private savedMenu(): TemplateResult {
    return html`<sluis-menu label=${say('saved')}>
      <p class="small soft panel-note">${say('savedNote')}</p>
      <ol>
        ${this.kept.map(
          ({ name, query }) => html`<li class="row">
            <button class="plain" title=${query} @click=${() => this.write(query)}>${name}</button>
            <button class="plain" aria-label=${say('drop', { name })} @click=${() => (this.kept = drop(name))}>×</button>
          </li>`,
        )}
      </ol>
      <form class="keep" @submit=${this.keepHere}>
        <label class="field">${say('saveAs')}<input name="name" required autocomplete="off" .value=${nameOf(this.text).slice(0, 60)} /></label>
        <button>${say('save')}</button>
      </form>
      <div class="row">
        <button @click=${this.toFile}>${say('toFile')}</button>
        <button @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()}>${say('fromFile')}</button>
        <input type="file" accept=".rq,.sparql,.txt" aria-label=${say('fromFile')} tabindex="-1" @change=${this.fromFile} />
      </div>
    </sluis-menu>`;
  }

  private readonly keepHere = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = new FormData(event.target as HTMLFormElement).get('name');
    if (typeof name === 'string' && name.trim()) this.kept = keep(name.trim(), this.text);
  };

  private readonly toFile = (): void => save(this.text, fileName(pageBanner.marking, nameOf(this.text).slice(0, 40) || 'query', 'rq'), 'application/sparql-query');

  private readonly fromFile = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) this.write(await file.text());
    input.value = '';
  };

  private findingList(): TemplateResult | typeof nothing {
    if (this.findings.length === 0) return nothing;
    return html`<ul class="findings" aria-label=${say('findings')}>
      ${this.findings.map(
        (finding) => html`<li class=${finding.severity}>
          <strong class="small">${say(finding.severity)}</strong>
          <span>${told(finding)}</span>
          <button class="plain small where" @click=${() => this.editor?.show(finding)}>${say('line', { line: finding.line })}</button>
          ${finding.fixes.map((fix) => html`<button class="small" @click=${() => this.editor?.mend(fix)}>${fixWords(finding, fix)}</button>`)}
        </li>`,
      )}
    </ul>`;
  }

  // --- what is done -------------------------------------------------------------------------------------------------------

  private write(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.notice = '';
    keepDraft(text);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), CHECK_AFTER);
  }

  private async check(): Promise<Check | null> {
    window.clearTimeout(this.timer);
    const { text } = this;
    const answer = await this.checking.ask((signal) => check(text, signal));
    if (!answer) return null;
    this.checked = text;
    return answer.data;
  }

  /** Ask the query as it stands, unless the service says that it can't be asked: then that is on screen. */
  private async run(): Promise<void> {
    const query = this.text;
    this.notice = '';
    const verdict = await this.check();
    if (verdict && !verdict.accepted) return;
    const form = verdict?.form ?? formOf(query) ?? 'SELECT';
    this.shown = { query, form };
    this.marked.clear();
    setParams({ query, question: null }, { enter: this.params.get('query') !== query });
    const answer = await this.asked.ask(async (signal) =>
      form === 'SELECT' || form === 'ASK' ? select(query, { signal }) : rowsOf(await sparqlText(query, 'ntriples', { signal })),
    );
    if (!answer) return;
    this.past = remember(query);
    if (this.params.has('marks')) void this.mark();
  }

  private toggleMarks(): void {
    const wanted = !this.params.has('marks');
    setParams({ marks: wanted ? '1' : null });
    if (wanted) void this.mark();
    else this.marked.clear();
  }

  private mark(): Promise<unknown> {
    const { query, form } = this.shown;
    if (form !== 'SELECT') return Promise.resolve();
    return this.marked.ask((signal) => select(query, { signal, marks: true }));
  }

  /** Put the query of a question of the catalogue here, with the values that the address has for its parameters. */
  private async open(name: string): Promise<void> {
    const own = ['query', 'question', 'view', 'marks', 'sort', 'find', 'hide'];
    const given = Object.fromEntries([...this.params].filter(([key]) => !own.includes(key)));
    const answer = await this.opened.ask((signal) => json<{ query: string }>(`api/questions/${encodeURIComponent(name)}`, given, { signal }));
    this.opened.clear();
    if (!answer) return;
    this.write(this.commented(name, answer.data.query));
    setParams({ question: null, ...Object.fromEntries(Object.keys(given).map((key) => [key, null])) });
  }

  /** The query under what it asks, in the page's language. */
  private commented(name: string, query: string): string {
    const listed = this.listed.answer?.data.queries.find((one) => one.name === name);
    return listed ? `# ${session.language === 'nl' ? listed.summary_nl : listed.summary}\n${query}` : query;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sparql-room': SparqlRoom;
  }
}
