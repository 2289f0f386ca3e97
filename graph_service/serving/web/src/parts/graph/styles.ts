import { css } from 'lit';

export const graphStyles = css`
  :host { display: grid; gap: 0.5rem; min-width: 0; }
  .tools button { font-size: var(--small); }
  .frame { position: relative; height: var(--graph-height, min(66vh, 46rem)); min-height: 18rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); overflow: hidden; }
  .canvas { position: relative; width: 100%; height: 100%; touch-action: none; outline-offset: -3px; }
  .canvas canvas { outline: none; }
  .busy { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 0.6rem; background: var(--paper); }
  progress { width: 14rem; accent-color: var(--accent); }
  .keys { margin: 0; }
  .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; margin: 0; padding: 0; list-style: none; font-size: var(--small); }
  .legend li { display: inline-flex; align-items: center; gap: 0.4rem; }
  .legend svg { flex: none; overflow: visible; }
  @media (hover: none) { .keys { display: none; } }
`;
