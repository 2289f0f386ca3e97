import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { inLight } from '../../carry/picture.js';
import { common } from '../../style/common.js';
import { DRESSED } from '../../style/dress.js';
import { Canvas, type Look } from './canvas.js';
import { Layout } from './layout.js';
import { legend, markingLegend } from './legend.js';
import { coloursAt } from './look.js';
import { NOTHING, neighboursOf, sound, towards, type Direction, type Graph, type Neighbour, type Point, type Shown } from './model.js';
import { graphStyles } from './styles.js';
import { drawn } from './drawn.js';
import { say } from './words.js';

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const SLICE = 20; // ms of arranging at a time; between two slices the page answers
const PAN = 60; // pixels

/**
 * A network: nodes and links, drawn so that a person can walk through them with a mouse, a finger or the keyboard.
 *
 * Whoever uses it shows a table with the same content beside it. What is taken away by `shown` keeps its place.
 *
 * @fires choose - `detail.id` is a node or a link, or null: nothing is chosen any more
 * @fires open - `detail.id` is the node of which the neighbours are wanted
 */
@customElement('sluis-graph')
export class SluisGraph extends LitElement {
  static override styles = [common, graphStyles];

  @property({ attribute: false }) graph: Graph = NOTHING;
  /** What is on screen; null is all. */
  @property({ attribute: false }) shown: Shown | null = null;
  /** The node or link that is chosen: it and what touches it stand out. */
  @property() chosen = '';
  /** What stands out instead, such as a path. */
  @property({ attribute: false }) lit: ReadonlySet<string> | null = null;
  /** Whether markings are written at nodes and links. */
  @property({ type: Boolean }) marks = false;
  /** Without a legend of its own, for who has one beside it. */
  @property({ type: Boolean }) bare = false;
  /** What the picture is of, for who can't see it. */
  @property() name = '';

  @state() private names = true;
  @state() private progress = 1;
  @state() private told = '';
  @state() private here = '';
  @state() private pinned: ReadonlySet<string> = new Set();
  @query('.canvas') private container!: HTMLElement;

  private canvas: Canvas | null = null;
  private positions = new Map<string, Point>();
  private clean: Graph = NOTHING;
  private arranging = 0;
  private stopped = false;
  private readonly redress = (): void => void this.canvas?.dress(this.look());

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener(DRESSED, this.redress);
    if (this.hasUpdated && !this.canvas) void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener(DRESSED, this.redress);
    this.arranging += 1;
    this.canvas?.destroy();
    this.canvas = null;
  }

  /** The picture as it stands, as SVG with a `viewBox`, and with the legend in it. */
  picture(): SVGSVGElement {
    const colours = inLight(() => coloursAt(this));
    return drawn({ graph: this.clean, shown: this.shown, canvas: this.canvas, colours, marks: this.marks, lit: this.bright() });
  }

  /** Brings a node onto the screen and puts the keyboard's place there. */
  focusOn(id: string): void {
    this.step(id);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('graph')) this.clean = sound(this.graph);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('graph')) void this.begin();
    else if (changed.has('shown')) this.canvas?.show(this.shown);
    if (changed.has('marks') || (changed as ReadonlyMap<string, unknown>).has('names')) this.redress();
    this.light();
    if (changed.has('chosen') && this.chosen && !changed.has('graph')) this.canvas?.reveal(this.chosen);
  }

  private look(): Look {
    return { colours: coloursAt(this), names: this.names, marks: this.marks };
  }

  private light(): void {
    this.canvas?.light({ lit: this.bright(), chosen: this.chosen, here: this.here, pinned: this.pinned });
  }

  private bright(): ReadonlySet<string> | null {
    if (this.lit) return this.lit;
    if (!this.chosen) return null;
    const link = this.clean.links.find(({ id }) => id === this.chosen);
    if (link) return new Set([link.id, link.from, link.to]);
    const around = neighboursOf(this.clean, this.shown).get(this.chosen);
    return around ? new Set([this.chosen, ...around.flatMap(({ id, link }) => [id, link.id])]) : null;
  }

  /** Draws the graph, having arranged what has no place yet. */
  private async begin(): Promise<void> {
    const mine = ++this.arranging;
    const isFirst = this.positions.size === 0;
    const hasNew = this.clean.nodes.some(({ id }) => !this.positions.has(id));
    if (hasNew && !(await this.arrange(mine))) return;
    if (this.clean.nodes.length === 0 || this.canvas?.isFarFrom(this.clean)) {
      this.canvas?.destroy();
      this.canvas = null;
    }
    if (this.clean.nodes.length === 0) return;
    const isNew = !this.canvas;
    if (this.canvas) {
      this.canvas.replace(this.clean, this.positions);
      this.canvas.place(this.positions);
      this.redress();
    } else {
      this.canvas = this.made();
      await this.canvas.fill(this.positions, breath, () => mine === this.arranging);
      if (mine !== this.arranging) return;
    }
    this.canvas.show(this.shown);
    this.light();
    if (isFirst || hasNew) this.canvas.fit();
    if (this.chosen) this.canvas.reveal(this.chosen);
    if (isNew) await this.canvas.drawn();
    if (mine === this.arranging) this.progress = 1;
  }

  private made(): Canvas {
    return new Canvas(this.container, this.clean, this.look(), {
      chosen: (id) => this.choose(id),
      opened: (id) => this.open(id),
      moved: (id, at) => {
        this.positions.set(id, at);
        this.pinned = new Set([...this.pinned, id]);
      },
    });
  }

  /** Arranges in slices; false if another arrangement took over. */
  private async arrange(mine: number, { anew = false } = {}): Promise<boolean> {
    const placed = anew ? new Map([...this.positions].filter(([id]) => this.pinned.has(id))) : this.positions;
    const layout = new Layout(this.clean, { placed, pinned: this.pinned, aspect: this.container.clientWidth / Math.max(1, this.container.clientHeight) });
    this.stopped = false;
    for (let isDone = false; !isDone && !this.stopped; ) {
      isDone = layout.work(SLICE);
      this.progress = Math.min(layout.progress, 0.99); // what is left is to draw it
      await breath();
      if (mine !== this.arranging) return false;
    }
    this.positions = new Map([...this.positions, ...layout.positions]);
    return true;
  }

  private async anew(): Promise<void> {
    if (!(await this.arrange(++this.arranging, { anew: true }))) return;
    this.canvas?.place(this.positions);
    this.canvas?.fit();
    this.progress = 1;
  }

  private choose(id: string | null): void {
    if (id && this.clean.nodes.some((node) => node.id === id)) this.here = id;
    this.dispatchEvent(new CustomEvent('choose', { detail: { id } }));
  }

  private open(id: string): void {
    this.dispatchEvent(new CustomEvent('open', { detail: { id } }));
  }

  private step(id: string): void {
    this.here = id;
    this.canvas?.reveal(id);
    const node = this.clean.nodes.find((one) => one.id === id);
    if (!node) return;
    const kind = node.type ?? this.clean.kinds?.find(({ key }) => key === node.kind)?.label ?? '';
    const links = say('links', { n: this.around(id).length });
    this.told = kind ? say('here', { label: node.label, kind, links }) : say('hereOnly', { label: node.label, links });
  }

  private around(id: string): readonly Neighbour[] {
    return neighboursOf(this.clean, this.shown).get(id) ?? [];
  }

  /** To the neighbour that lies that way; where there is none, to any node that does. */
  private walk(direction: Direction): void {
    const { canvas } = this;
    if (!canvas) return;
    const at = this.here ? canvas.at(this.here) : null;
    const all = [...canvas.points()];
    if (!at) {
      const most = all.map(([id]) => id).sort((a, b) => this.around(b).length - this.around(a).length)[0];
      if (most) this.step(most);
      return;
    }
    const near = new Set(this.around(this.here).map(({ id }) => id));
    const next = towards(at, direction, all.filter(([id]) => near.has(id))) ?? towards(at, direction, all.filter(([id]) => id !== this.here));
    if (next) this.step(next);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    const keys: Record<string, () => void> = {
      Enter: () => this.here && this.open(this.here),
      ' ': () => this.here && this.choose(this.here === this.chosen ? null : this.here),
      Escape: () => this.choose(null),
      '+': () => this.canvas?.zoom(1.3),
      '=': () => this.canvas?.zoom(1.3),
      '-': () => this.canvas?.zoom(1 / 1.3),
      '0': () => this.canvas?.fit(),
      p: () => this.pin(),
    };
    const act = direction ? () => (event.shiftKey ? this.shift(direction) : this.walk(direction)) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  private shift(direction: Direction): void {
    const [x, y] = { left: [PAN, 0], right: [-PAN, 0], up: [0, PAN], down: [0, -PAN] }[direction] as [number, number];
    this.canvas?.pan(x, y);
  }

  private pin(): void {
    const id = this.here || this.chosen;
    if (!this.positions.has(id)) return;
    const pinned = new Set(this.pinned);
    if (!pinned.delete(id)) pinned.add(id);
    this.pinned = pinned;
  }

  override render(): TemplateResult {
    const count = this.shown ?? { nodes: { size: this.clean.nodes.length }, links: { size: this.clean.links.length } };
    const said = say('network', { nodes: say('nodes', { n: count.nodes.size }), links: say('links', { n: count.links.size }) });
    const isBusy = this.progress < 1;
    return html`
      <div class="frame">
        <div
          class="canvas"
          tabindex="0"
          role="application"
          aria-label=${this.name ? `${this.name}. ${said}` : said}
          aria-describedby="keys"
          @keydown=${this.pressed}
        ></div>
        <div class="tools no-print" role="group" aria-label=${say('tools')}>
          <button title=${say('closer')} aria-label=${say('closer')} @click=${() => this.canvas?.zoom(1.3)}>+</button>
          <button title=${say('farther')} aria-label=${say('farther')} @click=${() => this.canvas?.zoom(1 / 1.3)}>−</button>
          <button @click=${() => this.canvas?.fit()}>${say('all')}</button>
          <button @click=${() => void this.anew()} ?disabled=${isBusy}>${say('anew')}</button>
          <button aria-pressed=${this.names} @click=${() => (this.names = !this.names)}>${say('names')}</button>
          <button aria-pressed=${this.pinned.has(this.here)} ?disabled=${!this.here} @click=${() => this.pin()}>${say('pin')}</button>
        </div>
        <p id="keys" class="keys small no-print">${say('keys')}</p>
        ${isBusy ? this.busy() : nothing}
      </div>
      <p class="out-of-sight" role="status">${this.told}</p>
      ${this.bare ? nothing : legend(this.clean, this.shown)} ${this.marks ? markingLegend(this.clean) : nothing}
    `;
  }

  private busy(): TemplateResult {
    const percent = Math.floor(this.progress * 100);
    return html`<div class="busy" role="status">
      <span>${say('arranging', { n: this.clean.nodes.length, percent })}</span>
      <progress max="100" .value=${percent} aria-label=${say('anew')}></progress>
      <button @click=${() => (this.stopped = true)}>${say('stop')}</button>
    </div>`;
  }
}

/** Lets the page draw and answer, and comes back at once: unlike a timer it is never put off by milliseconds. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-graph': SluisGraph;
  }
}
