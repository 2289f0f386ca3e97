import { css } from 'lit';

export const graphStyles = css`
  :host { display: grid; gap: 0.5rem; min-width: 0; }
  .frame { position: relative; height: var(--graph-height, clamp(20rem, 62vh, 46rem)); border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); overflow: hidden; }
  .canvas { position: relative; width: 100%; height: 100%; touch-action: none; outline-offset: -3px; }
  .canvas canvas { outline: none; }
  .tools { position: absolute; left: 0.5rem; top: 0.5rem; display: flex; flex-wrap: wrap; gap: 0.25rem; max-width: calc(100% - 1rem); }
  .tools button { font-size: var(--small); padding: 0.1rem 0.6rem; min-height: 1.8rem; }
  .keys { display: none; position: absolute; left: 0.5rem; right: 0.5rem; bottom: 0.5rem; margin: 0; padding: 0.3rem 0.6rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
  .canvas:focus-visible ~ .keys { display: block; }
  .busy { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 0.6rem; background: var(--paper); }
  progress { width: 14rem; accent-color: var(--accent); }
  .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; margin: 0; padding: 0; list-style: none; font-size: var(--small); }
  .legend li { display: inline-flex; align-items: center; gap: 0.4rem; }
  .legend svg { flex: none; overflow: visible; }
`;
