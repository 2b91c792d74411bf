/**
 * Builds dist/: the bundles (the program, the library, and the parts that are loaded on demand), the type declarations,
 * and the notices of the bundled packages. With `--if-stale` it does nothing if dist/ is newer than its sources and was
 * built by this Node.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { quickStart } from './completion-names.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { compiledValidator } from './policy-validator.mjs';
import { rulesFile, rulesOnUse, rulesText } from './rules-on-use.mjs';
import { validateRules } from './validate-rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', 'THIRD-PARTY-NOTICES');
// The name that scripts/code-cache.cjs uses. V8 accepts only a cache from its own version.
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

/**
 * Writes bundles, and returns their input files. They are minified in a second step, in which esbuild keeps the names
 * of the outermost functions, because it takes the bundle for a script: so stacks name functions. esbuild's `keepNames`
 * adds a call for each function, which costs a start without a code cache a twentieth.
 */
async function bundle(options) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    minifySyntax: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
    ...options,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, { minify: true, target: 'node20.19', platform: 'node' });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
  return Object.keys(metafile.inputs);
}

/**
 * Packages that most runs do not need have files of their own, so that they are not parsed at every start. The library
 * sees only their default export, as for any CommonJS module.
 */
const rarePackages = ['reflect-metadata', '@peculiar/x509'];

const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${rarePackages.join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${path}.cjs`, external: true },
    );
  },
};

/**
 * Code that few runs need has bundles of its own, including a copy of the code it shares: a smaller program starts
 * sooner. Each is an import that the program has in these words.
 */
const rareModules = {
  './rare.ts': 'rare',
  './formats/index.ts': 'formats',
  './html/index.ts': 'html',
  '../policy/index.ts': 'policy',
  '../benchmark/index.ts': 'benchmark',
};

const rare = {
  name: 'rare',
  setup({ onResolve }) {
    const filter = /^(?:\.\/(?:rare|formats\/index|html\/index)|\.\.\/(?:policy|benchmark)\/index)\.ts$/;
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${rareModules[path]}.cjs`, external: true },
    );
  },
};

/** Linting starts no other program. Commander loads child_process just in case, which costs a twentieth of a start. */
const noPrograms = {
  name: 'no-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, () => ({ path: 'child_process', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const ownWidths = {
  name: 'own-widths',
  setup({ onResolve }) {
    onResolve({ filter: /^string-width$/ }, () => ({ path: at('scripts/string-width.cjs') }));
  },
};

/** CommonJS, because it starts sooner than the same bundle as an ES module, by a tenth of `node -e 0`. */
const bundleProgram = () =>
  bundle({
    entryPoints: {
      program: 'src/cli/main.ts',
      rare: 'src/cli/commands/rare.ts',
      formats: 'src/report/formats/index.ts',
      html: 'src/report/html/index.ts',
      policy: 'src/policy/index.ts',
      benchmark: 'src/benchmark/index.ts',
      ...Object.fromEntries(rarePackages.map((name) => [name, name])),
    },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // The launcher runs the program outside Node's loader, where only `require` finds these packages.
    supported: { 'dynamic-import': false },
    plugins: [apart, rare, noPrograms, ownWidths, compiledValidator, rulesOnUse('__dirname')],
  });

/** What the launcher answers without the program. */
const bundleQuick = () =>
  bundle({
    entryPoints: { quick: 'src/cli/quick.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [quickStart],
  });

/** CommonJS packages call `require` for Node's built-in modules, and an ES module does not have it. */
const requireForPackages =
  "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

const bundleLibrary = () =>
  bundle({
    entryPoints: { index: 'src/index.ts' },
    format: 'esm',
    banner: { js: requireForPackages },
    plugins: [apart, ownWidths, compiledValidator, rulesOnUse('import.meta.dirname')],
  });

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);
const wrong = validateRules();
if (wrong.length > 0) throw new Error(wrong.join('\n'));
rmSync(at('dist'), { recursive: true, force: true });
const inputs = [...(await bundleProgram()), ...(await bundleQuick()), ...(await bundleLibrary())];
await writeFile(at('dist', rulesFile), rulesText);
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '--project', at('tsconfig.build.json')], {
  stdio: 'inherit',
});
await copyFile(at('scripts/launcher.cjs'), at('dist/cli.cjs'));
await chmod(at('dist/cli.cjs'), 0o755);
execFileSync(process.execPath, [at('scripts/code-cache.cjs')], { stdio: 'inherit' });
await writeFile(stamp, await thirdPartyNotices(root, inputs));
