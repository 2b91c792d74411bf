/**
 * Checks whether two generations of `rules/schema/` give the same verdicts on all existing data and on every single
 * mutation of it.
 *
 *   node scripts/compare-schemas.mjs OLD NEW [FILE…]
 *
 * OLD and NEW are folders of schemas. FILEs contain JSON of `pki-lint` and `pki-lint issue` (other files are ignored).
 * The tables and citations in `rules/` are always compared.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const rules = fileURLToPath(new URL('../rules/', import.meta.url));
const urn = (name) => `urn:pki-lint:schema:${name}:1`;
const [oldFolder, newFolder, ...files] = process.argv.slice(2);
/** The maximum number of times that a kind of mutation is made at one place of the schema. */
const often = 3;

function load(folder) {
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  formats.default(ajv);
  const texts = ['report', 'issue', 'tables', 'citations'].map((name) =>
    readFileSync(join(folder, `${name}.schema.json`), 'utf8'),
  );
  for (const text of texts) ajv.addSchema(JSON.parse(text));
  return { ajv, texts };
}
const generations = [oldFolder, newFolder].map(load);

/** Every word in a schema: a word that one list allows must not be accepted in another. */
const words = new Set();
function learn(schema) {
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'enum' || key === 'const') for (const word of [value].flat()) words.add(word);
    else if (value !== null && typeof value === 'object') learn(value);
  }
}
for (const { texts } of generations) for (const text of texts) learn(JSON.parse(text));

const strange = [null, true, 0, 1, -1, 1.5, 4096, '', 'x', [], [null], [''], {}, { more: 1 }, ...words];

/** The values that replace a value. */
function changes(value) {
  if (typeof value === 'string') {
    const [first, last] = [value.slice(0, 1), value.slice(1)];
    const bent = [
      ` ${value}`,
      `${value} `,
      `${value}!`,
      `${value}0`,
      `${value}\n`,
      `-${value}`,
      `.${value}`,
      `/${value}`,
    ];
    const cut = [
      first,
      last,
      value.slice(0, -1),
      value.toUpperCase(),
      value.replace(/[-:/ ]/, ''),
      value.replace(/\d/, '9'),
    ];
    return [...strange, ...bent, ...cut];
  }
  if (typeof value === 'number') return [...strange, value + 0.5, -value, value + 4096, String(value)];
  if (Array.isArray(value)) {
    const more = value.length > 0 ? [[...value, value[0]], value.slice(1), value.slice(0, 1)] : [];
    return [...strange, ...more, ...strange.map((item) => [...value, item])];
  }
  return [...strange, { ...value, more: 1 }, { ...value, 'more/than-that': {} }];
}

/** Every place of a value: its path, and a function that copies the whole with a different value there. */
function* placesOf(value, path = '', replace = (other) => other) {
  yield { path, value, replace };
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const put = (other) => {
      if (Array.isArray(value)) return value.with(Number(key), other);
      const { [key]: _, ...rest } = value;
      return other === undefined ? rest : { ...value, [key]: other };
    };
    const step = Array.isArray(value) || path === '/outcomes' || path === '/components' ? '*' : key;
    yield* placesOf(inner, `${path}/${step}`, (other) => replace(put(other)));
  }
}

const seen = new Map();
const differing = new Map();
let compared = 0;
let refused = 0;

function compare(id, instance, what) {
  const [before, after] = generations.map(({ ajv }) => ajv.validate(id, instance));
  compared += 1;
  if (!before) refused += 1;
  if (before !== after) differing.set(what, (differing.get(what) ?? 0) + 1);
  return before;
}

const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

function compareAll(id, instance, label) {
  if (!compare(id, instance, `${label} as it is`)) console.log(`not valid: ${label}`);
  for (const { path, value, replace } of placesOf(instance)) {
    const place = `${id}${path} (${kindOf(value)})`;
    const count = seen.get(place) ?? 0;
    if (count >= often) continue;
    seen.set(place, count + 1);
    for (const other of [...changes(value), ...(path === '' ? [] : [undefined])]) {
      compare(id, replace(other), `${place}: ${JSON.stringify(other)?.slice(0, 80) ?? 'left out'}`);
    }
  }
}

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
for (const name of readdirSync(join(rules, 'tables'), { recursive: true })) {
  // Files of a folder are described by its name.
  const [table] = name.replace('.json', '').split('/');
  if (name.endsWith('.json')) compareAll(`${urn('tables')}#/$defs/${table}`, read(join(rules, 'tables', name)), name);
}
compareAll(urn('citations'), read(join(rules, 'citations.json')), 'citations.json');
let reports = 0;
for (const path of files) {
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf('{\n  "schemaVersion"');
  if (from === -1) continue;
  const instance = JSON.parse(text.slice(from, text.lastIndexOf('\n}') + 2));
  if (!('findings' in instance || 'plan' in instance)) continue;
  reports += 1;
  compareAll(urn('plan' in instance ? 'issue' : 'report'), instance, path);
}

for (const [what, count] of differing) console.log(`differs: ${what}${count > 1 ? ` (${count} times)` : ''}`);
console.log(
  `${compared} verdicts (${reports} reports and plans, ${seen.size} places), ${refused} refusals: ${differing.size} differ`,
);
process.exitCode = differing.size > 0 ? 1 : 0;
