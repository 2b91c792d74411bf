/**
 * The parts of the program that few runs need: each is a bundle of its own, which is loaded when the first of its
 * functions is called.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Modules, and folders of modules, by chunk; `!` is before what a run needs even if it finds nothing. Of a folder, what
 * exports anything but functions and types is in whatever bundle imports it.
 */
const table = {
  issue: ['src/cli/commands/rare.ts'],
  formats: ['src/report/formats/index.ts'],
  html: ['src/report/html/index.ts'],
  policy: ['src/policy/index.ts'],
  benchmark: ['src/benchmark/index.ts'],
  'ml-dsa': ['src/x509/ml-dsa-noble.ts'],
  'library-x509': ['src/issue/certify/library-x509.ts'],
  yaml: ['src/scan/parse/yaml-tree.ts'],
  versions: ['src/model/facts/version.ts'],
  archives: [
    'src/scan/fs/archive.ts',
    'src/scan/single-file.ts',
    'src/scan/fs/unlinted.ts',
    'src/scan/collected/copy.ts',
  ],
  terminal: ['src/report/terminal'],
  findings: [
    'src/lint/fix',
    '!src/lint/fix/renewal.ts',
    'src/lint/exceptions',
    'src/lint/installers/kubeadm.ts',
    'src/lint/findings/finding.ts',
    'src/lint/findings/wording.ts',
    'src/issue/plan',
    'src/issue/fix-command.ts',
    'src/issue/fix-words.ts',
    'src/core/command/fill.ts',
    'src/core/command/template.ts',
    'src/results/fix.ts',
    'src/results/read/labels.ts',
    'src/report/message',
    'src/checks/cluster/ca-dispute-fixes.ts',
    'src/checks/cluster/ca-disputes.ts',
    'src/checks/cluster/ca-holders.ts',
    'src/checks/manifest/probe-fixes.ts',
    'src/checks/connection/listener-edit.ts',
    'src/model/cluster/ca-source.ts',
    'src/model/cluster/shared-names.ts',
    'src/tables/layouts/steps.ts',
    'src/tables/layouts/policy.ts',
    'src/lint/findings/expiry.ts',
    'src/lint/rules/place.ts',
    'src/scan/comments.ts',
  ],
  'what-if': [
    'src/blast',
    'src/graph',
    'src/model/what-if',
    'src/api/expect.ts',
    'src/api/verify.ts',
    'src/report/graph',
  ],
  running: ['src/model/running/changes.ts', 'src/model/running/mounts.ts', 'src/model/running/process-arguments.ts'],
  layouts: ['src/scan/supervisor', '!src/scan/supervisor/moved.ts'],
  objects: ['src/api/objects.ts', 'src/scan/objects/find.ts', 'src/lint/objects', 'src/model/objects'],
};

const exported = /^export (?!type |interface )(.*(?:=\n.*)?)$/gm;
const aFunction = /^(?:async )?function\*? (\w+)|^const (\w+)(?:: [^=]+)? =\s+(?:async )?(?:remember|once)?\(/;

/**
 * Returns the names of the functions that a module exports, or undefined if it exports other values too.
 * @param {string} file
 * @returns {readonly string[] | undefined}
 */
export function functionsOf(file) {
  const exports = [...readFileSync(join(root, file), 'utf8').matchAll(exported)].map(([, text]) =>
    aFunction.exec(text),
  );
  return exports.includes(null) ? undefined : exports.map(([, declared, constant]) => declared ?? constant);
}

function filesOf(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const files = readdirSync(join(root, path), { recursive: true }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => join(path, file)).filter((file) => functionsOf(file)?.length > 0);
}

/**
 * Each chunk's modules that other bundles import.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const chunks = Object.fromEntries(
  Object.entries(table).map(([name, paths]) => {
    const files = paths.filter((path) => !path.startsWith('!')).flatMap(filesOf);
    return [name, files.filter((file) => !paths.includes(`!${file}`))];
  }),
);

/** @type {ReadonlyMap<string, string>} */
const byFile = new Map(Object.entries(chunks).flatMap(([name, files]) => files.map((file) => [file, name])));

/** The chunk that other bundles import a module from, if it is in one. `path` is absolute. */
export const chunkOf = (path) => byFile.get(relative(root, path));

/** What the bundle of a chunk starts from. */
export const chunkEntry = (name) => ({
  stdin: {
    contents: chunks[name].map((file) => `export * from './${file}';`).join('\n'),
    resolveDir: root,
    sourcefile: `${name}-entry.js`,
  },
});

/**
 * What other bundles have instead of a module in a chunk, of which `path` is absolute: each function loads the chunk
 * when it is called.
 */
export function standIn(path) {
  const file = relative(root, path);
  const names = functionsOf(file);
  if (names === undefined) throw new Error(`${file}: in a chunk, but imported for a value that is not a function`);
  const calls = names.map((name) => `export const ${name} = (...given) => chunk().${name}(...given);`);
  return [`const chunk = () => require('./${chunkOf(path)}.cjs');`, ...calls].join('\n');
}
