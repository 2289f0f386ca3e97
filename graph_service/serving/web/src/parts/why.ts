import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { select, type Answer } from '../service/api.js';
import { lastPart, value, type Row, type Term } from '../service/terms.js';
import { session } from '../service/session.js';
import { common } from '../style/common.js';
import { Asked } from './asked.js';
import { propertyName } from './outside.js';
import { keyOf, type Statement } from './provenance.js';
import { say } from './provenance-words.js';
import { iriText, parseRule, patternTerm, reasons, ways, whyQuery, type Pattern, type Reason, type Way } from './rules.js';
import './state.js';
import './term.js';
import './thing.js';

type Triple = readonly [Term, Term, Term];

const RULES = 'SELECT ?rule ?text { ?rule <https://w3id.org/sluis/ns#construct> ?text } ORDER BY ?rule';

/**
 * Why a statement holds that no portion makes: the rule that concludes it and its premises in the reader's view, each of
 * which can be asked the same. It takes the rules, the premises and their names from the service with plain queries.
 */
@customElement('sluis-why')
export class SluisWhy extends LitElement {
  static override styles = [
    common,
    css`
      p { margin: 0 0 0.4rem; }
      ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.35rem; }
      li { padding-left: 0.9rem; border-left: 3px solid var(--line); }
      li.premise { border-left: 0; padding-left: 0.6rem; }
      li button { min-height: 1.5rem; min-width: 1.5rem; padding: 0 0.35rem; font-size: var(--tiny); color: var(--soft); border-color: transparent; background: transparent; }
      li button:hover, li button:focus-visible, li button[aria-expanded="true"] { color: var(--accent); border-color: var(--line); background: var(--foam); }
      .verb { color: var(--soft); }
      sluis-provenance { margin: 0.5rem 0 0.6rem 0.2rem; }
    `,
  ];

  @property({ attribute: false }) statement: Statement | null = null;
  @property({ attribute: false }) above: readonly string[] = [];
  @state() private open: ReadonlySet<number> = new Set();
  private readonly rules = new Asked(this);
  private readonly held = new Asked(this);
  private readonly named = new Asked(this);
  private possible: readonly Way[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('statement') && this.statement) void this.look(this.statement);
  }

  private async look(statement: Statement): Promise<void> {
    this.open = new Set();
    for (const asked of [this.held, this.named]) asked.clear();
    const pattern = patternOf(statement);
    const rules = await this.rules.ask((signal) => select(RULES, { signal }));
    if (!rules || !pattern) return;
    const read = rules.rows.flatMap((row) => parseRule(value(row['rule']), value(row['text'])) ?? []);
    this.possible = ways(pattern, read);
    if (this.possible.length === 0) return;
    const held = await this.held.ask((signal) => select(whyQuery(this.possible), { signal }));
    const reason = held && this.reason(held);
    if (reason) await this.named.ask((signal) => select(namesQuery(reason), { signal }));
  }

  private reason(held: Answer): Reason | undefined {
    const above = new Set([...this.above, this.statement ? keyOf(this.statement) : '']);
    return reasons(held.rows, this.possible, ([subject, predicate, object]) => above.has(keyOf({ subject: value(subject), property: value(predicate), object })))[0];
  }

  override render(): TemplateResult {
    const { held } = this;
    const asking = [this.rules, held, this.named].find((asked) => asked.state === 'asking' || asked.state === 'refused');
    const done = !asking && this.rules.state === 'answered';
    const reason = held.answer ? this.reason(held.answer) : undefined;
    return html`<sluis-state .asked=${asking ?? this.rules} @again=${() => this.statement && void this.look(this.statement)}></sluis-state>
      ${reason && this.named.answer ? this.explained(reason, this.named.answer) : done && !reason ? html`<p class="soft">${say('unexplained')}</p>` : nothing}`;
  }

  private explained(reason: Reason, names: Answer): TemplateResult {
    const name = naming(names.rows);
    const summary = session.language === 'en' ? /^#\+ summary: "?(.*?)\.?"?$/m.exec(reason.rule.text)?.[1] : '';
    return html`<p>
        ${say('concluded')}${summary ? html`: <em>${summary}</em>` : nothing}
        (<sluis-thing iri=${reason.rule.iri} label=${name(reason.rule.iri)}></sluis-thing>),
        ${say('from')}
      </p>
      <ul>${bySubject(reason.premises).map((group) => this.about(group, name))}</ul>`;
  }

  private about(group: readonly (readonly [Triple, number])[], name: (iri: string) => string): TemplateResult {
    const subject = group[0]![0][0];
    return html`<li>
      ${part(subject, name)}
      <ul>${group.map(([premise, index]) => this.premise(premise, index, name))}</ul>
    </li>`;
  }

  private premise([subject, predicate, object]: Triple, index: number, name: (iri: string) => string): TemplateResult {
    const open = this.open.has(index);
    const statement: Statement = { subject: value(subject), property: value(predicate), object };
    const above = [...this.above, this.statement ? keyOf(this.statement) : ''];
    return html`<li class="premise">
      <span class="verb">${propertyName(value(predicate), name(value(predicate)))}</span> ${part(object, name)}
      ${subject.type === 'uri' && object.type !== 'bnode'
        ? html`<button aria-expanded=${open} aria-label=${`${say('stands')} ${name(value(predicate))}`} title=${say('stands')} @click=${() => this.toggle(index)}>¶</button>`
        : nothing}
      ${open ? html`<sluis-provenance .statement=${statement} .above=${above}></sluis-provenance>` : nothing}
    </li>`;
  }

  private toggle(index: number): void {
    const open = new Set(this.open);
    if (!open.delete(index)) open.add(index);
    this.open = open;
  }
}

function part(term: Term, name: (iri: string) => string): TemplateResult {
  return html`<sluis-term .term=${term} label=${term.type === 'uri' ? name(term.value) : ''}></sluis-term>`;
}

/** The premises with their numbers, those about one thing together. */
function bySubject(premises: readonly Triple[]): readonly (readonly (readonly [Triple, number])[])[] {
  const found = new Map<string, (readonly [Triple, number])[]>();
  premises.forEach((premise, index) => {
    const key = `${premise[0].type} ${value(premise[0])}`;
    found.set(key, [...(found.get(key) ?? []), [premise, index]]);
  });
  return [...found.values()];
}

function patternOf({ subject, property: predicate, object }: Statement): Pattern | null {
  const terms = [iriText(subject), iriText(predicate ?? ''), object ? patternTerm(object) : null];
  return terms.every((term) => term !== null) ? (terms as unknown as Pattern) : null;
}

function namesQuery({ rule, premises }: Reason): string {
  const iris = new Set([rule.iri, ...premises.flat().flatMap((term) => (term.type === 'uri' ? [term.value] : []))]);
  const values = [...iris].flatMap((iri) => iriText(iri) ?? []).join(' ');
  return `SELECT ?thing ?name { VALUES ?thing { ${values} } ?thing skos:prefLabel|rdfs:label ?name } ORDER BY ?thing ?name`;
}

/** Names of things: in the page's language, else in any, else the end of the IRI. */
function naming(rows: readonly Row[]): (iri: string) => string {
  const found = new Map<string, string>();
  for (const own of [true, false]) {
    for (const { thing, name } of rows) {
      const isOwn = name?.type === 'literal' && name['xml:lang'] === session.language;
      if (isOwn === own && !found.has(value(thing))) found.set(value(thing), value(name));
    }
  }
  return (iri) => found.get(iri) ?? lastPart(iri);
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-why': SluisWhy;
  }
}
