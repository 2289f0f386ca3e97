import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { Heeds } from '../parts/heeds.js';
import '../parts/marking.js';
import { highest, meOf } from '../service/me.js';
import { Problem } from '../service/problem.js';
import { go } from '../service/route.js';
import { session, type CategoryHeld, type Held, type Me, type Titles } from '../service/session.js';
import { dateText } from '../service/terms.js';
import { common } from '../style/common.js';
import './look-as.js';
import { say } from './who-words.js';

/** Who asks: a button that says it, and behind it the clearance, signing in and out, and looking as a lower one. */
@customElement('sluis-who')
export class SluisWho extends LitElement {
  static override styles = [
    common,
    css`
      :host { display: inline-block; }
      .open { background: transparent; color: inherit; border-color: var(--deep-soft); font-size: var(--small); max-width: min(26rem, 80vw); }
      .open:hover { background: rgb(255 255 255 / 12%); }
      .open:focus-visible { outline-color: var(--on-deep); }
      .open b { flex: none; }
      .open span { overflow: hidden; text-overflow: ellipsis; }
      @media (max-width: 60rem) { .open span { display: none; } }
      dialog {
        color: var(--ink); background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius);
        box-shadow: var(--shadow); padding: 1.1rem 1.3rem 1.3rem; width: min(30rem, calc(100vw - 1rem)); max-height: calc(100vh - 2.4rem - 2 * var(--banner, 1.7rem));
        margin: calc(1.7rem + var(--banner, 1.7rem)) 0.5rem auto auto; overflow: auto; white-space: normal;
      }
      dialog::backdrop { inset: var(--banner, 1.7rem) 0; background: rgb(8 20 26 / 35%); } /* the banners stay as they are */
      dl { margin: 0.6rem 0 0; }
      dt { color: var(--soft); font-size: var(--small); margin-top: 0.7rem; }
      dd { margin: 0.1rem 0 0; overflow-wrap: anywhere; }
      .held + .held { margin-top: 0.6rem; }
      .wrap { overflow-wrap: anywhere; font-weight: 600; }
      section { margin-top: 1.1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
      form { display: grid; gap: 0.7rem; justify-items: start; }
      form .field, form input { width: 100%; }
      .wrong { color: var(--bad); margin: 0; }
      p { margin: 0.3rem 0 0; }
    `,
  ];

  @state() private wrong = '';
  @state() private trying = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input') private readonly input!: HTMLInputElement | null;
  protected readonly heeds = new Heeds(this, [[session, 'known'], [session, 'change']]);

  /** Show who asks, or the way to sign in. */
  open(): void {
    this.wrong = '';
    const banner = (this.getRootNode() as ParentNode).querySelector<HTMLElement>('sluis-banner');
    if (banner) this.dialog.style.setProperty('--banner', `${banner.offsetHeight}px`); // it is not covered, however many lines it has
    this.dialog.showModal();
    this.input?.focus();
  }

  override render(): TemplateResult {
    const { me } = session;
    return html`<button class="open" aria-haspopup="dialog" @click=${this.open}>
        ${me?.name ? html`<i class="out-of-sight">${say('who')}:</i><b>${me.name}</b><span>· ${highest(me).join(' + ')}</span>` : html`<b>${say('signIn')}</b>`}
      </button>
      <dialog aria-labelledby="title" @click=${this.outside}>
        <div class="row spread">
          <h2 id="title">${me?.name ?? say('signIn')}</h2>
          <button class="plain" @click=${() => this.dialog.close()}>${say('close')}</button>
        </div>
        ${me?.name ? this.known(me) : this.signIn(me)}
      </dialog>`;
  }

  private known(me: Me): TemplateResult {
    return html`<dl>
        <dt>${say('clearance')}</dt>
        <dd>${me.clearance.map((held) => this.held(held))}</dd>
        <dt>${say('inForce')}</dt>
        <dd>${validity(me)}</dd>
        <dt>${say('view')}</dt>
        <dd class="wrap">${me.banner.marking}</dd>
      </dl>
      ${me.may['look_as'] ? html`<section><sluis-look-as .me=${me} @done=${() => this.dialog.close()}></sluis-look-as></section>` : nothing}
      <section>
        <button @click=${this.signOut}>${say('signOut')}</button>
        <p class="soft small">${say('signOutClears')}</p>
      </section>`;
  }

  private held(held: Held): TemplateResult {
    const top = held.levels.at(-1);
    const named = (label: string, given: readonly CategoryHeld[]): TemplateResult | typeof nothing =>
      given.length ? html`<div class="small"><span class="soft">${label}:</span> ${given.map(titled).join(', ')}</div>` : nothing;
    return html`<div class="held">
      <sluis-marking .marking=${top?.marking ?? ''}></sluis-marking>
      ${held.levels.length > 1 ? html`<span class="soft small">${say('andBelow')}</span>` : nothing}
      ${named(say('compartments'), held.compartments)} ${named(say('affiliation'), unique(held.affiliation))}
    </div>`;
  }

  private signIn(me: Me | null): TemplateResult {
    const marking = me?.banner.marking;
    return html`<form @submit=${this.submit}>
      ${marking ? html`<p>${say('anonymousSees', { marking })}</p>` : nothing}
      <label class="field">
        ${say('token')}
        <input type="password" name="token" required autocomplete="off" spellcheck="false" autocapitalize="off"
          aria-describedby="from wrong" aria-invalid=${this.wrong !== ''} />
      </label>
      <p class="wrong" id="wrong" role="alert">${this.wrong}</p>
      <button class="primary" ?disabled=${this.trying}>${say('signIn')}</button>
      <p class="soft small" id="from">${say('tokenFrom')}</p>
    </form>`;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const token = this.input?.value.trim() ?? '';
    if (!token || this.trying) return;
    [this.trying, this.wrong] = [true, ''];
    try {
      await meOf(token); // a token that does not hold is not kept
      this.dialog.close();
      session.signIn(token);
    } catch (error) {
      if (!(error instanceof Problem) && !(error instanceof TypeError)) throw error;
      this.wrong = error instanceof Problem ? wordsOf(error) : say('unknownToken'); // no header can hold such a token
    } finally {
      this.trying = false;
    }
  }

  private readonly signOut = (): void => {
    this.dialog.close();
    go('');
    session.signOut();
  };

  /** A press on the ground beside the dialog. */
  private outside(event: Event): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}

/** What is wrong with signing in, in words that say what to do. */
function wordsOf(problem: Problem): string {
  if (problem.status === 0) return say('noAnswer');
  if (problem.status === 401) return say('unknownToken');
  return problem.type === 'not-cleared' ? say('notInForce') : problem.detail || problem.title;
}

function validity({ validity: { until, days_left: left } }: Me): string {
  if (until === null || left === null) return say('always');
  return `${say('until', { day: dateText(until) })} (${left === 0 ? say('lastDay') : say('daysLeft', { n: left })})`;
}

function titled({ name, titles }: { readonly name: string; readonly titles: Titles }): string {
  const title = titles[session.language];
  return title && title !== name ? `${name} (${title})` : name;
}

/** One of each name: a nation may stand in several tags of a policy. */
function unique(given: readonly CategoryHeld[]): readonly CategoryHeld[] {
  return given.filter((one, index) => given.findIndex((other) => other.name === one.name) === index);
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-who': SluisWho;
  }
}
