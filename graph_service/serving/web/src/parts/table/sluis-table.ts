import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { VirtualizerController } from '@tanstack/lit-virtual';
import { fileName, save } from '../../carry/files.js';
import type { CarryTable } from '../../carry/parts.js';
import type { Answer } from '../../service/api.js';
import { session } from '../../service/session.js';
import type { Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { styled } from '../../style/styled.js';
import { NOTHING, arranged, headingOf, type Arrangement, type TableState, type Wanted } from './arrangement.js';
import { cellContent, cellText } from './cells.js';
import { MARKING, type Column } from './columns.js';
import { cellsOf, csv, json, readable, tsv } from './export.js';
import { filterRow, headRow } from './head.js';
import { between, moved, type Cell } from './keys.js';
import { pressed, sortsOf, written } from './rows.js';
import { tableStyle } from './style.js';
import { tools } from './tools.js';
import { say } from './words.js';

const FIRST: Cell = { row: 1, column: 0 };
const VIRTUAL_FROM = 100; // rows; a browser shows fewer without help, and then finds words in them and prints them

/**
 * An answer as a table: sorted and filtered by the reader, copied, kept as a file. Of a long one the rows that are in
 * sight are made, and some around them.
 *
 * @fires table-state - what is sorted, filtered or left out is another: the detail is a `TableState`
 * @fires marks - the reader wants the marking of each row: the room gives `marked`
 */
@customElement('sluis-table')
export class SluisTable extends LitElement {
  static override styles = [common, tableStyle];

  @property({ attribute: false }) answer: Answer | null = null;
  /** The types of the columns as the catalogue has them; without them the terms decide. */
  @property({ attribute: false }) types: Readonly<Record<string, string>> = {};
  /** The name of a file that is kept. */
  @property() name = 'sluis';
  /** The heading of a column, where the name of the variable won't do. */
  @property({ attribute: false }) headings: Readonly<Record<string, string>> = {};
  /** Whether the room can ask for the markings of rows. */
  @property({ type: Boolean }) markable = false;
  /** Whether the markings are shown, or still awaited. */
  @property({ type: Boolean }) marks = false;
  /** The same answer with the marking of each row, when it is there. */
  @property({ attribute: false }) marked: Answer | null = null;
  @property({ attribute: false }) state: Partial<TableState> = {};

  @state() private each: Readonly<Record<string, string>> = {};
  @state() private filtering = false;
  @state() private at: Cell = FIRST;
  @state() private from: Cell | null = null;
  @state() private told = '';
  @state() private printing = false;
  @query('.scroll') private readonly scroller!: HTMLElement;
  @query('thead') private readonly head!: HTMLElement;

  private made: Arrangement = NOTHING;
  private readonly virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.scroller ?? null,
    estimateSize: () => 37,
    overscan: 14,
    getItemKey: (index) => this.made.places.get(this.made.rows[index]!) ?? index,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('beforeprint', this.onPrint);
    window.addEventListener('afterprint', this.onPrint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('beforeprint', this.onPrint);
    window.removeEventListener('afterprint', this.onPrint);
  }

  /** On paper every row stands: it is made before the browser looks. */
  private readonly onPrint = (event: Event): void => {
    this.printing = event.type === 'beforeprint';
    this.performUpdate();
  };

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('answer')) {
      this.each = {};
      [this.at, this.from, this.told] = [FIRST, null, ''];
    }
    if (['answer', 'types', 'state', 'each', 'marks', 'marked', 'headings'].some((name) => changed.has(name))) this.arrange();
    const virtualizer = this.virtual.getVirtualizer();
    const above = this.head?.offsetHeight ?? 0;
    virtualizer.setOptions({ ...virtualizer.options, count: this.isLong ? this.made.rows.length : 0, scrollMargin: above, scrollPaddingStart: above });
  }

  /** Rows are measured when they stand: one that is still being made is no pixel high, and all others would be asked for. */
  protected override updated(): void {
    if (!this.isLong) return;
    const virtualizer = this.virtual.getVirtualizer();
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>('tbody tr')) virtualizer.measureElement(row);
    virtualizer.measureElement(null); // lets go of those that left
  }

  private get isLong(): boolean {
    return this.made.rows.length > VIRTUAL_FROM && !this.printing;
  }

  private arrange(): void {
    const { types, state, each, marks, marked } = this;
    this.made = this.answer ? arranged(this.answer, { types, state, each, marks, marked, language: session.language, ...this.headed }) : NOTHING;
  }

  private get headed(): Pick<Wanted, 'headings' | 'markingHeading'> {
    return { headings: this.headings, markingHeading: say('marking') };
  }

  private heading(column: Column): string {
    return headingOf(column, this.headed);
  }

  override render(): TemplateResult | typeof nothing {
    const { answer } = this;
    const { rows, columns, grid, least } = this.made;
    if (!answer) return nothing;
    const headings = { columns, heading: (column: Column) => this.heading(column) };
    return html`
      ${tools(this.offers(answer))}
      <p class="out-of-sight" role="status">${this.told}</p>
      <div class="scroll" ?data-long=${this.isLong} @keydown=${this.onKey} @focusin=${this.onFocus}>
        <table
          role="grid"
          aria-label=${say('table')}
          aria-describedby="keys"
          aria-rowcount=${rows.length + 1}
          aria-colcount=${columns.length}
          aria-multiselectable="true"
          ${styled({ '--columns': grid, '--least': `${least}ch` })}
        >
          <thead role="rowgroup">
            ${headRow(headings, sortsOf(this.state.sort ?? ''), (column) => this.stop(0, column), (name, also) => this.sort(name, also))}
            ${this.filtering ? filterRow(headings, this.each, (name, asked) => (this.each = { ...this.each, [name]: asked })) : nothing}
          </thead>
          ${this.body()}
        </table>
      </div>
      <p id="keys" class="out-of-sight">${say('keys')}</p>
      ${rows.length === 0 && answer.rows.length > 0 ? html`<p class="none" role="status">${say('none')}</p>` : nothing}
    `;
  }

  private offers(answer: Answer): Parameters<typeof tools>[0] {
    const { all, columns, rows } = this.made;
    return {
      find: this.state.find ?? '',
      count: rows.length === answer.rows.length ? say('rows', { n: rows.length }) : say('of', { shown: rows.length, n: answer.rows.length }),
      filtering: this.filtering,
      columns: all.map((column) => ({ name: column.name, heading: this.heading(column), shown: columns.some(({ name }) => name === column.name) })),
      marks: this.markable ? this.marks : null,
      sort: this.state.sort ?? '',
      onSort: (sort) => this.change({ sort }),
      onFind: (find) => this.change({ find }),
      onFilter: () => this.toggleFilters(),
      onColumn: (name, isShown) => this.showColumn(name, isShown),
      onMarks: () => this.dispatchEvent(new CustomEvent('marks', { detail: !this.marks })),
      onCopy: () => void this.copy(rows, columns, true),
      onCsv: () => save(csv(cellsOf(rows, columns)), fileName(answer.banner, this.name, 'csv'), 'text/csv;charset=utf-8'),
      onJson: () => save(json(answer.vars, answer.rows, answer.banner), fileName(answer.banner, this.name, 'json'), 'application/sparql-results+json'),
    };
  }

  private body(): TemplateResult {
    if (!this.isLong) {
      return html`<tbody role="rowgroup">${this.made.rows.map((row, index) => this.row(row, index))}</tbody>`;
    }
    const virtualizer = this.virtual.getVirtualizer();
    const items = virtualizer.getVirtualItems();
    const margin = virtualizer.options.scrollMargin;
    const before = (items[0]?.start ?? margin) - margin;
    const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
    return html`<tbody role="rowgroup" ${styled({ 'padding-top': `${before}px`, 'padding-bottom': `${Math.max(0, after)}px` })}>
      ${repeat(items, (item) => item.key, (item) => (this.made.rows[item.index] ? this.row(this.made.rows[item.index]!, item.index) : nothing))}
    </tbody>`;
  }

  private row(row: Row, index: number): TemplateResult {
    return html`<tr role="row" aria-rowindex=${index + 2} data-index=${index}>
      ${this.made.columns.map((column, place) => this.cell(row, column, index + 1, place))}
    </tr>`;
  }

  private cell(row: Row, column: Column, at: number, place: number): TemplateResult {
    const isAwaited = column.type === 'marking' && !row[MARKING] && !this.marked;
    return html`<td
      role="gridcell"
      data-type=${column.type}
      data-heading=${this.heading(column)}
      aria-colindex=${place + 1}
      aria-selected=${this.isSelected(at, place)}
      data-row=${at}
      data-column=${place}
      tabindex=${this.stop(at, place)}
    >${isAwaited ? html`<span class="awaited" aria-label=${say('markAsked')}>…</span>` : html`<div class="content">${cellContent(row, column)}</div>`}</td>`;
  }

  /** One cell of the grid is in the order of the Tab key: where one was last, or the first that is in sight. */
  private stop(row: number, column: number): number {
    const items = this.isLong ? this.virtual.getVirtualizer().getVirtualItems() : [];
    const isMade = this.at.row === 0 || !this.isLong || items.some(({ index }) => index === this.at.row - 1);
    const at = isMade ? this.at : { ...this.at, row: (items[0]?.index ?? 0) + 1 };
    return at.row === row && Math.min(at.column, this.made.columns.length - 1) === column ? 0 : -1;
  }

  private isSelected(row: number, column: number): boolean {
    if (!this.from) return false;
    const { top, bottom, left, right } = between(this.from, this.at);
    return row >= top && row <= bottom && column >= left && column <= right;
  }

  private readonly onFocus = (event: FocusEvent): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (cell) this.at = { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.composedPath()[0] instanceof HTMLInputElement) return;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === 'c' && !String(document.getSelection() ?? '')) {
      void this.copySelected();
    } else if (event.key === 'Enter' && this.at.row > 0) {
      this.open();
    } else if (event.key === 'Escape' && this.from) {
      this.from = null;
    } else {
      const page = Math.max(1, Math.floor((this.scroller.clientHeight - this.head.offsetHeight) / 37) - 1);
      const to = moved(this.at, event.key, control, { rows: this.made.rows.length + 1, columns: this.made.columns.length, page });
      if (!to) return;
      this.from = event.shiftKey ? (this.from ?? this.at) : null;
      void this.enter(to);
    }
    event.preventDefault();
  };

  /** Go to a cell; its row is made first if it is out of sight. */
  private async enter(to: Cell): Promise<void> {
    this.at = to;
    if (this.isLong && to.row > 0) this.virtual.getVirtualizer().scrollToIndex(to.row - 1);
    for (let tries = 0; tries < 5; tries++) {
      await this.updateComplete;
      const cell = this.renderRoot.querySelector<HTMLElement>(`[data-row="${to.row}"][data-column="${to.column}"]`);
      if (cell) return (cell.querySelector('button') ?? cell).focus();
      await new Promise(requestAnimationFrame);
    }
  }

  private open(): void {
    const cell = this.renderRoot.querySelector<HTMLElement>(`[data-row="${this.at.row}"][data-column="${this.at.column}"]`);
    const thing = cell?.querySelector('sluis-thing');
    if (thing) thing.renderRoot.querySelector('a')?.click();
    else cell?.closest('tr')?.toggleAttribute('data-open');
  }

  private async copySelected(): Promise<void> {
    const { top, bottom, left, right } = between(this.from ?? this.at, this.at);
    const columns = this.made.columns.slice(left, right + 1);
    await this.copy(this.made.rows.slice(Math.max(0, top - 1), bottom), columns, top === 0);
  }

  private async copy(rows: readonly Row[], columns: readonly Column[], withHeadings: boolean): Promise<void> {
    const heads = withHeadings ? [columns.map((column) => this.heading(column))] : [];
    try {
      await navigator.clipboard.writeText(tsv([...heads, ...readable(rows, columns, cellText)]));
      this.told = withHeadings ? say('copied', { n: rows.length }) : say('copiedCells');
    } catch {
      this.told = say('notCopied');
    }
  }

  private sort(name: string, also: boolean): void {
    this.change({ sort: written(pressed(sortsOf(this.state.sort ?? ''), name, also)) });
  }

  private toggleFilters(): void {
    this.filtering = !this.filtering;
    if (!this.filtering) this.each = {};
  }

  private showColumn(name: string, isShown: boolean): void {
    const hidden = new Set((this.state.hide ?? '').split(',').filter(Boolean));
    if (isShown) hidden.delete(name);
    else hidden.add(name);
    this.change({ hide: [...hidden].join(',') });
  }

  private change(change: Partial<TableState>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new CustomEvent<Partial<TableState>>('table-state', { detail: this.state }));
  }

  /** The rows and columns on screen as texts: for the briefing. */
  get carried(): CarryTable {
    const { columns, rows } = this.made;
    return { columns: columns.map((column) => this.heading(column)), rows: readable(rows, columns, cellText) };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-table': SluisTable;
  }
}
