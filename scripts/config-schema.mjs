/**
 * The parts of the schema of `pki-lint.config.yaml` that come from tables: rules and their options, roles, releases,
 * policies, formats.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../rules/', import.meta.url));
const read = (path) => JSON.parse(readFileSync(`${folder}${path}`, 'utf8'));
const namesIn = (path) => readdirSync(`${folder}${path}`).map((name) => name.replace(/\.json$/, ''));

const ref = (name) => ({ $ref: `#/$defs/${name}` });

/**
 * A pattern of rules that is not listed: neither `*` nor a group. Whether it matches a rule, `src/policy/semantics.ts`
 * checks.
 */
const otherPattern = '^(?!\\*$|[a-z-]+/\\*$)[a-z0-9/-]*\\*[a-z0-9/*-]*$';

const optionSchemas = { duration: ref('Duration'), bits: { type: 'integer', minimum: 1, maximum: 65536 } };

/** The setting of a rule, or of several, with these options. Each name of an option means the same for all rules. */
function settingWith(options) {
  const properties = Object.fromEntries(
    options.map(({ option, type, help }) => [option, { ...optionSchemas[type], description: help }]),
  );
  const object = { type: 'object', additionalProperties: false, minProperties: 1 };
  return { anyOf: [ref('Level'), { ...object, properties: { severity: ref('Level'), ...properties } }] };
}

/** The settings by rule, group and for all; those without options share a definition. */
function settings(rules, groups) {
  const { rows } = read('tables/rule-options.json');
  const settingOf = (description, isOwn) => {
    const own = rows.filter(({ rule }) => isOwn(rule));
    return { ...(own.length === 0 ? ref('RuleSetting') : settingWith(own)), description };
  };
  return Object.fromEntries([
    ['*', settingOf('All rules', () => true)],
    ...groups.map((group) => [group, settingOf(`All rules ${group}`, (rule) => rule.startsWith(group.slice(0, -1)))]),
    ...rules.map(({ id, title }) => [id, settingOf(title, (rule) => rule === id)]),
  ]);
}

/**
 * Returns the schema with what tables say. It is draft-07, which every editor knows.
 *
 * @param {object} schema generated from the type PolicyFile
 * @param {readonly string[]} formats of a report
 */
export function withTables({ $defs, ...schema }, formats) {
  const records = namesIn('catalog').flatMap((name) => Object.entries(read(`catalog/${name}.json`).rules));
  const rules = records.map(([id, { title }]) => ({ id, title }));
  const groups = [...new Set(rules.map(({ id }) => id.replace(/\/.*/, '/*')))];
  const rolesOf = (table, rows = 'rows') => read(`tables/${table}.json`)[rows].map(({ role }) => role);
  const authorities = rolesOf('authorities');
  const roles = [...authorities, ...['certificates', 'key-pairs', 'kubeconfigs'].flatMap((table) => rolesOf(table))];
  const undocumented = rolesOf('kubeconfigs', 'undocumented');
  const minors = read('tables/kubernetes-go.json').rows.map(({ kubernetes }) => kubernetes.replace('.', '\\.'));
  const patterns = [...groups, ...rules.map(({ id }) => id)];
  const fromTables = {
    RuleSetting: settingWith([]),
    RuleSettings: {
      type: 'object',
      propertyNames: ref('RulePattern'),
      properties: settings(rules, groups),
      patternProperties: { [otherPattern]: settingWith(read('tables/rule-options.json').rows) },
    },
    RulePattern: { anyOf: [{ enum: ['*', ...patterns] }, { type: 'string', pattern: otherPattern }] },
    RuleOrGroup: { enum: patterns },
    DocumentedRole: { enum: roles },
    DocumentedCa: { enum: authorities },
    OwnRole: { ...$defs.OwnRole, not: { enum: [...roles, ...undocumented] } },
    ExtendedPolicy: {
      anyOf: [{ enum: namesIn('policies') }, { type: 'string', pattern: '^\\.\\.?/.*\\.(yaml|yml|json)$' }],
    },
    FormatAndFile: { type: 'string', pattern: `^(${formats.join('|')})(:.+)?$` },
    KnownRelease: { type: 'string', pattern: `^(latest|v?(${minors.join('|')})(\\.\\d+)?)$` },
  };
  const defs = Object.fromEntries(
    Object.entries(fromTables).map(([name, own]) => [name, { ...own, description: $defs[name].description }]),
  );
  const whole = { ...schema, $schema: 'http://json-schema.org/draft-07/schema#', definitions: { ...$defs, ...defs } };
  return JSON.parse(JSON.stringify(whole).replaceAll('#/$defs/', '#/definitions/'));
}
