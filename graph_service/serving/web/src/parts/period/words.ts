import { words } from '../../words.js';

export const say = words({
  en: {
    period: 'Period',
    from: 'From',
    until: 'Until',
    all: 'The whole time',
    quiet: '{from} to {until}, in which nothing begins or ends',
    undated: 'Also what has no date ({n})',
    noDates: 'Nothing here has a date.',
  },
  nl: {
    period: 'Periode',
    from: 'Vanaf',
    until: 'Tot en met',
    all: 'De hele tijd',
    quiet: '{from} tot en met {until}, waarin niets begint of eindigt',
    undated: 'Ook wat geen datum heeft ({n})',
    noDates: 'Niets hier heeft een datum.',
  },
});
