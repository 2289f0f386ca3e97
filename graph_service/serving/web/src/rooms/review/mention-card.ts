import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import '../../parts/context.js';
import type { Picked } from '../../parts/thing-picker.js';
import '../../parts/thing-picker.js';
import '../../parts/thing.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import { canAccept, followingOf, isDateText, type Decision, type Mention } from './model.js';
import { kindName, say } from './words.js';

const FOLLOWS = { cites: 'cites', mentions: 'mentionsIt', mentionsDate: 'mentionsDate', stands: 'stands', isNew: 'isNew', same: 'same', shortFor: 'shortFor' } as const;

/**
 * One mention: its words in their paragraph, what they name, and what to do with it.
 *
 * @fires decided - `detail` is the `Decision`, or null when it is undone
 */
@customElement('mention-card')
export class MentionCard extends LitElement {
  static override styles = [
    common,
    css`
      :host { display: grid; gap: 0.8rem; }
      header { display: flex; flex-wrap: wrap; gap: 0.2rem 0.7rem; align-items: baseline; }
      h2 { font-size: 1.2rem; overflow-wrap: anywhere; }
      dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3rem 1rem; margin: 0; }
      dt { color: var(--soft); font-size: var(--small); padding-top: 0.1rem; } dd { margin: 0; overflow-wrap: anywhere; }
      .warn { color: var(--warn); }
      .acts {
        gap: 0.5rem; position: sticky; bottom: var(--low, 0); z-index: 1; margin: 0 -1rem; padding: 0.7rem 1rem; background: var(--card);
        border-top: 1px solid var(--line); border-radius: 0 0 var(--radius) var(--radius);
      }
      .acts button { min-width: 6.5rem; justify-content: center; }
      .acts kbd { background: transparent; opacity: 0.8; }
      form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: end; }
      form sluis-thing-picker { flex: 1 1 16rem; }
      input.note { width: 100%; }
      label.field { width: 100%; max-width: 44rem; }
      .decided { border-left: 3px solid var(--accent); padding-left: 0.7rem; }
      @media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; } dd + dt { margin-top: 0.4rem; } .acts button { flex: 1; } .acts kbd { display: none; } }
    `,
  ];

  @property({ attribute: false }) mention!: Mention;
  @property({ attribute: false }) decision: Decision | null = null;
  /** How many mentions are decided on together with this one, if it is selected. */
  @property({ type: Number }) many = 0;
  @property({ type: Boolean }) keys = true;
  @state() private correcting = false;
  @state() private date = '';
  @query('.note') private readonly noted!: HTMLInputElement | null;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('mention') as Mention | undefined;
    if (before && before.iri !== this.mention.iri) {
      [this.correcting, this.date] = [false, ''];
      if (this.noted) this.noted.value = this.decision?.note ?? '';
    }
  }

  override render(): TemplateResult {
    const one = this.mention;
    return html`
      <header>
        <h2>${one.words || kindName(one.kind)}</h2>
        <span class="soft small">${kindName(one.kind)}, ${say('found', { n: Math.round(one.confidence * 100) })}</span>
      </header>
      <dl>
        ${canAccept(one) && followingOf(one) === 'isNew' ? nothing : html`<dt>${say('names')}</dt><dd>${this.named()}</dd>`}
        ${canAccept(one) ? html`<dt>${say('follows')}</dt><dd>${say(FOLLOWS[followingOf(one)])}</dd>` : nothing}
      </dl>
      ${this.correcting ? this.correction() : nothing}
      <sluis-context brief place=${one.quotation}></sluis-context>
      ${this.decision ? html`<p class="decided" role="status">${markOf(this.decision)}</p>` : nothing}
      <label class="field">${say('note')}<input class="note" maxlength="2000" autocomplete="off" .value=${this.decision?.note ?? ''} @change=${this.renote} /></label>
      <div class="row acts">
        <button class=${canAccept(one) ? 'primary' : ''} ?disabled=${!canAccept(one) && this.many < 2} aria-keyshortcuts=${this.keys ? 'a' : nothing} @click=${() => this.decide('accepted')}>
          ${this.several('accept')} ${this.key('a')}
        </button>
        <button aria-keyshortcuts=${this.keys ? 'r' : nothing} @click=${() => this.decide('rejected')}>${this.several('reject')} ${this.key('r')}</button>
        <button aria-expanded=${this.correcting} aria-keyshortcuts=${this.keys ? 'c' : nothing} ?disabled=${this.many > 1} @click=${this.correct}>${say('correct')} ${this.key('c')}</button>
        ${this.decision ? html`<button class="plain" aria-keyshortcuts=${this.keys ? 'u' : nothing} @click=${() => this.tell(null)}>${say('undo')} ${this.key('u')}</button>` : nothing}
      </div>
    `;
  }

  /** Open the field that says what the mention names, and go there. */
  readonly correct = (): void => {
    this.correcting = !this.correcting;
    if (this.correcting) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('form sluis-thing-picker, form input')?.focus());
  };

  decide(verdict: 'accepted' | 'rejected'): void {
    if (verdict === 'accepted' && this.many < 2 && !canAccept(this.mention)) return;
    this.correcting = false;
    this.tell({ verdict, to: '', toLabel: '', note: this.noted?.value.trim() ?? '' });
  }

  private several(act: 'accept' | 'reject'): string {
    return this.many > 1 ? `${say(act)} (${number(this.many)})` : say(act);
  }

  private key(letter: string): TemplateResult | typeof nothing {
    return this.keys ? html`<kbd aria-hidden="true">${letter}</kbd>` : nothing;
  }

  private named(): TemplateResult {
    const { kind, names, namesLabel, value } = this.mention;
    if (kind === 'date' && value) return html`${value.split('/').map(dateText).join(' – ')}`;
    if (names) return html`<sluis-thing iri=${names} label=${namesLabel}></sluis-thing>${value ? html` <span class="soft">(${value})</span>` : nothing}`;
    return html`<span class="warn">${say('namesNothing')}</span>${value ? html` <span class="soft">(${value})</span>` : nothing}`;
  }

  private correction(): TemplateResult {
    if (this.mention.kind !== 'date') {
      return html`<form @submit=${(event: Event) => event.preventDefault()}>
        <sluis-thing-picker label=${say('correctTo')} placeholder=${say('correctTo')} @picked=${this.pick}></sluis-thing-picker>
      </form>`;
    }
    return html`<form @submit=${this.redate}>
      <label class="field">${say('correctDate')}<input .value=${this.date} autocomplete="off" @input=${(event: Event) => (this.date = (event.target as HTMLInputElement).value.trim())} /></label>
      <button ?disabled=${!isDateText(this.date)}>${say('take')}</button>
    </form>`;
  }

  private readonly pick = (event: CustomEvent<Picked | null>): void => {
    if (event.detail) this.corrected(event.detail.iri, event.detail.label);
  };

  private readonly redate = (event: Event): void => {
    event.preventDefault();
    if (isDateText(this.date)) this.corrected(this.date, this.date);
  };

  private corrected(to: string, toLabel: string): void {
    this.correcting = false;
    this.tell({ verdict: 'corrected', to, toLabel, note: this.noted?.value.trim() ?? '' });
  }

  /** A note that is changed after the verdict counts for it still. */
  private readonly renote = (): void => {
    if (this.decision) this.tell({ ...this.decision, note: this.noted?.value.trim() ?? '' }, true);
  };

  private tell(decision: Decision | null, stay = false): void {
    this.dispatchEvent(new CustomEvent('decided', { detail: { decision, stay } }));
  }
}

/** A decision that is not sent yet, in words. */
export function markOf({ verdict, toLabel }: Decision): string {
  if (verdict === 'corrected') return say('correctedMark', { to: toLabel });
  return say(verdict === 'accepted' ? 'acceptedMark' : 'rejectedMark');
}

declare global {
  interface HTMLElementTagNameMap {
    'mention-card': MentionCard;
  }
}
