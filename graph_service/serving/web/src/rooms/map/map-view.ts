import { LitElement, css, html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { geoCentroid, geoArea, geoEqualEarth, geoPath, type GeoPath, type GeoProjection } from 'd3-geo';
import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior, type ZoomTransform } from 'd3-zoom';
import { boundsOf, towards, type Direction, type Point } from '../../parts/graph/model.js';
import { fitting, type Named } from '../../parts/graph/naming.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import type { Place, Spot } from './model.js';
import { say } from './words.js';
import { countries, type Country } from './world.js';

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const [LEAST, MOST] = [3.5, 26]; // pixels of a symbol's radius
const LARGEST_ZOOM = 60;
const FARTHEST_FIT = 8; // of a zoom that shows all: nearer, a map of borders alone says too little
const AROUND = 3; // degrees around a place, so that one alone is not all of the map

/**
 * Places on a map of countries, each as large as its number.
 *
 * @fires choose - `detail.id` is a place, or null
 */
@customElement('sluis-map')
export class SluisMap extends LitElement {
  static override styles = [
    common,
    css`
      .frame { position: relative; border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
      svg.map { display: block; width: 100%; height: var(--map-height, clamp(20rem, 62vh, 46rem)); background: var(--foam); touch-action: none; outline-offset: -3px; }
      .land { fill: var(--card); stroke: var(--strong-line); stroke-width: 0.7; vector-effect: non-scaling-stroke; }
      .country { fill: var(--soft); font-size: 11px; letter-spacing: 0.06em; text-anchor: middle; paint-order: stroke; stroke: var(--card); stroke-width: 3; }
      .spot { fill: var(--kind-1); fill-opacity: 0.45; stroke: var(--kind-1); stroke-width: 1.5; cursor: pointer; }
      .spot.chosen { fill: var(--kind-2); stroke: var(--kind-2); stroke-width: 3; }
      .spot.here { stroke: var(--accent); stroke-width: 4; }
      .scale { fill: none; stroke: var(--soft); stroke-width: 1; }
      .name { fill: var(--ink); font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--card); stroke-width: 3; pointer-events: none; }
      .tools { position: absolute; left: 0.5rem; top: 0.5rem; display: flex; gap: 0.25rem; }
      .tools button { font-size: var(--small); padding: 0.1rem 0.6rem; min-height: 1.8rem; }
      .keys { display: none; position: absolute; left: 0.5rem; right: 0.5rem; bottom: 0.5rem; margin: 0; padding: 0.3rem 0.6rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
      svg.map:focus-visible ~ .keys { display: block; }
    `,
  ];

  /** All places, which decide where the map begins; those that are shown are `spots`. */
  @property({ attribute: false }) places: readonly Place[] = [];
  @property({ attribute: false }) spots: readonly Spot[] = [];
  @property() chosen = '';
  @state() private view: ZoomTransform = zoomIdentity;
  @state() private size = { width: 0, height: 0 };
  @state() private here = '';
  @state() private told = '';
  @query('svg.map') private root!: SVGSVGElement;

  private readonly lands: readonly Country[] = countries();
  private paths: readonly { readonly d: string; readonly name: string; readonly at: Point; readonly room: number }[] = [];
  private projection: GeoProjection = geoEqualEarth();
  private zooming: ZoomBehavior<SVGSVGElement, unknown> | null = null;
  private readonly sized = new ResizeObserver(() => (this.size = { width: this.root.clientWidth, height: this.root.clientHeight }));

  protected override firstUpdated(): void {
    this.zooming = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.6, LARGEST_ZOOM])
      .on('zoom', ({ transform }: D3ZoomEvent<SVGSVGElement, unknown>) => (this.view = transform));
    select(this.root).call(this.zooming);
    this.sized.observe(this.root);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('places') || changed.has('size')) this.project();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('places') || changed.has('size')) this.all();
    if (changed.has('chosen') && this.chosen && this.chosen !== this.here) this.step(this.chosen);
  }

  /** The map as it stands. */
  picture(): SVGSVGElement {
    return this.root;
  }

  private project(): void {
    const { width, height } = this.size;
    if (width === 0 || this.places.length === 0) return;
    const around = this.places.flatMap(({ latitude, longitude }) => [-AROUND, AROUND].map((by): [number, number] => [longitude + by, Math.max(-89, Math.min(89, latitude + by))]));
    const middle = this.places.reduce((sum, { longitude }) => sum + longitude, 0) / this.places.length;
    this.projection = geoEqualEarth()
      .rotate([-middle, 0])
      .fitExtent([[30, 44], [width - 30, height - 30]], { type: 'MultiPoint', coordinates: around });
    const path: GeoPath = geoPath(this.projection);
    this.paths = this.lands.map(({ shape, name }) => {
      const [x, y] = this.projection(geoCentroid(shape)) ?? [NaN, NaN];
      const [[left], [right]] = path.bounds(shape);
      return { d: path(shape) ?? '', name, at: { x, y }, room: geoArea(shape) < 1.5 ? right - left : 0 };
    });
  }

  private where({ longitude, latitude }: Place): Point {
    const [x, y] = this.view.apply(this.projection([longitude, latitude]) ?? [NaN, NaN]);
    return { x, y };
  }

  private zoom(factor: number): void {
    this.zooming?.scaleBy(select(this.root), factor);
  }

  /** Looks at all that is shown, or at all places where nothing is. */
  private all(): void {
    const { width, height } = this.size;
    if (width === 0) return;
    const points = (this.spots.length > 0 ? this.spots : this.places).map(({ longitude, latitude }) => this.projection([longitude, latitude]) ?? [NaN, NaN]) as readonly [number, number][];
    const [left, top, right, bottom] = boundsOf(points.map(([x, y]): Point => ({ x, y })));
    const k = Math.min(FARTHEST_FIT, (width - 90) / (right - left + 1), (height - 110) / (bottom - top + 1));
    const view = zoomIdentity.translate(width / 2 - (k * (left + right)) / 2, (height + 30) / 2 - (k * (top + bottom)) / 2).scale(k);
    this.zooming?.transform(select(this.root), view);
  }

  private choose(id: string | null): void {
    if (id) this.here = id;
    this.dispatchEvent(new CustomEvent('choose', { detail: { id } }));
  }

  /** To a place; the map comes along if the place is not on it. */
  private step(id: string): void {
    const spot = this.spots.find(({ iri }) => iri === id);
    if (!spot) return;
    this.here = id;
    this.told = say('here', { place: spot.label, size: spot.size });
    const { x, y } = this.where(spot);
    const { width, height } = this.size;
    if (width > 0 && (x < 20 || y < 40 || x > width - 20 || y > height - 20)) {
      this.zooming?.translateBy(select(this.root), (width / 2 - x) / this.view.k, (height / 2 - y) / this.view.k);
    }
  }

  private walk(direction: Direction): void {
    const from = this.spots.find(({ iri }) => iri === this.here);
    if (!from) {
      if (this.spots[0]) this.step(this.spots[0].iri);
      return;
    }
    const others = this.spots.filter(({ iri }) => iri !== this.here).map((spot) => [spot.iri, this.where(spot)] as const);
    const next = towards(this.where(from), direction, others);
    if (next) this.step(next);
  }

  private shift(direction: Direction): void {
    const [x, y] = { left: [60, 0], right: [-60, 0], up: [0, 60], down: [0, -60] }[direction] as [number, number];
    this.zooming?.translateBy(select(this.root), x / this.view.k, y / this.view.k);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    const toggle = (): void => this.choose(this.here === this.chosen ? null : this.here || null);
    const keys: Record<string, () => void> = {
      ' ': toggle,
      Enter: toggle,
      Escape: () => this.choose(null),
      '+': () => this.zoom(1.5),
      '=': () => this.zoom(1.5),
      '-': () => this.zoom(1 / 1.5),
      '0': () => this.all(),
    };
    const act = direction ? () => (event.shiftKey ? this.shift(direction) : this.walk(direction)) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  override render(): TemplateResult {
    const { width, height } = this.size;
    return html`<div class="frame">
        <svg
          class="map"
          viewBox="0 0 ${width || 600} ${height || 400}"
          tabindex="0"
          role="application"
          aria-label=${`${say('picture')}. ${say('places', { n: this.spots.length })}`}
          aria-describedby="keys"
          @keydown=${this.pressed}
        >
          <g transform=${this.view.toString()}>${this.paths.map(({ d }) => svg`<path class="land" d=${d}></path>`)}</g>
          ${width > 0 ? [this.countryNames(), this.symbols()] : nothing}
        </svg>
        <div class="tools no-print" role="group" aria-label=${say('tools')}>
          <button title=${say('closer')} aria-label=${say('closer')} @click=${() => this.zoom(1.5)}>+</button>
          <button title=${say('farther')} aria-label=${say('farther')} @click=${() => this.zoom(1 / 1.5)}>−</button>
          <button @click=${() => this.all()}>${say('all')}</button>
        </div>
        <p id="keys" class="keys small no-print">${say('keys')}</p>
      </div>
      <p class="out-of-sight" role="status">${this.told}</p>`;
  }

  /** Names of the countries that are wide enough on screen to hold them. */
  private countryNames(): readonly TemplateResult[] {
    return this.paths
      .filter(({ name, room, at }) => Number.isFinite(at.x) && room * this.view.k > name.length * 7.5)
      .map(({ name, at }) => {
        const [x, y] = this.view.apply([at.x, at.y]);
        return svg`<text class="country" x=${x} y=${y} aria-hidden="true">${name.toUpperCase()}</text>`;
      });
  }

  /** How large a symbol is: the largest and one of a quarter. */
  private scale(largest: number): TemplateResult {
    const { width, height } = this.size;
    const sizes = largest >= 8 ? [largest, Math.round(largest / 4)] : [largest];
    return svg`<g aria-hidden="true">${sizes.map((size) => {
      const radius = MOST * Math.sqrt(size / largest);
      return svg`<circle class="scale" cx=${width - 44} cy=${height - 10 - radius} r=${radius}></circle>
        <text class="name" x=${width - 44} y=${height - 14 - 2 * radius}>${number(size)}</text>`;
    })}</g>`;
  }

  private symbols(): readonly TemplateResult[] {
    const largest = Math.max(1, ...this.spots.map(({ size }) => size));
    const drawn = this.spots.map((spot) => ({ spot, at: this.where(spot), radius: Math.max(LEAST, MOST * Math.sqrt(spot.size / largest)) }));
    const names = drawn.map(({ spot, at, radius }): Named => ({ id: spot.iri, lines: [spot.label], node: at, at: { x: at.x, y: at.y + radius + 2 }, rank: spot.size }));
    const written = fitting(names, new Set([this.chosen, this.here].filter(Boolean)));
    return [
      this.scale(largest),
      ...drawn.map(({ spot, at, radius }) => {
        const kind = ['spot', spot.iri === this.chosen ? 'chosen' : '', spot.iri === this.here ? 'here' : ''].filter(Boolean).join(' ');
        return svg`<circle class=${kind} cx=${at.x} cy=${at.y} r=${radius} @click=${() => this.choose(spot.iri)}><title>${spot.label}: ${number(spot.size)}</title></circle>`;
      }),
      ...drawn
        .filter(({ spot }) => written.has(spot.iri))
        .map(({ spot, at, radius }) => svg`<text class="name" x=${at.x} y=${at.y + radius + 12}>${spot.label}</text>`),
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-map': SluisMap;
  }
}
