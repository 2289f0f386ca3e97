/** What part of the axis is shown: closer, further, along. All places are dense ones of `Eras`. */

const LEAST = 14 * 86_400_000; // the shortest time that fills the picture

export interface Window {
  readonly from: number;
  readonly until: number;
}

/** Moves by a share of what is shown. */
export function moved(shown: Window, share: number, length: number): Window {
  const by = (shown.until - shown.from) * share;
  const held = Math.max(-shown.from, Math.min(by, length - shown.until));
  return { from: shown.from + held, until: shown.until + held };
}

/** Shows `factor` times as much, with what is at `at` (0 to 1) staying where it is. */
export function scaled(shown: Window, factor: number, at: number, length: number): Window {
  const wide = shown.until - shown.from;
  const wanted = Math.min(length, Math.max(Math.min(LEAST, length), wide * factor));
  const from = shown.from + (wide - wanted) * at;
  return within({ from, until: from + wanted }, length);
}

/** The window with a part of the axis in it, and some room beside. */
export function around(part: Window, length: number): Window {
  const room = Math.max((part.until - part.from) * 0.1, LEAST / 4);
  return within({ from: part.from - room, until: part.until + room }, length);
}

/** The window moved or cut so that it lies on the axis. */
export function within(wanted: Window, length: number): Window {
  const wide = Math.min(wanted.until - wanted.from, length);
  const from = Math.max(0, Math.min(wanted.from, length - wide));
  return { from, until: from + wide };
}

export function isAll(shown: Window, length: number): boolean {
  return shown.from <= length * 1e-6 && shown.until >= length * (1 - 1e-6);
}
