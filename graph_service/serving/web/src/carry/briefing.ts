/** The briefing: what is on screen as one HTML file, that needs nothing and runs nothing. */

import { coloursOf } from '../parts/marking.js';
import { curl } from '../service/api.js';
import { clearanceText } from '../service/me.js';
import { session } from '../service/session.js';
import { dateText } from '../service/terms.js';
import { Markup, markup, serialized } from './markup.js';
import type { CarryPart, CarryTable } from './parts.js';
import { svgText, withBanner } from './picture.js';
import { say } from './words.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The file's text. The marking stands at the top and the bottom, and when it is printed on every page: head and foot of
 * a table are repeated there by every browser.
 */
export function briefing(title: string, banner: string, parts: readonly CarryPart[], day = new Date()): string {
  const { colour, ink } = coloursOf(banner) ?? { colour: '#0a3d4e', ink: '#f3f8f9' };
  const bar = markup`<div class="banner">${banner}</div>`;
  return markup`<!doctype html>
<html lang="${session.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${banner} · ${title}</title>
<style>${new Markup(style(colour, ink))}</style>
</head>
<body>
<table class="sheet" role="presentation">
<thead><tr><td>${bar}</td></tr></thead>
<tfoot><tr><td>${bar}</td></tr></tfoot>
<tbody><tr><td><main>
<h1>${title}</h1>
<p class="about">${say('made', { day: dateText(day.toISOString().slice(0, 10)) })}, ${seenBy()}</p>
${parts.map(section)}
<p class="about">${say('note')}</p>
</main></td></tr></tbody>
</table>
</body>
</html>
`.text;
}

function seenBy(): string {
  const { me } = session;
  const name = me?.name ?? say('anonymous');
  const seen = say('by', { name, clearance: me ? clearanceText(me) : '—' });
  return session.lookingAs ? `${seen}, ${say('lookingAs', { marking: session.lookingAs })}` : seen;
}

function section(part: CarryPart): Markup {
  return markup`<section>
<h2>${part.heading}</h2>
${part.banner ? markup`<p class="about">${say('partMarking')}: <b>${part.banner}</b></p>` : null}
${part.text ? markup`<p>${part.text}</p>` : null}
${part.picture ? markup`<figure>${serialized(svgText(withBanner(part.picture, part.banner, part.heading)))}</figure>` : null}
${part.table ? tableOf(part.table) : null}
${part.sources?.length ? markup`<h3>${say('sources')}</h3><ul>${part.sources.map((source) => markup`<li>${source}</li>`)}</ul>` : null}
${asked(part)}
</section>`;
}

function tableOf({ columns, rows }: CarryTable): Markup {
  return markup`<p class="about">${say('rows', { n: rows.length })}</p>
<table class="rows">
<thead><tr>${columns.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`)}
</tbody>
</table>`;
}

function asked({ request }: CarryPart): Markup {
  const given = Object.entries(request.params);
  return markup`<h3>${say('asked')}</h3>
<dl>
<dt>${say('query')}</dt><dd>${request.query === undefined ? request.path : markup`<pre>${request.query}</pre>`}</dd>
${given.length ? markup`<dt>${say('parameters')}</dt><dd>${given.map(([name, value]) => `${name} = ${value}`).join('; ')}</dd>` : null}
<dt>${say('again')}</dt><dd><pre>${curl(request)}</pre></dd>
</dl>`;
}

function style(colour: string, ink: string): string {
  return `
body { margin: 0; color: #17232b; background: #fff; font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.sheet { width: 100%; border-collapse: collapse; } .sheet > * > tr > td { padding: 0; }
.banner { background: ${colour}; color: ${ink}; font-weight: 700; text-align: center; padding: 4px 1rem; letter-spacing: .04em; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { max-width: 62rem; margin: 0 auto; padding: 1.2rem 1.5rem 2rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .3rem; } h3 { font-size: .95rem; margin: 1.2rem 0 .2rem; }
.about { color: #55646d; font-size: .88rem; margin: .2rem 0 .8rem; }
figure { margin: .5rem 0; break-inside: avoid; } figure svg { width: 100%; height: auto; }
.rows { border-collapse: collapse; width: 100%; font-size: .88rem; } .rows th, .rows > tbody > tr > td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0; border-bottom: 1px solid #d9dfdd; overflow-wrap: anywhere; }
.rows tr { break-inside: avoid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .82rem; background: #f2f5f4; padding: .5rem .7rem; margin: .2rem 0; }
dt { font-weight: 600; font-size: .85rem; } dd { margin: 0 0 .4rem; overflow-wrap: anywhere; }
@page { margin: 12mm; }
@media print { main { max-width: none; padding: .6rem 0; } }
`;
}
