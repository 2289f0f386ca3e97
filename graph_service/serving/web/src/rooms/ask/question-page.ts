import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { sourcesOf, type CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import { columnWord, isValueWord, valueWord } from '../../parts/column.js';
import '../../parts/state.js';
import type { TableState } from '../../parts/table/arrangement.js';
import { curl, json, question as asking, type JsonAnswer } from '../../service/api.js';
import { addressOf, go, setParams } from '../../service/route.js';
import { session } from '../../service/session.js';
import { text } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import './answer-view.js';
import { waysOf, type AskAnswer } from './answer-view.js';
import { bound } from './bound.js';
import { descriptionOf, givenTo, lacking, summaryOf, type Question } from './catalogue.js';
import { field } from './fields.js';
import { needsOf } from './needs.js';
import { preferred, type View } from './views.js';
import { say } from './words.js';

/** The pages that show what a question answers in a picture of its own. */
const ROOMS: Readonly<Record<string, string>> = {
  'goals-against-sources': 'matrix',
  'evidence-of-claims': 'triangulation',
  triangulation: 'triangulation',
  'coordination-network': 'network',
  'things-in-time': 'timeline',
};

/** One question: its form, and its answer. What is given and how it is shown stand in the address. */
@customElement('ask-question')
export class AskQuestion extends LitElement {
  static override styles = [
    common,
    css`
      form { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 0.8rem 1.2rem; align-items: start; }
      .field { display: grid; gap: 0.2rem; align-content: start; font-size: 1rem; font-weight: 400; }
      .field > .what { font-size: var(--small); font-weight: 600; }
      .buttons { align-self: end; }
      h1 { max-width: min(48rem, calc(100% - 19rem)); }
      .about { max-width: 52rem; margin: 0.4rem 0 0; }
      @media (max-width: 50rem) { h1 { max-width: none; } }
      .group { display: inline-flex; } .group button { border-radius: 0; margin-inline-start: -1px; }
      .group button:first-child { border-radius: var(--radius) 0 0 var(--radius); } .group button:last-child { border-radius: 0 var(--radius) var(--radius) 0; }
      pre { background: var(--code); border: 1px solid var(--line); border-radius: var(--radius); padding: 0.7rem; overflow: auto; margin: 0.4rem 0; }
      summary { cursor: pointer; color: var(--accent); min-height: 1.5rem; }
    `,
  ];

  @property({ attribute: false }) question: Question | null = null;
  @property({ attribute: false }) params = new URLSearchParams();
  @state() private told = '';
  @query('ask-answer') private readonly shown!: AskAnswer | null;
  private readonly asked = new Asked(this);
  private readonly marked = new Asked(this);
  private readonly read = new Asked<JsonAnswer<{ query: string }>>(this);
  private last = '';
  private readonly names = new Map<string, string>();

  private get given(): Readonly<Record<string, string>> {
    return this.question ? givenTo(this.question, this.params) : {};
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('params') && !changed.has('question')) return;
    const now = JSON.stringify([this.question?.name, this.given]);
    if (now !== this.last) {
      this.last = now;
      void this.ask();
    } else {
      void this.mark();
    }
  }

  private async ask(): Promise<void> {
    const { question, given } = this;
    this.marked.clear();
    if (!question || lacking(question, given).length > 0) return this.asked.clear();
    await this.asked.ask((signal) => asking(question.name, given, { signal }));
    await this.mark();
  }

  /** The markings of rows take longer: they are asked for when they are wanted, after the answer itself. */
  private async mark(): Promise<void> {
    const { question, given } = this;
    if (!this.params.has('_marks')) return this.marked.clear();
    if (question && this.asked.state === 'answered' && this.marked.state === 'idle') {
      await this.marked.ask((signal) => asking(question.name, given, { signal, marks: true }));
    }
  }

  private readonly markAgain = (): void => {
    this.marked.clear();
    void this.mark();
  };

  override render(): TemplateResult | typeof nothing {
    const { question, asked } = this;
    if (!question) return nothing;
    const missing = lacking(question, this.given);
    const isEmpty = asked.answer?.rows.length === 0;
    return html`<div class="stack">
      <div>
        <p class="small"><a href=${addressOf('ask')}>← ${say('all')}</a></p>
        <h1>${summaryOf(question, session.language)}</h1>
        <p class="about soft">${withWords(descriptionOf(question, session.language), question)}</p>
      </div>
      ${this.form(question)}
      ${missing.length > 0 ? html`<p class="soft" role="status">${say('needed', { names: missing.map((one) => descriptionOf(one, session.language)).join('; ') })}</p>` : nothing}
      <sluis-state .asked=${asked} ?empty=${isEmpty} .advice=${this.advice(question)} @again=${() => void this.ask()}></sluis-state>
      <sluis-state .asked=${this.marked} @again=${this.markAgain}></sluis-state>
      ${asked.answer && !isEmpty ? this.answer(question) : nothing}
      ${asked.answer ? this.elsewhere(question) : nothing}
    </div>`;
  }

  /** What could be done about an empty answer. It is the same whatever the reason. */
  private advice(question: Question): string {
    const needs = question.needs ? say('needs', { what: needsOf(question.needs) }) : '';
    return [needs, question.parameters.length > 0 ? say('advice') : ''].filter(Boolean).join(' ');
  }

  private form(question: Question): TemplateResult | typeof nothing {
    if (question.parameters.length === 0) return nothing;
    const { given } = this;
    const hasExample = Object.keys(question.example).length > 0;
    return html`<form class="card no-print" @submit=${this.submit}>
      ${question.parameters.map((parameter) =>
        field({
          parameter,
          value: given[parameter.name] ?? '',
          name: this.nameOf(given[parameter.name] ?? ''),
          change: (value, name) => {
            if (name) this.names.set(value, name);
            setParams({ [parameter.name]: value }, { enter: true });
          },
        }),
      )}
      <div class="row buttons">
        <button class="primary">${say('ask')}</button>
        ${hasExample ? html`<button type="button" @click=${() => this.fill(question.example)}>${say('example')}</button>` : nothing}
        ${Object.keys(given).length > 0 ? html`<button type="button" class="plain" @click=${() => this.fill({})}>${say('empty')}</button>` : nothing}
      </div>
    </form>`;
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.ask();
  };

  private fill(values: Readonly<Record<string, string>>): void {
    const nothing = Object.fromEntries((this.question?.parameters ?? []).map(({ name }) => [name, null]));
    setParams({ ...nothing, ...values }, { enter: true });
  }

  /** The name of a thing that was given, as the person chose it or as the answer has it. */
  private nameOf(iri: string): string {
    const chosen = this.names.get(iri);
    if (chosen || !iri) return chosen ?? '';
    for (const row of this.asked.answer?.rows ?? []) {
      for (const [name, term] of Object.entries(row)) {
        if (term?.type === 'uri' && term.value === iri && row[`${name}Label`]) return text(row[`${name}Label`]);
      }
    }
    return '';
  }

  private answer(question: Question): TemplateResult {
    const answer = this.asked.answer!;
    const views = waysOf(question, answer);
    const wanted = this.params.get('_view') as View | null;
    const view = wanted && views.includes(wanted) ? wanted : preferred(question.view, views);
    const room = ROOMS[question.name];
    return html`<div class="row spread no-print">
        <div class="group" role="group" aria-label=${say('how')} ?hidden=${views.length < 2}>
          ${views.map((one) => html`<button aria-pressed=${one === view} @click=${() => setParams({ _view: one })}>${say(one)}</button>`)}
        </div>
        ${room ? html`<a href=${addressOf(room)}>${say('inRoom')} →</a>` : nothing}
      </div>
      <ask-answer
        .question=${question}
        .answer=${answer}
        .marked=${this.marked.answer}
        .view=${view}
        .name=${summaryOf(question, session.language)}
        ?marks=${this.params.has('_marks') && this.marked.state !== 'refused'}
        .tableState=${this.tableState}
        @table-state=${(event: CustomEvent<Partial<TableState>>) => setParams({ _sort: event.detail.sort, _find: event.detail.find, _hide: event.detail.hide })}
        @marks=${(event: CustomEvent<boolean>) => setParams({ _marks: event.detail ? '1' : null })}
      ></ask-answer>`;
  }

  private get tableState(): Partial<TableState> {
    const of = (name: string): string => this.params.get(name) ?? '';
    return { sort: of('_sort'), find: of('_find'), hide: of('_hide') };
  }

  private elsewhere(question: Question): TemplateResult {
    const { milliseconds, request } = this.asked.answer!;
    return html`<div class="row no-print">
        <button @click=${() => void this.openAsSparql(question)}>${say('sparql')}</button>
        <span class="soft small number">${say('took', { seconds: number(Math.round(milliseconds) / 1000) })}</span>
      </div>
      <details class="no-print">
        <summary>${say('curl')}</summary>
        <pre tabindex="0">${curl(request)}</pre>
        <button @click=${() => void this.copy(curl(request))}>${say('copy')}</button>
        <span role="status">${this.told}</span>
      </details>
      <sluis-state .asked=${this.read}></sluis-state>`;
  }

  private async openAsSparql(question: Question): Promise<void> {
    const found = await this.read.ask((signal) => json<{ query: string }>(`api/questions/${encodeURIComponent(question.name)}`, {}, { signal }));
    if (!found) return;
    const levels = (marking: string): string | undefined => session.me?.levels.find((level) => level.marking === marking)?.iri;
    go('sparql', { query: bound(found.data.query, question, this.given, levels) });
  }

  private async copy(said: string): Promise<void> {
    await navigator.clipboard.writeText(said);
    this.told = say('copied');
  }

  /** What a briefing takes of it. */
  carry(): readonly CarryPart[] {
    const { question, asked } = this;
    const table = this.shown?.carried;
    if (!question || !asked.answer) return [];
    const given = Object.entries(this.given).map(([name, said]) => givenAs(question, name, this.nameOf(said) || said));
    return [
      {
        heading: summaryOf(question, session.language),
        banner: asked.answer.banner,
        request: asked.answer.request,
        text: [inWords(descriptionOf(question, session.language), question), ...given].join('\n'),
        ...(table ? { table } : {}),
        sources: sourcesOf(asked.answer),
      },
    ];
  }
}

/** A description names columns, words in them, parameters and other questions between backticks. */
function withWords(said: string, question: Question): readonly (string | TemplateResult)[] {
  return said.split('`').map((part, index) => {
    if (index % 2 === 0) return part;
    const word = onScreen(part, question);
    return word === null ? html`<code>${part}</code>` : html`<em title=${part}>${word}</em>`;
  });
}

/** A column as its heading has it, and a word as its cells have it; null for what stands nowhere on screen. */
function onScreen(name: string, { columns, parameters }: Question): string | null {
  const type = columns[name];
  if (type) return columnWord(name, type.replace(/\?$/, ''));
  return isValueWord(name) && !parameters.some((one) => one.name === name) ? valueWord(name) : null;
}

/** The same as plain text, for a briefing. */
function inWords(said: string, question: Question): string {
  const quoted = (name: string): string => `“${onScreen(name, question) ?? name}”`;
  return said.split('`').map((part, index) => (index % 2 ? quoted(part) : part)).join('');
}

/** What was given, as the form names it. */
function givenAs(question: Question, name: string, said: string): string {
  const parameter = question.parameters.find((one) => one.name === name)!;
  return parameter.type === 'enum' ? `${columnWord(name)}: ${valueWord(said)}` : `${descriptionOf(parameter, session.language)}: ${said}`;
}
