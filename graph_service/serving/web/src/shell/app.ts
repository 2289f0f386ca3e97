import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js';
import { ROOMS, type Group, type RoomEntry } from '../rooms.js';
import { pageBanner } from '../service/page-banner.js';
import { MOVED, addressOf, here, type Place } from '../service/route.js';
import { know } from '../service/me.js';
import { session, type Theme } from '../service/session.js';
import { common } from '../style/common.js';
import { dress } from '../style/dress.js';
import '../carry/carry-bar.js';
import '../parts/keys-help.js';
import './banner.js';
import './search.js';
import './standing.js';
import './who.js';
import { say } from './words.js';

const GROUPS: readonly Group[] = ['ask', 'see', 'work'];
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** The page around the rooms: banners, menu, who asks. It makes the room of the address, anew when the session changes. */
@customElement('sluis-app')
export class SluisApp extends LitElement {
  static override styles = [
    common,
    css`
      :host { min-height: 100vh; display: grid; grid-template: auto auto auto 1fr auto / minmax(0, 1fr); }
      .skip { position: absolute; left: -99rem; z-index: 9; }
      .skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; }
      .top, .bottom { position: sticky; z-index: 5; }
      .top { top: 0; } .bottom { bottom: 0; }
      header {
        display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1rem; padding: 0.5rem 1.2rem;
        background: var(--deep); color: var(--on-deep);
      }
      header a.name { color: inherit; text-decoration: none; font-weight: 650; letter-spacing: 0.14em; text-transform: uppercase; font-size: 0.86rem; }
      header .space { flex: 1; }
      header button, header select { background: transparent; color: inherit; border-color: var(--deep-soft); font-size: var(--small); }
      header button:hover { background: rgb(255 255 255 / 12%); }
      header select option { color: var(--ink); background: var(--card); }
      header :focus-visible { outline-color: var(--on-deep); }
      .frame { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); align-items: start; }
      nav { position: sticky; top: 1.7rem; padding: 1.1rem 0 1rem 1.2rem; font-size: 0.94rem; }
      nav h2 { margin: 0.9rem 0 0.2rem; font-size: var(--tiny); letter-spacing: 0.1em; text-transform: uppercase; color: var(--soft); }
      nav h2:first-child { margin-top: 0; }
      nav ul { list-style: none; margin: 0; padding: 0; }
      nav a { display: block; padding: 0.28rem 0.6rem; margin-left: -0.6rem; border-radius: var(--radius); color: var(--ink); text-decoration: none; }
      nav a:hover { background: var(--foam); }
      nav a[aria-current="page"] { background: var(--foam); font-weight: 650; box-shadow: inset 3px 0 0 var(--accent); border-radius: 0 var(--radius) var(--radius) 0; }
      main { position: relative; padding: 1.2rem 1.2rem 2.5rem; min-width: 0; outline: none; }
      .menu { display: none; }
      @media (max-width: 60rem) {
        .frame { grid-template-columns: minmax(0, 1fr); }
        .menu { display: inline-flex; }
        nav { display: none; position: static; padding: 0.8rem 1.2rem; border-bottom: 1px solid var(--line); }
        nav.open { display: block; }
        main { padding: 1rem 1rem 2rem; }
      }
      @media print {
        :host { display: block; } header, nav { display: none; } .frame { display: block; } main { padding: 0; }
        .top, .bottom { position: fixed; inset-inline: 0; }
        :host-context([data-margin-boxes]) .top, :host-context([data-margin-boxes]) .bottom { display: none; }
      }
    `,
  ];

  @state() private place: Place = here();
  @state() private loaded = '';
  @state() private failed = false;
  @state() private menuOpen = false;
  /** A room is made anew for each value: whoever asks now, as what, in which language. */
  @state() private generation = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.move);
    window.addEventListener(MOVED, this.move);
    session.addEventListener('change', this.begin);
    session.addEventListener('known', this.entitle);
    pageBanner.addEventListener('change', this.entitle);
    dress();
    this.begin();
    this.move();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.move);
    window.removeEventListener(MOVED, this.move);
    session.removeEventListener('change', this.begin);
    session.removeEventListener('known', this.entitle);
    pageBanner.removeEventListener('change', this.entitle);
  }

  private readonly begin = (): void => {
    document.documentElement.lang = session.language;
    this.generation += 1;
    void know();
  };

  private readonly move = (): void => {
    const before = this.place.path;
    this.place = here();
    this.menuOpen = false;
    const room = this.room;
    if (room) void this.load(room, before !== this.place.path);
  };

  /** The title of the window, which a browser prints and writes down in its history too: the marking is part of it. */
  private readonly entitle = (): void => {
    document.title = [pageBanner.marking, this.room?.name(), 'Sluis'].filter(Boolean).join(' · ');
  };

  private get room(): RoomEntry | undefined {
    return ROOMS.find((room) => room.path === this.place.path);
  }

  private async load(room: RoomEntry, isNew: boolean): Promise<void> {
    try {
      await room.load();
      this.loaded = room.tag;
    } catch (error) {
      this.failed = true;
      throw error;
    }
    this.entitle();
    if (isNew) {
      await this.updateComplete;
      window.scrollTo(0, 0);
      this.renderRoot.querySelector('main')?.focus({ preventScroll: true });
    }
  }

  override render(): TemplateResult {
    return html`
      <a class="skip" href="#main" @click=${this.skip}>${say('skip')}</a>
      <sluis-banner class="top"></sluis-banner>
      <header>
        <a class="name" href="#/">Sluis</a>
        <button class="menu" aria-expanded=${this.menuOpen} @click=${() => (this.menuOpen = !this.menuOpen)}>${say('menu')}</button>
        <span class="space"></span>
        <sluis-search></sluis-search>
        <select aria-label=${say('theme')} @change=${(event: Event) => session.show((event.target as HTMLSelectElement).value as Theme)}>
          ${THEMES.map((theme) => html`<option value=${theme} ?selected=${session.theme === theme}>${say(theme)}</option>`)}
        </select>
        <sluis-who></sluis-who>
        <button lang=${session.language === 'nl' ? 'en' : 'nl'} @click=${() => session.speak(session.language === 'nl' ? 'en' : 'nl')}>
          ${say('language')}
        </button>
      </header>
      <sluis-standing @sign-in=${() => this.renderRoot.querySelector('sluis-who')?.open()}></sluis-standing>
      <div class="frame">
        <nav class=${this.menuOpen ? 'open' : ''} aria-label=${say('menu')}>${GROUPS.map((group) => this.group(group))}</nav>
        <main tabindex="-1">${keyed(this.generation, this.content())}</main>
      </div>
      <sluis-banner class="bottom"></sluis-banner>
      <sluis-keys></sluis-keys>
    `;
  }

  private group(group: Group): TemplateResult | typeof nothing {
    const rooms = ROOMS.filter((room) => room.group === group);
    if (rooms.length === 0) return nothing;
    return html`<h2>${say(group as 'ask' | 'see' | 'work')}</h2>
      <ul>
        ${rooms.map(
          (room) => html`<li>
            <a href=${addressOf(room.path)} aria-current=${room.path === this.place.path ? 'page' : nothing}>${room.name()}</a>
          </li>`,
        )}
      </ul>`;
  }

  private content(): TemplateResult {
    const { room } = this;
    if (!room) return html`<h1>${say('unknownRoom')}</h1><p><a href="#/">${say('home')}</a></p>`;
    if (this.failed) return html`<p role="alert">${say('failed')}</p>`;
    if (this.loaded !== room.tag) return html`<p class="soft" role="status">${say('loading')}</p>`;
    const tag = unsafeStatic(room.tag); // from ROOMS alone
    return html`<sluis-carry .room=${() => this.renderRoot.querySelector(room.tag)} name=${room.name()}></sluis-carry>
      ${staticHtml`<${tag} .params=${this.place.params}></${tag}>`}`;
  }

  private skip(event: Event): void {
    event.preventDefault(); // the fragment is the page's state
    this.renderRoot.querySelector('main')?.focus();
  }
}
