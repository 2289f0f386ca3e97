import { words } from '../../words.js';

export const say = words({
  en: { title: 'One graph, and everyone sees exactly what they are cleared for', triples: '{n} statement that you can see.|{n} statements that you can see.' },
  nl: { title: 'Eén graaf, en ieder ziet precies waarvoor hij is gemachtigd', triples: '{n} bewering die u kunt zien.|{n} beweringen die u kunt zien.' },
});
