import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { question } from '../service/api.js';
import { value } from '../service/terms.js';
import { common } from '../style/common.js';
import { Asked } from './asked.js';
import { wordsOf } from './state.js';
import { say } from './thing-words.js';

/** A thing as the picker gives it. */
export interface Picked {
  readonly iri: string;
  readonly label: string;
}

interface Option extends Picked {
  readonly kind: string;
  readonly notation: string;
  /** The name that was found, where it is not the label. */
  readonly name: string;
}

const PAUSE = 140; // ms without typing before the service is asked
const MOST = 20; // as many as `find-things` gives

/**
 * Choose a thing by its name: an editable combobox with a list (ARIA 1.2). What is listed is the answer to
 * `find-things`, so it counts for the page's banner while it is open.
 *
 * @fires picked - `detail` is the `Picked`, or null when it was cleared
 */
@customElement('sluis-thing-picker')
export class SluisThingPicker extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    common,
    css`
      :host { display: block; position: relative; min-width: 0; }
      .box { display: flex; position: relative; }
      input { flex: 1; min-width: 0; width: 100%; padding-right: 2.2rem; }
      .clear { position: absolute; right: 0; top: 0; bottom: 0; border: 0; background: none; padding: 0 0.6rem; color: var(--soft); }
      .pop {
        position: absolute; z-index: 20; top: calc(100% + 3px); left: 0; min-width: 100%; width: max-content;
        max-width: min(34rem, calc(100vw - 2rem)); background: var(--raised); color: var(--ink);
        border: 1px solid var(--strong-line); border-radius: var(--radius); box-shadow: var(--shadow);
      }
      ul { list-style: none; margin: 0; padding: 0.25rem; max-height: min(22rem, 60vh); overflow-y: auto; }
      li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: 0.32rem 0.6rem; border-radius: 4px; cursor: pointer; min-height: var(--target); align-content: center; }
      li .kind { color: var(--soft); font-size: var(--small); text-align: right; align-self: center; }
      li .name { grid-column: 1 / -1; color: var(--soft); font-size: var(--small); overflow-wrap: anywhere; }
      li[aria-selected="true"] { background: var(--foam); box-shadow: inset 3px 0 0 var(--accent); }
      li:hover { background: var(--foam); }
      .status { margin: 0; padding: 0.45rem 0.85rem; color: var(--soft); font-size: var(--small); border-top: 1px solid var(--line); }
      .status:first-child { border-top: 0; }
    `,
  ];

  /** The class whose things are offered: an IRI or a name with a prefix that needs no declaration; empty for any. */
  @property() of = '';
  /** The IRI that is chosen. */
  @property() value = '';
  /** Its name, where that is known. */
  @property({ attribute: 'value-label' }) valueLabel = '';
  /** What the field is called; a `<label>` around it does not reach into the shadow tree. */
  @property() label = '';
  @property() placeholder = '';
  @property({ type: Boolean }) required = false;
  @property({ type: Boolean }) disabled = false;
  /** Empty the field once something was chosen, for a field that leads elsewhere. */
  @property({ type: Boolean, attribute: 'clear-on-pick' }) clearOnPick = false;

  @state() private typed: string | null = null;
  @state() private open = false;
  @state() private active = -1;
  @query('input') private readonly input!: HTMLInputElement;
  private readonly found = new Asked(this);
  private pause = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.pause);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('value') && this.typed !== null && !this.open) this.typed = null;
  }

  private get options(): readonly Option[] {
    const text = (this.typed ?? '').trim();
    const given = /^(https?:\/\/|urn:)[^\s<>"{}|^`\\]+$/.test(text) ? [{ iri: text, label: text, kind: say('asIri'), notation: '', name: '' }] : [];
    const rows = this.found.answer?.rows ?? [];
    return [
      ...given,
      ...rows.map((row) => {
        const [iri, label, kind, notation, name] = ['thing', 'thingLabel', 'kind', 'notation', 'name'].map((key) => value(row[key])) as [string, string, string, string, string];
        const isShown = holds(label, text) || holds(notation, text);
        return { iri, label, kind, notation, name: isShown ? '' : name };
      }),
    ];
  }

  override render(): TemplateResult {
    const shown = this.typed ?? (this.valueLabel || this.value);
    const active = this.open && this.active >= 0 ? `option-${this.active}` : nothing;
    return html`<div class="box">
        <input
          role="combobox" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
          aria-label=${this.label || say('find')} aria-autocomplete="list" aria-haspopup="listbox" aria-expanded=${this.open}
          aria-controls=${this.open ? 'options' : nothing} aria-activedescendant=${active}
          .value=${shown} placeholder=${this.placeholder || say('find')} ?required=${this.required} ?disabled=${this.disabled}
          @input=${this.type} @keydown=${this.key} @click=${this.enter} @blur=${this.leave}
        />
        ${shown && !this.disabled
          ? html`<button class="clear" tabindex="-1" aria-label=${say('clear')} @mousedown=${(event: Event) => event.preventDefault()} @click=${this.empty}>✕</button>`
          : nothing}
      </div>
      ${this.open ? this.list() : nothing}`;
  }

  private list(): TemplateResult {
    const { options } = this;
    return html`<div class="pop" @mousedown=${(event: Event) => event.preventDefault()}>
      <ul role="listbox" id="options" aria-label=${this.label || say('find')} ?hidden=${options.length === 0}>
        ${options.map(
          (option, index) => html`<li role="option" id=${`option-${index}`} aria-selected=${index === this.active} @click=${() => this.pick(option)}>
            <span>${option.label}${option.notation ? html` <span class="soft small">${option.notation}</span>` : nothing}</span>
            <span class="kind">${option.kind}</span>
            ${option.name ? html`<span class="name">${option.name}</span>` : nothing}
          </li>`,
        )}
      </ul>
      ${this.status(options.length)}
    </div>`;
  }

  private status(n: number): TemplateResult | typeof nothing {
    const { state: asked, problem } = this.found;
    if (asked === 'refused' && problem) return html`<p class="status" role="alert">${wordsOf(problem)}</p>`;
    if (asked === 'asking') return n ? nothing : html`<p class="status" role="status">${say('finding')}</p>`;
    if (n === 0) return html`<p class="status" role="status">${say('none')}</p>`;
    if (n >= MOST) return html`<p class="status" role="status">${say('most', { count: n, n })}</p>`;
    return html`<p class="out-of-sight" role="status">${say('found', { n })}</p>`;
  }

  private readonly type = (): void => {
    this.typed = this.input.value;
    this.active = -1;
    this.look(PAUSE);
  };

  private readonly enter = (): void => {
    if (!this.open && (this.of || this.typed)) this.look(0);
  };

  /** Ask the service after a pause, so that a word is one question and not one for each letter. */
  private look(pause: number): void {
    window.clearTimeout(this.pause);
    const text = (this.typed ?? '').trim();
    if (!text && !this.of) return this.close();
    this.open = true;
    this.pause = window.setTimeout(() => {
      void this.found.ask((signal) => question('find-things', { text, class: this.of }, { signal })).then((answer) => {
        if (answer && text && this.active < 0) this.active = this.options.length > 0 ? 0 : -1;
      });
    }, pause);
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const last = this.options.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.open) return this.look(0);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.active = this.active + step > last ? 0 : this.active + step < 0 ? last : this.active + step;
      void this.updateComplete.then(() => this.renderRoot.querySelector(`#option-${this.active}`)?.scrollIntoView({ block: 'nearest' }));
    } else if (event.key === 'Enter' && this.open) {
      event.preventDefault();
      const option = this.options[this.active];
      if (option) this.pick(option);
    } else if (event.key === 'Escape' && (this.open || this.typed !== null)) {
      event.stopPropagation();
      if (this.open) this.close();
      else this.typed = null;
    }
  };

  private pick(option: Picked): void {
    this.close();
    this.typed = null;
    [this.value, this.valueLabel] = this.clearOnPick ? ['', ''] : [option.iri, option.label];
    this.tell({ iri: option.iri, label: option.label });
  }

  private readonly empty = (): void => {
    this.forget();
    this.input.focus();
  };

  private forget(): void {
    this.close();
    const had = this.value !== '';
    [this.typed, this.value, this.valueLabel] = [null, '', ''];
    if (had) this.tell(null);
  }

  private readonly leave = (): void => {
    this.close();
    if (this.typed === '' && this.value) this.forget();
    else if (!this.clearOnPick) this.typed = null; // what was typed and not chosen is no choice
  };

  private close(): void {
    window.clearTimeout(this.pause);
    this.open = false;
    this.active = -1;
    this.found.clear();
  }

  private tell(picked: Picked | null): void {
    this.dispatchEvent(new CustomEvent<Picked | null>('picked', { detail: picked, bubbles: true, composed: true }));
  }
}

/** Whether a name holds every word of the text, without regard to case and accents, as `find-things` looks. */
function holds(name: string, text: string): boolean {
  const plain = (given: string): string => given.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase();
  return plain(text).split(/\s+/).every((word) => plain(name).includes(word));
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-thing-picker': SluisThingPicker;
  }
}
