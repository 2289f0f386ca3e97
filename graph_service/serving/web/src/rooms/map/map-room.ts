import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CarryPart, Carries } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/period/period.js';
import type { PeriodChange } from '../../parts/period/period.js';
import '../../parts/picture.js';
import '../../parts/state.js';
import '../../parts/thing.js';
import { question } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { dateText, text, value } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import './map-view.js';
import type { SluisMap } from './map-view.js';
import { atlasOf, isCountedAgain, spotsOf, type Atlas, type Choice, type Place, type Spot, type Thing } from './model.js';
import { say } from './words.js';

const QUESTION = 'things-on-the-map';
const ROWS = 60; // of a list at a time

/** What is where: symbols on a map of countries, what each stands for, and the same as a table. */
@customElement('map-room')
export class MapRoom extends LitElement implements Carries {
  static override styles = [
    common,
    css`
      .lead { max-width: 46rem; margin: -0.7rem 0 0; color: var(--soft); }
      .controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; }
      .controls label.field { flex: 0 1 15rem; min-width: 0; }
      .controls select { width: 100%; }
      .controls span { padding-bottom: 0.35rem; }
      .view { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
      .below { display: grid; gap: 0.5rem; padding-top: 0.8rem; }
      aside { min-width: 0; font-size: 0.94rem; }
      aside ul, aside ol { list-style: none; padding: 0; margin: 0.5rem 0; }
      aside li { border-bottom: 1px solid var(--line); padding: 0.3rem 0; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.6rem; }
      aside button.plain { text-align: left; white-space: normal; justify-self: start; padding: 0.1rem 0.2rem; }
      summary { cursor: pointer; font-size: var(--small); font-weight: 600; min-height: 24px; }
      .wide { overflow-x: auto; }
      @media (min-width: 72rem) { .view { grid-template-columns: minmax(0, 1fr) 17rem; } aside { max-height: 54rem; overflow: auto; } }
      @media (min-width: 100rem) { .view { grid-template-columns: minmax(0, 1fr) 22rem; } }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private most = ROWS;
  @state() private tableIsOpen = false;
  @query('sluis-map') private map!: SluisMap | null;
  private readonly asked = new Asked(this);
  private readonly marked = new Asked(this);
  private actor: string | null = null;
  private atlas: Atlas = atlasOf(null);
  private places: readonly Place[] = [];
  private spots: readonly Spot[] = [];
  private markings: ReadonlyMap<string, string> = new Map();

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('params')) return;
    const actor = this.params.get('actor') ?? '';
    if (actor !== this.actor) {
      this.actor = actor;
      void this.ask();
    }
    const marks = this.params.get('marks') === 'yes';
    if (marks && this.marked.state === 'idle') void this.mark();
    if (!marks && this.marked.state !== 'idle') this.marked.clear();
    if (changed.get('params')?.get('chosen') !== this.params.get('chosen')) this.most = ROWS;
    this.spots = spotsOf(this.atlas, this.choice);
  }

  private async ask(): Promise<void> {
    this.marked.clear();
    const answer = await this.asked.ask((signal) => question(QUESTION, { actor: this.actor ?? '' }, { signal }));
    if (!answer) return;
    this.atlas = atlasOf(answer);
    this.places = [...this.atlas.places.values()];
    this.spots = spotsOf(this.atlas, this.choice);
    this.requestUpdate();
    if (this.params.get('marks') === 'yes') await this.mark();
  }

  private async mark(): Promise<void> {
    const answer = await this.marked.ask((signal) => question(QUESTION, { actor: this.actor ?? '' }, { signal, marks: true }));
    this.markings = new Map(answer?.rows.map((row) => [value(row['thing']), text(row['_marking'])]));
    this.requestUpdate();
  }

  private get choice(): Choice {
    const { params, atlas } = this;
    const kind = params.get('kind') ?? '';
    const counted = atlas.things.filter(({ measure }) => measure).length;
    const usual = counted * 2 > atlas.things.length ? (atlas.measures[0]?.iri ?? '') : ''; // numbers, where most have one
    const measure = params.get('by') ?? usual;
    return {
      kind,
      measure: measure === 'things' ? '' : measure,
      from: params.get('from') ?? '',
      until: params.get('until') ?? '',
      undated: params.get('undated') !== 'no',
    };
  }

  carry(): readonly CarryPart[] {
    const { answer } = this.asked;
    if (!answer) return [];
    const columns = [say('place'), this.sizeName, say('date'), say('latitude'), say('longitude')];
    const rows = this.spots.map((spot) => [spot.label, number(spot.size), spot.date ? dateText(spot.date) : '', String(spot.latitude), String(spot.longitude)]);
    const part = { heading: say('picture'), banner: answer.banner, request: answer.request, table: { columns, rows }, text: say('borders') };
    const picture = this.map?.picture();
    return [picture ? { ...part, picture } : part];
  }

  private get sizeName(): string {
    const { measure } = this.choice;
    const label = this.atlas.measures.find(({ iri }) => iri === measure)?.label ?? '';
    if (!measure) return say('things_');
    return say(isCountedAgain(measure) ? 'mostOf' : 'sumOf', { measure: label });
  }

  override render(): TemplateResult {
    const { asked } = this;
    const isEmpty = asked.state === 'answered' && this.atlas.places.size === 0;
    return html`<div class="stack">
      <h1>${say('title')}</h1>
      <p class="lead">${say('lead')}</p>
      <sluis-state .asked=${asked} ?empty=${isEmpty} .advice=${say('advice')} @again=${() => void this.ask()}></sluis-state>
      ${this.marked.state === 'asking' || this.marked.state === 'refused' ? html`<sluis-state .asked=${this.marked} @again=${() => void this.mark()}></sluis-state>` : nothing}
      ${this.atlas.places.size > 0 ? html`${this.view()} ${this.table()}` : nothing}
    </div>`;
  }

  private controls(): TemplateResult {
    const { atlas, choice, spots, params } = this;
    const marks = params.get('marks') === 'yes';
    const things = new Set(spots.flatMap(({ things }) => things.map(({ iri }) => iri))).size;
    return html`<div class="controls" slot="tools">
      <label class="field">
        ${say('kind')}
        <select @change=${(event: Event) => setParams({ kind: (event.target as HTMLSelectElement).value })}>
          <option value="">${say('everyKind')}</option>
          ${atlas.kinds.map(({ iri, label }) => html`<option value=${iri} ?selected=${iri === choice.kind}>${label}</option>`)}
        </select>
      </label>
      ${atlas.measures.length > 0
        ? html`<label class="field">
            ${say('measure')}
            <select @change=${(event: Event) => setParams({ by: (event.target as HTMLSelectElement).value })}>
              <option value="things">${say('things_')}</option>
              ${atlas.measures.map(({ iri, label }) => html`<option value=${iri} ?selected=${iri === choice.measure}>${label}</option>`)}
            </select>
          </label>`
        : nothing}
      <button aria-pressed=${marks} @click=${() => setParams({ marks: marks ? null : 'yes' })}>${say('marks')}</button>
      <span class="small soft" role="status">${say('summary', { places: say('places', { n: spots.length }), things: say('things', { n: things }) })}</span>
    </div>`;
  }

  private view(): TemplateResult {
    const { choice, spots, atlas } = this;
    return html`<sluis-picture .name=${say('picture')} .picture=${() => this.map?.picture() ?? null}>
      ${this.controls()}
      <div class="view">
        <div>
          <sluis-map
            .places=${this.places}
            .spots=${spots}
            .chosen=${this.params.get('chosen') ?? ''}
            @choose=${({ detail }: CustomEvent<{ id: string | null }>) => setParams({ chosen: detail.id })}
          ></sluis-map>
          <div class="below">
            <sluis-period
              class="no-print"
              .periods=${atlas.things}
              .from=${choice.from}
              .until=${choice.until}
              .undated=${choice.undated}
              @period=${({ detail }: CustomEvent<PeriodChange>) => setParams({ from: detail.from, until: detail.until, undated: detail.undated ? null : 'no' })}
            ></sluis-period>
            ${spots.length === 0 ? html`<p role="status">${say('noneLeft')}</p>` : nothing}
            <p class="small soft">${say('borders')}</p>
          </div>
        </div>
        <aside aria-label=${say('details')}>${this.details()}</aside>
      </div>
    </sluis-picture>`;
  }

  private sized(spot: Spot): string {
    return spot.date ? `${number(spot.size)} ${say('on', { date: dateText(spot.date) })}` : number(spot.size);
  }

  private details(): TemplateResult {
    const spot = this.spots.find(({ iri }) => iri === this.params.get('chosen'));
    if (!spot) {
      return html`<p class="soft">${say('choose')}</p>
        <ol>${this.spots.slice(0, 12).map((one) => html`<li><button class="plain" @click=${() => setParams({ chosen: one.iri })}>${one.label}</button><span class="number soft">${number(one.size)}</span></li>`)}</ol>`;
    }
    return html`<h2><sluis-thing .iri=${spot.iri} .label=${spot.label}></sluis-thing></h2>
      <p class="small soft">${this.sizeName}: ${this.sized(spot)}</p>
      <ul>${spot.things.slice(0, this.most).map((thing) => this.thing(thing))}</ul>
      ${spot.things.length > this.most ? html`<button @click=${() => (this.most += ROWS)}>${say('more')}</button>` : nothing}`;
  }

  private thing(thing: Thing): TemplateResult {
    const marking = this.markings.get(thing.iri);
    const when = thing.since === thing.until ? thing.since && dateText(thing.since) : [thing.since, thing.until].map((date) => (date ? dateText(date) : '…')).join(' – ');
    return html`<li>
      <sluis-thing .iri=${thing.iri} .label=${thing.of || thing.label}></sluis-thing>
      <span class="number">${thing.number === null ? nothing : number(thing.number)}</span>
      <span class="small soft">${[thing.with, thing.of ? '' : thing.kindLabel, when].filter(Boolean).join(' · ')} ${marking ? html`<sluis-marking .marking=${marking}></sluis-marking>` : nothing}</span>
    </li>`;
  }

  private table(): TemplateResult {
    return html`<details @toggle=${(event: Event) => (this.tableIsOpen = (event.target as HTMLDetailsElement).open)}>
      <summary>${say('table')}</summary>
      ${this.tableIsOpen
        ? html`<div class="wide" tabindex="0" role="region" aria-label=${say('table')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">${say('place')}</th><th scope="col">${this.sizeName}</th><th scope="col">${say('date')}</th>
                  <th scope="col">${say('latitude')}</th><th scope="col">${say('longitude')}</th>
                </tr>
              </thead>
              <tbody>
                ${this.spots.map(
                  (spot) => html`<tr>
                    <td><button class="plain" title=${say('show')} @click=${() => setParams({ chosen: spot.iri })}>${spot.label}</button></td>
                    <td>${number(spot.size)}</td>
                    <td>${spot.date ? dateText(spot.date) : ''}</td>
                    <td>${number(spot.latitude)}</td>
                    <td>${number(spot.longitude)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`
        : nothing}
    </details>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'map-room': MapRoom;
  }
}
