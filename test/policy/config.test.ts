/** What a policy says: what it extends, what outweighs what, and what is printed. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { validatorCode } from '../../scripts/policy-validator.mjs';
import { loadConfig } from '../../src/api/load-config.ts';
import { choicesOf } from '../../src/cli/parsing/choices.ts';
import { lint } from '../../src/index.ts';
import { builtInNames } from '../../src/policy/built-in.ts';
import { validate } from '../../src/policy/validator.ts';
import { allReporters } from '../../src/report/index.ts';
import type { Policy } from '../../src/settings/policy.ts';
import { settingOf } from '../../src/settings/rule-settings.ts';
import { rules } from '../../src/tables/catalog.ts';
import { ruleOptionRows } from '../../src/tables/rule-options.ts';
import { listFiles, readText, root } from '../repository/files.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { folderWith, load } from './folder.ts';

const whole = `
version: 1
profile: documented
targetVersion: v1.37
upgradeWindow: 2w
failOn: warning
requireComplete: true
leftOut: [keys, kubeconfigs]
rules: {cert/ends-soon: {severity: error, within: 60d}, "san/*": off, "key/mode*": off}
facts: {controlPlaneEndpoint: "k8s.example.com:6443", sans: [k8s.example.com]}
accept: [{role: admin.conf, o: ["corp:platform"], reason: bound to cluster-admin}]
certificates: [{role: etcd-backup-client, certificate: etcd/backup.crt, parent: etcd-ca, kinds: [client], o: []}]
ignore: {paths: [/etc/kubernetes/pki/old/*]}
overrides: [{nodes: ["worker-*"], rules: {"kubelet/*": warning}}]
exceptions:
  - match: {rule: authority/distinct, path: /etc/kubernetes/pki/etcd/ca.crt}
    reason: one root until the etcd CA is replaced
    until: 2027-03-31
exceptionPolicy: {maxDuration: 1y, never: [key/published]}
baseline: ci/baseline.json
output: {formats: [table, "sarif:a.sarif"], sarifCategory: prod}
`;

describe('a policy', () => {
  it('becomes options of lint, an output and a baseline', async () => {
    const cwd = folderWith({ 'sub/a.yaml': whole });
    const { file, options, output, baseline, warnings } = await loadConfig({ cwd, file: 'sub/a.yaml' });
    const { policy, ...others } = options;
    expect({ file, warnings, output, baseline }).toEqual({
      file: 'sub/a.yaml',
      warnings: [],
      output: { formats: ['table', 'sarif:a.sarif'], sarifCategory: 'prod' },
      baseline: join(cwd, 'sub/ci/baseline.json'),
    });
    expect(others).toEqual({
      profile: 'documented',
      targetVersion: 'v1.37',
      upgradeWindowDays: 14,
      failOn: 'warning',
      requireComplete: true,
    });
    expect(policy?.facts).toEqual({ controlPlaneEndpoint: 'k8s.example.com:6443', sans: ['k8s.example.com'] });
    expect(policy?.leftOut).toEqual(['keys', 'kubeconfigs']);
    expect(policy?.rules['san/*']).toBe('off');
    expect(policy?.factPlaces).toMatchObject({ 'facts.sans': { file: 'sub/a.yaml', line: 10 } });
    expect(policy?.ignore).toEqual(['/etc/kubernetes/pki/old/*']);
    expect(policy?.exceptions).toEqual([
      {
        match: { rule: 'authority/distinct', path: '/etc/kubernetes/pki/etcd/ca.crt' },
        reason: 'one root until the etcd CA is replaced',
        until: '2027-03-31',
        at: { file: 'sub/a.yaml', line: 16, column: 5, endLine: 16, endColumn: 10 },
      },
    ]);
  });

  it('is passed to lint, which reads the release and the facts of it', async () => {
    const { options } = await load({ 'a.yaml': whole });
    const report = await lint({
      ...options,
      paths: [join(root, 'fixtures/corpora/kubeadm-1.36-default.tar.gz')],
      at: new Date('2026-12-01'),
    });
    expect(report).toMatchObject({ profile: 'documented', targetVersion: 'v1.37.0', failOn: 'warning' });
    expect(JSON.stringify(report.nodes[0]?.facts)).toContain('k8s.example.com');
  });

  it('can be JSON, with tabs', async () => {
    const { options } = await load({ 'a.yaml': '{\n\t"version": 1,\n\t"rules": {\n\t\t"key/mode": "off"\n\t}\n}\n' });
    expect(options.policy?.rules).toEqual({ 'key/mode': 'off' });
  });

  it('has words of YAML 1.2: off is a level, and a day is a text', async () => {
    const { options } = await load({ 'a.yaml': 'version: 1\nrules: {key/mode: off}\nfacts: {nodeName: on}' });
    expect(options.policy?.rules).toEqual({ 'key/mode': 'off' });
    expect(options.policy?.facts).toEqual({ nodeName: 'on' });
  });
});

describe('extends', () => {
  const files = {
    'a.yaml': `version: 1
extends: [./sub/b.yaml, ./c.json]
failOn: info
rules: {key/mode: warning, "cert/*": off}
facts: {sans: [a]}
exceptions: [{match: {rule: key/mode, path: /a}, reason: the first file, until: 2027-03-31}]
`,
    'sub/b.yaml': `version: 1
extends: [../c.json]
profile: documented
failOn: error
baseline: b.json
rules: {key/mode: {severity: error}, cert/ends-soon: {severity: error, within: 60d}}
facts: {sans: [b, b2], nodeName: cp-1}
exceptions: [{match: {rule: key/mode, path: /b}, reason: the second file, until: 2027-03-31}]
`,
    'c.json': `{"version": 1, "profile": "kubeadm", "requireComplete": true, "rules": {"cert/ends-soon": "info"},
"exceptions": [{"match": {"rule": "key/mode", "path": "/c"}, "reason": "the third file", "until": "2027-03-31"}]}`,
  };

  it('merges from left to right, and the file itself outweighs all', async () => {
    const cwd = folderWith(files);
    const { options, baseline } = await loadConfig({ cwd, file: 'a.yaml' });
    const { policy, ...others } = options;
    expect(others).toEqual({
      // Of c.json, which comes after b.yaml.
      profile: 'kubeadm',
      requireComplete: true,
      failOn: 'info',
    });
    expect(policy?.facts).toEqual({ sans: ['a'], nodeName: 'cp-1' });
    expect(baseline).toBe(join(cwd, 'sub/b.json'));
    expect(policy?.rules).toEqual({
      'key/mode': { severity: 'warning' },
      'cert/ends-soon': { severity: 'info', within: '60d' },
      'cert/*': 'off',
    });
    expect(settingOf(policy?.rules ?? {}, 'cert/ends-soon').severity).toBe('info');
  });

  it('adds exceptions, those of a file once, with the place of each', async () => {
    const { options } = await load(files);
    expect(options.policy?.exceptions.map(({ match, at }) => [match.path, at.file, at.line])).toEqual([
      ['/c', 'c.json', 2],
      ['/b', 'sub/b.yaml', 8],
      ['/a', 'a.yaml', 6],
    ]);
  });

  it.each(builtInNames)('knows the built-in policy %s', async (name) => {
    const { options, print } = await load({ 'a.yaml': `version: 1\nextends: [${name}]` });
    expect(options.policy).toBeDefined();
    expect(print.yaml()).toContain(`  # from ${name.replace('2.0', '1.12')}\n`);
  });

  it('has in the policies of CIS each rule of that edition as an error', async () => {
    const { options } = await load({ 'a.yaml': 'version: 1\nextends: [cis-1.12]' });
    const ids = rules.filter(({ cis }) => cis.some((item) => item.endsWith('(cis-1.12)'))).map(({ id }) => id);
    expect(options.policy?.rules).toEqual(Object.fromEntries(ids.map((id) => [id, 'error'])));
    const later = await load({ 'a.yaml': 'version: 1\nextends: [cis-2.0]' });
    expect(later.options.policy?.rules).toEqual(options.policy?.rules);
  });
});

describe('print', () => {
  it('shows each value with its origin, in one order', async () => {
    const files = {
      'a.yaml': 'rules: {key/mode: off}\nfailOn: warning\nextends: [upgrade, ./b.yaml]\nversion: 1\n',
      'b.yaml':
        'version: 1\nrules:\n  cert/ends-soon: {within: 60d}\nfacts: {sans: ["*.example.com", "10", a b]}\nbaseline: b.json\n',
    };
    const cwd = folderWith(files);
    const { print } = await loadConfig({ cwd, file: 'a.yaml' });
    expect(print.yaml()).toBe(`version: 1  # from a.yaml:4
targetVersion: latest  # from upgrade
upgradeWindow: 90d  # from upgrade
failOn: warning  # from a.yaml:2
rules:
  cert/ends-soon:
    within: 60d  # from b.yaml:3
  key/mode: off  # from a.yaml:1
  upgrade/downgrade: error  # from upgrade
  upgrade/outlasted: error  # from upgrade
facts:
  sans:
    - "*.example.com"  # from b.yaml:4
    - "10"  # from b.yaml:4
    - "a b"  # from b.yaml:4
baseline: ${cwd}/b.json  # from b.yaml:5
`);
    expect(JSON.parse(print.json())).toMatchObject({
      file: 'a.yaml',
      policy: { version: 1, rules: { 'key/mode': 'off' } },
      origins: { '/rules/key~1mode': 'a.yaml:1', '/facts/sans/0': 'b.yaml:4', '/targetVersion': 'upgrade' },
    });
  });

  it('says that there is none', async () => {
    const { print, options } = await loadConfig({ file: false });
    expect(options).toEqual({});
    expect(JSON.parse(print.json())).toEqual({ file: null, policy: { version: 1 }, origins: {} });
    const again = await load({ 'a.yaml': print.yaml() });
    expect(again.options.policy).toMatchObject({ rules: {}, exceptions: [] });
  });
});

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const level = fc.constantFrom('off', 'info', 'warning', 'error');
const duration = fc.constantFrom('5m', '12h', '60d', '2w', '1y');
const settings = fc
  .dictionary(
    fc.constantFrom('*', 'cert/*', 'key/*', 'cert/ends-soon', 'authority/ends-soon'),
    fc.oneof(level, fc.record({ within: duration }), fc.record({ severity: level, within: duration })),
  )
  .map((given) => Object.fromEntries(Object.entries(given).map(([id, one]) => [id, id === 'key/*' ? 'off' : one])));
const maybe = { requiredKeys: [] };
const facts = fc.record({ nodeName: word, sans: words, dnsDomain: word }, maybe);
const exception = fc.record({
  match: fc.record({ rule: fc.constantFrom('key/*', 'cert/issuer'), path: word.map((text) => `/${text}`) }),
  reason: word.map((text) => `because ${text} is so`),
  until: fc.constantFrom('2027-03-31', '2028-02-29'),
});
const files = fc.record(
  {
    version: fc.constant(1 as const),
    extends: fc.uniqueArray(fc.constantFrom(...builtInNames), { maxLength: 2 }),
    profile: fc.constantFrom('kubeadm', 'documented'),
    failOn: fc.constantFrom('error', 'never'),
    requireComplete: fc.boolean(),
    rules: settings,
    facts,
    overrides: fc.array(fc.record({ nodes: words, rules: settings, facts }, { requiredKeys: ['nodes', 'facts'] }), {
      maxLength: 2,
    }),
    exceptions: fc.array(exception, { maxLength: 3 }),
    exceptionPolicy: fc.record({ maxDuration: duration, requireOwner: fc.boolean(), unused: level }, maybe),
    baseline: word.map((text) => `./${text.replaceAll('\0', '')}`),
    output: fc.record({ sarifCategory: word }, maybe),
  },
  { requiredKeys: ['version'] },
);

/** All of a policy but the places, which another order of the lines changes. */
const valuesOf = ({ options, output, baseline }: Awaited<ReturnType<typeof loadConfig>>) => {
  const { exceptions = [], factPlaces = {}, file: _, ...policy }: Partial<Policy> = options.policy ?? {};
  const bare = exceptions.map(({ at, ...one }) => ({ ...one, isPlaced: at.line > 0 }));
  return {
    ...options,
    policy: { ...policy, exceptions: bare, placed: Object.keys(factPlaces).sort() },
    output,
    baseline,
  };
};

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]) => [key, reversed(one)])
      .reverse(),
  );
}

describe('any policy', () => {
  const cwd = () => folderWith({});
  const read = async (folder: string, text: string) => {
    writeFileSync(join(folder, 'a.yaml'), text);
    return loadConfig({ cwd: folder, file: 'a.yaml' });
  };

  it('says the same in any order of its keys', async () => {
    const folder = cwd();
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const one = await read(folder, JSON.stringify(given));
        const other = await read(folder, JSON.stringify(reversed(given), null, 2));
        expect(valuesOf(other)).toEqual(valuesOf(one));
        const ids = ['cert/ends-soon', 'cert/issuer', 'key/mode'];
        const settingsIn = ({ options }: typeof one) => ids.map((id) => settingOf(options.policy?.rules ?? {}, id));
        expect(settingsIn(other)).toEqual(settingsIn(one));
      }),
      { seed: firstSeed, numRuns: sampled(200, 2000) },
    );
  });

  it('is printed so that it reads the same again, from any folder', async () => {
    const [folder, elsewhere] = [cwd(), cwd()];
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const one = await read(folder, JSON.stringify(given));
        const other = await read(elsewhere, one.print.yaml());
        expect(valuesOf(other)).toEqual(valuesOf(one));
        const stripped = (text: string) => text.replace(/ {2}# from .*$/gm, '');
        expect(stripped(other.print.yaml())).toBe(stripped(one.print.yaml()));
      }),
      { seed: firstSeed, numRuns: sampled(200, 2000) },
    );
  });
});

describe('the schema', () => {
  const schema = JSON.parse(readText('rules/schema/config.schema.json'));

  test('has the built-in policies, the rules and the formats', () => {
    expect(
      listFiles('rules/policies')
        .map((path) => path.replace(/^.*\/|\.json$/g, ''))
        .sort(),
    ).toEqual([...builtInNames].sort());
    // --preset of `init`, which does not load the policies.
    expect([...choicesOf.preset].sort()).toEqual([...builtInNames].sort());
    expect(schema.definitions.RulePattern.anyOf[0].enum).toEqual(expect.arrayContaining(rules.map(({ id }) => id)));
    const pattern = new RegExp(schema.definitions.FormatAndFile.pattern);
    expect(Object.keys(allReporters.report).filter((name) => !pattern.test(name))).toEqual([]);
  });

  test('has the options of each rule', () => {
    for (const { rule, option } of ruleOptionRows) {
      for (const name of [rule, rule.replace(/\/.*/, '/*'), '*']) {
        const [, object] = schema.definitions.RuleSettings.properties[name].anyOf;
        expect(Object.keys(object.properties), name).toContain(option);
      }
    }
  });

  test('has no key that is not printed', async () => {
    const { print } = await load({ 'a.yaml': whole });
    const printed = Object.keys(JSON.parse(print.json()).policy);
    const known = Object.keys(schema.properties).filter((key) => key !== '$schema' && key !== 'extends');
    expect(printed.sort()).toEqual(known.sort());
  });

  test('is compiled for the program to what the tests use', async () => {
    const folder = folderWith({});
    const modules = `import { createRequire } from 'node:module';\nconst require = createRequire('${root}package.json');\n`;
    writeFileSync(join(folder, 'validator.mjs'), modules + validatorCode());
    const compiled = await import(/* @vite-ignore */ join(folder, 'validator.mjs'));
    const errorsOf = (validate: typeof compiled.validate, value: unknown) => {
      validate(value);
      const errors: readonly ErrorObject[] = validate.errors ?? [];
      // The order of keys differs.
      return errors
        .map(({ instancePath, keyword, params }) => JSON.stringify([instancePath, keyword, params]))
        .toSorted();
    };
    const wrong = {
      version: 2,
      rules: { 'cert/x': 'off', 'key/mode': 3, 'cert/key-size': { rsa: 'a' } },
      accept: [{}],
      x: 1,
    };
    expect(errorsOf(compiled.validate, wrong)).toEqual(errorsOf(validate, wrong));
    expect(errorsOf(compiled.validate, wrong).length).toBeGreaterThan(5);
    expect(errorsOf(compiled.validate, { version: 1, rules: { 'key/mode': 'off' } })).toEqual([]);
  });
});
