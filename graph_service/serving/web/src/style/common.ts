import { css } from 'lit';

/** What every component looks like inside: text, links, controls, plain tables. Colours are tokens of page.css. */
export const common = css`
  :host { display: block; }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  h1, h2, h3, h4 { margin: 0; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
  h1 { font-size: 1.5rem; }
  h2 { font-size: 1.15rem; }
  h3 { font-size: 1rem; }
  p { margin: 0 0 0.7em; }
  a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
  code, pre, kbd { font-family: var(--mono); font-size: 0.88em; }
  kbd { border: 1px solid var(--strong-line); border-radius: 4px; padding: 0 0.35em; background: var(--card); }
  .soft { color: var(--soft); }
  .small { font-size: var(--small); }
  .number { font-variant-numeric: tabular-nums; text-align: right; }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .spread { justify-content: space-between; }
  .stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--gap); }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem; }

  button, .button, input, select, textarea { font: inherit; color: inherit; }
  button, .button {
    display: inline-flex; align-items: center; gap: 0.4em; min-height: var(--target); padding: 0.2rem 0.75rem;
    border: 1px solid var(--strong-line); border-radius: var(--radius); background: var(--card); color: var(--ink);
    text-decoration: none; cursor: pointer; white-space: nowrap;
  }
  button:hover, .button:hover { border-color: var(--accent); background: var(--foam); }
  button:disabled { color: var(--soft); cursor: not-allowed; background: transparent; border-color: var(--line); }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
  button.primary:hover { filter: brightness(1.1); }
  button.plain { border-color: transparent; background: transparent; }
  button.plain:hover { background: var(--foam); }
  button[aria-pressed="true"], button[aria-selected="true"] { background: var(--foam); border-color: var(--accent); font-weight: 600; }
  input, select, textarea {
    min-height: var(--target); padding: 0.2rem 0.5rem; border: 1px solid var(--strong-line);
    border-radius: var(--radius); background: var(--card); color: var(--ink); max-width: 100%;
  }
  input[type="checkbox"], input[type="radio"] { min-height: 0; width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
  label { display: inline-flex; align-items: center; gap: 0.45em; }
  label.field { display: grid; gap: 0.15rem; align-items: start; font-size: var(--small); font-weight: 600; }
  label.field > * { font-size: 1rem; font-weight: 400; }

  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.7rem 0.35rem 0; border-bottom: 1px solid var(--line); }
  th { font-size: var(--small); color: var(--soft); font-weight: 600; }
  .out-of-sight { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  @media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
  @media print { .no-print { display: none !important; } }
`;
