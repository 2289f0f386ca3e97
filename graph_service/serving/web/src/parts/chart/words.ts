import { words } from '../../words.js';

export const say = words({
  en: {
    chart: 'Chart: {name}',
    table: 'The same as a table',
    series: 'Series',
    number: 'Number',
    without: 'No number is stated for: {names}.',
    nothing: 'not stated',
    all: 'Show all {n}',
    none: 'Nothing in this answer is a number over names or dates.',
  },
  nl: {
    chart: 'Grafiek: {name}',
    table: 'Hetzelfde als tabel',
    series: 'Reeks',
    number: 'Aantal',
    without: 'Geen getal genoemd voor: {names}.',
    nothing: 'niet genoemd',
    all: 'Toon alle {n}',
    none: 'Niets in dit antwoord is een getal over namen of datums.',
  },
});
