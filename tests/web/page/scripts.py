"""What is asked of a page from outside of it: scripts that look and change nothing."""

from __future__ import annotations

IS_AT_WORK = """
(() => {
  const found = (node) => node.querySelector('progress, .asking, [aria-busy="true"]') !== null
    || [...node.querySelectorAll('*')].some((element) => element.shadowRoot && found(element.shadowRoot));
  return found(document);
})()
"""

# Text, attributes and typed values, of shadow trees too.
ALL_THAT_IS_DRAWN = """
(() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === 3 || node.nodeType === 8) { found.push(node.data); return; }
    if (node.nodeType === 1) {
      for (const attribute of node.attributes) { found.push(attribute.name + '=' + attribute.value); }
      if ('value' in node && typeof node.value === 'string') { found.push(node.value); }
    }
    if (node.shadowRoot) { walk(node.shadowRoot); }
    node.childNodes.forEach(walk);
  };
  walk(document);
  return found.join('\\n');
})()
"""

ALL_THAT_IS_KEPT = """
(async () => {
  const found = {url: location.href, cookie: document.cookie, title: document.title, history: history.state,
    session: {...sessionStorage}, local: {...localStorage}, databases: [], caches: [], name: window.name,
    workers: (await navigator.serviceWorker?.getRegistrations() ?? []).map((one) => one.scope)};
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); asked.onerror = failed;
    });
    for (const store of database.objectStoreNames) {
      const all = (method) => new Promise((done, failed) => {
        const asked = database.transaction(store).objectStore(store)[method]();
        asked.onsuccess = () => done(asked.result); asked.onerror = failed;
      });
      found.databases.push(name, store, await all('getAllKeys'), await all('getAll'));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.caches.push(name, request.url, await (await cache.match(request)).text());
    }
  }
  return JSON.stringify(found);
})()
"""


# Whoever speaks to a computer says what they see. axe-core's own rule for that does not know of names cut short
# with "…", which begin what the control is called.
NAMES_UNLIKE_THEIR_TEXT = """
(() => {
  const plain = (text) => text.toLowerCase().replace(/[^\\p{L}\\p{N}…]+/gu, ' ').trim();
  const isSaid = (node) => node.nodeType === 1 && node.getAttribute('aria-hidden') !== 'true'
    && !['style', 'title'].includes(node.localName);
  const seen = (node) => node.nodeType === 3 ? node.data : isSaid(node) ? [...node.childNodes].map(seen).join(' ') : '';
  const found = [];
  const walk = (node) => {
    for (const element of node.querySelectorAll('*')) {
      if (element.shadowRoot) { walk(element.shadowRoot); }
      if (!element.matches('a[aria-label], button[aria-label], [role=button][aria-label]')) continue;
      const text = plain(seen(element)), name = plain(element.getAttribute('aria-label'));
      const pieces = text.split('…').map((piece) => piece.trim()).filter((piece) => /\\p{L}/u.test(piece));
      if (pieces.some((piece) => !name.includes(piece))) found.push(`${text} / ${name}`);
    }
  };
  walk(document);
  return JSON.stringify(found);
})()
"""
