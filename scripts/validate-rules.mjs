/** Validates rules/ against its schemas, because the program trusts the data it is bundled with. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

const rules = fileURLToPath(new URL('../rules/', import.meta.url));
const read = (...parts) => JSON.parse(readFileSync(join(rules, ...parts), 'utf8'));
const files = (folder) => readdirSync(join(rules, folder)).filter((name) => name.endsWith('.json'));

/**
 * Returns one line for each violation.
 * @returns {readonly string[]}
 */
export function validateRules() {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
  for (const schema of ['tables', 'catalog', 'citations']) ajv.addSchema(read('schema', `${schema}.schema.json`));
  const all = [
    ...files('tables').map((name) => [
      `tables/${name}`,
      `urn:pki-lint:schema:tables:1#/$defs/${basename(name, '.json')}`,
    ]),
    ...files('tables/layouts').map((name) => {
      const kind = 'extends' in read('tables/layouts', name) ? 'layout-extensions' : 'layouts';
      return [`tables/layouts/${name}`, `urn:pki-lint:schema:tables:1#/$defs/${kind}`];
    }),
    ...files('catalog').map((name) => [`catalog/${name}`, 'urn:pki-lint:schema:catalog:1']),
    ['citations.json', 'urn:pki-lint:schema:citations:1'],
    ['order.json', 'urn:pki-lint:schema:catalog:1#/$defs/order'],
  ];
  const policies = files('policies').map((name) => [`policies/${name}`, 'urn:pki-lint:schema:config:1']);
  const ofPolicies = new Ajv({ allErrors: true, strict: true, strictTypes: false, formats: { date: true } });
  ofPolicies.addSchema(read('schema', 'config.schema.json'));
  return [...violations(ajv, all), ...violations(ofPolicies, policies)];
}

/** One line for each violation of files by their schemas. */
function violations(ajv, all) {
  return all.flatMap(([name, schema]) => {
    if (ajv.getSchema(schema) === undefined) return [`rules/${name}: no schema ${schema}`];
    if (ajv.validate(schema, read(name))) return [];
    return (ajv.errors ?? []).map((error) => `rules/${name}${error.instancePath}: ${error.message}`);
  });
}
