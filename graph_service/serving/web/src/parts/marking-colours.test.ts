import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LevelShown } from '../service/session.js';
import { coloursIn } from './marking-colours.js';

const level = (marking: string, order: number, colour: string): LevelShown => ({ policy: 'P', marking, iri: '', order, titles: {}, colour, ink: '#fff' });
const LEVELS = [level('tea', 1, 'green'), level('tea green', 2, 'blue'), level('DISH soup', 3, 'red')];
const colour = (marking: string): string | undefined => coloursIn(LEVELS, marking)?.colour;

test('a marking has the colour of its level, whatever stands behind it', () => {
  assert.equal(colour('tea'), 'green');
  assert.equal(colour('tea//REL TO COOK'), 'green');
  assert.equal(colour('tea green//REL TO COOK'), 'blue');
});

test('the highest of several policies, and of several markings of a row, gives the colour', () => {
  assert.equal(colour('DISH soup + tea'), 'red');
  assert.equal(colour('tea | tea green'), 'blue');
});

test('what is no level has none', () => {
  assert.equal(colour(''), undefined);
  assert.equal(colour('teapot'), undefined);
  assert.equal(colour('coffee'), undefined);
});
