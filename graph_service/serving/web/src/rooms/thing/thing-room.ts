import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { fileName, save } from '../../carry/files.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/context.js';
import '../../parts/state.js';
import '../../parts/term.js';
import { written } from '../../parts/term.js';
import '../../parts/thing.js';
import type { Picked } from '../../parts/thing-picker.js';
import '../../parts/thing-picker.js';
import { question, sparqlText, type Answer, type TextAnswer } from '../../service/api.js';
import { addressOf, go, setParams } from '../../service/route.js';
import { session } from '../../service/session.js';
import { value } from '../../service/terms.js';
import { common } from '../../style/common.js';
import './around.js';
import { describing, portionQuery } from './export.js';
import './history.js';
import './links-in.js';
import './mentions.js';
import './places.js';
import './statement-list.js';
import { saidIn, thingOf, type Thing } from './statements.js';
import './text.js';
import { thingStyle } from './style.js';
import { say } from './words.js';

const FORMATS = { turtle: ['text/turtle', 'ttl'], jsonld: ['application/ld+json', 'jsonld'] } as const;

/** The page of any thing that stands in the reader's view: `#/thing?iri=…`. Hidden and absent are the same page. */
@customElement('thing-room')
export class ThingRoom extends LitElement {
  static override styles = [common, thingStyle];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private notice = '';
  private readonly about = new Asked(this);
  private readonly placed = new Asked(this);
  private readonly kept = new Asked<TextAnswer>(this);
  private readonly present = new Asked(this);
  private shown = '';
  @query('thing-history') private readonly history!: { answer: Answer | null } | null;

  private get iri(): string {
    return this.params.get('iri') ?? '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('params') && this.shown !== this.iri) this.look();
  }

  private look(): void {
    const thing = this.iri;
    this.shown = thing;
    for (const asked of [this.about, this.placed, this.present, this.kept]) asked.clear();
    if (!thing) return;
    void this.about.ask((signal) => question('about-thing', { thing }, { signal })).then((answer) => this.found(answer));
    void this.placed.ask((signal) => question('places-of-thing', { thing }, { signal }));
  }

  /** What nothing is said of may still be pointed to. */
  private found(answer: Answer | null): void {
    if (!answer) return;
    document.title = `${this.thing(answer).title} · Sluis`;
    if (answer.rows.length === 0) {
      void this.present.ask((signal) => question('kinds-of-links-to-thing', { thing: this.iri }, { signal }));
    }
  }

  private thing(answer: Answer): Thing {
    return thingOf(this.iri, saidIn(answer.rows), session.language, this.params.has('all'));
  }

  override render(): TemplateResult {
    if (!this.iri) return this.choosing();
    const { answer, problem, state: asked } = this.about;
    // A text that is no address names nothing, like an address that nothing is said of.
    const isNone = asked === 'refused' && problem?.type === 'query-refused';
    if (isNone || (answer?.rows.length === 0 && this.present.answer?.rows.length === 0)) return this.nothing();
    if (!answer || (answer.rows.length === 0 && !this.present.answer)) {
      return html`<sluis-state .asked=${answer ? this.present : this.about} @again=${() => this.look()}></sluis-state>`;
    }
    return this.page(this.thing(answer));
  }

  private choosing(): TemplateResult {
    return html`<div class="stack narrow">
      <h1>${say('which')}</h1>
      <p>${say('choose')}</p>
      <sluis-thing-picker clear-on-pick label=${say('which')} @picked=${(event: CustomEvent<Picked | null>) => event.detail && go('thing', { iri: event.detail.iri })}></sluis-thing-picker>
    </div>`;
  }

  private nothing(): TemplateResult {
    return html`<div class="stack narrow">
      <h1>${say('unknown')}</h1>
      <p role="status">${say('nothing')}</p>
      <p class="iri"><code>${this.iri}</code></p>
      <sluis-thing-picker clear-on-pick label=${say('which')} @picked=${(event: CustomEvent<Picked | null>) => event.detail && go('thing', { iri: event.detail.iri })}></sluis-thing-picker>
    </div>`;
  }

  private page(thing: Thing): TemplateResult {
    return html`<article>
      <header>
        <p class="types">${thing.types.map((type, index) => html`${index ? ' · ' : nothing}<sluis-thing iri=${value(type.term)} label=${type.label}></sluis-thing>`)}</p>
        <h1 lang=${thing.titleLanguage || nothing}>${thing.title} ${thing.numbers.filter((one) => one !== thing.title).map((one) => html`<span class="notation">${one}</span>`)}</h1>
        ${thing.otherNames.length ? html`<p class="names"><span class="soft">${say('alsoCalled')}</span> ${thing.otherNames.map((name, index) => html`${index ? ', ' : nothing}<sluis-term .term=${name}></sluis-term>`)}</p>` : nothing}
        ${thing.leads.map((lead) => html`<p class="lead"><sluis-term .term=${lead.term}></sluis-term></p>`)}
        ${this.tools()}
      </header>
      <div class="columns">
        <div class="main">
          ${thing.isText ? html`<sluis-context class="part" place=${this.iri}></sluis-context>` : nothing}
          <thing-text thing=${this.iri}></thing-text>
          ${thing.groups.length
            ? html`<h2 class="out-of-sight">${say('statements')}</h2>
                <thing-statements subject=${this.iri} .groups=${thing.groups} ?marks=${this.params.has('marks')} .placesAnswer=${this.placed.answer}></thing-statements>`
            : nothing}
          ${this.folding(thing)}
          <thing-links-in thing=${this.iri} name=${thing.title} ?marks=${this.params.has('marks')}></thing-links-in>
        </div>
        <aside>
          <thing-around thing=${this.iri} name=${thing.title} .said=${saidIn(this.about.answer?.rows ?? [])} ?open=${this.params.has('around')}></thing-around>
          <thing-places .answer=${this.placed.answer}></thing-places>
          <thing-mentions thing=${this.iri}></thing-mentions>
          <thing-history thing=${this.iri}></thing-history>
        </aside>
      </div>
    </article>`;
  }

  private tools(): TemplateResult {
    const marks = this.params.has('marks');
    return html`<div class="tools">
        <code class="iri">${this.iri}</code>
        <button class="plain no-print" @click=${this.copy}>${say('copy')}</button>
        <span class="space"></span>
        <span class="row no-print">
          <button aria-pressed=${marks} @click=${() => setParams({ marks: marks ? null : '1' })}>${say('marks')}</button>
          ${this.iri.startsWith('https://w3id.org/sluis/id/portion/') ? html`<a class="button" href=${addressOf('sparql', { query: portionQuery(this.iri) })}>${say('portion')}</a>` : nothing}
          <span role="group" aria-label=${say('keep')} class="row">
            <button @click=${() => void this.keep('turtle')}>${say('turtle')}</button>
            <button @click=${() => void this.keep('jsonld')}>${say('jsonld')}</button>
          </span>
        </span>
      </div>
      ${this.notice ? html`<p class="soft small" role="status">${this.notice}</p>` : nothing}
      <sluis-state .asked=${this.kept} @again=${() => void this.keep('turtle')}></sluis-state>`;
  }

  private folding(thing: Thing): TemplateResult | typeof nothing {
    if (this.params.has('all')) return html`<button class="plain fold" @click=${() => setParams({ all: null })}>${say('fewer')}</button>`;
    return thing.folded ? html`<button class="plain fold" @click=${() => setParams({ all: '1' })}>${say('all', { n: thing.folded })}</button>` : nothing;
  }

  private readonly copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(this.iri);
    this.notice = say('copied');
  };

  private async keep(format: keyof typeof FORMATS): Promise<void> {
    const text = describing(this.iri);
    const answer = text && (await this.kept.ask((signal) => sparqlText(text, format, { signal })));
    if (!answer || !this.about.answer) return;
    const [media, ending] = FORMATS[format];
    save(answer.text, fileName(answer.banner, this.thing(this.about.answer).title, ending), media);
    this.kept.clear(); // it left as a file, and is not on screen
  }

  /** What the briefing takes along: the statements as a table, where they stand, and the history. */
  carry(): readonly CarryPart[] {
    const { answer } = this.about;
    if (!answer) return [];
    const thing = this.thing(answer);
    const rows = thing.groups.flatMap((group) => group.properties.flatMap((one) => one.values.map((said) => [one.label, said.label || written(said.term), said.markings.join(' | ')])));
    const parts: CarryPart[] = [
      {
        heading: thing.title,
        banner: answer.banner,
        request: answer.request,
        text: [thing.types.map((type) => type.label).join(', '), ...thing.leads.map((lead) => value(lead.term))].filter(Boolean).join('\n\n'),
        table: { columns: [say('property'), say('value'), say('marks')], rows },
      },
    ];
    const placed = this.placed.answer;
    if (placed?.rows.length) {
      const vars = ['documentLabel', 'section', 'words'] as const;
      const table = { columns: [say('places'), '§', '“ ”'], rows: placed.rows.map((row) => vars.map((name) => value(row[name]))) };
      parts.push({ heading: say('places'), banner: placed.banner, request: placed.request, table });
    }
    const happened = this.history?.answer;
    if (happened?.rows.length) {
      const rows = happened.rows.map((row) => [value(row['date']), value(row['aboutLabel']) || value(row['propertyLabel']), value(row['note'])]);
      parts.push({ heading: say('history'), banner: happened.banner, request: happened.request, table: { columns: [say('date'), '', ''], rows } });
    }
    return parts;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-room': ThingRoom;
  }
}
