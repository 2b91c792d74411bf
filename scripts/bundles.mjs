/**
 * Makes the bundles of the program: a core that every run loads, and chunks that few runs need. No module is in two of
 * them: a chunk takes what the core has from the core.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { chunkEntry, chunkOf, chunks, standIn } from './chunks.mjs';
import { quickStart } from './completion-names.mjs';
import { asCommonJs, target, writeExpressions, writeScript } from './expressions.mjs';
import { compiledValidator } from './policy-validator.mjs';
import { rulesFile, rulesOnUse, rulesText } from './rules-on-use.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Linting starts no other program: commander loads child_process just in case, which costs a twentieth of a start. And
 * cli-table3 gets no colours to add: reports have their own.
 */
const unneeded = {
  name: 'unneeded',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:(?:node:)?child_process|@colors\/colors\/safe)$/ }, ({ path }) => ({
      path,
      namespace: 'none',
    }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** What only development needs of package.json is not in the program. */
const bareManifest = {
  name: 'bare-manifest',
  setup({ onLoad }) {
    onLoad({ filter: /package\.json$/ }, async ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined;
      const { scripts: _, devDependencies: __, ...manifest } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify(manifest), loader: 'json' };
    });
  },
};

const ownWidths = {
  name: 'own-widths',
  setup({ onResolve }) {
    onResolve({ filter: /^string-width$/ }, () => ({ path: join(root, 'scripts/string-width.cjs') }));
  },
};

/** What imports resolve to. Bundles share most modules, and each is bundled several times. */
const resolved = new Map();

/**
 * Leaves imports of other bundles to these.
 * @param {ReadonlySet<string>} core the modules of the core, if a chunk is bundled
 * @param {string | undefined} own the name of the chunk
 */
const otherBundles = (core, own) => ({
  name: 'other-bundles',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'own' || rest.kind === 'entry-point' || path.startsWith('node:')) return undefined;
      const place = [path, rest.resolveDir, rest.kind, rest.namespace].join('\0');
      if (!resolved.has(place)) resolved.set(place, resolve(path, { ...rest, pluginData: 'own' }));
      const found = await resolved.get(place);
      if (found.external) return found;
      const isFile = found.namespace === 'file';
      const chunk = isFile ? chunkOf(found.path) : undefined;
      if (chunk !== undefined && chunk !== own) {
        if (rest.kind === 'dynamic-import') return { path: `./${chunk}.cjs`, external: true };
        return { path: found.path, namespace: 'stand-in' };
      }
      const file = isFile ? relative(root, found.path) : `${found.namespace}:${found.path}`;
      return core?.has(file) ? { path: `core:${file}`, external: true } : found;
    });
    onResolve({ filter: /\.cjs$/, namespace: 'stand-in' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: standIn(path), resolveDir: root }));
  },
});

const importOnUse = /\bimport\('(\.[^']+)'\)/g;

/**
 * Imports what is in the same bundle when that starts, although the source asks for it on use: a dynamic import within
 * a bundle makes esbuild wrap every module that it reaches in a function, and a start took a fifth longer.
 */
const flat = {
  name: 'flat',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const files = [];
      const contents = source.replace(importOnUse, (whole, file) => {
        if (chunkOf(join(dirname(path), file)) !== undefined) return whole;
        files.push(file);
        return `module_on_use_${files.length}`;
      });
      const imports = files.map((file, index) => `import * as module_on_use_${index + 1} from '${file}';`);
      return { contents: `${contents}\n${imports.join('\n')}\n`, loader: 'ts' };
    });
  },
};

/** Style sheets and the script of a page need neither comments nor indentation in the package. */
const bareAssets = {
  name: 'bare-assets',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace(/\/\*.*?\*\/\n?/gs, '').replace(/\n +/g, '\n'), loader: 'text' };
    });
    onLoad({ filter: /\/assets\/script\.js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { minifySyntax: true, minifyWhitespace: true });
      return { contents: code, loader: 'text' };
    });
  },
};

/** Bundles one module and what it imports. Returns the text, and the modules that it is made of. */
async function bundle(entry, core, { own, ...options }) {
  const { metafile, outputFiles } = await build({
    ...entry,
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target,
    legalComments: 'none',
    minifySyntax: true,
    metafile: true,
    write: false,
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [
      otherBundles(core, own),
      compiledValidator,
      flat,
      bareAssets,
      bareManifest,
      unneeded,
      ownWidths,
      rulesOnUse,
    ],
    ...options,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return { text: outputFiles[0].text, inputs: Object.keys(inputs) };
}

/** `entry` of the core: the program, and for each chunk what it takes from the core. */
const coreEntry = (taken) => ({
  stdin: {
    contents: [
      "export { library, main } from './src/program.ts';",
      ...taken.map(({ file, name, local }) => `import ${binding(name, local)} from '${specifierOf(file)}';`),
      `export const shared = () => [${taken.map(({ local }) => local).join(', ')}];`,
    ].join('\n'),
    resolveDir: root,
    sourcefile: 'core-entry.js',
  },
});

/** What imports a module of the core; the build itself makes those with a namespace. */
function specifierOf(file) {
  const [, made] = /^[a-z-]+:(.*)$/.exec(file) ?? [];
  return made ?? `./${file}`;
}

function binding(name, local) {
  if (name === 'default') return local;
  return name === '*' ? `* as ${local}` : `{ ${name} as ${local} }`;
}

const bundleChunks = (core) =>
  Promise.all(
    Object.keys(chunks).map(async (own) => ({
      name: own,
      ...(await bundle(chunkEntry(own), core, { own, format: 'esm' })),
    })),
  );

const importOfCore =
  /^import (?:(\w[\w$]*)|\* as ([\w$]+)|\{([^}]*)\}) from "core:([^"]+)"(?: with \{ type: "json" \})?;$/gm;

/** What a chunk in the form of an ES module imports from the core. */
function importsOf({ text }) {
  return [...text.matchAll(importOfCore)].flatMap(([, byDefault, all, named, file]) => {
    if (byDefault !== undefined) return { file, name: 'default', local: byDefault };
    if (all !== undefined) return { file, name: '*', local: all };
    return named.split(',').map((one) => {
      const [name, local = name] = one.trim().split(' as ');
      return { file, name, local };
    });
  });
}

/** A chunk with its imports of the core as one statement. All lines stay where they were, as its source map says. */
function fromCore(chunk, indexOf) {
  const names = importsOf(chunk).map((one) => `${indexOf(one)}: ${one.local}`);
  const text = chunk.text.replaceAll(importOfCore, '').replaceAll(/^import "core:[^"]+";$/gm, '');
  const other = /^.*"core:.*$/m.exec(text);
  if (other !== null) throw new Error(`${chunk.name}: not a known form of an import of the core: ${other[0]}`);
  return `const { ${names.join(', ')} } = require("./core.cjs").shared(); ${text}`;
}

/** What the launcher answers without the core: a CommonJS module that has what it needs. Returns its modules. */
async function writeQuick() {
  const entry = { entryPoints: ['src/cli/quick.ts'] };
  const { text, inputs } = await bundle(entry, undefined, { format: 'esm', plugins: [quickStart, bareManifest] });
  await writeScript('quick', await asCommonJs('quick', text));
  return inputs;
}

/** What chunks take from the core, as a list: they name it by its place there, which is shorter than a name. */
function takenBy(made) {
  const taken = [];
  const indexOf = ({ file, name }) => {
    const known = taken.findIndex((one) => one.file === file && one.name === name);
    if (known >= 0) return known;
    return taken.push({ file, name, local: `from_core_${taken.length}` }) - 1;
  };
  for (const chunk of made) importsOf(chunk).map(indexOf);
  return { all: taken, indexOf };
}

/**
 * Bundles the chunks and the core. What chunks take may bring further modules into the core: they are taken from there.
 */
async function split(known) {
  const made = await bundleChunks(known);
  const core = await bundle(coreEntry(takenBy(made).all), undefined, { format: 'esm' });
  return core.inputs.every((file) => known.has(file)) ? { made, core } : split(new Set([...known, ...core.inputs]));
}

/** Writes all bundles to dist/, where the launcher is. Returns the modules of each by its name. */
export async function writeBundles() {
  const alone = await bundle(coreEntry([]), undefined, { format: 'esm' });
  // What two chunks share is in the core as well.
  const counted = (await bundleChunks(new Set(alone.inputs))).flatMap(({ inputs }) => inputs);
  const shared = counted.filter((file, index) => counted.indexOf(file) !== index && !alone.inputs.includes(file));
  const { made, core } = await split(new Set([...alone.inputs, ...shared]));
  const taken = takenBy(made);
  const withCore = made.map((chunk) => ({ ...chunk, text: fromCore(chunk, taken.indexOf) }));
  await writeFile(join(root, 'dist', rulesFile), rulesText);
  const quick = await writeQuick();
  const all = [{ name: 'core', ...core }, ...withCore];
  await writeExpressions(all);
  return Object.fromEntries([['quick', quick], ...all.map(({ name, inputs }) => [name, inputs])]);
}
