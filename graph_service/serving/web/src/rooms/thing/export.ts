/** What the view says of a thing, as RDF, for a file. */

import { iriText } from '../../parts/rules.js';

/** Every statement with the thing as subject or object, and the names of what it points to: as `/describe` has it. */
export function describing(iri: string): string | null {
  const me = iriText(iri);
  if (!me) return null;
  return `CONSTRUCT { ${me} ?p ?o . ?o skos:prefLabel ?name . ?s ?q ${me} }
WHERE { { ${me} ?p ?o OPTIONAL { ?o skos:prefLabel ?name } } UNION { ?s ?q ${me} } }`;
}

/** Everything that a portion says, as the table of a query. */
export function portionQuery(iri: string): string {
  return `SELECT ?subject ?property ?object { GRAPH <${iri}> { ?subject ?property ?object } }\nORDER BY ?subject ?property ?object`;
}
