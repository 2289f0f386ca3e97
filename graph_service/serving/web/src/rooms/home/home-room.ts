import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/state.js';
import '../../parts/thing-picker.js';
import type { Picked } from '../../parts/thing-picker.js';
import { ROOMS, type RoomEntry } from '../../rooms.js';
import { json, select, type JsonAnswer } from '../../service/api.js';
import { addressOf, go } from '../../service/route.js';
import { session } from '../../service/session.js';
import { lastPart, value } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import { summaryOf, type Catalogue } from '../ask/catalogue.js';
import { say } from './words.js';

const FIRST = ['goals-citing-classified-sources', 'coordination-links', 'findings-with-few-source-types', 'contradictions', 'timeline'] as const; // prettier-ignore
const COUNTED = ['Actor', 'Goal', 'CoordinationLink', 'Event', 'Finding', 'Source', 'Contribution', 'ResearchQuestion'] as const; // prettier-ignore
const NS = 'https://w3id.org/sluis/ns#';
const DOORS = ['ask', 'sparql', 'network', 'map', 'timeline', 'flow', 'theory', 'matrix', 'triangulation', 'review', 'work'] as const; // prettier-ignore
type Door = (typeof DOORS)[number];

/** One query for all counts: of the asker's own view, and the classes are those of the ontology. */
const COUNTS = `SELECT ?class (COUNT(?thing) AS ?n) { VALUES ?class { ${COUNTED.map((name) => `<${NS}${name}>`).join(' ')} } ?thing a ?class } GROUP BY ?class`;

/** Where one begins: search, questions to begin with, the ways to look, and how much there is to see. */
@customElement('home-room')
export class HomeRoom extends LitElement {
  static override styles = [
    common,
    css`
      .top { max-width: 46rem; padding: 0.4rem 0 0.6rem; }
      .top h1 { font-size: 1.7rem; max-width: calc(100% - 2rem); }
      .top p { margin: 0.5rem 0 1rem; }
      sluis-thing-picker { font-size: 1.08rem; }
      .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1.6rem 2.2rem; align-items: start; }
      h2 { border-bottom: 1px solid var(--strong-line); padding-bottom: 0.25rem; font-size: 1.02rem; }
      ul { list-style: none; margin: 0; padding: 0; }
      li { border-bottom: 1px solid var(--line); }
      li a { display: block; padding: 0.45rem 0; text-decoration: none; color: var(--ink); }
      li a:hover { color: var(--accent); }
      .door b { display: block; color: var(--accent); font-weight: 650; }
      .door span { color: var(--soft); font-size: var(--small); }
      .counts a { display: flex; justify-content: space-between; gap: 1rem; }
      .counts .number { font-weight: 650; }
      .counts li.none a { color: var(--soft); }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  private readonly counted = new Asked(this);
  private readonly listed = new Asked<JsonAnswer<Catalogue>>(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.count();
    void this.list();
  }

  private readonly count = (): Promise<unknown> => this.counted.ask((signal) => select(COUNTS, { signal }));
  private readonly list = (): Promise<unknown> => this.listed.ask((signal) => json<Catalogue>('queries', {}, { signal }));

  override render(): TemplateResult {
    return html`<div class="stack">
      <div class="top">
        <h1>${say('title')}</h1>
        <p class="soft">${say('lead')}</p>
        <sluis-thing-picker clear-on-pick .label=${say('find')} .placeholder=${say('find')}
          @picked=${(event: CustomEvent<Picked | null>) => event.detail && go('thing', { iri: event.detail.iri })}></sluis-thing-picker>
      </div>
      <div class="columns">
        <section>
          <h2>${say('begin')}</h2>
          ${this.questions()}
          <p><a href=${addressOf('ask')}>${say('all')} →</a></p>
        </section>
        <section>
          <h2>${say('doors')}</h2>
          <ul>${ROOMS.map((room) => this.door(room))}</ul>
        </section>
        <section>
          <h2>${say('here')}</h2>
          ${this.counts()}
          <p class="soft small">${say('keys')}</p>
        </section>
      </div>
    </div>`;
  }

  private questions(): TemplateResult {
    const all = this.listed.answer?.data.queries ?? [];
    const found = FIRST.flatMap((name) => all.find((question) => question.name === name) ?? []);
    return html`<sluis-state .asked=${this.listed} @again=${this.list}></sluis-state>
      <ul>
        ${found.map((question) => html`<li><a href=${addressOf('ask', { _question: question.name })}>${summaryOf(question, session.language)}</a></li>`)}
      </ul>`;
  }

  private door({ path, group, name }: RoomEntry): TemplateResult | typeof nothing {
    if (path === '' || group === 'apart') return nothing;
    const line = DOORS.includes(path as Door) ? say(path as Door) : '';
    return html`<li class="door"><a href=${addressOf(path)}><b>${name()}</b>${line ? html`<span>${line}</span>` : nothing}</a></li>`;
  }

  private counts(): TemplateResult {
    const found = new Map(this.counted.answer?.rows.map((row) => [lastPart(value(row['class'])), Number(value(row['n']))]));
    return html`<sluis-state .asked=${this.counted} @again=${this.count}></sluis-state>
      <ul class="counts" ?hidden=${!this.counted.answer}>
        ${COUNTED.map((name) => {
          const n = found.get(name) ?? 0;
          return html`<li class=${n === 0 ? 'none' : ''}><a href=${addressOf('ask', { _question: 'things-of-a-class', class: NS + name })}><span>${say(name)}</span><span class="number">${number(n)}</span></a></li>`;
        })}
      </ul>`;
  }
}
