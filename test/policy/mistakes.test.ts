/** What pki-lint says about a policy that is wrong. */
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/api/load-config.ts';
import { folderWith, load, mistakesOf } from './folder.ts';

const exception = (text: string) => `version: 1\nexceptions:\n  - ${text}`;
const good = 'reason: long enough, until: 2027-03-31';

/** The text of a policy, and the whole output about it. `FILE:` is left out. */
const broken: readonly (readonly [name: string, text: string, ...mistakes: string[]])[] = [
  ['nothing', '', '1: expected a mapping that begins with "version: 1", found nothing'],
  ['a list', '- version: 1', '1: expected a mapping that begins with "version: 1", found a list'],
  ['a text', 'version 1', '1: expected a mapping that begins with "version: 1", found a single value'],
  ['two documents', 'version: 1\n---\nversion: 1', '3: a second document: a policy is one document'],
  ['no YAML', 'version: 1\nrules: {', '2: not valid YAML: unexpected end of the stream within a flow collection'],
  ['no version', 'failOn: error', '1: version is missing → write "version: 1" in its first line'],
  [
    'a file that is no policy, of which nothing is quoted',
    'apiVersion: v1\ntoken-abc: x\nrules: {password: def}\nusers: [{token: x}]',
    '1: version is missing → write "version: 1" in its first line',
  ],
  ['a version to come', 'version: 2', '1: version: expected 1, found "2" → this pki-lint reads version 1'],
  ['a text as version', 'version: "1"', '1: version: expected 1, found "1" → write it without quotes: version: 1'],
  ['a key twice', 'version: 1\nfailOn: error\nfailOn: info', '3: "failOn" occurs twice: in line 2, and here'],
  [
    'a key twice in JSON',
    '{"version": 1,\n\t"rules": {"key/mode": "off",\n\t"key/mode": "error"}}',
    '3: "key/mode" occurs twice: in line 2, and here',
  ],
  ['a key that is a list', 'version: 1\n[a]: 1', '2: not valid YAML: invalid map key'],
  [
    'keys of JavaScript',
    'version: 1\noutput: {__proto__: {a: 1}, constructor: 1}\nrules: {__proto__: off}',
    '2: unknown key "__proto__" in output → possible keys: formats, sarifCategory',
    '2: unknown key "constructor" in output → possible keys: formats, sarifCategory',
    '3: rules: unknown rule "__proto__" → pki-lint rules lists them all',
  ],
  ['an unknown key', 'version: 1\nfailon: error', '2: unknown key "failon" → did you mean "failOn"?'],
  [
    'a key like none',
    'version: 1\noutput: {directory: x}',
    '2: unknown key "directory" in output → possible keys: formats, sarifCategory',
  ],
  ['no value', 'version: 1\nprofile:', '2: profile: expected kubeadm or documented, found nothing'],
  [
    'a mistyped word',
    'version: 1\nprofile: documentd',
    '2: profile: expected kubeadm or documented, found "documentd" → did you mean "documented"?',
  ],
  ['a wrong type', 'version: 1\nrequireComplete: yes', '2: requireComplete: expected true or false, found "yes"'],
  ['a mapping as a list', 'version: 1\nexceptions: {a: 1}', '2: exceptions: expected a list, found a mapping'],
  ['a list as a mapping', 'version: 1\nfacts: [a]', '2: facts: expected a mapping, found a list'],
  ['an empty list', 'version: 1\nfacts: {sans: []}', '2: facts.sans: expected at least one item, found an empty list'],
  ['an empty text', 'version: 1\nbaseline: ""', '2: baseline: expected a text that is not empty, found ""'],
  [
    'an unknown rule',
    'version: 1\nrules:\n  cert/isuer: off',
    '3: rules: unknown rule "cert/isuer" → did you mean "cert/issuer"? pki-lint rules lists them all',
  ],
  [
    'options of an unknown rule',
    'version: 1\nrules:\n  cert/end-soon: {within: 60d}',
    '3: rules: unknown rule "cert/end-soon" → did you mean "cert/ends-soon"? pki-lint rules lists them all',
  ],
  [
    'the beginning of a word',
    'version: 1\nfailOn: warn',
    '2: failOn: expected error, warning, info or never, found "warn" → did you mean "warning"?',
  ],
  [
    'an unknown group',
    'version: 1\nrules: {keys/*: off}',
    '2: rules: unknown group "keys/*" → did you mean "key/*"? pki-lint rules lists them all',
  ],
  [
    'a pattern that matches no rule',
    'version: 1\nrules:\n  san/*: off\n  keys/mod*: off',
    '4: rules: "keys/mod*" matches no rule → did you mean "key/mod*"? pki-lint rules lists them all',
  ],
  [
    'a pattern like a group',
    'version: 1\nrules: {"kex/*": off, "kye/**": off}',
    '2: rules: unknown group "kex/*" → did you mean "key/*"? pki-lint rules lists them all',
    '2: rules: "kye/**" matches no rule → did you mean "key/**"? pki-lint rules lists them all',
  ],
  [
    'patterns elsewhere',
    'version: 1\noverrides: [{nodes: [a], rules: {"*/mod3*": off}}]\nexceptionPolicy:\n  never: [key/mode*, key/mod3*]',
    '2: overrides[0].rules: "*/mod3*" matches no rule → pki-lint rules lists them all',
    '4: exceptionPolicy.never[1]: "key/mod3*" matches no rule → did you mean "key/*"? pki-lint rules lists them all',
  ],
  [
    'an option of a pattern',
    'version: 1\nrules:\n  cert/ends*: {within: 60d}\n  key/mode*:\n    within: 60d\n  cert/key*: {bit: 3}',
    '5: unknown key "within" in rules."key/mode*" → possible keys: severity',
    '6: unknown key "bit" in rules."cert/key*" → possible keys: severity, within, max, rsa, ecdsa',
  ],
  [
    'a level of a pattern',
    'version: 1\nrules: {key/mode*: warn}',
    '2: rules."key/mode*": expected off, error, warning or info, found "warn" → did you mean "warning"?',
  ],
  [
    'what is left out',
    'version: 1\nleftOut: [key, kubeconfigs]',
    '2: leftOut[0]: expected keys or kubeconfigs, found "key" → did you mean "keys"?',
  ],
  [
    'an unknown level',
    'version: 1\nrules: {cert/issuer: warn}',
    '2: rules."cert/issuer": expected off, error, warning or info, found "warn" → did you mean "warning"?',
  ],
  [
    'false instead of off',
    'version: 1\nrules: {cert/issuer: false}',
    '2: rules."cert/issuer": expected off, error, warning or info, found "false" → did you mean "off"?',
  ],
  [
    'an unknown option',
    'version: 1\nrules: {cert/ends-soon: {severty: error}}',
    '2: unknown key "severty" in rules."cert/ends-soon" → did you mean "severity"?',
  ],
  [
    'an option of a different rule',
    'version: 1\nrules: {cert/issuer: {within: 60d}}',
    '2: unknown key "within" in rules."cert/issuer" → possible keys: severity',
  ],
  [
    'no option',
    'version: 1\nrules: {cert/issuer: {}}',
    '2: rules."cert/issuer": expected at least one key, found a mapping',
  ],
  [
    'a wrong duration',
    'version: 1\nrules: {cert/ends-soon: {within: 60}}',
    '2: rules."cert/ends-soon".within: expected a duration such as 30d, 12h or 1y, found "60"',
  ],
  [
    'a wrong number of bits',
    'version: 1\nrules: {cert/key-size: {rsa: 0}}',
    '2: rules."cert/key-size".rsa: expected a number of bits from 1 to 65536, found "0"',
  ],
  [
    'a release to come',
    'version: 1\ntargetVersion: v1.99.0',
    '2: targetVersion: expected a known release such as v1.36.2, or latest, found "v1.99.0"',
  ],
  [
    'a number as a release',
    'version: 1\nfacts: {kubernetesVersion: 1.30}',
    '2: facts.kubernetesVersion: expected a release such as v1.36.2, found "1.30" → write it in quotes: "1.30"',
  ],
  [
    'a time without an upgrade',
    'version: 1\nupgradeWindow: 30d',
    '2: upgradeWindow has no effect without targetVersion → add targetVersion: latest, or leave it out',
  ],
  [
    'wrong addresses',
    'version: 1\nfacts:\n  nodeIps: [192.0.2.300]\n  serviceCidrs: [10.96.0.0]',
    '3: facts.nodeIps[0]: expected an IP address such as 192.0.2.10, found "192.0.2.300"',
    '4: facts.serviceCidrs[0]: expected a range of addresses such as 10.96.0.0/12, found "10.96.0.0"',
  ],
  [
    'an unknown role',
    'version: 1\naccept: [{role: admin.config, o: [corp]}]',
    '2: accept[0].role: unknown role "admin.config" → did you mean "admin.conf"?',
  ],
  ['an idle row', 'version: 1\naccept: [{role: admin.conf}]', '2: accept[0] accepts nothing → add cn, o or sans'],
  [
    'a documented role as its own',
    'version: 1\ncertificates: [{role: kube-etcd, certificate: a.crt, parent: etcd-ca, kinds: [client]}]',
    '2: certificates[0].role: expected a name of its own such as etcd-backup-client, found "kube-etcd"',
  ],
  [
    'a role twice',
    'version: 1\ncertificates:\n  - &a {role: a, certificate: a.crt, parent: etcd-ca, kinds: [client]}\n  - *a',
    '3: certificates[1].role: "a" is also the role of FILE:3',
  ],
  [
    'an idle override',
    'version: 1\noverrides: [{nodes: ["w-*"]}]',
    '2: overrides[0] sets nothing → add rules or facts',
  ],
  [
    'an override of an unknown rule',
    'version: 1\noverrides: [{nodes: [w], rules: {cert/isuer: off}}]',
    '2: overrides[0].rules: unknown rule "cert/isuer" → did you mean "cert/issuer"? pki-lint rules lists them all',
  ],
  [
    'a relative path to ignore',
    'version: 1\nignore: {paths: [old]}',
    '2: ignore.paths[0]: expected a path on the node such as /etc/kubernetes/pki/old/*, found "old"',
  ],
  [
    'an exception without an end',
    exception('{match: {rule: key/mode, path: /a}, reason: long enough}'),
    '3: exceptions[0] has no until → an exception without an end is not accepted: until: 2027-03-31',
  ],
  [
    'a misspelt end',
    exception('{match: {rule: key/mode, path: /a}, reason: long enough, untill: 2027-03-31}'),
    '3: unknown key "untill" in exceptions[0] → did you mean "until"?',
  ],
  [
    'an end that does not exist',
    exception('{match: {rule: key/mode, path: /a}, reason: long enough, until: 2027-02-29}'),
    '3: exceptions[0].until: there is no day "2027-02-29"',
  ],
  [
    'an end in another form',
    exception('{match: {rule: key/mode, path: /a}, reason: long enough, until: 31.3.2027}'),
    '3: exceptions[0].until: expected a day such as 2027-03-31, found "31.3.2027"',
  ],
  [
    'an end before the beginning',
    exception('{match: {rule: key/mode, path: /a}, reason: long enough, since: 2027-01-02, until: 2027-01-01}'),
    '3: exceptions[0].until: 2027-01-01 is before 2027-01-02, on which the exception begins',
  ],
  ['no reason', exception('{match: {rule: key/mode, path: /a}, until: 2027-03-31}'), '3: exceptions[0] has no reason'],
  [
    'a reason of blanks',
    exception('{match: {rule: key/mode, path: /a}, reason: "             ", until: 2027-03-31}'),
    '3: exceptions[0].reason: expected a reason of at least 10 characters, found "             "',
  ],
  [
    'a node for a rule about objects',
    exception(`{match: {rule: webhook/*, node: cp-1}, ${good}}`),
    '3: exceptions[0].match.node: "webhook/*" is about objects, which are on no node → name the object instead, as subject: "KIND NAME"',
  ],
  [
    'a match as wide as a rule',
    exception(`{match: {rule: key/mode}, ${good}}`),
    '3: exceptions[0].match is as wide as a rule → that is "rules: {key/mode: off}"; to excuse less, add a path, a subject, a fingerprint, a sha256 or the exact name of a node',
  ],
  [
    'a match of all paths and nodes',
    exception(`{match: {rule: key/*, path: "**", node: "cp-*"}, ${good}}`),
    '3: exceptions[0].match is as wide as a rule → that is "rules: {key/*: off}"; to excuse less, add a path, a subject, a fingerprint, a sha256 or the exact name of a node',
  ],
  [
    'a match of any rule',
    exception(`{match: {path: /a}, ${good}}`),
    '3: exceptions[0].match has no rule → name the exact id of a rule, or a glob such as key/*',
  ],
  [
    'a match of all rules',
    exception(`{match: {rule: "*", path: /a}, ${good}}`),
    '3: exceptions[0].match.rule: unknown rule "*" → pki-lint rules lists them all',
  ],
  [
    'a wrong fingerprint',
    exception(`{match: {fingerprint: ABC}, ${good}}`),
    '3: exceptions[0].match.fingerprint: expected the fingerprint of a finding: 16 hex digits in lower case, found "ABC"',
  ],
  [
    'a rule to excuse never that is unknown',
    'version: 1\nexceptionPolicy: {never: [key/publishd]}',
    '2: exceptionPolicy.never[0]: unknown rule "key/publishd" → did you mean "key/published"? pki-lint rules lists them all',
  ],
  [
    'an unknown format',
    'version: 1\noutput: {formats: [tabel]}',
    '2: output.formats[0]: expected a format, and after a colon its file: sarif:pki-lint.sarif, found "tabel"',
  ],
  [
    'a policy that is extended, without a list',
    'version: 1\nextends: strict',
    '2: extends: expected a list, found "strict" → write [strict]',
  ],
  [
    'a policy like none',
    'version: 1\nextends: [strickt]',
    '2: extends[0]: unknown policy "strickt" → did you mean "strict"?',
  ],
  [
    'an unknown policy',
    'version: 1\nextends: [company]',
    '2: extends[0]: unknown policy "company" → built-in policies: cis-1.12, cis-2.0, recommended, strict, upgrade; a file begins with ./',
  ],
  [
    'a file without ./',
    'version: 1\nextends: [b.yaml]',
    '2: extends[0]: unknown policy "b.yaml" → did you mean the file "./b.yaml"?',
  ],
  [
    'an absolute file',
    'version: 1\nextends: [/etc/b.yaml]',
    '2: extends[0]: "/etc/b.yaml" is absolute → name the file relative to this one: ./corp.yaml',
  ],
  [
    'a URL',
    'version: 1\nextends: ["https://example.com/b.yaml"]',
    '2: extends[0]: a URL is not accepted → keep the file next to this one, and name it: ./corp.yaml',
  ],
  [
    'a module',
    'version: 1\nextends: ["@corp/policy", ./b.js]',
    '2: extends[0]: "@corp/policy" is not a policy → the name of a file ends with .yaml, .yml or .json',
    '2: extends[1]: "./b.js" is not a policy → the name of a file ends with .yaml, .yml or .json',
  ],
  ['a missing file', 'version: 1\nextends: [./b.yaml]', '2: extends: b.yaml: no such file or directory'],
  ['itself', 'version: 1\nextends: [./a.yaml]', '2: extends: "./a.yaml" extends this file: a cycle'],
];

describe('a wrong policy', () => {
  it.each(broken)('%s', async (_, text, ...mistakes) => {
    const found = await mistakesOf(load({ 'a.yaml': text }));
    expect(found).toEqual(mistakes.map((one) => `a.yaml:${one.replace('FILE', 'a.yaml')}`));
  });

  it('is reported whole, in the order of its lines, with the files that it extends', async () => {
    const files = {
      'a.yaml': 'version: 1\nextends: [./b.json]\nrules: {cert/x: off}\nprofil: x\nexceptions: [{}]',
      'b.json': '{"version": 1,\n"failOn": "warn"}',
    };
    expect((await mistakesOf(load(files))).map((one) => one.replace(/ →.*/, ''))).toEqual([
      'a.yaml:3: rules: unknown rule "cert/x"',
      'a.yaml:4: unknown key "profil"',
      'a.yaml:5: exceptions[0] has no match',
      'a.yaml:5: exceptions[0] has no reason',
      'a.yaml:5: exceptions[0] has no until',
      'b.json:2: failOn: expected error, warning, info or never, found "warn"',
    ]);
  });

  it('is one that is too large, too deep, or not a file', async () => {
    expect(await mistakesOf(load({ 'a.yaml': `version: 1 #${'x'.repeat(1024 * 1024)}` }))).toEqual([
      'a.yaml: a policy has at most 1 MiB',
    ]);
    const chain = Array.from({ length: 10 }, (_, index) => [
      `${index}.yaml`,
      `version: 1\nextends: [./${index + 1}.yaml]`,
    ]);
    expect(await mistakesOf(load(Object.fromEntries(chain), { file: '0.yaml' }))).toEqual([
      '8.yaml:2: extends: "./9.yaml" is more than 8 files deep',
    ]);
    expect(await mistakesOf(load({}, { file: '.' }))).toEqual(['.: not a regular file']);
    expect(await mistakesOf(load({}, { file: 'gone.yaml' }))).toEqual(['gone.yaml: no such file or directory']);
  });

  it('is a cycle of files, and of many', async () => {
    const files = { 'a.yaml': 'version: 1\nextends: [./b.yaml]', 'b.yaml': 'version: 1\nextends: [./a.yaml]' };
    expect(await mistakesOf(load(files))).toEqual(['b.yaml:2: extends: "./a.yaml" extends this file: a cycle']);
    const names = Array.from({ length: 80 }, (_, index) => `./${index}.json`);
    const many = Object.fromEntries(names.map((name) => [name, '{"version": 1}']));
    const all = { ...many, './0.json': `version: 1\nextends: [${names.slice(40).join()}]` };
    const [first] = await mistakesOf(load({ ...all, 'a.yaml': `version: 1\nextends: [${names.slice(0, 40).join()}]` }));
    expect(first).toMatch(/is one of more than 64 files$/);
    const listed = await mistakesOf(load({ ...many, 'a.yaml': `version: 1\nextends: [${names.join()}]` }));
    expect(listed).toEqual(['a.yaml:2: extends has more than 64 items']);
    const twice = await mistakesOf(load({ 'a.yaml': 'version: 1\nextends: [strict, strict]' }));
    expect(twice).toEqual(['a.yaml:2: extends has an item twice']);
    const long = `version: 1\nignore: {paths: [/${'x'.repeat(5000)}]}`;
    expect(await mistakesOf(load({ 'a.yaml': long }))).toEqual([
      'a.yaml:2: ignore.paths[0] has more than 4096 characters',
    ]);
  });
});

it('reports a hundred mistakes of any number, in little time', async () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `key-${index}: x`);
  const rules = Array.from({ length: 5000 }, (_, index) => `  cert/x${index}: {a: 1}`);
  const found = await mistakesOf(load({ 'a.yaml': ['version: 1', ...keys, 'rules:', ...rules].join('\n') }));
  expect(found).toHaveLength(101);
  expect(found.at(-1)).toBe('a.yaml: and more');
  const twice = await mistakesOf(load({ 'a.yaml': `version: 1\n${'failOn: error\n'.repeat(50_000)}` }));
  expect(twice).toHaveLength(101);
});

describe('a file that is not a policy', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n'.repeat(9)}-----END PRIVATE KEY-----\n`;

  it.each([
    ['a key', key],
    ['a key in YAML', `data:\n  key: |\n    ${key.replaceAll('\n', '\n    ')}`],
    ['a key as a key', `? |\n  ${key.replaceAll('\n', '\n  ')}\n: 1`],
    ['a key as a value', `version: 1\nprofile: |\n  ${key.replaceAll('\n', '\n  ')}`],
    ['a Secret', `kind: Secret\ndata: {tls.key: ${Buffer.from(key).toString('base64')}}`],
    ['a kubeconfig', `users: [{name: a, user: {token: ${'s3cret-token'.repeat(30)}}}]`],
    ['a long value', `version: 1\nprofile: ${'s3cret-token'.repeat(30)}`],
  ])('shows nothing of %s', async (_, text) => {
    const shown = (await mistakesOf(load({ 'a.yaml': text }))).join('\n');
    expect(shown).not.toBe('');
    expect(shown).not.toMatch(/MII|LS0t|BEGIN/);
    expect(shown.match(/s3cret-token/g)?.length ?? 0).toBeLessThan(7);
  });

  it('does not keep the program waiting, and is not expanded', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, index) => {
        const earlier = `*${'abcdefghi'[index]}`;
        return `${name}: &${name} [${Array(9).fill(earlier).join()}]`;
      }),
    ].join('\n');
    expect(await mistakesOf(load({ 'a.yaml': bomb }))).toEqual([
      expect.stringMatching(/^a\.yaml:\d: not valid YAML: document contains excessive aliasing$/),
    ]);
    const folder = folderWith({});
    expect(await mistakesOf(loadConfig({ cwd: folder, file: '/dev/zero' }))).toEqual(['/dev/zero: not a regular file']);
  });
});
