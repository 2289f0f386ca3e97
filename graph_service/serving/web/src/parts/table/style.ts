import { css } from 'lit';

/** A dense table; below 40rem each row is a card. */
export const tableStyle = css`
  :host { container-type: inline-size; }
  .tools { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; margin-bottom: 0.5rem; }
  .find { flex: 0 1 16rem; }
  .space { flex: 1; }
  .narrow { display: none; }
  .scroll { overflow: auto; overflow-anchor: none; max-height: var(--table-height, 72vh); border: 1px solid var(--line); border-radius: var(--radius); background: var(--card); }
  .scroll[data-long] { height: var(--table-height, 72vh); }
  table { display: block; min-width: var(--least); font-size: 0.92rem; }
  thead { display: block; position: sticky; top: 0; z-index: 2; background: var(--code); border-bottom: 1px solid var(--strong-line); }
  tbody { display: block; }
  tr { display: grid; grid-template-columns: var(--columns); }
  tbody tr { border-bottom: 1px solid var(--line); }
  tbody tr:hover { background: var(--foam); }
  th, td { border: 0; padding: 0.4rem 1ch; min-width: 0; font-size: inherit; }
  th { padding: 0.1rem 1ch; align-self: end; }
  th button { width: 100%; justify-content: flex-start; padding: 0.1rem 0; color: inherit; font-size: var(--small); font-weight: 650; white-space: normal; text-align: start; border: 0; gap: 0.3em; }
  .way { font-size: 0.7em; color: var(--accent); min-width: 1em; }
  [data-type="integer"], [data-type="decimal"] { text-align: right; font-variant-numeric: tabular-nums; }
  th[data-type="integer"] button, th[data-type="decimal"] button { justify-content: flex-end; text-align: end; }
  td[data-type="date"] { font-variant-numeric: tabular-nums; }
  .content { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden; overflow-wrap: anywhere; }
  td[data-type="marking"] .content { display: flex; flex-wrap: wrap; gap: 0.2rem; }
  tr[data-open] .content { display: block; }
  td:focus-visible { outline-offset: -1px; }
  td:focus .content { -webkit-line-clamp: unset; line-clamp: unset; }
  td[aria-selected="true"] { background: var(--foam); box-shadow: 0 0 0 2px var(--accent); }
  .filters td { padding: 0 1ch 0.35rem; }
  .filters input { width: 100%; min-height: 1.75rem; font-size: var(--small); }
  .awaited { color: var(--soft); }
  .none { padding: 1rem 0; color: var(--soft); }

  @container (max-width: 40rem) {
    table { min-width: 0; }
    thead, .wide { display: none; }
    .narrow { display: inline-block; }
    tbody tr { display: block; padding: 0.6rem 0.8rem; }
    td { display: grid; grid-template-columns: minmax(5.5rem, 28%) 1fr; gap: 0.6rem; padding: 0.12rem 0; text-align: left !important; }
    td::before { content: attr(data-heading); color: var(--soft); font-size: var(--small); }
    td:not(:has(.content > *, .awaited)):has(.content:empty) { display: none; }
  }

  @media print {
    .scroll, .scroll[data-long] { overflow: visible; max-height: none; height: auto; border: 0; }
    thead { position: static; }
    tr { break-inside: avoid; }
    .content { display: block; }
  }
`;
