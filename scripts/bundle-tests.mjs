/** Runs TypeScript of test/ and src/ outside of vitest: bundles it with esbuild, and imports the bundle. */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Fixtures are found relative to the file that reads them, so every file keeps its own URL. */
export const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/test\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};

let calls = 0;

/**
 * Imports files, which share what they import. The bundle is in a folder of its own, because several processes can run
 * at the same time, and is removed when the process ends.
 * @param {...string} paths relative to the root
 * @returns {Promise<any[]>}
 */
export async function importTests(...paths) {
  const outdir = `${root}node_modules/.cache/bundle-${process.pid}-${calls++}`;
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(paths.map((path, index) => [`entry-${index}`, path])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
    plugins: [ownUrls],
  });
  return Promise.all(paths.map((_, index) => import(pathToFileURL(`${outdir}/entry-${index}.mjs`).href)));
}
