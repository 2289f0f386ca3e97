import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/state.js';
import '../../parts/table/sluis-table.js';
import '../../parts/thing.js';
import { question } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { common } from '../../style/common.js';
import { byWeakness, claimsOf, confidences, holding, strengthOf, traceable, typesOf, type Claim, type Line, type Named, type Strength } from './model.js';
import { say } from './words.js';

const QUESTION = 'evidence-of-claims';
const KINDS = ['finding', 'causal link'] as const;

/** Per finding and causal link: how many types of source, for and against, how sure, and what is to be careful with. */
@customElement('triangulation-room')
export class TriangulationRoom extends LitElement {
  static override styles = [
    common,
    css`
      .lead { margin: 0.3rem 0 0; max-width: 52rem; }
      .group { display: inline-flex; } .group button { border-radius: 0; margin-inline-start: -1px; }
      .wide { position: relative; overflow-x: auto; }
      table { font-size: 0.92rem; }
      th, td { padding: 0.45rem 0.7rem 0.45rem 0; }
      thead th { vertical-align: bottom; border-bottom-color: var(--strong-line); }
      .name { min-width: 15rem; width: 34%; }
      .name button { all: unset; box-sizing: border-box; cursor: pointer; display: flex; gap: 0.5em; min-height: var(--target); align-items: baseline; color: var(--ink); font-size: 0.92rem; font-weight: 400; line-height: 1.4; }
      .name button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
      .name button:hover { color: var(--accent); }
      .type { min-width: 5.5rem; max-width: 9rem; hyphens: auto; }
      td.type { letter-spacing: 0.12em; white-space: nowrap; border-inline-start: 1px solid var(--line); padding-inline-start: 0.6rem; }
      th.type { border-inline-start: 1px solid var(--line); padding-inline-start: 0.6rem; }
      .for { color: var(--kind-1); } .against { color: var(--bad); font-weight: 700; }
      .count { font-variant-numeric: tabular-nums; }
      .notes { min-width: 13rem; list-style: none; margin: 0; padding: 0; font-size: var(--small); }
      .notes li::before { content: '▲ '; color: var(--warn); }
      tr.lines > td { background: var(--code); padding: 0.6rem 0.9rem; }
      .lines ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
      .legend { white-space: pre-wrap; }
      details summary { cursor: pointer; color: var(--accent); min-height: var(--target); }
      @media (max-width: 40rem) { .name { min-width: 11rem; } }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  private readonly asked = new Asked(this);
  private readonly sure = new Asked(this);
  private readonly respondents = new Asked(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  private readonly ask = async (): Promise<void> => {
    await Promise.all([
      this.asked.ask((signal) => question(QUESTION, {}, { signal })),
      this.sure.ask((signal) => question('confidence-in-findings', {}, { signal })),
      this.respondents.ask((signal) => question('findings-traceable-to-respondents', {}, { signal })),
    ]);
  };

  override render(): TemplateResult {
    const { answer } = this.asked;
    const isTable = this.params.get('view') === 'table';
    return html`<div class="stack">
      <div>
        <h1>${say('title')}</h1>
        <p class="lead soft">${say('lead')}</p>
      </div>
      <div>${[this.asked, this.sure, this.respondents].map((asked) => html`<sluis-state .asked=${asked} ?empty=${asked === this.asked && answer?.rows.length === 0} @again=${this.ask}></sluis-state>`)}</div>
      ${answer && answer.rows.length > 0 ? html`${this.tools(isTable)}${isTable ? html`<sluis-table .answer=${answer} name=${QUESTION}></sluis-table>` : this.claims(claimsOf(answer.rows))}` : nothing}
    </div>`;
  }

  private tools(isTable: boolean): TemplateResult {
    return html`<div class="row no-print">
      ${isTable
        ? nothing
        : html`<input type="search" aria-label=${say('find')} placeholder=${say('find')} .value=${this.params.get('find') ?? ''}
            @input=${(event: InputEvent) => setParams({ find: (event.target as HTMLInputElement).value })} />`}
      <div class="group" role="group" aria-label=${say('how')}>
        <button aria-pressed=${!isTable} @click=${() => setParams({ view: null })}>${say('dots')}</button>
        <button aria-pressed=${isTable} @click=${() => setParams({ view: 'table' })}>${say('table')}</button>
      </div>
    </div>`;
  }

  private claims(all: readonly Claim[]): TemplateResult {
    const found = byWeakness(holding(all, this.params.get('find') ?? ''));
    const shown = found.filter(({ lines }) => lines.length > 0);
    const bare = found.filter(({ lines }) => lines.length === 0);
    const types = typesOf(all);
    return html`
      <p class="soft small legend">${say('legend')}</p>
      ${found.length === 0 ? html`<p class="soft" role="status">${say('nothing')}</p>` : nothing}
      ${KINDS.map((kind) => {
        const claims = shown.filter((claim) => claim.kind === kind);
        return claims.length > 0 ? this.table(kind, claims, types) : nothing;
      })}
      ${bare.length > 0
        ? html`<details>
            <summary>${say('bare', { n: bare.length })}</summary>
            <p class="soft">${say('bareLead')}</p>
            <ul>${bare.map(({ iri, label }) => html`<li><sluis-thing .iri=${iri} .label=${label}></sluis-thing></li>`)}</ul>
          </details>`
        : nothing}
    `;
  }

  private table(kind: (typeof KINDS)[number], claims: readonly Claim[], types: readonly Named[]): TemplateResult {
    const sure = confidences(this.sure.answer?.rows ?? []);
    const known = traceable(this.respondents.answer?.rows ?? []);
    return html`<section class="wide" tabindex="0" aria-label=${say(kind)}>
      <table>
        <caption class="out-of-sight">${say(kind)}</caption>
        <thead>
          <tr>
            <th scope="col" class="name">${say(kind)}</th>
            ${types.map(({ label }) => html`<th scope="col" class="type">${label}</th>`)}
            <th scope="col">${say('types')}</th>
            <th scope="col">${say('confidence')}</th>
            <th scope="col">${say('notes')}</th>
          </tr>
        </thead>
        <tbody>
          ${claims.map((claim) => this.row(claim, types, sure.get(claim.iri) ?? '', known.has(claim.iri)))}
        </tbody>
      </table>
    </section>`;
  }

  private row(claim: Claim, types: readonly Named[], confidence: string, isTraceable: boolean): TemplateResult {
    const strength = strengthOf(claim);
    const isOpen = this.params.get('open') === claim.iri;
    return html`<tr>
        <th scope="row" class="name">
          <button aria-expanded=${isOpen} @click=${() => setParams({ open: isOpen ? null : claim.iri })}>
            <span aria-hidden="true">${isOpen ? '▾' : '▸'}</span><span>${claim.label}</span>
          </button>
        </th>
        ${types.map((type) => this.dots(claim, type))}
        <td class="count">${strength.types}</td>
        <td>${confidence}</td>
        <td>${notes(strength, isTraceable)}</td>
      </tr>
      ${isOpen ? this.lines(claim, types.length + 4) : nothing}`;
  }

  private dots(claim: Claim, type: Named): TemplateResult {
    const lines = claim.lines.filter((line) => line.broad.some(({ iri }) => iri === type.iri));
    const [pro, contra] = [lines.filter(({ against }) => !against), lines.filter(({ against }) => against)];
    const said = [pro.length > 0 ? say('for', { n: pro.length }) : '', contra.length > 0 ? say('against', { n: contra.length }) : ''].filter(Boolean).join(', ');
    return html`<td class="type">
      <span aria-hidden="true" title=${said}><span class="for">${pro.map(dot)}</span><span class="against">${contra.map(() => '✕')}</span></span>
      <span class="out-of-sight">${said || say('blank')}</span>
    </td>`;
  }

  private lines(claim: Claim, columns: number): TemplateResult {
    return html`<tr class="lines">
      <td colspan=${columns}>
        <p><sluis-thing .iri=${claim.iri} .label=${claim.label}></sluis-thing></p>
        <ul aria-label=${say('lines')}>
          ${claim.lines.map(
            (line) => html`<li>
              <span class=${line.against ? 'against' : 'for'}>${line.against ? `✕ ${say('isAgainst')}` : `${dot(line)} ${say('isFor')}`}</span>
              · <sluis-thing .iri=${line.iri} .label=${line.label}></sluis-thing>
              <span class="soft small">${[...new Set([...line.broad.map(({ label }) => label), ...line.types])].join(', ')}</span>
              ${line.sources.map(
                (source) => html`<div class="row small"><sluis-thing .iri=${source.iri} .label=${source.label}></sluis-thing>${source.markings.map(
                  (marking) => html`<sluis-marking .marking=${marking}></sluis-marking>`,
                )}</div>`,
              )}
            </li>`,
          )}
        </ul>
      </td>
    </tr>`;
  }

  carry(): readonly CarryPart[] {
    const { answer } = this.asked;
    if (!answer) return [];
    const sure = confidences(this.sure.answer?.rows ?? []);
    const claims = byWeakness(holding(claimsOf(answer.rows), this.params.get('find') ?? ''));
    const types = typesOf(claims);
    const count = (claim: Claim, type: Named): string => {
      const lines = claim.lines.filter((line) => line.broad.some(({ iri }) => iri === type.iri));
      const against = lines.filter((line) => line.against).length;
      return [lines.length - against || '', against ? `✕${against}` : ''].filter(Boolean).join(' ');
    };
    const rows = claims.map((claim) => [claim.label, ...types.map((type) => count(claim, type)), String(strengthOf(claim).types), sure.get(claim.iri) ?? '']);
    const columns = [say('claim'), ...types.map(({ label }) => label), say('types'), say('confidence')];
    const sources = [...new Set(claims.flatMap((claim) => claim.lines.flatMap((line) => line.sources.map(({ label }) => label))))];
    return [{ heading: say('title'), banner: answer.banner, request: answer.request, text: say('lead'), table: { columns, rows }, sources }];
  }
}

function dot(line: Line): string {
  return line.sources.length > 0 && line.sources.every(({ classified }) => classified) ? '■' : '●';
}

function notes({ types, against, classifiedOnly }: Strength, isTraceable: boolean): TemplateResult | typeof nothing {
  const said = [types === 1 ? say('few') : '', classifiedOnly ? say('classifiedOnly') : '', against > 0 ? say('disputed') : '', isTraceable ? say('traceable') : ''].filter(Boolean);
  return said.length > 0 ? html`<ul class="notes">${said.map((one) => html`<li>${one}</li>`)}</ul>` : nothing;
}
