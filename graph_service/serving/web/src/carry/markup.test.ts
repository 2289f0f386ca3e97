import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markup } from './markup.js';

test('whatever is put into markup stays text', () => {
  const made = markup`<p title="${'"><script>alert(1)</script>'}">${["<b>", markup`<i>${'&'}</i>`, 3, null]}</p>`;
  assert.equal(made.text, '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&lt;b&gt;<i>&amp;</i>3</p>');
});
