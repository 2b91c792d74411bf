/**
 * Compiles the schema of `pki-lint.config.yaml` for the build, in place of src/policy/validator.ts, which does it when
 * it is loaded.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The schema without descriptions, which errors contain otherwise. */
function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key, inner]) => key !== 'description' || typeof inner !== 'string');
  return Object.fromEntries(kept.map(([key, inner]) => [key, bare(inner)]));
}

/** Most rules have no options: one schema for all of them is a tenth of the code. */
function withSharedSettings({ definitions, ...schema }) {
  const shared = { $ref: '#/definitions/RuleSetting' };
  const { properties, ...settings } = definitions.RuleSettings;
  const own = Object.entries(properties).filter(([, { $ref }]) => $ref !== shared.$ref);
  const RuleSettings = { ...settings, properties: Object.fromEntries(own), additionalProperties: shared };
  return { ...schema, definitions: { ...definitions, RuleSettings } };
}

/** Returns the code of the validator: a module that exports `validate` and `ruleNames`. */
export function validatorCode() {
  const schema = JSON.parse(readFileSync(`${root}rules/schema/config.schema.json`, 'utf8'));
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    formats: { date: true },
    code: { source: true, lines: true },
  });
  const code = standalone.default(ajv, ajv.compile(withSharedSettings(bare(schema))));
  const scope = 'const module = { exports: {} }, exports = module.exports;';
  const names = JSON.stringify(schema.definitions.RulePattern.anyOf[0].enum);
  const validate = `export const validate = (() => { ${scope}\n${code}\nreturn module.exports; })();\n`;
  return `${validate}export const ruleNames = ${names};\n`;
}

/** For esbuild. */
export const compiledValidator = {
  name: 'compiled-validator',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/policy\/validator\.ts$/ }, () => ({
      contents: validatorCode(),
      loader: 'js',
      resolveDir: root,
    }));
  },
};
