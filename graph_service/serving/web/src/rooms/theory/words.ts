import { words } from '../../words.js';

export const say = words({
  en: {
    title: 'Theory of change',
    lead: 'From input to impact: what should lead to what, what that assumes, and the evidence on each arrow in what you can see.',
    theory: 'Theory', of: 'Of: {of}', marks: 'Markings', larger: 'Larger', smaller: 'Smaller', fit: 'Show all',
    noLevel: 'No level stated', excluded: 'not attributed',
    none: 'no evidence', noEvidence: 'No evidence in what you can see.', for: '{n} for', against: '{n} against', assumes: 'assumes: {text}', more: '{n} more assumption|{n} more assumptions',
    evidence: 'Evidence: {words}', legend: 'The wider an arrow, the more lines of evidence for it. Dotted: no evidence in what you can see. Dashed: evidence against.',
    picture: 'Theory of change: {name}', arrowName: 'Arrow from {from} to {to}. {words}.', open: 'Choose an arrow to read its evidence.',
    fromTo: 'From “{from}” to “{to}”', assumptions: 'Assumptions', evidenceFor: 'Evidence for', evidenceAgainst: 'Evidence against',
    noAssumption: 'No assumption is stated.', noFor: 'No evidence for it in what you can see.', noAgainst: 'No evidence against it in what you can see.',
    source: 'Source', types: 'Type of source', confidence: 'Confidence', statedIn: 'Stated in', arrow: 'The arrow itself', close: 'Close',
    leadsTo: 'leads to', table: 'The same as a table', fromStep: 'From', toStep: 'To', marking: 'Marking',
    noArrows: 'No arrow between these steps is stated in what you can see.',
  },
  nl: {
    title: 'Beleidstheorie',
    lead: 'Van input naar impact: wat waartoe moet leiden, waar dat van uitgaat, en het bewijs bij elke pijl in wat u kunt zien.',
    theory: 'Theorie', of: 'Van: {of}', marks: 'Markeringen', larger: 'Groter', smaller: 'Kleiner', fit: 'Alles tonen',
    noLevel: 'Geen niveau vermeld', excluded: 'geen toeschrijving',
    none: 'geen bewijs', noEvidence: 'Geen bewijs in wat u kunt zien.', for: '{n} voor', against: '{n} tegen', assumes: 'gaat ervan uit: {text}', more: 'nog {n} veronderstelling|nog {n} veronderstellingen',
    evidence: 'Bewijs: {words}', legend: 'Hoe breder een pijl, hoe meer bewijslijnen ervoor. Gestippeld: geen bewijs in wat u kunt zien. Gestreept: bewijs ertegen.',
    picture: 'Beleidstheorie: {name}', arrowName: 'Pijl van {from} naar {to}. {words}.', open: 'Kies een pijl om het bewijs te lezen.',
    fromTo: 'Van “{from}” naar “{to}”', assumptions: 'Veronderstellingen', evidenceFor: 'Bewijs ervoor', evidenceAgainst: 'Bewijs ertegen',
    noAssumption: 'Er is geen veronderstelling vermeld.', noFor: 'Geen bewijs ervoor in wat u kunt zien.', noAgainst: 'Geen bewijs ertegen in wat u kunt zien.',
    source: 'Bron', types: 'Type bron', confidence: 'Zekerheid', statedIn: 'Vermeld in', arrow: 'De pijl zelf', close: 'Sluiten',
    leadsTo: 'leidt tot', table: 'Hetzelfde als tabel', fromStep: 'Van', toStep: 'Naar', marking: 'Markering',
    noArrows: 'Er is in wat u kunt zien geen pijl tussen deze stappen vermeld.',
  },
});
