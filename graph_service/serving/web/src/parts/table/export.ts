/** A table as text to take along: for a spreadsheet, for the clipboard, for a program. Pure; no browser is needed. */

import { value, type Row } from '../../service/terms.js';
import type { Column } from './columns.js';

/**
 * SECURITY: a spreadsheet runs a cell that begins with one of these as a formula, whoever wrote it. The apostrophe in
 * front makes it a text. A full-width sign counts, and so does one behind blanks, which some programs strip.
 */
const FORMULA = /^[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠]/u;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** What a spreadsheet shows as it stands, and never runs. */
export function harmless(said: string): string {
  const runs = (FORMULA.test(said) && !NUMBER.test(said)) || /^[\t\r\n]/.test(said);
  return runs ? `'${said}` : said;
}

/** The headings and cells as texts: an IRI with a name gives two, its name and itself. */
export function cellsOf(rows: readonly Row[], columns: readonly Column[]): readonly (readonly string[])[] {
  const heads = columns.flatMap(({ name, labelOf }) => (labelOf ? [labelOf, name] : [name]));
  const cells = rows.map((row) => columns.flatMap(({ name, labelOf }) => (labelOf ? [value(row[labelOf]), value(row[name])] : [value(row[name])])));
  return [heads, ...cells];
}

/** CSV for a spreadsheet (RFC 4180), with the mark by which spreadsheets know UTF-8. */
export function csv(cells: readonly (readonly string[])[]): string {
  const quoted = (said: string): string => (/[",\r\n;\t]/.test(said) || said !== said.trim() ? `"${said.replaceAll('"', '""')}"` : said);
  return `\uFEFF${cells.map((row) => row.map((said) => quoted(harmless(said))).join(',')).join('\r\n')}\r\n`;
}

/** Cells for the clipboard: what is pasted into a spreadsheet keeps its columns. */
export function tsv(cells: readonly (readonly string[])[]): string {
  return cells.map((row) => row.map((said) => harmless(said).replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}

/** The cells of a column as a person reads them, without IRIs. */
export function readable(rows: readonly Row[], columns: readonly Column[], say: (row: Row, column: Column) => string): readonly (readonly string[])[] {
  return rows.map((row) => columns.map((column) => say(row, column)));
}

/** The answer as a program reads it (SPARQL 1.1 results in JSON), with its marking. */
export function json(vars: readonly string[], rows: readonly Row[], banner: string): string {
  return `${JSON.stringify({ classification: banner, head: { vars }, results: { bindings: rows } }, null, 1)}\n`;
}
