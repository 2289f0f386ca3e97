import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sourcesOf, type CarryPart, type CarryTable } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/picture.js';
import '../../parts/state.js';
import { question, type Answer } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { common } from '../../style/common.js';
import { styled } from '../../style/styled.js';
import { evidenceWords, flowPicture } from './draw.js';
import { evidence, evidenceStyle } from './evidence.js';
import { flowOf, theoriesOf, type Arrow, type Flow } from './flow.js';
import { theoryStyle } from './style.js';
import { say } from './words.js';

const NARROW = 620;
const STEPS = 'steps-of-a-theory-of-change';
const ARROWS = 'theory-of-change-and-its-evidence';

/** A theory of change from input to impact. Its address says which, whether with markings, and which arrow is open. */
@customElement('theory-room')
export class TheoryRoom extends LitElement {
  static override styles = [common, theoryStyle, evidenceStyle, css`.body { clear: both; }`];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private width = 0;
  @state() private scale = 1;
  /** Of all theories: there are few, and one of them is to be chosen. */
  private readonly steps = new Asked(this);
  private readonly arrows = new Asked(this);
  private readonly markedSteps = new Asked(this);
  private readonly markedArrows = new Asked(this);
  private asking = '';
  /** The theory whose arrows are on screen, or asked for. */
  private asked = '';
  private readonly watch = new ResizeObserver(([entry]) => (this.width = Math.floor(entry!.contentRect.width)));

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('params')) return;
    const wanted = JSON.stringify([this.params.get('theory'), this.marks]);
    if (wanted === this.asking) return;
    this.asking = wanted;
    void this.ask();
  }

  private get marks(): boolean {
    return this.params.get('marks') === '1';
  }

  /** The theory of the address; without one, that with the most steps. */
  private get theory(): string {
    return this.params.get('theory') ?? theoriesOf(this.steps.answer?.rows ?? [])[0]?.iri ?? '';
  }

  private readonly ask = async (): Promise<void> => {
    if (!this.steps.answer) await this.steps.ask((signal) => question(STEPS, {}, { signal }));
    const { theory } = this;
    if (!theory) return;
    if (this.asked !== theory) {
      this.markedSteps.clear();
      this.markedArrows.clear();
      this.asked = theory;
      await this.arrows.ask((signal) => question(ARROWS, { theory }, { signal }));
    }
    await this.mark();
  };

  /** What is quick came first; the markings of rows take longer, and where they fail the picture stays as it is. */
  private readonly mark = async (): Promise<void> => {
    const { theory, marks } = this;
    if (!marks) {
      this.markedSteps.clear();
      this.markedArrows.clear();
    } else if (theory) {
      await this.markedSteps.ask((signal) => question(STEPS, { theory }, { signal, marks }));
      await this.markedArrows.ask((signal) => question(ARROWS, { theory }, { signal, marks }));
    }
  };

  private flow(): Flow {
    return flowOf(this.theory, (this.markedSteps.answer ?? this.steps.answer)?.rows ?? [], (this.markedArrows.answer ?? this.arrows.answer)?.rows ?? [], say('noLevel'));
  }

  private get picture(): SVGSVGElement | null {
    return this.renderRoot.querySelector<SVGSVGElement>('svg.flow');
  }

  private get name(): string {
    return theoriesOf(this.steps.answer?.rows ?? []).find((theory) => theory.iri === this.theory)?.label ?? '';
  }

  /** What the page shows, for a briefing. */
  carry(): readonly CarryPart[] {
    const steps = this.markedSteps.answer ?? this.steps.answer;
    const answer = this.markedArrows.answer ?? this.arrows.answer;
    if (!steps || !answer) return [];
    const { picture } = this;
    const heading = say('picture', { name: this.name });
    return [
      { heading, banner: steps.banner, request: steps.request, ...(picture ? { picture } : {}), table: stepTable(this.flow()) },
      { heading: ARROWS, banner: answer.banner, request: answer.request, table: this.table(this.flow()), sources: sourcesOf(answer) },
    ];
  }

  private table(flow: Flow): CarryTable {
    const names = new Map(flow.steps.map((step) => [step.iri, step.label]));
    const texts = (parts: Arrow['for']): string => parts.map((part) => [part.label, part.sources.map((source) => source.label).join(', '), part.confidence].filter(Boolean).join(' – ')).join('; ');
    return {
      columns: [say('fromStep'), say('toStep'), say('evidenceFor'), say('evidenceAgainst'), say('assumptions'), ...(this.marks ? [say('marking')] : [])],
      rows: flow.arrows.map((arrow) => [names.get(arrow.from) ?? '', names.get(arrow.to) ?? '', texts(arrow.for), texts(arrow.against), arrow.assumptions.map((part) => part.label).join('; '), ...(this.marks ? [arrow.marking] : [])]),
    };
  }

  override render(): TemplateResult {
    const theories = theoriesOf(this.steps.answer?.rows ?? []);
    const chosen = theories.find((theory) => theory.iri === this.theory);
    return html`<h1>${say('title')}</h1>
      <p class="lead">${say('lead')}</p>
      <div class="stack body">
        <div class="row no-print">
          ${theories.length > 0
            ? html`<label class="row">${say('theory')} <select @change=${(event: Event) => setParams({ theory: (event.target as HTMLSelectElement).value, arrow: null }, { enter: true })}>
                ${theories.map((theory) => html`<option value=${theory.iri} ?selected=${theory.iri === this.theory}>${theory.label}</option>`)}
              </select></label>
              <button aria-pressed=${this.marks} @click=${() => setParams({ marks: this.marks ? null : '1' })}>${say('marks')}</button>`
            : nothing}
        </div>
        ${chosen?.of ? html`<p class="soft of">${say('of', { of: chosen.of })}</p>` : nothing}
        ${[this.steps, this.arrows].map((asked) => (asked.state === 'answered' && theories.length > 0 ? nothing : html`<sluis-state .asked=${asked} ?empty=${asked === this.steps && theories.length === 0} @again=${this.again}></sluis-state>`))}
        ${[this.markedSteps, this.markedArrows].map((asked) => (asked.state === 'idle' || asked.state === 'answered' ? nothing : html`<sluis-state .asked=${asked} @again=${this.mark}></sluis-state>`))}
        ${this.steps.answer && this.arrows.answer && theories.length > 0 ? this.found(this.flow(), this.arrows.answer) : nothing}
      </div>`;
  }

  private readonly again = (): void => {
    this.asked = '';
    void this.ask();
  };

  private found(flow: Flow, answer: Answer): TemplateResult {
    const open = flow.arrows.find((arrow) => arrow.iri === this.params.get('arrow'));
    const names = new Map(flow.steps.map((step) => [step.iri, step.label]));
    const choose = (arrow: Arrow): void => {
      setParams({ arrow: arrow.iri });
      void this.updateComplete.then(() => this.updateComplete).then(() => this.renderRoot.querySelector<HTMLElement>('#chosen')?.focus());
    };
    const { columns, rows } = this.table(flow);
    return html`
      ${flow.arrows.length === 0 ? html`<p class="soft">${say('noArrows')}</p>` : nothing}
      ${this.width > 0 && this.width < NARROW ? downwards(flow, names, choose) : this.drawn(flow, answer, choose)}
      ${open ? evidence(open, names, () => setParams({ arrow: null })) : nothing}
      <details>
        <summary>${say('table')}</summary>
        <div class="scroll"><table>
          <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
          <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
        </table></div>
      </details>`;
  }

  private drawn(flow: Flow, answer: Answer, choose: (arrow: Arrow) => void): TemplateResult {
    const room = Math.max(300, this.width - 18) * this.scale;
    const { width, height, picture } = flowPicture(flow, room, this.params.get('arrow') ?? '', choose);
    const size = (by: number) => () => (this.scale = Math.max(0.6, Math.min(3, this.scale * by)));
    return html`<sluis-picture name=${say('picture', { name: this.name })} .banner=${answer.banner} .picture=${() => this.picture}>
        <div slot="tools" class="row">
          <button @click=${size(1.25)}>${say('larger')}</button><button @click=${size(0.8)}>${say('smaller')}</button>
          <button ?disabled=${this.scale === 1} @click=${() => (this.scale = 1)}>${say('fit')}</button>
        </div>
        <div class="scroll" tabindex="0" role="group" aria-label=${say('picture', { name: this.name })}>
          <svg class="flow" viewBox="-8 0 ${width} ${height}" ${styled({ width: `${width}px`, height: `${height}px` })}>${picture}</svg>
        </div>
      </sluis-picture>
      <p class="soft small">${say('legend')} <span class="no-print">${say('open')}</span></p>`;
  }
}

/** One level below the other, where there is no room for columns. */
function downwards(flow: Flow, names: ReadonlyMap<string, string>, choose: (arrow: Arrow) => void): TemplateResult {
  return html`<ol class="down">
    ${flow.levels.map((level, column) => html`<li>
      <h2>${level.label}</h2>
      ${flow.steps.filter((step) => step.column === column).map((step) => html`<div class="card">
        <sluis-thing .iri=${step.iri} .label=${step.label}></sluis-thing> <sluis-marking .marking=${step.marking}></sluis-marking>
        ${step.attributionExcluded ? html`<p class="soft small">${say('excluded')}</p>` : nothing}
        ${flow.arrows.filter((arrow) => arrow.from === step.iri).map((arrow) => html`<button class="lead-to" @click=${() => choose(arrow)}>
          <span>↓ ${say('leadsTo')} <strong>${names.get(arrow.to)}</strong><br /><span class="soft small">${evidenceWords(arrow)}${arrow.assumptions.length > 0 ? html` · ${arrow.assumptions.map((part) => say('assumes', { text: part.label })).join('; ')}` : nothing}</span></span>
        </button>`)}
      </div>`)}
    </li>`)}
  </ol>`;
}

function stepTable(flow: Flow): CarryTable {
  return { columns: ['', ''], rows: flow.steps.map((step) => [flow.levels[step.column]?.label ?? '', step.label]) };
}

declare global {
  interface HTMLElementTagNameMap {
    'theory-room': TheoryRoom;
  }
}
