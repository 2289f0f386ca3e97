/** The countries of the world, roughly: the 1:110 million map of Natural Earth (public domain) from world-atlas. */

import type { Feature, Geometry } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';
import { session } from '../../service/session.js';

export interface Country {
  readonly shape: Feature<Geometry>;
  readonly name: string;
}

const world = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;

/** Each with its name in the page's language, as the browser knows it. */
export function countries(): readonly Country[] {
  const names = new Intl.DisplayNames(session.language, { type: 'region' });
  return feature(world, world.objects.countries).features.map((shape) => {
    const code = typeof shape.id === 'string' ? new Intl.Locale(`und-${shape.id}`).region : undefined;
    return { shape, name: (code && /^[A-Z]{2}$/.test(code) ? names.of(code) : undefined) ?? shape.properties.name };
  });
}
