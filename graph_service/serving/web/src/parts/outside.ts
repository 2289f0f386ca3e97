/** What the properties of other vocabularies are called here: a view holds their IRIs, and no names of them. */

import { lastPart } from '../service/terms.js';
import { words } from '../words.js';

const say = words({
  en: {
    type: 'is a', subClassOf: 'is a kind of', subPropertyOf: 'is a kind of', domain: 'is said of', range: 'points to', isDefinedBy: 'is defined in',
    inverseOf: 'is the inverse of', disjointWith: 'shares nothing with', comment: 'comment', example: 'example', closeMatch: 'is close to', exactMatch: 'is the same as',
    broader: 'is narrower than', inScheme: 'is in scheme', topConceptOf: 'is a top concept of', scopeNote: 'scope note', editorialNote: 'editorial note',
    source: 'source', creator: 'made by', publisher: 'published by', issued: 'published on', created: 'made on', modified: 'changed on', identifier: 'identifier', language: 'language',
    subject: 'subject', format: 'format', license: 'licence', references: 'refers to', isFormatOf: 'is another form of', isVersionOf: 'is a version of', isPartOf: 'is part of',
    abstract: 'summary', description: 'description', bibliographicCitation: 'cite as', wasAttributedTo: 'attributed to', wasDerivedFrom: 'derived from', wasGeneratedBy: 'made by',
    hasBody: 'mentions', hasTarget: 'in the words', hasSource: 'quoted from', hasSelector: 'chosen by', exact: 'words', start: 'from character', end: 'to character', bodyValue: 'written as',
  },
  nl: {
    type: 'is een', subClassOf: 'is een soort', subPropertyOf: 'is een soort', domain: 'wordt gezegd van', range: 'verwijst naar', isDefinedBy: 'is gedefinieerd in',
    inverseOf: 'is het omgekeerde van', disjointWith: 'heeft niets gemeen met', comment: 'toelichting', example: 'voorbeeld', closeMatch: 'lijkt op', exactMatch: 'is hetzelfde als',
    broader: 'is smaller dan', inScheme: 'hoort bij schema', topConceptOf: 'is een hoofdbegrip van', scopeNote: 'afbakening', editorialNote: 'redactionele noot',
    source: 'bron', creator: 'gemaakt door', publisher: 'uitgegeven door', issued: 'uitgegeven op', created: 'gemaakt op', modified: 'gewijzigd op', identifier: 'kenmerk', language: 'taal',
    subject: 'onderwerp', format: 'vorm', license: 'licentie', references: 'verwijst naar', isFormatOf: 'is een andere vorm van', isVersionOf: 'is een versie van', isPartOf: 'is deel van',
    abstract: 'samenvatting', description: 'beschrijving', bibliographicCitation: 'citeren als', wasAttributedTo: 'toegeschreven aan', wasDerivedFrom: 'afgeleid van', wasGeneratedBy: 'gemaakt door',
    hasBody: 'vermeldt', hasTarget: 'in de woorden', hasSource: 'aangehaald uit', hasSelector: 'aangewezen door', exact: 'woorden', start: 'vanaf teken', end: 'tot teken', bodyValue: 'geschreven als',
  },
});

const OUTSIDE: Readonly<Record<string, readonly Parameters<typeof say>[0][]>> = {
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': ['type'],
  'http://www.w3.org/2000/01/rdf-schema#': ['subClassOf', 'subPropertyOf', 'domain', 'range', 'isDefinedBy', 'comment'],
  'http://www.w3.org/2002/07/owl#': ['inverseOf', 'disjointWith'],
  'http://www.w3.org/2004/02/skos/core#': ['example', 'closeMatch', 'exactMatch', 'broader', 'inScheme', 'topConceptOf', 'scopeNote', 'editorialNote'],
  'http://purl.org/dc/terms/': [
    'source', 'creator', 'publisher', 'issued', 'created', 'modified', 'identifier', 'language', 'subject', 'format', 'license', 'references', 'isFormatOf', 'isVersionOf', 'isPartOf',
    'abstract', 'description', 'bibliographicCitation',
  ],
  'http://www.w3.org/ns/prov#': ['wasAttributedTo', 'wasDerivedFrom', 'wasGeneratedBy'],
  'http://www.w3.org/ns/oa#': ['hasBody', 'hasTarget', 'hasSource', 'hasSelector', 'exact', 'start', 'end', 'bodyValue'],
};

/** A property's name: as the view has it, else as this page calls it, else the end of its IRI. */
export function propertyName(iri: string, label: string): string {
  const end = lastPart(iri);
  if (label && label !== end) return label;
  const known = OUTSIDE[iri.slice(0, iri.length - end.length)]?.find((name) => name === end);
  return known ? say(known) : label || end;
}
