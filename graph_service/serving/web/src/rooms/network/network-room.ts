import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CarryPart, Carries } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/graph/graph.js';
import type { SluisGraph } from '../../parts/graph/graph.js';
import { kindSign, lineSign } from '../../parts/graph/legend.js';
import { pathBetween, type Graph, type Neighbour } from '../../parts/graph/model.js';
import '../../parts/period/period.js';
import type { PeriodChange } from '../../parts/period/period.js';
import '../../parts/picture.js';
import '../../parts/state.js';
import { question, type Answer } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { common } from '../../style/common.js';
import { actorDetails, linkDetails, mostLinked, periodText } from './details.js';
import { linkTable } from './link-table.js';
import { STATUSES, chosen, graphOf, markingsOf, nameOf, networkOf, type LinkWords, type Network } from './model.js';
import { listed, stateOf, toggled, type RoomState } from './state.js';
import { networkStyles } from './styles.js';
import { say } from './words.js';

const LINKS = 'coordination-network';
const ACTORS = 'actors-by-kind';
const ROWS = 200; // of the table at a time

/** Actors and how they hang together, over time: a picture, what is known of each part of it, and the same as a table. */
@customElement('network-room')
export class NetworkRoom extends LitElement implements Carries {
  static override styles = [common, networkStyles];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private network: Network = networkOf([], null, {});
  @query('sluis-graph') private picture!: SluisGraph | null;

  @state() private tableIsOpen = false;
  @state() private most = ROWS;

  /** The links around each actor that was asked for; '' is all of them. Markings take longer, and come after. */
  private readonly links = new Map<string, Asked>();
  private readonly actors = new Map<string, Asked>();
  private readonly markedLinks = new Map<string, Asked>();
  private readonly markedActors = new Map<string, Asked>();
  private graph: Graph = graphOf(this.network, wordsOfLinks());
  private place: RoomState = stateOf(this.params);
  private left = chosen(this.network, this.place);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('params')) return;
    this.place = stateOf(this.params);
    this.ask();
    this.left = chosen(this.network, this.place);
  }

  /** Asks what the address needs and is not there yet, and lets go of what it no longer needs. */
  private ask(): void {
    const around = this.place.around.length > 0 ? this.place.around : [''];
    const { marks } = this.place;
    this.keep(this.links, around, (actor, signal) => question(LINKS, { actor }, { signal }));
    this.keep(this.actors, [''], (_, signal) => question(ACTORS, {}, { signal }));
    this.keep(this.markedLinks, marks ? around : [], (actor, signal) => question(LINKS, { actor }, { signal, marks }));
    if (!marks) this.keep(this.markedActors, [], never);
    else this.markActors();
  }

  /** After the links: the service then has made the parts of the view that both are asked on. */
  private markActors(): void {
    if ([...this.markedLinks.values()].some(({ state }) => state === 'asking')) return;
    this.keep(this.markedActors, [''], (_, signal) => question(ACTORS, {}, { signal, marks: true }));
  }

  private keep(kept: Map<string, Asked>, wanted: readonly string[], request: (key: string, signal: AbortSignal) => Promise<Answer>): void {
    for (const [key, asked] of kept) {
      if (wanted.includes(key)) continue;
      asked.clear();
      this.removeController(asked);
      kept.delete(key);
      this.renew();
    }
    for (const key of wanted) {
      if (kept.has(key)) continue;
      const asked = new Asked(this);
      kept.set(key, asked);
      void asked.ask((signal) => request(key, signal)).then(() => {
        if (this.place.marks) this.markActors();
        this.renew();
      });
    }
  }

  private again(): void {
    for (const kept of [this.links, this.actors, this.markedLinks, this.markedActors]) this.keep(kept, [], never);
    this.ask();
  }

  private get answers(): readonly Answer[] {
    return answersOf(this.links);
  }

  /** The picture waits for the kinds of actors, so that it is drawn once. */
  private renew(): void {
    const actors = this.actors.get('');
    if (actors?.state === 'asking') return;
    const markings = markingsOf([...answersOf(this.markedLinks), ...answersOf(this.markedActors)]);
    this.network = networkOf(this.answers, actors?.answer ?? null, { otherKind: say('unknownKind'), markings });
    this.graph = graphOf(this.network, wordsOfLinks());
    this.left = chosen(this.network, this.place);
  }

  private choose(chosen: string | null): void {
    setParams({ chosen, to: null });
  }

  /** Adds the neighbours of an actor; in the whole network they are there, so it is chosen. */
  private open(actor: string): void {
    if (this.place.around.length === 0) this.choose(actor);
    else setParams({ actor: null, around: listed(new Set([...this.place.around, actor])), chosen: actor, to: null });
  }

  private get path(): readonly Neighbour[] | null {
    const { chosen: from, to } = this.place;
    return to && this.network.actors.has(from) ? pathBetween(this.graph, from, to, this.left) : null;
  }

  private get lit(): ReadonlySet<string> | null {
    const { path } = this;
    return path ? new Set([this.place.chosen, ...path.flatMap(({ id, link }) => [id, link.id])]) : null;
  }

  carry(): readonly CarryPart[] {
    const answer = this.answers[0];
    if (!answer) return [];
    const columns = [say('from'), say('relationColumn'), say('to'), say('statusColumn'), say('period'), say('source')];
    const words = wordsOfLinks();
    const label = (iri: string): string => this.network.actors.get(iri)?.label ?? iri;
    const rows = this.left.all.map((link) => [label(link.from), nameOf(link, words), label(link.to), words.statuses[link.status], periodText(link), link.citation]);
    const sources = [...new Set(this.left.all.flatMap(({ citation }) => citation.split('; ')))].filter(Boolean).sort();
    const picture = this.picture?.picture();
    const part = { heading: say('picture'), banner: answer.banner, request: answer.request, table: { columns, rows }, sources };
    return [picture ? { ...part, picture } : part, ...this.answers.slice(1).map((one) => ({ heading: say('picture'), banner: one.banner, request: one.request }))];
  }

  override render(): TemplateResult {
    const { left, network } = this;
    const hasLinks = network.links.length > 0;
    const every = [this.links, this.actors, this.markedLinks, this.markedActors].flatMap((kept) => [...kept.values()]);
    const open = every.find(({ state }) => state !== 'answered');
    return html`<div class="stack">
      <h1>${say('title')}</h1>
      <p class="lead">${say('lead')}</p>
      ${open ? html`<sluis-state .asked=${open} @again=${this.again}></sluis-state>` : nothing}
      ${!open && !hasLinks ? html`<sluis-state .asked=${every[0] ?? null} empty></sluis-state>` : nothing}
      ${hasLinks ? html`${this.around()} ${this.view()} ${this.table()}` : nothing}
      ${hasLinks && left.all.length === 0 ? html`<p class="soft" role="status">${say('advice')}</p>` : nothing}
    </div>`;
  }

  /** Finding and restricting by words; what can be ticked off stands under the picture, as its legend. */
  private controls(): TemplateResult {
    const { place, left } = this;
    const summary = say('summary', { actors: say('actors', { n: left.nodes.size }), links: say('links', { n: left.links.size }) });
    return html`<div class="controls" slot="tools">
      ${this.finder()} ${this.relations()}
      <button aria-pressed=${place.marks} @click=${() => setParams({ marks: place.marks ? null : 'yes' })}>${say('marks')}</button>
      <span class="small soft" role="status">${summary}</span>
    </div>`;
  }

  private filters(): TemplateResult {
    const { place, network } = this;
    return html`<div class="filters">
      <sluis-period
        class="no-print"
        .periods=${network.links}
        .from=${place.from}
        .until=${place.until}
        .undated=${place.undated}
        @period=${({ detail }: CustomEvent<PeriodChange>) => setParams({ from: detail.from, until: detail.until, undated: detail.undated ? null : 'no' })}
      ></sluis-period>
      ${this.statuses()} ${this.kinds()}
    </div>`;
  }

  private finder(): TemplateResult {
    const names = [...new Set([...this.network.actors.values(), ...this.everyActor()].map(({ label }) => label))].sort();
    return html`<label class="field">
        ${say('find')}
        <input type="search" list="actors" autocomplete="off" @change=${(event: Event) => this.found(event.target as HTMLInputElement)} />
      </label>
      <datalist id="actors">${names.map((name) => html`<option value=${name}></option>`)}</datalist>`;
  }

  private everyActor(): readonly { readonly iri: string; readonly label: string }[] {
    return this.actors.get('')?.answer?.rows.map((row) => ({ iri: row['actor']?.value as string, label: (row['actorLabel']?.value as string | undefined) ?? '' })) ?? [];
  }

  private found(input: HTMLInputElement): void {
    const wanted = input.value.trim().toLowerCase();
    const named = [...this.network.actors.values()];
    const actor = named.find(({ label }) => label.toLowerCase() === wanted) ?? this.everyActor().find(({ label }) => label.toLowerCase() === wanted) ?? named.find(({ label }) => wanted && label.toLowerCase().includes(wanted));
    if (!actor) return;
    input.value = '';
    if (this.network.actors.has(actor.iri)) this.choose(actor.iri);
    else setParams({ actor: null, around: listed([...this.place.around, actor.iri]), chosen: actor.iri, to: null });
  }

  private relations(): TemplateResult {
    const { network, place } = this;
    return html`<label class="field">
      ${say('relation')}
      <select @change=${(event: Event) => setParams({ relation: (event.target as HTMLSelectElement).value })}>
        <option value="">${say('everyRelation')}</option>
        ${network.relations.map(({ iri, label, n }) => html`<option value=${iri} ?selected=${iri === place.relation}>${label} (${n})</option>`)}
      </select>
    </label>`;
  }

  private statuses(): TemplateResult {
    const { network, place, graph } = this;
    return html`<fieldset>
      <legend>${say('status')}</legend>
      <div class="choices">
        ${STATUSES.map((status) => {
          const n = network.links.filter((link) => link.status === status).length;
          if (n === 0) return nothing;
          const line = graph.lines!.find(({ key }) => key === status)!;
          const change = (): void => {
            const statuses = toggled(place.statuses, status);
            setParams({ status: statuses.size === STATUSES.length || statuses.size === 0 ? null : listed(statuses) });
          };
          return html`<label><input type="checkbox" .checked=${place.statuses.has(status)} @change=${change} />${lineSign(line)} ${say(status)} (${n})</label>`;
        })}
      </div>
    </fieldset>`;
  }

  private kinds(): TemplateResult {
    const { network, place } = this;
    const present = network.kinds.map((kind) => ({ kind, n: [...network.actors.values()].filter((actor) => actor.kind === kind.key).length })).filter(({ n }) => n > 0);
    return html`<fieldset>
      <legend>${say('kinds')}</legend>
      <div class="choices">
        ${present.map(({ kind, n }) => {
          const change = (): void => setParams({ without: listed(toggled(place.withoutKinds, kind.key)) });
          return html`<label><input type="checkbox" .checked=${!place.withoutKinds.has(kind.key)} @change=${change} />${kindSign(kind)} ${kind.label} (${n})</label>`;
        })}
      </div>
    </fieldset>`;
  }

  private around(): TemplateResult | typeof nothing {
    const { around } = this.place;
    if (around.length === 0) return nothing;
    const names = around.map((iri) => this.network.actors.get(iri)?.label ?? iri).join(', ');
    return html`<p class="row"><span>${say('aroundNotice', { names })}</span><button @click=${() => setParams({ around: null, actor: null })}>${say('whole')}</button></p>`;
  }

  private view(): TemplateResult {
    const { graph, left, place } = this;
    return html`<sluis-picture .name=${say('picture')} .picture=${() => this.picture?.picture() ?? null}>
      ${this.controls()}
      <div class="view">
        <div>
          <sluis-graph
            bare
            .name=${say('picture')}
            .graph=${graph}
            .shown=${left}
            .chosen=${place.chosen}
            .lit=${this.lit}
            .marks=${place.marks}
            @choose=${({ detail }: CustomEvent<{ id: string | null }>) => this.choose(detail.id)}
            @open=${({ detail }: CustomEvent<{ id: string }>) => this.open(detail.id)}
          ></sluis-graph>
          ${this.filters()}
        </div>
        <aside aria-label=${say('details')}>${this.details()}</aside>
      </div>
    </sluis-picture>`;
  }

  private details(): TemplateResult {
    const { network, place } = this;
    const shown = { network, links: this.left.all, words: wordsOfLinks(), choose: (iri: string) => this.choose(iri) };
    const actor = network.actors.get(place.chosen);
    if (actor) return actorDetails(actor, shown, this.actions());
    const link = network.links.find(({ iri }) => iri === place.chosen);
    return link ? linkDetails(link, shown) : mostLinked(shown);
  }

  private actions(): TemplateResult {
    const { network, place, left } = this;
    const others = [...left.nodes].filter((iri) => iri !== place.chosen).map((iri) => network.actors.get(iri)!).sort((a, b) => a.label.localeCompare(b.label));
    return html`<div class="actions no-print">
        <button @click=${() => setParams({ around: place.chosen, actor: null }, { enter: true })}>${say('around')}</button>
        <label class="field">
          ${say('path')}
          <select @change=${(event: Event) => setParams({ to: (event.target as HTMLSelectElement).value })}>
            <option value="">—</option>
            ${others.map(({ iri, label }) => html`<option value=${iri} ?selected=${iri === place.to}>${label}</option>`)}
          </select>
        </label>
      </div>
      ${place.to ? this.way() : nothing}`;
  }

  private way(): TemplateResult {
    const { path, network } = this;
    if (!path) return html`<p role="status">${say('noPath')}</p>`;
    const words = wordsOfLinks();
    const links = new Map(network.links.map((link) => [link.iri, link]));
    const label = (iri: string): string => network.actors.get(iri)?.label ?? iri;
    return html`<div role="status">
      <p class="small">${say('pathOf', { n: path.length })}</p>
      <ol class="path">
        ${path.map(({ link }) => html`<li>${label(link.from)} <span class="soft">${nameOf(links.get(link.id)!, words)}</span> ${label(link.to)}</li>`)}
      </ol>
      <button @click=${() => setParams({ to: null })}>${say('endPath')}</button>
    </div>`;
  }

  private table(): TemplateResult {
    const rows = { links: this.left.all, network: this.network, words: wordsOfLinks(), chosen: this.place.chosen, choose: (iri: string) => this.choose(iri) };
    return html`<details @toggle=${(event: Event) => (this.tableIsOpen = (event.target as HTMLDetailsElement).open)}>
      <summary>${say('table')}</summary>
      ${this.tableIsOpen ? linkTable({ ...rows, most: this.most, more: () => (this.most += ROWS) }) : nothing}
    </details>`;
  }
}

function never(): Promise<never> {
  return Promise.reject(new Error('nothing is wanted'));
}

function answersOf(kept: ReadonlyMap<string, Asked>): readonly Answer[] {
  return [...kept.values()].flatMap(({ answer }) => (answer ? [answer] : []));
}

function wordsOfLinks(): LinkWords {
  return { statuses: { stated: say('stated'), intended: say('intended'), 'to-be-assessed': say('to-be-assessed'), assessed: say('assessed') } };
}

declare global {
  interface HTMLElementTagNameMap {
    'network-room': NetworkRoom;
  }
}
