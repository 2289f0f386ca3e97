import { css } from 'lit';

/** What the page of a thing looks like around its parts. */
export const thingStyle = css`
  .narrow { max-width: 36rem; }
  article { max-width: 96rem; }
  .types { margin: 0 0 0.1rem; font-size: var(--small); letter-spacing: 0.02em; color: var(--soft); }
  h1 { font-size: 1.9rem; letter-spacing: -0.02em; text-wrap: balance; overflow-wrap: anywhere; }
  .notation { font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
  .names { margin: 0.35rem 0 0; }
  .lead { margin: 0.7rem 0 0; font-size: 1.08rem; line-height: 1.55; max-width: 46rem; }
  .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.7rem; margin: 0.9rem 0 1.4rem; padding-bottom: 0.8rem; border-bottom: 1px solid var(--line); }
  .tools button, .tools .button { font-size: var(--small); min-height: 1.8rem; }
  .space { flex: 1; }
  .iri { color: var(--soft); overflow-wrap: anywhere; }
  .columns { display: grid; grid-template-columns: minmax(0, 1fr); }
  .main, aside { min-width: 0; }
  .part { margin-bottom: 2rem; }
  .fold { margin: 0.6rem 0 2rem -0.75rem; font-size: var(--small); color: var(--accent); white-space: normal; text-align: left; }
  @media (min-width: 78rem) { .columns { grid-template-columns: minmax(0, 1.55fr) minmax(20rem, 1fr); column-gap: 3rem; } }
  @media (max-width: 40rem) { h1 { font-size: 1.5rem; } .lead { font-size: 1rem; } }
`;
