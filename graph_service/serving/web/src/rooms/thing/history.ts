import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import { propertyName } from '../../parts/outside.js';
import '../../parts/state.js';
import '../../parts/thing.js';
import { question, type Answer } from '../../service/api.js';
import { dateText, value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { say } from './words.js';

/** What happened to a thing and to what is said of it, as far as the view says: never when something was loaded. */
@customElement('thing-history')
export class ThingHistory extends LitElement {
  static override styles = [
    common,
    css`
      .part { margin-bottom: 2.2rem; }
      ol { list-style: none; margin: 0.4rem 0 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
      li { padding: 0.25rem 0; position: relative; }
      li::before { content: ""; position: absolute; left: -1.36rem; top: 0.75rem; width: 0.55rem; height: 0.55rem; border-radius: 50%; background: var(--paper); border: 2px solid var(--strong-line); }
      li.event::before { background: var(--accent); border-color: var(--accent); }
      li.label::before { border-radius: 1px; }
      time { display: block; color: var(--soft); font-size: var(--small); font-variant-numeric: tabular-nums; }
      .soft { font-size: var(--small); }
    `,
  ];

  @property() thing = '';
  private readonly asked = new Asked(this);

  get answer(): Answer | null {
    return this.asked.answer;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('thing') && this.thing) void this.read();
  }

  private read(): Promise<unknown> {
    return this.asked.ask((signal) => question('history-of-thing', { thing: this.thing }, { signal }));
  }

  override render(): TemplateResult | typeof nothing {
    const rows = this.asked.answer?.rows ?? [];
    if (rows.length === 0 && this.asked.state !== 'refused') return nothing;
    return html`<section class="part"><h2>${say('history')}</h2>
      <sluis-state .asked=${this.asked} @again=${() => void this.read()}></sluis-state>
      <ol>${merged(rows).map(({ row, times }) => this.row(row, times))}</ol></section>`;
  }

  private row(row: Row, times: number): TemplateResult {
    const date = value(row['date']);
    const what = value(row['what']);
    return html`<li class=${what}>
      <time datetime=${date}>${dateText(date)}</time>
      ${this.told(row, what)}${times > 1 ? html` <span class="soft">× ${times}</span>` : nothing}
    </li>`;
  }

  private told(row: Row, what: string): TemplateResult {
    const [about, label, property, note] = ['about', 'aboutLabel', 'propertyLabel', 'note'].map((name) => value(row[name])) as [string, string, string, string];
    const named = propertyName(value(row['property']), property);
    const soft = note ? html` <span class="soft">${what === 'review' ? say('byReviewer', { name: note }) : note}</span>` : nothing;
    if (what === 'event') return html`<sluis-thing iri=${about} label=${label}></sluis-thing> <span class="soft">${named}</span>`;
    if (what === 'label') {
      const set = value(row['property']).endsWith('labelSetOn');
      return html`${say(set ? 'labelSet' : 'labelUntil', { marking: label })}${soft}`;
    }
    if (what === 'review') return html`<sluis-thing iri=${about} label=${say('reviewed', { verdict: label })}></sluis-thing>${soft}`;
    return html`${named}`;
  }
}

/** Rows that say the same of many portions, as one. */
function merged(rows: readonly Row[]): readonly { readonly row: Row; readonly times: number }[] {
  const found = new Map<string, { row: Row; times: number }>();
  for (const row of rows) {
    const isLabel = value(row['what']) === 'label';
    const key = JSON.stringify(['date', 'what', isLabel ? '' : 'about', 'aboutLabel', 'property', 'note'].map((name) => value(row[name])));
    const known = found.get(key);
    if (known) known.times += 1;
    else found.set(key, { row, times: 1 });
  }
  return [...found.values()];
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-history': ThingHistory;
  }
}
