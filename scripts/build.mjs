/**
 * Builds dist/: the bundles (cli.js, index.js and the parts that they load when needed), the type declarations, and the
 * notices of the packages that went in. With `--if-stale` it does nothing where dist/ is newer than its sources.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', 'THIRD-PARTY-NOTICES');

/** The newest modification below a path, in milliseconds since the epoch. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh() {
  const sources = ['src', 'rules', 'scripts', 'package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];
  return existsSync(stamp) && sources.every((source) => newest(at(source)) < statSync(stamp).mtimeMs);
}

/** CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const requireForBundled =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

async function bundle(entryPoints) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    entryNames: '[name]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    metafile: true,
    banner: { js: requireForBundled },
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

rmSync(at('dist'), { recursive: true, force: true });
const entries = { cli: 'src/cli/main.ts', index: 'src/index.ts' };
const inputs = await bundle(Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(at(file)))));
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '--project', at('tsconfig.build.json')], {
  stdio: 'inherit',
});
if (existsSync(at('dist/cli.js'))) await chmod(at('dist/cli.js'), 0o755);
await writeFile(stamp, await thirdPartyNotices(root, inputs));
