import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/state.js';
import '../../parts/thing.js';
import { question } from '../../service/api.js';
import { session } from '../../service/session.js';
import { dateText, value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { Sending } from './sending.js';
import { sentList } from './sent-list.js';
import { roomStyle } from './style.js';
import './written-as.js';
import { say } from './words.js';

/** Labels that are to be looked at again, and the decision for those who act for their originator. */
@customElement('labels-due')
export class LabelsDue extends LitElement {
  static override styles = [
    common,
    roomStyle,
    css`
      .due { display: grid; gap: 0.8rem; }
      article { display: grid; gap: 0.5rem; }
      article header { display: flex; flex-wrap: wrap; gap: 0.4rem 0.8rem; align-items: baseline; }
      h2 { font-size: 1rem; }
      article p { margin: 0; }
      form { display: grid; gap: 0.7rem; max-width: 40rem; border-top: 1px solid var(--line); padding-top: 0.7rem; }
      form input, form select { width: 100%; }
      .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.7rem; }
    `,
  ];

  @state() private deciding = '';
  @state() private lowers = false;
  private readonly asked = new Asked(this);
  private readonly sending = new Sending(this, 'labels', () => void this.ask());

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  private readonly ask = async (): Promise<void> => {
    await this.asked.ask((signal) => question('labels-to-review', {}, { signal }));
  };

  private decides(row: Row): boolean {
    const { me } = session;
    return me?.may['relabel'] === true && me.acts_for === value(row['originator']);
  }

  override render(): TemplateResult {
    const rows = this.asked.answer?.rows ?? [];
    const mine = rows.find((row) => this.decides(row));
    return html`
      <p class="lead">${say('dueLead')} ${mine ? say('dueYours', { name: value(mine['originatorLabel']) }) : rows.length ? say('dueMayNot') : nothing}</p>
      ${mine ? html`<written-as looking></written-as>` : nothing}
      ${sentList(this.sending)}
      <sluis-state .asked=${this.asked} @again=${() => void this.ask()}></sluis-state>
      ${this.asked.state === 'answered' && rows.length === 0 ? html`<p class="none" role="status">${say('dueNone')}</p>` : nothing}
      <div class="due">${rows.map((row) => this.one(row))}</div>
    `;
  }

  private one(row: Row): TemplateResult {
    const of = (name: string): string => value(row[name]);
    const portion = of('portion');
    const when = of('day') ? dateText(of('day')) : of('event');
    return html`<article class="card">
      <header>
        <sluis-marking marking=${of('marking')}></sluis-marking>
        <h2><sluis-thing iri=${of('source')} label=${of('sourceLabel')}></sluis-thing></h2>
        <span class="soft small"><sluis-thing iri=${portion} label=${say('page')}></sluis-thing></span>
      </header>
      <p>${say('when')}: ${when}${of('ground') ? html` · ${say('ground')}: ${of('ground')}` : nothing}</p>
      ${this.decides(row)
        ? this.deciding === portion
          ? this.form(row)
          : html`<p><button @click=${() => this.begin(portion)}>${say('decide')}</button></p>`
        : html`<p class="soft small">${say('dueOther', { name: of('originatorLabel') })}</p>`}
    </article>`;
  }

  private begin(portion: string): void {
    [this.deciding, this.lowers] = [portion, false];
  }

  private form(row: Row): TemplateResult {
    const levels = session.me?.levels ?? [];
    return html`<form @submit=${(event: SubmitEvent) => void this.send(event, row)}>
      <div class="row">
        <label><input type="radio" name="what" .checked=${!this.lowers} @change=${() => (this.lowers = false)} />${say('keep')}</label>
        <label><input type="radio" name="what" .checked=${this.lowers} @change=${() => (this.lowers = true)} />${say('other')}</label>
      </div>
      ${this.lowers
        ? html`<label class="field">${say('newLabel')}
            <input name="marking" required maxlength="2000" list="levels" autocomplete="off" value=${value(row['marking'])} />
            <datalist id="levels">${levels.map((level) => html`<option value=${level.marking}></option>`)}</datalist>
          </label>`
        : nothing}
      <label class="field">${say('reference')}<input name="reference" required maxlength="2000" autocomplete="off" /></label>
      <div class="two">
        <label class="field">${say('until')}<input name="until" type="date" /></label>
        <label class="field">${say('event')}<input name="event" maxlength="2000" autocomplete="off" /></label>
      </div>
      <label class="field">${say('ground')}<input name="ground" maxlength="2000" autocomplete="off" aria-describedby="hint" /></label>
      <p class="soft small" id="hint">${say('groundHint')}</p>
      <div class="row">
        <button class="primary">${say('sendDecision')}</button>
        <button type="button" class="plain" @click=${() => this.begin('')}>${say('cancel')}</button>
      </div>
    </form>`;
  }

  private async send(event: SubmitEvent, row: Row): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const fields = ['marking', 'reference', 'until', 'event', 'ground'].map((name) => [name, String(given.get(name) ?? '').trim()] as const);
    const body = { portion: value(row['portion']), ...Object.fromEntries(fields.filter(([, text]) => text)) };
    if (await this.sending.send('label', 1, body)) this.deciding = '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'labels-due': LabelsDue;
  }
}
