import { certificatePem } from '../../support/certificates.ts';
import { authentication, configure, encryption, identity, keyed, secretOf } from '../../support/configurations.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { revocationList, revocationListPem } from '../../support/revocation-list.ts';
import type { Case } from '../harness.ts';
import { apiServer, encrypts, revoked } from '../support/configuration.ts';

const issuer = '    url: https://login.example.test\n    audiences: [kubernetes]\n';

const authenticates = (text: string) => apiServer('authentication-config', text);

const audits = (rules: string) =>
  apiServer('audit-policy-file', `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules}`);

const egress = (connection: string) =>
  apiServer(
    'egress-selector-config-file',
    `apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: cluster\n  connection:\n${connection}`,
  );

const schedules = (more: string) => (node: NodeTree) =>
  configure(
    node,
    'config',
    '/etc/kubernetes/scheduler.yaml',
    `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n${more}`,
    { component: 'kube-scheduler' },
  );

const ofScheduler = ['configuration/value@kube-scheduler --config'];

const authorizes = (authorizers: string) => (node: NodeTree) =>
  apiServer(
    'authorization-config',
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:${authorizers}`,
  )(node).replaceFlag('kube-apiserver', 'authorization-mode', undefined);

const ofFlag = (rule: string, flag: string) => [`configuration/${rule}@kube-apiserver --${flag}`];

const inFile = (rule: string) => ofFlag(rule, 'authentication-config');

const expired = certificatePem(
  makeAuthority('an old CA of an identity provider', { notAfter: '2026-01-01' }).certificate,
)
  .trim()
  .split('\n')
  .map((line) => `      ${line}\n`)
  .join('');

const values: readonly (readonly [what: string, text: string, finds: readonly string[]])[] = [
  ['an issuer without https', authentication(issuer.replace('https', 'http')), inFile('value')],
  [
    'an issuer that is that of the cluster',
    authentication(issuer.replace('login.example.test', 'kubernetes.default.svc.cluster.local')),
    inFile('value'),
  ],
  ['an issuer without a URL', authentication('    audiences: [a]\n'), inFile('value')],
  ['a URL with a user', authentication(issuer.replace('login', 'user:word@login')), inFile('value')],
  ['no audience', authentication('    url: https://login.example.test\n'), inFile('value')],
  ['two audiences without a policy', authentication(issuer.replace('[kubernetes]', '[a, b]')), inFile('value')],
  [
    'the same audience twice',
    authentication(`${issuer.replace('[kubernetes]', '[a, a]')}    audienceMatchPolicy: MatchAny\n`),
    inFile('value'),
  ],
  [
    'the same issuer twice',
    `${authentication(issuer)}${authentication(issuer).replace(/^[\s\S]*jwt:\n/, '')}`,
    inFile('value'),
  ],
  [
    'no claim for the user',
    authentication(issuer).replace(/ {4}username:[\s\S]*$/, '    groups: {claim: groups, prefix: ""}\n'),
    inFile('value'),
  ],
  ['a claim without a prefix', authentication(issuer).replace(/ {6}prefix.*\n/, ''), inFile('value')],
  [
    'conditions with anonymous off',
    authentication(issuer, 'anonymous:\n  enabled: false\n  conditions: [{path: /livez}]\n'),
    inFile('value'),
  ],
  ['anonymous off without conditions', authentication(issuer, 'anonymous:\n  enabled: false\n'), []],
  ['a field twice', authentication(`${issuer}    url: https://other.example.test\n`), inFile('field')],
  [
    'a list instead of text',
    authentication(issuer.replace('https://login.example.test', '[https://login.example.test]')),
    inFile('field'),
  ],
  ['text instead of a bool', authentication(issuer, 'anonymous:\n  enabled: "true"\n'), inFile('field')],
  ['a field in the wrong case', authentication(issuer.replace('audiences', 'Audiences')), inFile('field')],
  ['a field that no release has', authentication(issuer, 'x509: []\n'), inFile('field')],
  ['an unknown version', authentication(issuer, '', 'v2'), inFile('version')],
  ['an expired CA', authentication(`${issuer}    certificateAuthority: |\n${expired}`), inFile('authority')],
];

const others: readonly (readonly [what: string, change: (node: NodeTree) => unknown, finds: readonly string[]])[] = [
  ['no authorizer', authorizes(' []\n'), ofFlag('value', 'authorization-config')],
  [
    'an authorizer in lower case',
    authorizes('\n- {type: rbac, name: rbac}\n'),
    ofFlag('value', 'authorization-config'),
  ],
  [
    'an authorizer twice',
    authorizes('\n- {type: RBAC, name: a}\n- {type: RBAC, name: b}\n'),
    ofFlag('value', 'authorization-config'),
  ],
  ['an authorizer without a name', authorizes('\n- {type: RBAC}\n'), ofFlag('value', 'authorization-config')],
  ['a webhook without settings', authorizes('\n- {type: Webhook, name: a}\n'), ofFlag('value', 'authorization-config')],
  ['an audit rule without a level', audits('- users: [a]\n'), ofFlag('value', 'audit-policy-file')],
  ['an audit rule in lower case', audits('- level: metadata\n'), ofFlag('value', 'audit-policy-file')],
  [
    'an audit rule with a path without a slash',
    audits('- {level: None, nonResourceURLs: [healthz]}\n'),
    ofFlag('value', 'audit-policy-file'),
  ],
  ['an unknown stage', audits('- {level: None, omitStages: [Received]}\n'), ofFlag('value', 'audit-policy-file')],
  [
    'no audit rule',
    apiServer('audit-policy-file', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n'),
    ofFlag('value', 'audit-policy-file'),
  ],
  [
    'GRPC without a socket',
    egress('    proxyProtocol: GRPC\n    transport:\n      tcp: {url: "https://127.0.0.1:8131"}\n'),
    ofFlag('value', 'egress-selector-config-file'),
  ],
  [
    'https without certificates',
    egress('    proxyProtocol: HTTPConnect\n    transport:\n      tcp: {url: "https://127.0.0.1:8131"}\n'),
    ofFlag('value', 'egress-selector-config-file'),
  ],
  [
    'a CA that does not exist',
    egress(
      '    proxyProtocol: HTTPConnect\n    transport:\n      tcp:\n        url: https://127.0.0.1:8131\n        tlsConfig: {caBundle: /etc/kubernetes/pki/nope.crt, clientCert: /etc/kubernetes/pki/apiserver-kubelet-client.crt, clientKey: /etc/kubernetes/pki/apiserver-kubelet-client.key}\n',
    ),
    ofFlag('value', 'egress-selector-config-file'),
  ],
  [
    'two profiles of one name',
    schedules('profiles:\n- {schedulerName: a}\n- {schedulerName: b}\n- {schedulerName: a}\n'),
    ofScheduler,
  ],
  ['a profile with an empty name', schedules("profiles:\n- {schedulerName: ''}\n"), ofScheduler],
  ['a single profile without a name', schedules('profiles:\n- {plugins: {}}\n'), []],
  [
    'two extenders that bind',
    schedules('extenders:\n- {urlPrefix: "http://a", bindVerb: b}\n- {urlPrefix: "http://b", bindVerb: b}\n'),
    ofScheduler,
  ],
  ['an extender with the weight 0', schedules('extenders:\n- {prioritizeVerb: sort, weight: 0}\n'), ofScheduler],
  ['an extender without a weight that only filters', schedules('extenders:\n- {filterVerb: filter}\n'), []],
  ['a lock that a leader needs', schedules('leaderElection: {resourceLock: endpoints}\n'), ofScheduler],
  ['a lock without leaders', schedules('leaderElection: {leaderElect: false, resourceLock: endpoints}\n'), []],
  ['an unknown protocol', egress('    proxyProtocol: grpc\n'), ofFlag('value', 'egress-selector-config-file')],
  [
    'Direct with a transport',
    egress('    proxyProtocol: Direct\n    transport: {uds: {udsName: /run/a}}\n'),
    ofFlag('value', 'egress-selector-config-file').concat(ofFlag('socket', 'egress-selector-config-file')),
  ],
  ['no provider', encrypts(encryption('  - {}\n')), ofFlag('value', 'encryption-provider-config')],
  [
    'two providers in one item',
    encrypts(encryption(keyed({ a: secretOf('a') }) + identity.replace('  - ', '    '))),
    ofFlag('value', 'encryption-provider-config'),
  ],
  [
    'a key without a name',
    encrypts(encryption(keyed({ '""': secretOf('a') }))),
    ofFlag('value', 'encryption-provider-config'),
  ],
  [
    'a KMS over TCP',
    encrypts(encryption('  - kms: {apiVersion: v2, name: a, endpoint: "tcp://127.0.0.1:1"}\n')),
    ofFlag('value', 'encryption-provider-config'),
  ],
  [
    'EncryptionConfig in the new group',
    encrypts(encryption(identity, 'apiserver.config.k8s.io/v1', 'EncryptionConfig')),
    ofFlag('version', 'encryption-provider-config'),
  ],
];

const traces = (more: string) =>
  apiServer('tracing-config-file', `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\n${more}`);

const kms = (more: string) =>
  encrypts(encryption(`  - kms: {name: a, endpoint: "unix:///@kms", ${more}}\n${identity}`));

const policy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n';

const auditsAs = (text: string) => apiServer('audit-policy-file', text);

const wrongPolicy = (rule: string) => ofFlag(rule, 'audit-policy-file');

const wrongKey = ofFlag('value', 'encryption-provider-config');

/** Files as Go decodes and validates them (test/oracles/go-configurations.test.ts). */
const decoded: readonly (readonly [what: string, change: NonNullable<Case['change']>, finds: readonly string[]])[] = [
  ['empty', auditsAs(''), wrongPolicy('version')],
  ['only a comment', auditsAs('# nothing\n'), wrongPolicy('version')],
  ['empty and for authentication', authenticates(''), inFile('version')],
  [
    'YAML that begins as JSON',
    auditsAs('{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}\n'),
    wrongPolicy('version'),
  ],
  [
    'JSON with a comment',
    auditsAs('{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None"}]} # all\n'),
    wrongPolicy('version'),
  ],
  [
    'JSON after an empty line',
    auditsAs('\n {\n"apiVersion": "audit.k8s.io/v1",\n"kind": "Policy", "rules": [\n{"level": "None"}\n]\n}\n'),
    [],
  ],
  [
    'a list whose bracket ends at the margin',
    auditsAs(policy.replace('[{level: Metadata}]', '[\n  {level: Metadata},\n]')),
    [],
  ],
  ['followed by a document that is broken', auditsAs(`${policy}---\nfoo: [\n`), []],
  ['with a list as a key', auditsAs(`${policy}? [a]\n: foo\n`), ['file/parse@/etc/kubernetes/pki/configuration.yaml']],
  ['with null as a key', auditsAs(`${policy}~: foo\n`), ['file/parse@/etc/kubernetes/pki/configuration.yaml']],
  ['with a version that a merged map replaces', auditsAs(`${policy}<<: {apiVersion: v1}\n`), wrongPolicy('version')],
  ['with Kind for kind, which Go finds', auditsAs(policy.replace('kind', 'Kind')), wrongPolicy('ignored')],
  ['with a stage that there is not', auditsAs(`${policy}omitStages: [requestReceived]\n`), wrongPolicy('value')],
  ['with a version in a group', audits('- level: None\n  resources: [{group: apps/v1}]\n'), wrongPolicy('value')],
  [
    'with names of no resource',
    audits('- level: None\n  resources: [{group: apps, resourceNames: [a]}]\n'),
    wrongPolicy('value'),
  ],
  [
    'with the group of a custom resource',
    audits('- level: None\n  resources: [{group: cert-manager.io}, {group: ""}]\n'),
    [],
  ],
  ['with a collector by http', traces('endpoint: http://localhost:4317\n'), ofFlag('value', 'tracing-config-file')],
  ['with a collector by name', traces('endpoint: otel.monitoring:4317\n'), []],
  ['with a collector by socket', traces('endpoint: unix:///run/otel.sock\n'), []],
  ['with a port in words', traces('endpoint: localhost:otlp\n'), ofFlag('value', 'tracing-config-file')],
  ['with more than all samples', traces('samplingRatePerMillion: 1000001\n'), ofFlag('value', 'tracing-config-file')],
  ['with less than no samples', traces('samplingRatePerMillion: -1\n'), ofFlag('value', 'tracing-config-file')],
  ['with a part of a sample', traces('samplingRatePerMillion: 1.5\n'), ofFlag('field', 'tracing-config-file')],
  ['with all samples', traces('samplingRatePerMillion: 1e6\n'), []],
  ['with a cache for KMS v2', kms('apiVersion: v2, cachesize: 1000'), wrongKey],
  ['with no time for KMS', kms('apiVersion: v2, timeout: 0s'), wrongKey],
  [
    'with a time for KMS that is empty',
    kms('apiVersion: v2, timeout: ""'),
    ofFlag('field', 'encryption-provider-config'),
  ],
  ['with a time for KMS', kms('apiVersion: v2, timeout: 3s'), []],
];

/** Configuration files that flags name, and etcd's revocation lists. */
export const configurations: readonly Case[] = [
  ...values.map(
    ([what, text, findings]): Case => ({
      name: `an AuthenticationConfiguration with ${what}`,
      change: authenticates(text),
      findings,
    }),
  ),
  ...others.map(([what, change, findings]): Case => ({ name: `a configuration with ${what}`, change, findings })),
  {
    name: 'an unknown field in an EncryptionConfiguration before it is strict',
    node: { release: '1.28' },
    change: encrypts(`${encryption(identity)}unknown: true\n`),
    findings: [],
  },
  {
    name: 'a misspelled field in an EncryptionConfiguration before it is strict',
    node: { release: '1.28' },
    change: encrypts(`${encryption(identity)}resource: []\n`),
    findings: [],
  },
  {
    name: 'a misspelled field of an audit policy',
    change: audits('- level: None\n  user: [a]\n'),
    findings: ofFlag('ignored', 'audit-policy-file'),
  },
  {
    name: 'a misspelled field of the kubelet',
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}evictionHrad: {memory.available: 1Gi}\n`),
    findings: ['configuration/ignored@kubelet --config'],
  },
  {
    name: 'a KMS socket in a folder that is not mounted',
    change: encrypts(encryption(`  - kms: {apiVersion: v2, name: a, endpoint: "unix:///run/kms/socket"}\n${identity}`)),
    findings: ofFlag('socket', 'encryption-provider-config'),
  },
  {
    name: 'a KMS with an abstract socket',
    change: encrypts(encryption(`  - kms: {apiVersion: v2, name: a, endpoint: "unix:///@kms"}\n${identity}`)),
    findings: [],
  },
  { name: 'a revocation list without a certificate in use', change: revoked(revocationList('1234')), findings: [] },
  { name: 'an empty revocation list', change: revoked(revocationList(), 'peer-crl-file'), findings: [] },
  {
    name: 'a revocation list in PEM, which etcd 3.5 takes',
    node: { release: '1.32' },
    change: revoked(revocationListPem('1234')),
    findings: [],
  },
  {
    name: 'a kubeconfig for a configuration',
    change: (node) => apiServer('audit-policy-file', node.read('scheduler.conf'))(node),
    findings: ofFlag('version', 'audit-policy-file'),
  },
  {
    name: 'a policy of audit for an AuthenticationConfiguration',
    change: authenticates('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n'),
    findings: inFile('version'),
  },
  {
    name: 'a webhook inside of the cluster with the path of a kubeconfig',
    change: authorizes(
      '\n- { type: Node, name: node }\n- type: Webhook\n  name: a\n  webhook: { timeout: 3s, subjectAccessReviewVersion: v1, matchConditionSubjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: { type: InClusterConfig, kubeConfigFile: /a } }\n',
    ),
    findings: ofFlag('value', 'authorization-config'),
  },
  ...decoded.map(([what, change, findings]): Case => ({ name: `a configuration that is ${what}`, change, findings })),
];
