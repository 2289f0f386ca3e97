import { css } from 'lit';

export const theoryStyle = css`
  .lead { color: var(--soft); max-width: 46rem; }
  .of { margin: 0; }
  select { max-width: min(34rem, 80vw); }
  .scroll { overflow: auto; }
  svg.flow { display: block; font: 13px var(--sans); }
  text { fill: var(--ink); }
  .column { fill: var(--foam); opacity: 0.5; }
  .level { font-weight: 650; font-size: 12.5px; letter-spacing: 0.04em; fill: var(--soft); }
  .ground { fill: var(--card); stroke: var(--strong-line); }
  .words { pointer-events: none; } .step:hover + .words text { text-decoration: underline; }
  .excluded { font-size: 11.5px; font-style: italic; fill: var(--soft); }
  .arrow { cursor: pointer; outline: none; }
  .way { fill: none; }
  .way.none { stroke: var(--soft); stroke-dasharray: 1.5 5; stroke-linecap: round; }
  .way.for { stroke: var(--good); } .way.against { stroke: var(--bad); stroke-dasharray: 9 5; } .way.both { stroke: var(--warn); stroke-dasharray: 16 4; }
  .head.none { fill: var(--soft); } .head.for { fill: var(--good); } .head.against { fill: var(--bad); } .head.both { fill: var(--warn); }
  .reach { fill: none; stroke: transparent; stroke-width: 26; }
  .label { fill: var(--paper); stroke: var(--line); }
  .strength { font-weight: 650; font-size: 12px; }
  .strength.none { fill: var(--soft); font-weight: 400; } .strength.for { fill: var(--good); } .strength.against { fill: var(--bad); } .strength.both { fill: var(--warn); }
  .note { font-size: 11.5px; fill: var(--soft); font-style: italic; }
  .arrow:hover .label, .arrow.chosen .label { stroke: var(--accent); stroke-width: 2; }
  .arrow:focus-visible .label { stroke: var(--accent); stroke-width: 3; }
  .down { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
  .down > li { display: grid; gap: 0.6rem; }
  .lead-to { white-space: normal; text-align: left; margin-top: 0.5rem; width: 100%; }
  details { margin-top: 0.5rem; } summary { cursor: pointer; min-height: var(--target); color: var(--accent); }
`;
