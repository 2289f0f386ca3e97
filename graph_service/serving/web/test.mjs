// Runs the tests of what needs no browser: each src/**/*.test.ts is bundled and given to node's own test runner.

import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(join(here, 'src'), { recursive: true }).filter((name) => name.endsWith('.test.ts'));
const folder = await mkdtemp(join(tmpdir(), 'sluis-page-'));
try {
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((name) => join('src', name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  const made = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.test.mjs'));
  const { status } = spawnSync(process.execPath, ['--test', ...made.map((name) => join(folder, name))], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
