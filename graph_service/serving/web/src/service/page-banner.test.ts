import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageBanner, type Join } from './page-banner.js';
import { session, type BannerShown, type Me } from './session.js';

const shown = (marking: string): BannerShown => ({ marking, colour: '#000000', ink: '#ffffff', classified: true, parts: [] });
const me: Me = { name: 'a', clearance: [], validity: { from: null, until: null, days_left: null }, banner: shown('TOP'), levels: [], may: {}, acts_for: null };
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));
const concatenated: Join = (markings) => Promise.resolve(shown(markings.join('&')));

test('nothing on screen is the view’s own banner, and nothing known is none', () => {
  session.signOut();
  const banner = new PageBanner(concatenated);
  assert.equal(banner.marking, '');
  session.know(me, shown('VIEW'));
  assert.equal(banner.marking, 'VIEW');
});

test('one banner is itself; several are the whole view’s until their join is known', async () => {
  session.know(me, shown('VIEW'));
  const [banner, first, second] = [new PageBanner(concatenated), {}, {}];
  banner.show(first, 'low');
  assert.equal(banner.marking, 'low');
  banner.show(second, 'high');
  assert.equal(banner.marking, 'TOP');
  await settled();
  assert.equal(banner.marking, 'high&low');
  banner.remove(second);
  assert.equal(banner.marking, 'low');
});

test('where the join is refused the view’s own banner stays', async () => {
  session.know(me, shown('VIEW'));
  const banner = new PageBanner(() => Promise.reject(new Error('refused')));
  banner.show({}, 'low');
  banner.show({}, 'high');
  await settled();
  assert.equal(banner.marking, 'TOP');
});

test('an answer without a banner counts as the whole view', async () => {
  session.know(me, shown('VIEW'));
  const banner = new PageBanner(concatenated);
  banner.show({}, '');
  banner.show({}, 'low');
  await settled();
  assert.equal(banner.marking, 'TOP');
});

test('what was known for one asker is not used for the next, nor asked about as the next', async () => {
  session.know(me, shown('VIEW'));
  let asked = 0;
  const banner = new PageBanner((markings) => Promise.resolve(shown(`${markings.join('&')} ${(asked += 1)}`)));
  const [first, second, third] = [{}, {}, {}];
  banner.show(first, 'low');
  banner.show(second, 'high');
  banner.show(third, 'secret');
  await settled();
  const before = banner.marking;
  assert.match(before, /^high&low&secret/);
  session.signIn('another token');
  session.know({ ...me, banner: shown('MIDDLE') }, shown('VIEW'));
  assert.equal(banner.marking, 'MIDDLE');
  const known = asked;
  banner.remove(third);
  await settled();
  assert.equal(asked, known);
  banner.show(first, 'low');
  banner.show(second, 'high');
  await settled();
  assert.match(banner.marking, /^high&low \d/);
});
