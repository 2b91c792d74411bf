/** Configuration files of kube-apiserver that Go can decode with Debian's packages, and ways to change them. */
import { load } from 'js-yaml';
import { encryption, identity, keyed, secretOf } from '../../support/configurations.ts';

/** The kinds that the Go program decodes, and the flag of kube-apiserver that names each. */
export const flags = {
  AdmissionConfiguration: 'admission-control-config-file',
  EgressSelectorConfiguration: 'egress-selector-config-file',
  EncryptionConfiguration: 'encryption-provider-config',
  TracingConfiguration: 'tracing-config-file',
  Policy: 'audit-policy-file',
} as const;

export type Kind = keyof typeof flags;
export const kinds = Object.keys(flags) as Kind[];

/** A file of each kind that kube-apiserver takes, with most of its fields. */
export const whole: Readonly<Record<Kind, string>> = {
  AdmissionConfiguration: `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: baseline
`,
  EgressSelectorConfiguration: `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: Direct
- name: etcd
  connection:
    proxyProtocol: GRPC
    transport:
      uds:
        udsName: /etc/kubernetes/pki/proxy.sock
`,
  EncryptionConfiguration: encryption(
    `${keyed({ key1: secretOf('a') })}  - kms:
      name: first
      endpoint: unix:///etc/kubernetes/pki/kms.sock
      cachesize: 1000
      timeout: 3s
${identity}`,
  ),
  TracingConfiguration: `apiVersion: apiserver.config.k8s.io/v1beta1
kind: TracingConfiguration
endpoint: localhost:4317
samplingRatePerMillion: 100
`,
  Policy: `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:kube-proxy]
  verbs: [watch]
  resources:
  - group: ""
    resources: [endpoints, services]
- level: Metadata
`,
};

/** A way to change a file of any kind. */
export interface Edit {
  readonly name: string;
  /** @param field the first field of the kind after apiVersion and kind */
  readonly change: (text: string, field: string) => string;
}

/** The list that each kind has at the top; TracingConfiguration has only scalars. */
export const firstField: Readonly<Record<Kind, string>> = {
  AdmissionConfiguration: 'plugins',
  EgressSelectorConfiguration: 'egressSelections',
  EncryptionConfiguration: 'resources',
  TracingConfiguration: 'endpoint',
  Policy: 'rules',
};

const instead = (name: string, text: string): Edit => ({ name, change: () => text });
const before = (name: string, prefix: string): Edit => ({ name, change: (text) => prefix + text });
const after = (name: string, suffix: string): Edit => ({ name, change: (text) => text + suffix });
const replaced = (name: string, pattern: RegExp, by: string): Edit => ({
  name,
  change: (text) => text.replace(pattern, by),
});

/** Gives the first field of a kind another value, as YAML. */
const valued = (value: string): Edit => ({
  name: `the first field is ${value}`,
  change: (text, field) => `${text.replace(new RegExp(`^${field}:[\\s\\S]*`, 'm'), '')}${field}: ${value}\n`,
});

/** Renames the first field of a kind. */
const renamed = (name: string, rename: (field: string) => string): Edit => ({
  name,
  change: (text, field) => text.replace(new RegExp(`^${field}:`, 'm'), `${rename(field)}:`),
});

/** What only the validation of EgressSelectorConfiguration refuses, which needs libraries that Debian does not have. */
export const isValidated = (kind: Kind, name: string): boolean =>
  kind === 'EgressSelectorConfiguration' && /^the first field is \[(?:null|\{\}|\{name: (?:2001|!!str))/.test(name);

/** Changes of the text that have nothing to do with what the kind is. */
export const edits: readonly Edit[] = [
  after('unchanged', ''),
  // As YAML.
  replaced('lines that end in CR LF', /\n/g, '\r\n'),
  { name: 'JSON', change: (text) => JSON.stringify(load(text)) },
  { name: 'JSON after an empty line', change: (text) => `\n ${JSON.stringify(load(text), undefined, 2)}\n` },
  { name: 'JSON with a comma too many', change: (text) => JSON.stringify(load(text)).replace(/\}$/, ',}') },
  { name: 'JSON with a comment', change: (text) => `${JSON.stringify(load(text))} # comment\n` },
  { name: 'JSON after a comment', change: (text) => `# comment\n${JSON.stringify(load(text))}\n` },
  { name: 'two JSON documents', change: (text) => `${JSON.stringify(load(text))}\n{}\n` },
  {
    name: 'JSON with a repeated field',
    change: (text) => JSON.stringify(load(text)).replace('{', '{"apiVersion":"v1",'),
  },
  {
    name: 'flow style',
    change: (text) =>
      `{${Object.entries(load(text) as object)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
        .join(', ')}}\n`,
  },
  {
    name: 'flow style after a document marker',
    change: (text) =>
      `---\n{${Object.entries(load(text) as object)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
        .join(', ')}}\n`,
  },
  before('a document marker', '---\n'),
  before('a comment and a document marker', '# managed\n---\n'),
  before('a byte order mark', '\uFEFF'),
  before('a directive', '%YAML 1.1\n---\n'),
  before('an empty document in front', '---\n---\n'),
  before('a different document in front', 'a: b\n---\n'),
  after('a second document', '---\nfoo: bar\n'),
  after('a second document that is broken', '---\nfoo: [bar\n'),
  after('an end of the document', '...\n'),
  after('text after the end of the document', '...\nfoo: [\n'),
  after('a tab as indentation', 'foo:\n\tbar: 1\n'),
  after('a list that is not closed', 'foo: [bar\n'),
  after('a quotation that is not closed', 'foo: "bar\n'),
  after('two colons', 'foo: bar: baz\n'),
  after('a control character', 'foo: "\u0001"\n'),
  after('a flow list that ends at the margin', 'foo: [\n  a\n]\n'),
  after('a flow list with tabs', 'foo: [\n\ta,\n\t{b: c,\n\td: e}\n]\n'),
  after('quoted text at the margin', 'foo: ["a\nb"]\n'),
  after('an anchor that does not exist', 'foo: *bar\n'),
  after('a merged map', '<<: {foo: 1}\n'),
  after('a merged map with a known field', '<<: {apiVersion: v1}\n'),
  after('a merged scalar', '<<: foo\n'),
  after('an unknown tag', 'foo: !bar baz\n'),
  after('a key that is a number', '1: foo\n'),
  after('a key that is a bool', 'yes: foo\n'),
  after('a key that is null', '~: foo\n'),
  after('a key that is a list', '? [a]\n: foo\n'),
  // As a document.
  instead('an empty file', ''),
  instead('only a line feed', '\n'),
  instead('only a comment', '# comment\n'),
  instead('only a document marker', '---\n'),
  instead('an empty map', '{}\n'),
  instead('an empty list', '[]\n'),
  instead('null', 'null\n'),
  instead('a word', 'word\n'),
  instead('a number', '5\n'),
  // Fields.
  after('an unknown field', 'foo: 1\n'),
  after('an unknown field that is null', 'foo:\n'),
  after('metadata', 'metadata:\n  name: default\n'),
  renamed('a misspelled field', (field) => field.replace(/(.)$/, '$1$1')),
  renamed('a field that begins with a capital', (field) => field.replace(/^./, (letter) => letter.toUpperCase())),
  { name: 'a repeated field', change: (text, field) => `${text}${field}:\n` },
  after('kind in a different case, repeated', 'Kind: foo\n'),
  valued('null'),
  valued('[]'),
  valued('{}'),
  valued('text'),
  valued('""'),
  valued('5'),
  valued('true'),
  valued('[[]]'),
  valued('[{}]'),
  valued('[null]'),
  valued('[text]'),
  valued('[{name: 5}]'),
  valued('[{name: yes}]'),
  valued('[{name: 2001-01-01}]'),
  valued('[{name: !!str 5}]'),
  valued('[{foo: 5}]'),
  // apiVersion and kind.
  replaced('no apiVersion', /^apiVersion: .*\n/m, ''),
  replaced('an empty apiVersion', /^apiVersion: .*/m, 'apiVersion: ""'),
  replaced('apiVersion v1', /^apiVersion: .*/m, 'apiVersion: v1'),
  replaced('apiVersion v1alpha1', /(?<=^apiVersion: .*\/).*/m, 'v1alpha1'),
  replaced('apiVersion v1beta1', /(?<=^apiVersion: .*\/).*/m, 'v1beta1'),
  replaced('apiVersion v2', /(?<=^apiVersion: .*\/).*/m, 'v2'),
  replaced('no version in apiVersion', /(?<=^apiVersion: .*)\/.*/m, ''),
  replaced('two slashes in apiVersion', /(?<=^apiVersion: .*)$/m, '/v1'),
  replaced('apiVersion of a different group', /^apiVersion: .*\//m, 'apiVersion: apps/'),
  replaced('apiVersion in quotation marks', /^apiVersion: (.*)/m, 'apiVersion: "$1"'),
  replaced('apiVersion is a number', /^apiVersion: .*/m, 'apiVersion: 1'),
  replaced('apiVersion is a list', /^apiVersion: .*/m, 'apiVersion: [v1]'),
  replaced('a space after apiVersion', /^apiVersion: (.*)/m, 'apiVersion: "$1 "'),
  replaced('apiVersion with a small v', /^apiVersion:/m, 'apiversion:'),
  replaced('no kind', /^kind: .*\n/m, ''),
  replaced('kind is null', /^kind: .*/m, 'kind:'),
  replaced('kind of a different file', /^kind: .*/m, 'kind: Pod'),
  replaced('kind of a List', /^kind: .*/m, 'kind: List'),
  replaced('kind in small letters', /(?<=^kind: )./m, 'x'),
  replaced('kind is a number', /^kind: .*/m, 'kind: 5'),
  replaced('Kind for kind', /^kind:/m, 'Kind:'),
];

/** A change of one kind: a value that the validation sees, or a field of it. */
const of = (kind: Kind, pattern: RegExp, ...values: readonly string[]): readonly (readonly [Kind, string])[] =>
  values.map((value) => [kind, whole[kind].replace(pattern, value)] as const);

/** Files of one kind with other values. */
export const others: readonly (readonly [Kind, string])[] = [
  ...of(
    'AdmissionConfiguration',
    /^ {2}configuration:[\s\S]*/m,
    '  path: ""\n',
    '  path:\n',
    '  configuration: text\n',
    '  configuration: [5]\n',
    '  configuration:\n',
    '  config: {}\n',
    '  path: 5\n',
    '  Path: a\n',
  ),
  ...of(
    'AdmissionConfiguration',
    /name: PodSecurity/,
    'name:',
    'name: 5',
    'name: on',
    'name: [a]',
    'name: null',
    'nam: a',
    'name: EventRateLimit2',
  ),
  ...of(
    'EgressSelectorConfiguration',
    /proxyProtocol: Direct/,
    'proxyProtocol: 5',
    'proxyProtocol: [Direct]',
    'proxyprotocol: Direct',
    'proxyProtocol: Direct\n    foo: bar',
    'proxyProtocol: Direct\n    proxyProtocol: Direct',
  ),
  ...of('EgressSelectorConfiguration', /udsName: .*/, 'udsName: 5', 'udsName: {}', 'socket: a'),
  ...of('EgressSelectorConfiguration', /uds:\n.*/, 'uds: []', 'uds: a'),
  ...of(
    'EncryptionConfiguration',
    /secret: .*/,
    'secret:',
    'secret: ""',
    'secret: 5',
    'secret: true',
    'secret: [a]',
    'secret: YQ==',
    'secret: YQ',
    'secret: "Y Q=="',
    `secret: ${secretOf('a').slice(0, -1)}`,
    `secret: "${secretOf('a')}\\n"`,
    `secret: " ${secretOf('a')}"`,
    `secret: |\n          ${secretOf('a')}`,
    `secret: ${Buffer.from('a'.repeat(16)).toString('base64')}`,
    `secret: ${Buffer.from('a'.repeat(24)).toString('base64')}`,
    `secret: ${Buffer.from('a'.repeat(31)).toString('base64')}`,
    'secret: -_-_',
    `secret: \${KEY}`,
    `Secret: ${secretOf('a')}`,
    `secret: !!binary ${secretOf('a')}`,
  ),
  ...of(
    'EncryptionConfiguration',
    /- name: key1/,
    '- name:',
    '- name: ""',
    '- name: 1',
    '- name: yes',
    '- {}\n      - name: a',
    '- name: a b',
  ),
  ...of('EncryptionConfiguration', /keys:\n.*\n.*/, 'keys: []', 'keys:', 'keys: {}', 'key: []', 'foo: []'),
  ...of(
    'EncryptionConfiguration',
    /resources: \[secrets\]/,
    'resources: []',
    'resources:',
    'resources: secrets',
    'resources: [5]',
    'resources: [""]',
    'resource: [secrets]',
    'resources: [secrets, configmaps]',
  ),
  ...of(
    'EncryptionConfiguration',
    /- aescbc:/,
    '- aesgcm:',
    '- secretbox:',
    '- AESCBC:',
    '- aes:',
    '- identity: {}\n    aescbc:',
    '- {}\n  - aescbc:',
    '-\n  - aescbc:',
  ),
  ...of(
    'EncryptionConfiguration',
    /identity: \{\}/,
    'identity:',
    'identity: []',
    'identity: {foo: 1}',
    'identity: true',
    'Identity: {}',
  ),
  ...of(
    'EncryptionConfiguration',
    /cachesize: .*/,
    'cachesize: 0',
    'cachesize: -1',
    'cachesize: 1.0',
    'cachesize: 1.5',
    'cachesize: "5"',
    'cachesize: 1e3',
    'cachesize: 0x10',
    'cachesize: 010',
    'cachesize: 1_000',
    'cachesize: 3000000000',
    'cachesize: .inf',
    'cachesize: 99999999999999999999',
    'cachesize:',
    'cacheSize: 5',
    'cachesize: true',
  ),
  ...of(
    'EncryptionConfiguration',
    /timeout: .*/,
    'timeout: 3',
    'timeout: 0s',
    'timeout: "0"',
    'timeout: -1s',
    'timeout: 3 s',
    'timeout: ""',
    'timeout:',
    'timeout: 1m30s',
    'timeout: 1d',
    'timeout: 9999999h',
    'timeout: .5s',
    'timeout: [3s]',
    'timeout: 3S',
  ),
  ...of(
    'EncryptionConfiguration',
    /endpoint: .*/,
    'endpoint:',
    'endpoint: ""',
    'endpoint: /etc/kubernetes/pki/kms.sock',
    'endpoint: tcp://127.0.0.1:5',
    'endpoint: UNIX:///etc/kubernetes/pki/kms.sock',
    'endpoint: unix:/etc/kubernetes/pki/kms.sock',
    'endpoint: "unix:///a%zz"',
    'endpoint: "unix:///etc/kubernetes/pki/a b"',
    'endpoint: "unix://a b/"',
    'endpoint: "unix://a:b/"',
    'endpoint: ":a"',
    'endpoint: 5',
    'Endpoint: a',
  ),
  ...of('EncryptionConfiguration', /name: first/, 'name:', 'name: ""', 'name: 5', 'name: a:b'),
  ...of(
    'TracingConfiguration',
    /samplingRatePerMillion: .*/,
    'samplingRatePerMillion: 0',
    'samplingRatePerMillion: -1',
    'samplingRatePerMillion: 1000000',
    'samplingRatePerMillion: 1000001',
    'samplingRatePerMillion: 1.0',
    'samplingRatePerMillion: 1.5',
    'samplingRatePerMillion: "5"',
    'samplingRatePerMillion:',
    'samplingRatePerMillion: 1e2',
    'samplingRatePerMillion: 0x10',
    'samplingRatePerMillion: 0o10',
    'samplingRatePerMillion: 3000000000',
    'samplingRatepermillion: a',
  ),
  ...of(
    'TracingConfiguration',
    /endpoint: .*/,
    'endpoint:',
    'endpoint: ""',
    'endpoint: 5',
    'endpoint: http://localhost:4317',
    'endpoint: https://a',
    'endpoint: dns:///a:1',
    'endpoint: dns://a:b',
    'endpoint: unix:///run/a.sock',
    'endpoint: unix-abstract://a',
    'endpoint: DNS://a',
    'endpoint: a b',
    'endpoint: "a:b"',
    'endpoint: "a%zz"',
    'endpoint: [a]',
    'endpoint: otel.monitoring:4317',
    'endpoint: "[::1]:4317"',
    'endpoint: grpc://a:1',
  ),
  ...of(
    'Policy',
    /level: Metadata/,
    'level: metadata',
    'level: ""',
    'level:',
    'level: None',
    'level: RequestResponse',
    'level: Request',
    'level: Body',
    'level: 5',
    'level: [Metadata]',
    'Level: Metadata',
    'levels: Metadata',
    'level: Metadata\n  verb: [get]',
    'level: Metadata\n  level: Metadata',
    'level: Metadata\n  foo: 1',
    'level: Metadata\n  omitStages: [foo]',
    'level: Metadata\n  omitStages: [Panic]',
    'level: Metadata\n  nonResourceURLs: [/a*]',
    'level: Metadata\n  nonResourceURLs: ["*"]',
    'level: Metadata\n  nonResourceURLs: [a]',
    'level: Metadata\n  nonResourceURLs: [/a*b]',
    'level: Metadata\n  nonResourceURLs: [""]',
    'level: Metadata\n  nonResourceURLs: [/a]\n  namespaces: [a]',
    'level: Metadata\n  nonResourceURLs: [/a]\n  resources: [{group: a}]',
    'level: Metadata\n  namespaces: a',
    'level: Metadata\n  userGroups: [5]',
    'level: Metadata\n  verbs: [get, 5]',
  ),
  ...of(
    'Policy',
    /omitStages: .*/,
    'omitStages: []',
    'omitStages:',
    'omitStages: [foo]',
    'omitStages: [ResponseStarted, ResponseComplete, Panic]',
    'omitStages: RequestReceived',
    'omitstages: [foo]',
    'omitStages: [requestReceived]',
  ),
  ...of(
    'Policy',
    /resources: \[endpoints, services\]/,
    'resources: ["*"]',
    'resources: [a/b]',
    'resources: ["*/b"]',
    'resources: ["a/*"]',
    'resources: ["*/*"]',
    'resources: [a/b/c]',
    'resources: [""]',
    'resources: []\n    resourceNames: [a]',
    'resources: [a]\n    resourceNames: [a]',
    'resource: [a]',
    'resources: a',
  ),
  ...of(
    'Policy',
    /group: ""/,
    'group: apps',
    'group: apps/v1',
    'group: A',
    'group: 5',
    'group:',
    'groups: a',
    'group: "*"',
  ),
];
