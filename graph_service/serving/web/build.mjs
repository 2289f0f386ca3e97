// Builds the page: src/ and the packages of package-lock.json become built/, which Flask serves and the wheel carries.
//
//   node build.mjs            once
//   node build.mjs --watch    again at every change, with source maps
//
// Every file but the shell has the hash of its content in its name, so a browser may keep it for good. The build reads
// node_modules and src/ alone, and the same input gives the same bytes.

import { build, context } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'built');
const watch = process.argv.includes('--watch');

/** What the shell loads first, and the licences of all that came along. */
const finish = {
  name: 'finish',
  setup(plugin) {
    plugin.onStart(() => rm(out, { recursive: true, force: true }));
    plugin.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      await mkdir(out, { recursive: true });
      const made = Object.entries(result.metafile.outputs);
      const [entry] = made.find(([, made]) => made.entryPoint === 'src/main.ts');
      const style = await hashed('src/style/page.css', 'page', '.css');
      const icon = await hashed('src/style/icon.svg', 'icon', '.svg');
      const first = [relative(out, join(here, entry)), ...imports(result.metafile.outputs[entry], made)];
      const shell = (await readFile(join(here, 'src/shell.html'), 'utf8'))
        .replace('{{style}}', style)
        .replace('{{icon}}', icon)
        .replace('{{script}}', first[0])
        .replace('{{preloads}}', first.slice(1).map((name) => `<link rel="modulepreload" href="page/${name}">`).join('\n  '));
      await writeFile(join(out, 'index.html'), shell);
      await writeFile(join(out, 'LICENCES.txt'), await licences(result.metafile));
    });
  },
};

function imports(output, made) {
  const found = new Set();
  const walk = (one) => {
    for (const { path, kind } of one.imports) {
      if (kind !== 'import-statement' || found.has(path)) continue;
      found.add(path);
      walk(Object.fromEntries(made)[path]);
    }
  };
  walk(output);
  return [...found].map((path) => relative(out, join(here, path)));
}

async function hashed(source, name, suffix) {
  const content = await readFile(join(here, source));
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  await copyFile(join(here, source), join(out, `${name}-${hash}${suffix}`));
  return `${name}-${hash}${suffix}`;
}

/** The licence text of each package of which anything is in the page. */
async function licences(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const texts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(join(folder, file), 'utf8')).trim() : `Licence: ${license}`;
    texts.push(`${name} ${version} (${license})\n\n${text}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

const options = {
  absWorkingDir: here,
  entryPoints: ['src/main.ts'],
  outdir: 'built',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.topo.json': 'json' },
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: !watch,
  sourcemap: watch ? 'linked' : false,
  legalComments: 'none', // LICENCES.txt has them whole
  preserveSymlinks: true,
  metafile: true,
  logLevel: 'warning',
  plugins: [finish],
};

if (watch) await (await context(options)).watch();
else await build(options);
