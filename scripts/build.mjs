/**
 * Builds dist/: the bundles (the program, the library and the parts that they load when needed), the type declarations, and the
 * notices of the packages that went in. With `--if-stale` it does nothing where dist/ is newer than its sources and was built
 * by this Node.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';
import { validateRules } from './validate-rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', 'THIRD-PARTY-NOTICES');
// As scripts/code-cache.cjs names it. V8 accepts the cache of its own version only.
const codeCache = at('dist', `program.cjs.${process.versions.v8}-${process.arch}.cache`);

/** The newest modification below a path, in milliseconds since the epoch. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh() {
  const sources = ['src', 'rules', 'scripts', 'package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];
  return (
    existsSync(codeCache) &&
    existsSync(stamp) &&
    sources.every((source) => newest(at(source)) < statSync(stamp).mtimeMs)
  );
}

/** Not minified: that starts hardly faster, and stack traces stay readable. Yields the files that went in. */
async function bundle(options) {
  const { metafile } = await build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  return Object.keys(metafile.inputs);
}

/**
 * Packages that most runs do without lie in files of their own, not to be parsed at every start. Of these the library sees
 * a default export only, as it does of all CommonJS.
 */
const rarePackages = ['cli-table3', 'tar-stream', 'reflect-metadata', '@peculiar/x509'];

const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${rarePackages.join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${path}.cjs`, external: true },
    );
  },
};

/** What few commands need has a bundle of its own, with its own copy of what it shares: the smaller a program, the sooner it starts. */
const rareCommands = {
  name: 'rare-commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/rare\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './rare.cjs', external: true },
    );
  },
};

/** Linting starts no program. Commander could, and loads child_process for it, which costs a twentieth of a start. */
const noPrograms = {
  name: 'no-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, () => ({ path: 'child_process', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** CommonJS: it starts a tenth of `node -e 0` sooner than the same bundle as an ES module. */
const bundleProgram = () =>
  bundle({
    entryPoints: {
      program: 'src/cli/main.ts',
      rare: './src/cli/rare.ts',
      ...Object.fromEntries(rarePackages.map((name) => [name, name])),
    },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // start.cjs runs the program outside Node's loader, where only `require` finds the rare packages.
    supported: { 'dynamic-import': false },
    plugins: [apart, rareCommands, noPrograms],
  });

/** Packages in CommonJS call `require` for Node's own modules, which an ES module does not have. */
const requireForPackages =
  "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

const bundleLibrary = () =>
  bundle({
    entryPoints: { index: 'src/index.ts' },
    format: 'esm',
    banner: { js: requireForPackages },
    plugins: [apart],
  });

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);
const wrong = validateRules();
if (wrong.length > 0) throw new Error(wrong.join('\n'));
rmSync(at('dist'), { recursive: true, force: true });
const inputs = [...(await bundleProgram()), ...(await bundleLibrary())];
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '--project', at('tsconfig.build.json')], {
  stdio: 'inherit',
});
await copyFile(at('scripts/launcher.cjs'), at('dist/cli.cjs'));
await copyFile(at('scripts/start.cjs'), at('dist/start.cjs'));
await chmod(at('dist/cli.cjs'), 0o755);
execFileSync(process.execPath, [at('scripts/code-cache.cjs')], { stdio: 'inherit' });
await writeFile(stamp, await thirdPartyNotices(root, inputs));
