import { css } from 'lit';

export const networkStyles = css`
  .lead { max-width: 46rem; margin: -0.7rem 0 0; color: var(--soft); }
  .controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; }
  .controls label.field { flex: 0 1 13rem; }
  .controls span { padding-bottom: 0.35rem; }
  .filters { display: grid; gap: 0.7rem; padding-top: 0.8rem; }
  fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
  legend { padding: 0; font-size: var(--small); font-weight: 600; }
  .choices { display: flex; flex-wrap: wrap; gap: 0.4rem 1.2rem; font-size: var(--small); }
  .choices label { min-height: 24px; }
  summary { cursor: pointer; font-size: var(--small); font-weight: 600; min-height: 24px; }
  details[open] > summary { margin-bottom: 0.4rem; }
  .view { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
  aside { min-width: 0; font-size: 0.94rem; }
  aside h2 { margin-bottom: 0.3rem; }
  aside dl { margin: 0 0 0.8rem; }
  aside dt { font-size: var(--small); color: var(--soft); font-weight: 600; margin-top: 0.45rem; }
  aside dd { margin: 0; overflow-wrap: anywhere; }
  .links { list-style: none; margin: 0; padding: 0; max-height: 24rem; overflow: auto; }
  .links li { border-bottom: 1px solid var(--line); padding: 0.15rem 0; }
  .links li.spread { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: baseline; }
  ol.links { padding: 0; }
  .links button { white-space: normal; text-align: left; padding: 0.1rem 0.2rem; align-items: baseline; min-height: 24px; }
  .actions { display: grid; gap: 0.4rem; margin: 0.4rem 0 0.8rem; }
  .actions select { width: 100%; min-width: 0; }
  .actions button { font-size: var(--small); justify-self: start; }
  ol.path { margin: 0.3rem 0; padding-left: 1.3rem; }
  .wide { overflow-x: auto; }
  td.number { text-align: left; white-space: nowrap; }
  tr[aria-selected='true'] { background: var(--foam); }
  aside > p:first-child { margin-top: 0.2rem; }
  @media (min-width: 72rem) { .view { grid-template-columns: minmax(0, 1fr) 17rem; } aside { max-height: 54rem; overflow: auto; padding-left: 0.2rem; } }
  @media (min-width: 100rem) { .view { grid-template-columns: minmax(0, 1fr) 22rem; } }
`;
