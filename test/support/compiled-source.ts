/**
 * The modules of src/ as esbuild compiles them, for the hermetic tests. Node loads these by itself: Vite's own modules
 * read every import through an object, which takes an eighth more CPU time. One file for each module of src/, so that
 * tests import what they want, and every module is there once.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { ownUrls } from '../../scripts/bundle-tests.mjs';
import { sampled } from './extent.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = `${root}src/`;
const all = `${root}node_modules/.cache/pki-lint-tests/`;
/** Of this process, because two runs may be at work. Packages are found from there. */
const compiled = `${all}${process.pid}/`;

const isRunning = (name: string): boolean => existsSync(`/proc/${name}`) || !existsSync('/proc');

/** Called by vitest before the tests, and when a file has changed. */
export async function setup(project: TestProject): Promise<void> {
  mkdirSync(all, { recursive: true });
  // Runs that were killed have left theirs.
  for (const name of readdirSync(all)) if (!isRunning(name)) rmSync(all + name, { recursive: true, force: true });
  await compile();
  project.onTestsRerun(compile);
}

/** Called by vitest after the tests. */
export function teardown(): void {
  rmSync(compiled, { recursive: true, force: true });
}

/** By module of src/, the function of it that is wrapped, and what wraps it. */
const wrapped: Readonly<Record<string, readonly [name: string, wrapper: string, module: string]>> = {
  'x509/pem.ts': ['readPem', 'remembering', 'remembered'],
  'scan/parse/yaml.ts': ['parseYaml', 'remembering', 'remembered'],
  'issue/certify/keys.ts': ['generateKey', 'withStoredKeys', 'stored-keys'],
};

/** Modules of src/ that import such a function get the wrapped one; a test that imports it gets the function itself. */
const wrappers: Plugin = {
  name: 'wrappers',
  setup({ onResolve, onLoad }) {
    const namespace = 'wrapped';
    onResolve({ filter: /\/(?:pem|yaml|keys)\.ts$/ }, ({ kind, namespace: from, resolveDir, path }) => {
      const whole = resolve(resolveDir, path);
      const isWrapped = whole.startsWith(source) && wrapped[whole.slice(source.length)] !== undefined;
      const asItIs = kind === 'entry-point' || from === namespace;
      return isWrapped && !asItIs ? { path: whole, namespace } : undefined;
    });
    onLoad({ filter: /./, namespace }, ({ path }) => {
      const [name, wrapper, module] = wrapped[path.slice(source.length)] ?? [];
      const contents = `import { ${name} as own } from '${path}';
import { ${wrapper} } from '${root}test/support/${module}.ts';
export * from '${path}';
export const ${name} = ${wrapper}(own);`;
      return { contents, resolveDir: source };
    });
  },
};

async function compile(): Promise<void> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  await build({
    entryPoints: files.filter((file) => /(?<!\.d)\.ts$/.test(file)).map((file) => source + file),
    outbase: source,
    outdir: compiled,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    // With all inputs, the program is tried as it is.
    plugins: sampled([wrappers, ownUrls], []),
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
}

/** A plugin of Vite: tests and scripts that import a module of src/ get the compiled one. */
export const compiledSource = {
  name: 'compiled-source',
  enforce: 'pre',
  resolveId(specifier: string, importer: string | undefined) {
    if (importer === undefined || !specifier.startsWith('.')) return undefined;
    const path = resolve(dirname(importer), specifier);
    if (!path.startsWith(source) || !path.endsWith('.ts')) return undefined;
    return { id: `${compiled}${path.slice(source.length, -'.ts'.length)}.mjs`, external: true };
  },
} as const;
