/**
 * Moves the texts of rules/ out of the bundles into a file of their own. V8 parses all of a program at every start; of
 * the file only what a run reads is parsed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../rules', import.meta.url));

/** The name of the file, next to the bundles. */
export const rulesFile = 'rules.ndjson';

/** A value with fewer characters stays in the program. */
const short = 80;
/** Of an object with more characters, each property is read by itself. */
const long = 4000;

/** JSON in ASCII, which latin1 decodes fastest. */
const ascii = (value) =>
  JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The text of the file, and the code of a module for each file of rules/. */
function modulesOfRules() {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /^(?!schema\/).*\.json$/.test(name));
  let text = '';
  const codeOf = (value) => `{${Object.entries(value).map(propertyOf).join(',')}}`;
  function propertyOf([key, value]) {
    const name = ascii(key);
    const line = ascii(value);
    if (line.length < short) return `${name}:${line}`;
    if (line.length > long && !Array.isArray(value) && typeof value === 'object') return `${name}:${codeOf(value)}`;
    const from = text.length;
    text += `${line}\n`;
    return `get ${name}(){return read(${from},${from + line.length})}`;
  }
  const modules = new Map();
  for (const name of names.sort()) {
    // The note of a table is for those who read or change it.
    const { note: _, ...value } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    modules.set(join(folder, name), `import { read } from 'pki-lint:rules';\nexport default ${codeOf(value)};`);
  }
  return { text, modules };
}

const { text, modules } = modulesOfRules();

/** What is in the file. */
export const rulesText = text;

const reader = `let text;
const values = new Map();
export function read(from, to) {
  let value = values.get(from);
  if (value === undefined) {
    text ??= require('./${rulesFile}');
    value = JSON.parse(text.slice(from, to));
    values.set(from, value);
  }
  return value;
}`;

/** For esbuild. The launcher's function that loads all parts reads the file. */
export const rulesOnUse = {
  name: 'rules-on-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^pki-lint:rules$/ }, ({ path }) => ({ path, namespace: 'rules-on-use' }));
    onResolve({ filter: /^\.\/rules\.ndjson$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'rules-on-use' }, () => ({ contents: reader, resolveDir: folder }));
    onLoad({ filter: /\/rules\/.*\.json$/ }, ({ path }) => {
      const contents = modules.get(path);
      return contents === undefined ? undefined : { contents, loader: 'js' };
    });
  },
};
