import { css } from 'lit';

/** How the review room is laid out: the mention beside the list; above it where there is no room. */
export const roomStyle = css`
  :host { display: grid; gap: 0.9rem; align-content: start; }
  h1, .lead, .none { margin: 0; }
  .top { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; }
  .lead { color: var(--soft); font-size: var(--small); max-width: 60rem; margin-top: -0.4rem; }
  .none { padding: 1.2rem 0; color: var(--soft); }
  .filters { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; }
  .filters .wide { flex: 0 1 22rem; min-width: 0; } .filters select { width: 100%; }
  .filters .keys { min-height: var(--target); } kbd { margin-right: 0.2em; }
  .desk { display: grid; grid-template-columns: minmax(0, 1fr) minmax(17rem, 25rem); gap: 1.2rem; align-items: start; }
  .one { display: grid; gap: 0.6rem; padding-bottom: 0; --low: 1.7rem; }
  .one.above { --low: 5.6rem; }
  .steps { gap: 0.3rem; } .steps button { font-size: var(--small); }
  .listed { display: grid; gap: 0.5rem; min-width: 0; position: sticky; top: 2.2rem; }
  ol { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); max-height: calc(100vh - 11.5rem); overflow-y: auto; scrollbar-width: thin; }
  li { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 0.3rem; border-bottom: 1px solid var(--line); padding-left: 0.5rem; scroll-margin: 3rem; }
  li input { width: 1.5rem; height: 1.5rem; margin: 0; }
  li.current { background: var(--foam); box-shadow: inset 3px 0 0 var(--accent); }
  li button.plain { display: grid; gap: 0; justify-items: start; text-align: left; white-space: normal; padding: 0.4rem 0.5rem; border-radius: 0; width: 100%; }
  .words { font-weight: 600; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
  .what { color: var(--soft); font-size: var(--small); overflow-wrap: anywhere; }
  .verdict { font-size: var(--small); font-weight: 600; color: var(--good); overflow-wrap: anywhere; }
  .verdict.rejected { color: var(--bad); }
  .send {
    position: sticky; bottom: 2.2rem; z-index: 3; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between;
    background: var(--raised); border: 1px solid var(--strong-line); border-radius: var(--radius); box-shadow: var(--shadow); padding: 0.6rem 1rem;
  }
  .sent { font-size: var(--small); }
  .sent ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; }
  .sent li { display: flex; gap: 0.4rem; align-items: center; border: 0; padding: 0; min-height: var(--target); }
  .sent .dot { width: 1.2rem; text-align: center; font-weight: 700; color: var(--soft); }
  .sent .published .dot { color: var(--good); } .sent .refused .dot, p.refused { color: var(--bad); }
  p.refused { margin: 0; }
  .sent li .small { font-size: var(--small); width: auto; }
  @media (max-width: 60rem) {
    .desk { grid-template-columns: minmax(0, 1fr); }
    .listed { position: static; } ol { max-height: none; }
    .send { bottom: 1.8rem; }
    .one.above { --low: 8.2rem; }
    .keys { display: none; }
    .filters { display: grid; grid-template-columns: 1fr 1fr; } .filters .wide { grid-column: 1 / -1; grid-row: 2; }
  }
  @media print { .filters, .send, .one button { display: none; } }
`;
