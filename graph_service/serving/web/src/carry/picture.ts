/** A picture as a file of its own: with the banner inside it, and with nothing that it needs from the page. */

import { coloursOf } from '../parts/marking.js';

const SVG = 'http://www.w3.org/2000/svg';
const BAND = 26; // pixels, as the picture is shown
const SCALE = 2; // of a PNG, for print

/** The properties that a picture takes from style sheets; each is an attribute of SVG too. */
const PROPERTIES = [
  'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap',
  'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-weight', 'font-style', 'letter-spacing', 'text-anchor',
  'dominant-baseline', 'paint-order', 'display', 'visibility', 'stop-color', 'stop-opacity',
] as const;

/** A copy of the picture in the light colours, between two bands with the marking and above a line with its title. */
export function withBanner(picture: SVGSVGElement, banner: string, title: string): SVGSVGElement {
  const copy = inLight(() => standalone(picture));
  const box = picture.viewBox.baseVal;
  const { x, y, width, height } = box && box.width > 0 ? box : { x: 0, y: 0, width: picture.clientWidth, height: picture.clientHeight };
  const unit = picture.clientWidth > 0 ? width / picture.clientWidth : 1;
  const band = BAND * unit;
  const caption = band * 0.9;
  const tall = height + 2 * band + caption;

  const out = element('svg', { xmlns: SVG, viewBox: `${x} ${y - band} ${width} ${tall}`, width: width / unit, height: tall / unit });
  out.append(element('rect', { x, y: y - band, width, height: tall, fill: '#ffffff' }));
  out.append(named('title', `${banner} · ${title}`));
  for (const [name, size] of [['x', x], ['y', y], ['width', width], ['height', height]] as const) copy.setAttribute(name, String(size));
  out.append(copy);
  for (const top of [y - band, y + height + caption]) out.append(...bandOf(banner, { x, y: top, width, height: band }));
  const line = named('text', `${title} · ${new Date().toISOString().slice(0, 10)}`);
  attributes(line, { x: x + band / 3, y: y + height + caption * 0.65, fill: '#55646d', 'font-family': 'sans-serif', 'font-size': band * 0.44 });
  out.append(line);
  return out as SVGSVGElement;
}

export function svgText(picture: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(picture);
}

/** The picture as PNG, at twice its size on screen. */
export async function png(picture: SVGSVGElement): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svgText(picture)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Number(picture.getAttribute('width')) * SCALE;
    canvas.height = Number(picture.getAttribute('height')) * SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture was made'))), 'image/png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** What `read` gives while the page has its light colours, for a picture that leaves it. Nothing is painted in between. */
export function inLight<T>(read: () => T): T {
  const root = document.documentElement;
  const before = root.dataset['theme'];
  root.dataset['theme'] = 'light';
  try {
    return read();
  } finally {
    if (before !== undefined) root.dataset['theme'] = before;
  }
}

/** A copy in which attributes say what the style sheets of the page did. */
function standalone(picture: SVGSVGElement): SVGSVGElement {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  if (picture.isConnected) {
    const originals = [picture, ...picture.querySelectorAll<SVGElement>('*')];
    const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
    originals.forEach((original, index) => fix(original, copies[index]!));
    copies.filter((one) => one.getAttribute('display') === 'none').forEach((one) => one.remove());
  }
  copy.removeAttribute('class');
  return copy;
}

function fix(original: SVGElement, copy: SVGElement): void {
  const styles = getComputedStyle(original);
  for (const name of PROPERTIES) {
    const value = styles.getPropertyValue(name);
    if (value) copy.setAttribute(name, value.replace(/url\("(#[^"]*)"\)/g, 'url($1)')); // not every reader of SVG takes the quotes
  }
  for (const { name } of [...copy.attributes]) {
    if (name === 'class' || name === 'style' || name === 'tabindex' || name === 'part' || name.startsWith('on')) copy.removeAttribute(name);
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function bandOf(banner: string, { x, y, width, height }: Box): readonly SVGElement[] {
  const { colour, ink } = coloursOf(banner) ?? { colour: '#0a3d4e', ink: '#f3f8f9' };
  const text = named('text', banner || '—');
  attributes(text, {
    x: x + width / 2, y: y + height * 0.68, fill: ink, 'text-anchor': 'middle', 'font-family': 'sans-serif',
    'font-weight': 700, 'font-size': height * 0.5,
  });
  return [element('rect', { x, y, width, height, fill: colour }), text];
}

function element(name: string, given: Readonly<Record<string, string | number>>): SVGElement {
  return attributes(document.createElementNS(SVG, name), given);
}

function named(name: string, text: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  made.textContent = text;
  return made;
}

function attributes(made: SVGElement, given: Readonly<Record<string, string | number>>): SVGElement {
  for (const [name, value] of Object.entries(given)) if (name !== 'xmlns') made.setAttribute(name, String(value));
  return made;
}
