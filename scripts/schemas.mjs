/**
 * Generates `rules/schema/` from the types of the program and their doc comments. ts-json-schema-generator brings its
 * own TypeScript 5: the project's TypeScript 7 has no stable API for such tools.
 */
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { withTables } from './config-schema.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The names of the schemas, and the types that they describe. */
const types = {
  report: 'Report',
  expiry: 'ExpiryReport',
  issue: 'IssueReport',
  ndjson: 'Line',
  baseline: 'Baseline',
  diff: 'ReportDiff',
  tables: 'Tables',
  citations: 'Citations',
};

const isGeneric = (name) => name.includes('<');

/** The generator writes draft-07; these keywords are the same in 2020-12. Generic types are inlined, without a name. */
function modern(value, definitions) {
  if (Array.isArray(value)) return value.map((item) => modern(item, definitions));
  if (value === null || typeof value !== 'object') return value;
  const { $ref, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, modern(inner, definitions)]),
  );
  if ($ref === undefined) return rest;
  const name = $ref.replace('#/definitions/', '');
  return isGeneric(name)
    ? { ...modern(definitions[name], definitions), ...rest }
    : { $ref: `#/$defs/${name}`, ...rest };
}

/**
 * Removes the type of all tables: `$defs/NAME` describes `rules/tables/NAME.json`, and there is no file for the whole.
 */
const ofTables = ({ properties, definitions }) => ({ definitions: { ...properties, ...definitions } });

function schemaOf(name, { $schema: _, title, description, ...generated }) {
  const { definitions = {}, ...schema } = name === 'tables' ? ofTables(generated) : generated;
  const named = Object.fromEntries(Object.entries(definitions).filter(([key]) => !isGeneric(key)));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:pki-lint:schema:${name}:1`,
    title,
    description,
    ...modern(schema, definitions),
    $defs: modern(named, definitions),
  };
}

/** Formats like Biome: a list of plain values is on one line if it fits. */
function textOf(schema) {
  const list = /^( *(?:"[^"\n]*": )?)\[\n([^[\]{}]*?)\n *\](,?)$/gm;
  const oneLine = (whole, start, items, end) => {
    const line = `${start}[${items.trim().replace(/\n */g, ' ')}]${end}`;
    return line.length <= 120 ? line : whole;
  };
  return `${JSON.stringify(schema, null, 2).replace(list, oneLine)}\n`;
}

/**
 * Returns the texts of the generated files of `rules/schema/`, by name.
 *
 * @param {readonly string[]} formats of a report
 * @returns {Readonly<Record<string, string>>}
 * @throws {Error} if JSON Schema cannot express a type
 */
export function generateSchemas(formats) {
  const generator = createGenerator({
    path: `${root}scripts/schema-types.ts`,
    tsconfig: `${root}tsconfig.json`,
    // `npm run typecheck` checks the types.
    skipTypeCheck: true,
    topRef: false,
    sortProps: false,
    encodeRefs: false,
  });
  const config = withTables(schemaOf('config', generator.createSchema('PolicyFile')), formats);
  return Object.fromEntries([
    ...Object.entries(types).map(([name, type]) => [
      `${name}.schema.json`,
      textOf(schemaOf(name, generator.createSchema(type))),
    ]),
    ['config.schema.json', textOf(config)],
  ]);
}
