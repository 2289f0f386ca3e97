/**
 * The banner on paper: at the head and foot of every sheet, in its margin.
 *
 * Margin boxes take no element, so the marking is written into a style sheet of its own, which the Content-Security-Policy
 * allows to a script. A browser that knows no margin boxes repeats the page's own banners, which are fixed there.
 */

import { coloursOf } from '../parts/marking.js';
import { pageBanner } from '../service/page-banner.js';
import { session } from '../service/session.js';

/** Keep the margins of the sheets as the page's banner is, from now on. */
export function printBanner(): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const renew = (): void => {
    const { marking, shown } = pageBanner;
    sheet.replaceSync(marginBoxes(marking, shown ?? coloursOf(marking)));
    document.documentElement.toggleAttribute('data-margin-boxes', knowsMarginBoxes(sheet));
  };
  pageBanner.addEventListener('change', renew);
  session.addEventListener('known', renew);
  renew();
}

/** The style sheet that puts a marking into the margins of each sheet. */
export function marginBoxes(marking: string, colours: { readonly colour: string; readonly ink: string } | null): string {
  const box = `{ content: ${quoted(marking || '—')}; background: ${colours?.colour ?? '#0a3d4e'}; color: ${colours?.ink ?? '#f3f8f9'};
    font: 700 9pt sans-serif; text-align: center; vertical-align: middle; width: 100%; height: 7mm; margin: 3mm 0;
    -webkit-print-color-adjust: exact; print-color-adjust: exact; }`;
  return `@page { margin: 16mm 12mm; @top-center ${box} @bottom-center ${box} }`;
}

/** A text as CSS writes one: nothing in it can end it. */
function quoted(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`;
}

function knowsMarginBoxes(sheet: CSSStyleSheet): boolean {
  const [page] = sheet.cssRules;
  return page instanceof CSSPageRule && 'cssRules' in page && (page.cssRules as CSSRuleList).length > 0;
}
