/** What a question needs before it has rows, in Dutch; the catalogue has it in English. A test fails when one is not here. */

import { session } from '../../service/session.js';

const DUTCH: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'a loaded document': 'een geladen document',
    'a loaded document that mentions a known actor': 'een geladen document dat een bekende actor noemt',
    'a loaded document that mentions a source of the evaluation': 'een geladen document dat een bron van de evaluatie noemt',
    'aid activities (IATI) in a fragile context': 'hulpactiviteiten (IATI) in een fragiele context',
    'aid activities (IATI) in which a known actor takes part': 'hulpactiviteiten (IATI) waaraan een bekende actor meedoet',
    'amounts of money with a date (IATI)': 'bedragen met een datum (IATI)',
    'loaded open data of parliament': 'geladen open data van de Tweede Kamer',
    'the text of a resolution that addresses a known actor': 'de tekst van een resolutie die een bekende actor aanspreekt',
    'the versions of a law (the national register)': 'de versies van een wet (het Basiswettenbestand)',
  }),
);

/** As the page's language has it, where the page knows it. */
export function needsOf(said: string): string {
  return (session.language === 'nl' ? DUTCH.get(said) : undefined) ?? said;
}
