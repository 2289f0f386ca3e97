import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marginBoxes } from './print-banner.js';

test('a marking stays a text, whatever stands in it', () => {
  const sheet = marginBoxes('a"} body { display: none } \\ \n//é', { colour: '#112233', ink: '#ffffff' });
  const [, content = ''] = /content: "([^"]*)"; background/.exec(sheet) ?? [];
  assert.equal(content, 'a\\22 \\7d  body \\7b  display\\3a  none \\7d  \\5c  \\a \\2f \\2f é');
  assert.match(sheet, /@top-center \{[^}]*#112233[^}]*\} @bottom-center \{[^}]*#ffffff/);
});
