/** HTML as text, for files that leave the page. What is put into it is escaped, unless it is markup already. */

/** Text that is HTML. Only `markup` makes it of values, and `serialized` of what a serializer wrote. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = string | number | Markup | readonly Piece[] | null | undefined;

export function markup(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return new Markup(strings.map((text, index) => text + (index < values.length ? written(values[index]) : '')).join(''));
}

/** What an XML serializer gave: well formed by itself. */
export function serialized(text: string): Markup {
  return new Markup(text);
}

function written(piece: Piece): string {
  if (piece === null || piece === undefined) return '';
  if (piece instanceof Markup) return piece.text;
  if (Array.isArray(piece)) return piece.map(written).join('');
  return escaped(String(piece));
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}
