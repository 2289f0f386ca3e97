/** How wide a text is and where it breaks, for pictures: SVG has neither. */

export type Measure = (text: string) => number;

const ELLIPSIS = '…';
const KEPT = 20_000; // widths: a picture that is moved asks for the same ones at each step
const measured = new Map<string, number>();
let canvas: CanvasRenderingContext2D | null = null;

/** The width of a text in pixels in the page's own letters. */
export function measureIn(size: number, weight = 400): Measure {
  canvas ??= document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.documentElement).getPropertyValue('--sans') || 'sans-serif';
  const font = `${weight} ${size}px ${family}`;
  return (text) => {
    if (!canvas) return text.length * size * 0.55;
    const key = `${font} ${text}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    if (measured.size > KEPT) measured.clear();
    if (canvas.font !== font) canvas.font = font;
    const width = canvas.measureText(text).width;
    measured.set(key, width);
    return width;
  };
}

/** The text as it fits, its end cut off with `…`; empty where not even a few letters do. */
export function cut(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(text.slice(0, middle).trimEnd() + ELLIPSIS) <= width) low = middle;
    else high = middle - 1;
  }
  return low < 2 ? '' : text.slice(0, low).trimEnd() + ELLIPSIS;
}

/** The lines of a text no wider than `width` and no more than `most`, the last cut off where more would follow. */
export function wrap(text: string, width: number, most: number, measure: Measure): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const pieces = text.split(/\s+/).filter(Boolean).flatMap((word) => broken(word, width, measure));
  for (const [index, word] of pieces.entries()) {
    const longer = line ? `${line} ${word}` : word;
    if (measure(longer) <= width || !line) {
      line = longer;
      continue;
    }
    if (lines.length === most - 1) return [...lines, cut([line, ...pieces.slice(index)].join(' '), width, measure)];
    lines.push(line);
    line = word;
  }
  return line ? [...lines, line].map((one) => cut(one, width, measure)) : lines;
}

/** A word that is wider than a line in pieces that are not: names of things in Dutch are long. */
function broken(word: string, width: number, measure: Measure): readonly string[] {
  const pieces: string[] = [];
  let rest = word;
  while (measure(rest) > width && rest.length > 4) {
    let end = rest.length - 2;
    while (end > 2 && measure(`${rest.slice(0, end)}-`) > width) end -= 1;
    pieces.push(`${rest.slice(0, end)}-`);
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}
