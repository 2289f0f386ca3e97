/** Which names are written: as many as fit, those of nodes with most links first, always at the same size on screen. */

import type { Point } from './model.js';

export interface Named {
  readonly id: string;
  /** The lines of the name. */
  readonly lines: readonly string[];
  /** Where the node itself is, on screen: no other name is written over it, but those of the nodes with most links. */
  readonly node: Point;
  /** Where the name begins, on screen: the middle of its upper edge. */
  readonly at: Point;
  /** Names are written in the order of this, the highest first. */
  readonly rank: number;
}

export const LINE_HEIGHT = 13; // pixels on screen
const LETTER = 5.9;
const CELL = 64;
const NODE = 4;
const FOREMOST = 12;

/** A name on lines of about so many characters. */
export function wrapped(name: string, longest = 22): readonly string[] {
  const lines: string[] = [];
  for (const word of name.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < longest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The nodes whose names can be written without one lying on another. `always` are written whatever lies there. */
export function fitting(nodes: readonly Named[], always: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const taken = new Map<string, Box[]>();
  const written = new Set<string>();
  for (const { id, node } of nodes) {
    const box: Box = [node.x - NODE, node.y - NODE, node.x + NODE, node.y + NODE, id, true];
    for (const cell of cellsOf(box)) taken.set(cell, [...(taken.get(cell) ?? []), box]);
  }
  const foremost = new Set([...nodes].sort((a, b) => b.rank - a.rank).slice(0, FOREMOST).map(({ id }) => id));
  const order = [...nodes].sort((a, b) => Number(always.has(b.id)) - Number(always.has(a.id)) || b.rank - a.rank || (a.id < b.id ? -1 : 1));
  for (const node of order) {
    const box = boxOf(node);
    const cells = cellsOf(box);
    if (!always.has(node.id) && cells.some((cell) => taken.get(cell)?.some((other) => other[4] !== node.id && !(other[5] && foremost.has(node.id)) && overlap(box, other)))) continue;
    written.add(node.id);
    for (const cell of cells) taken.set(cell, [...(taken.get(cell) ?? []), box]);
  }
  return written;
}

type Box = readonly [left: number, top: number, right: number, bottom: number, owner: string, isNode: boolean];

function boxOf({ id, lines, at }: Named): Box {
  const half = (Math.max(...lines.map((line) => line.length)) * LETTER) / 2;
  return [at.x - half, at.y, at.x + half, at.y + lines.length * LINE_HEIGHT, id, false];
}

function cellsOf([left, top, right, bottom]: Box): readonly string[] {
  const cells: string[] = [];
  for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x += 1) {
    for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y += 1) cells.push(`${x} ${y}`);
  }
  return cells;
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
