/** Where things stand in a lane, so that nothing covers anything: rows, labels as long as there is room, and heaps. */

import type { Measure } from '../../parts/svg-text.js';
import { cut } from '../../parts/svg-text.js';

/** What has a place in a lane, in pixels. */
export interface Block<T> {
  readonly item: T;
  readonly from: number;
  readonly until: number;
  /** What is to be written beside it. */
  readonly label: string;
  /** What stands before the label and is never cut off: how wide it is. */
  readonly before?: number;
}

export interface Placed<T> extends Block<T> {
  readonly row: number;
  /** The label as it fits; empty where there is no room. */
  readonly written: string;
  /** Where the label begins. */
  readonly at: number;
}

/** What found no room: shown as one mark with their number. */
export interface Heap<T> {
  readonly items: readonly T[];
  readonly from: number;
  readonly until: number;
}

export interface Lane<T> {
  readonly rows: number;
  readonly placed: readonly Placed<T>[];
  readonly heaps: readonly Heap<T>[];
}

export interface Room {
  readonly width: number;
  /** The most rows a lane may have, without the one of the heaps. */
  readonly most: number;
  readonly measure: Measure;
}

const APART = 5;
const HEAP = 44; // pixels that share a heap
const ENOUGH = 150; // of a label
const LEAST = 58; // less says nothing
const INDENT = 7;

/** Packs a lane into as few rows as let nearly every label be read, but no more than there may be. */
export function lane<T>(blocks: readonly Block<T>[], room: Room): Lane<T> {
  const sorted = blocks.toSorted((a, b) => a.from - b.from || b.until - a.until);
  let best: Lane<T> | null = null;
  // As many as would not even fit without labels need no trying of fewer rows.
  const filled = sorted.reduce((sum, block) => sum + Math.max(0, Math.min(block.until, room.width) - Math.max(block.from, 0)) + APART, 0);
  for (let rows = Math.max(1, Math.min(room.most, Math.floor(filled / room.width))); rows <= room.most; rows += 1) {
    best = packed(sorted, rows, room);
    if (best.heaps.length === 0 && isRead(best, room.measure)) return best;
  }
  return best ?? { rows: 0, placed: [], heaps: [] };
}

function packed<T>(blocks: readonly Block<T>[], rows: number, room: Room): Lane<T> {
  const inRow: Block<T>[][] = Array.from({ length: rows }, () => []);
  const ends = new Array<number>(rows).fill(-Infinity);
  const left: Block<T>[] = [];
  for (const block of blocks) {
    // The row with the most room before it: so the labels of all have a chance.
    let chosen = 0;
    for (let row = 1; row < rows; row += 1) if (ends[row]! < ends[chosen]!) chosen = row;
    if (ends[chosen]! + APART <= block.from) {
      inRow[chosen]!.push(block);
      ends[chosen] = block.until;
    } else {
      left.push(block);
    }
  }
  const placed = inRow.flatMap((row, index) => labelled(row, index, room));
  const used = inRow.filter((row) => row.length > 0).length;
  return { rows: used, placed, heaps: heaps(left, room.width) };
}

function labelled<T>(blocks: readonly Block<T>[], row: number, room: Room): readonly Placed<T>[] {
  let end = 0; // of what the row holds so far, labels too
  return blocks.map((block, index) => {
    const placed = written(block, end, blocks[index + 1]?.from ?? Infinity, row, room);
    end = Math.max(placed.until, placed.written ? placed.at + room.measure(placed.written) : 0);
    return placed;
  });
}

/** The label after the start of its block; before it where only there it has room. */
function written<T>(block: Block<T>, end: number, next: number, row: number, { width, measure }: Room): Placed<T> {
  const isPoint = block.until - block.from < 14;
  const before = block.before ?? 0;
  const at = (isPoint ? block.until + 4 : Math.max(block.from, 0) + INDENT) + before;
  const after = Math.min(next, width) - APART - at;
  const needed = measure(block.label);
  const least = Math.min(needed, LEAST);
  const room = block.from - APART - (end + APART) - before;
  if (after < needed && isPoint && room >= needed) return { ...block, row, written: block.label, at: block.from - APART - needed };
  return { ...block, row, written: after < least ? '' : cut(block.label, after, measure), at };
}

function heaps<T>(blocks: readonly Block<T>[], width: number): readonly Heap<T>[] {
  const last = Math.max(0, Math.floor(width / HEAP) - 1); // the last bin that lies within the picture as a whole
  const bins = new Map<number, Block<T>[]>();
  for (const block of blocks) {
    const bin = Math.min(last, Math.floor(Math.max(block.from, 0) / HEAP));
    const found = bins.get(bin);
    if (found) found.push(block);
    else bins.set(bin, [block]);
  }
  return [...bins].sort(([a], [b]) => a - b).map(([bin, found]) => ({
    items: found.map((block) => block.item),
    from: bin * HEAP,
    until: (bin + 1) * HEAP,
  }));
}

function isRead<T>(found: Lane<T>, measure: Measure): boolean {
  const read = found.placed.filter((one) => measure(one.written) >= Math.min(ENOUGH, measure(one.label)) - 0.5);
  return read.length >= found.placed.length * 0.92;
}
