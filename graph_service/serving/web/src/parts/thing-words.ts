import { words } from '../words.js';

export const say = words({
  en: {
    find: 'Find by name',
    found: '{n} found.|{n} found. Choose with the arrow keys.',
    most: 'The first {n}. Type more to see others.',
    none: 'Nothing of that name in what you can see.',
    asIri: 'Take this address',
    clear: 'Clear',
    finding: 'Looking…',
    search: 'Find anything…',
    searchHint: 'Press / to search',
  },
  nl: {
    find: 'Zoek op naam',
    found: '{n} gevonden.|{n} gevonden. Kies met de pijltjestoetsen.',
    most: 'De eerste {n}. Typ meer om andere te zien.',
    none: 'Niets met die naam in wat u kunt zien.',
    asIri: 'Neem dit adres',
    clear: 'Wissen',
    finding: 'Zoeken…',
    search: 'Zoek iets…',
    searchHint: 'Druk op / om te zoeken',
  },
});
