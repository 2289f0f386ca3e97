import { words } from '../words.js';

export const say = words({
  en: {
    asking: 'Asking…',
    seconds: '{seconds} s',
    stop: 'Stop',
    empty: 'Nothing was found in what you can see.',
    noAnswer: 'The service does not answer. Is it still running?',
    brokenOff: 'The answer broke off: it ran into a limit, or was ended. Ask for less.',
    notAuthenticated: 'This token is not known here. Sign in again.',
    again: 'Ask again',
    at: 'line {line}, column {column}',
    marking: 'Marking: {marking}',
    saveSvg: 'SVG',
    savePng: 'PNG',
    picture: 'Keep this picture',
  },
  nl: {
    asking: 'De vraag loopt…',
    seconds: '{seconds} s',
    stop: 'Stop',
    empty: 'Er is niets gevonden in wat u kunt zien.',
    noAnswer: 'De dienst antwoordt niet. Draait hij nog?',
    brokenOff: 'Het antwoord brak af: het liep tegen een grens aan of werd beëindigd. Vraag minder tegelijk.',
    notAuthenticated: 'Dit token is hier niet bekend. Meld u opnieuw aan.',
    again: 'Opnieuw vragen',
    at: 'regel {line}, kolom {column}',
    marking: 'Markering: {marking}',
    saveSvg: 'SVG',
    savePng: 'PNG',
    picture: 'Bewaar deze afbeelding',
  },
});
