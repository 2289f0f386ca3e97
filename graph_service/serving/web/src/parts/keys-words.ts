import { words } from '../words.js';

const both = {
  en: {
    title: 'Keys',
    help: 'these keys',
    search: 'find anything',
    tab: 'to the next control; a table or picture is one stop',
    arrows: 'move within a table, a matrix or a picture',
    ends: 'to the begin or end of a row, to the last cell',
    enter: 'open what you are at',
    copy: 'choose several cells of a table, and copy them',
    run: 'ask the query that you write',
    escape: 'close what is open',
    close: 'Close',
  },
  nl: {
    title: 'Toetsen',
    help: 'deze toetsen',
    search: 'zoek iets',
    tab: 'naar het volgende onderdeel; een tabel of afbeelding is één halte',
    arrows: 'verplaats u binnen een tabel, matrix of afbeelding',
    ends: 'naar het begin of eind van een rij, naar de laatste cel',
    enter: 'open waar u bent',
    copy: 'kies meerdere cellen van een tabel en kopieer ze',
    run: 'stel de vraag die u schrijft',
    escape: 'sluit wat open is',
    close: 'Sluiten',
  },
} as const;

export type KeyWords = keyof (typeof both)['en'];
export const say = words<KeyWords>(both);
