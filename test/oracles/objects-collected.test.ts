/** The command that `pki-lint objects` prints, with the real kubectl, in two shells. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { dump, load, loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpScript } from '../../src/cli/objects/script.ts';
import { lint } from '../../src/index.ts';
import { emptyLists } from '../../src/scan/objects/kinds.ts';
import { dumpReader } from '../../src/scan/objects/read.ts';
import { at } from '../cases/harness.ts';
import {
  bundleOf,
  documents,
  server as serverOf,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from '../objects/objects.ts';
import { root } from '../repository/files.ts';
import { certificatePem } from '../support/certificates.ts';
import { keyNamed } from '../support/keys.ts';
import { type ServedObject, serveObjects } from './support/object-server.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
const script = join(folder.path, 'objects.sh');
writeFileSync(script, dumpScript());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const canary = (name: string): string => Buffer.from(`canary ${name} `.repeat(8)).toString('base64');
const keyPem = (name: string): string => `-----BEGIN PRIVATE KEY-----\n${canary(name)}\n-----END PRIVATE KEY-----\n`;
const ca = certificatePem(webhookCa().certificate);

const secretOf = (name: string, data: Readonly<Record<string, string>>, type = 'Opaque') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': canary('applied') },
  },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

/** What must not be printed, where people put it. */
const added = [
  secretOf('key-first', { 'tls.crt': `${keyPem('key-first')}${ca}`, 'tls.key': keyPem('tls.key') }),
  secretOf('key-last', { 'tls.crt': `${ca.replaceAll('\n', '\r\n')}\n${keyPem('key-last')}`, 'ca.crt': ca }),
  secretOf('key-only', { 'ca.crt': keyPem('key-only') }),
  secretOf('no-pem', { 'tls.crt': `${canary('no-pem')}"\n---\nkind: Secret\n` }),
  secretOf('other', { password: canary('other') }),
  secretOf('release', { 'tls.crt': ca }, 'helm.sh/release.v1'),
  secretOf(
    'bootstrap-token-abcdef',
    { 'token-secret': canary('token-secret'), expiration: '2026-12-02T00:00:00Z' },
    'bootstrap.kubernetes.io/token',
  ),
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'env', namespace: 'shop' },
    spec: { template: { spec: { containers: [{ env: [{ name: 'X', value: canary('env') }] }] } } },
  },
];
const canaries = [
  ...['applied', 'key-first', 'key-last', 'key-only', 'no-pem', 'tls.key', 'other', 'token-secret'],
  ...['env', 'bundle'],
].map(canary);
/** In texts that are read as they are. */
const word = 'Kq7hunter2secretZz';

const configMap = (name: string, data: Readonly<Record<string, string>>, namespace = 'kube-system') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

/** The YAML of a ConfigMap with a secret in it, and whether its fields are printed in spite of that. */
const stored: Readonly<Record<string, readonly [text: string, isPrinted: boolean]>> = {
  'a token of a user': [
    `clusters:\n- cluster:\n    server: https://h:1\n  name: a\nusers:\n- name: u\n  user:\n    token: ${word}\n`,
    true,
  ],
  'a token on the next line': [`certificatesDir: /x\nusers:\n- user:\n    token:\n      ${word}\n`, true],
  'a block': [`certificatesDir: /x\ntoken: |\n  name: ${word}\n  ${word}\n`, true],
  'a password with blanks': [`certificatesDir: /x\npassword: a ${word} b\n`, true],
  'a password with backslashes': [`certificatesDir: /x\npassword: "a\\"\\n${word} \\\\n b"\n`, true],
  braces: [`{certificatesDir: /x, token: ${word}}\n`, false],
  'braces after a field': [`certificatesDir: /x\napiServer: {certSANs: [a], token: ${word}}\n`, false],
  'braces over several lines': [`certificatesDir: /x\nother: {\n  a: b,\n  token: ${word}\n}\n`, false],
  'a text over several lines': [`certificatesDir: /x\n  ${word}\n`, false],
  'a comment': [`certificatesDir: /x # ${word}\n`, false],
  'a comment of its own': [`# ${word}\ncertificatesDir: /x\n`, true],
  'the value of an unknown flag': [
    `apiServer:\n  extraArgs:\n  - name: oidc-client-secret\n    value: ${word}\n  - name: tls-min-version\n    value: VersionTLS12\n`,
    true,
  ],
  'a value before its name': [`apiServer:\n  extraArgs:\n  - value: ${word}\n    name: etcd-password\n`, false],
  'a value without a name': [`apiServer:\n  extraArgs:\n  - name: tls-min-version\n  - value: ${word}\n`, false],
  'an unknown flag of older releases': [
    `etcd:\n  local:\n    extraArgs:\n      listen-client-urls: https://a:${word}@127.0.0.1\n      cert-file: /x\n`,
    true,
  ],
  'the environment': [`apiServer:\n  extraEnvs:\n  - name: cert-file\n    value: ${word}\ncertificatesDir: /x\n`, true],
  'an anchor': [`certificatesDir: &${word} /x\n`, false],
  'a merge': [`certificatesDir: /x\n<<: {token: ${word}}\n`, false],
  'a quoted key': [`certificatesDir: /x\n"token": ${word}\n`, false],
  tabs: [`certificatesDir: /x\n\ttoken: ${word}\n`, false],
  'Windows line ends': [`certificatesDir: /x\r\ntoken: ${word}\r\n`, false],
  'a second document': [`certificatesDir: /x\n---\ntoken: ${word}\n`, true],
  'user information': [`clusters:\n- cluster:\n    server: https://u:${word}@h:1\n  name: a\n`, true],
  'user information without a scheme': [`clusters:\n- cluster:\n    server: u:${word}@h:1\n  name: a\n`, true],
  'a query': [`clusters:\n- cluster:\n    server: https://h:1/?token=${word}\n  name: a\n`, true],
  'a bootstrap token': ['certificatesDir: abcdef.0123456789abcdef\n', false],
  'a token in a list': [`apiServer:\n  certSANs:\n  - eyJ${word}.eyJ${word}.x\n`, false],
  'a key after the certificate of a CA': [
    `clusters:\n- cluster:\n    certificate-authority-data: ${base64(`${ca}${keyPem('bundle')}`)}\n  name: a\n`,
    true,
  ],
  'a key in hex': [`certificatesDir: ${'30'.repeat(40)}${word} x\n`, false],
};
const maps = Object.values(stored).flatMap(([text]) => [
  configMap('cluster-info', { kubeconfig: text, 'jws-kubeconfig-abcdef': word, other: word }, 'kube-public'),
  configMap('kube-proxy', { 'kubeconfig.conf': text, 'config.conf': word }),
  configMap('kubeadm-config', { ClusterConfiguration: text, ClusterStatus: word }),
  configMap('kubelet-config', { kubelet: text }),
]);
const strangeMaps = [
  configMap('extension-apiserver-authentication', {
    'client-ca-file': `${keyPem('ConfigMap')}${ca}`,
    'requestheader-client-ca-file': word,
    'requestheader-allowed-names': `["a", "b c ${word}"]`,
  }),
  configMap('kube-root-ca.crt', { 'ca.crt': `${ca}${word}`, other: word }, 'shop'),
  configMap('unknown', { 'ca.crt': word }),
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'strange' },
    webhooks: [
      { name: 'a', clientConfig: { caBundle: base64(`${ca}${keyPem('bundle')}`), url: `https://u:${word}@h:1` } },
      { name: 'b', clientConfig: { caBundle: base64(word), url: `https://h:1/${word}?a=${word}` } },
    ],
  },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
  },
  {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'a' },
    spec: { request: base64(keyPem('bundle')) },
  },
];

const meta = (name: string) => ({ metadata: { name, annotations: { note: word } } });

/** Every kind of which objects are rare, with a secret in what is not judged. */
const usual = [
  configMap(
    'cluster-info',
    {
      kubeconfig: `apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ${base64(ca)}\n    server: https://h:6443\n    tls-server-name: a.b\n  name: ""\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n`,
      'jws-kubeconfig-abcdef': '',
    },
    'kube-public',
  ),
  configMap('kube-proxy', {
    'kubeconfig.conf': `apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt\n    server: https://[2001:db8::1]:6443\n  name: default\ncontexts:\n- context:\n    cluster: default\n    namespace: default\n    user: default\n  name: default\ncurrent-context: default\nusers:\n- name: default\n  user:\n    tokenFile: /var/run/x\n`,
  }),
  configMap('kubeadm-config', {
    ClusterConfiguration:
      `apiServer:\n  certSANs:\n  - "192.0.2.1"\n  - api.example.test\n  extraArgs:\n  - name: tls-min-version\n    value: VersionTLS12\n  - name: tls-cipher-suites\n    value: "A,B"\n  extraVolumes:\n  - name: x\n    hostPath: /x\napiVersion: kubeadm.k8s.io/v1beta4\ncertificatesDir: /etc/kubernetes/pki\ncontrolPlaneEndpoint: api.example.test:6443\ncontrollerManager: {}\ndns: {}\netcd:\n  local:\n    dataDir: /var/lib/etcd\n    extraArgs:\n    - name: cipher-suites\n      value: "A"\n    serverCertSANs: [192.0.2.9]\n    peerCertSANs:\n    - 192.0.2.3\nnetworking:\n  dnsDomain: cluster.local\nscheduler:\n  extraArgs: []\n`.replace(
        '[192.0.2.9]',
        '\n    - 192.0.2.9',
      ),
  }),
  configMap('kubelet-config', {
    kubelet:
      'apiVersion: kubelet.config.k8s.io/v1beta1\nauthentication:\n  anonymous:\n    enabled: false\nclusterDNS:\n- 10.96.0.10\nserverTLSBootstrap: true\n',
  }),
  configMap('extension-apiserver-authentication', {
    'client-ca-file': ca,
    'requestheader-client-ca-file': ca,
    'requestheader-allowed-names': '["front-proxy-client","b"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  }),
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    ...meta('selective'),
    webhooks: [
      {
        name: 'a.b.c',
        clientConfig: { url: 'https://h.example:8443/path', caBundle: base64(ca) },
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'b'] }],
        },
        objectSelector: { matchLabels: { a: 'b' } },
        rules: [{ apiGroups: ['', 'apps'], operations: ['*'], resources: ['pods/*'], apiVersions: ['v1'] }],
        failurePolicy: 'Ignore',
        timeoutSeconds: 30,
      },
      {
        name: 'd.e.f',
        clientConfig: { service: { name: 's', namespace: 'n', path: '/p', port: 8443 }, caBundle: 'Cg==' },
        objectSelector: {},
        matchConditions: [{ name: 'x', expression: `a == "${word}"` }],
      },
      { name: 'g.h.i', clientConfig: { service: { name: 's', namespace: 'n' } } },
    ],
  },
  {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    ...meta('odd'),
    spec: { request: base64(word), signerName: 'a/b', username: 'u', groups: ['g', 'h'], extra: { a: [word] } },
    status: {
      conditions: [
        { type: 'Approved', status: 'True', reason: 'r', message: 'm', lastUpdateTime: '2026-12-01T00:00:00Z' },
      ],
    },
  },
];

/** What is read of a dump, except where it was. */
function readFrom(text: string): Readonly<Record<string, readonly string[]>> {
  const reader = dumpReader('dump');
  reader.add('dump', Buffer.from(text));
  const all = reader.finish();
  const shown = (key: string, value: unknown) =>
    ['at', 'annotations', 'url'].includes(key) ? undefined : value instanceof Map ? [...value].sort() : value;
  // Of Secrets, only certificates are printed.
  const lists = (Object.keys(emptyLists()) as (keyof ReturnType<typeof emptyLists>)[]).filter(
    (list) => list !== 'secrets',
  );
  return Object.fromEntries(
    lists.map((list) => [
      list,
      [all[list]]
        .flat()
        .map((one) => JSON.stringify(one, shown))
        .sort(),
    ]),
  );
}

/** A webhook whose caBundle does not verify the certificate in a Secret. */
const faulty = documents(
  webhookConfiguration(bundleOf(webhookCa({ key: keyNamed('other webhook-ca') }))),
  serverOf(servingSecret(webhookCa())),
);

const corpus = `${root}fixtures/corpora/objects/default-keys.tar.gz`;
const corpusText = execFileSync('tar', ['xzOf', corpus], { encoding: 'utf8' });
const list = load(corpusText) as { readonly items: readonly ServedObject[] };
const items = [...list.items, ...(loadAll(faulty) as ServedObject[])];

/** Returns a folder in which `awk` is one of the programs of that name. */
function awkFolder(program: string): string {
  const made = mkdtempSync(`${folder.path}/awk-`);
  symlinkSync(`/usr/bin/${program}`, `${made}/awk`);
  return made;
}

/** Returns what the script prints of a cluster with these objects. */
async function collected(shell: string, awk: string, objects: readonly ServedObject[]) {
  const server = await serveObjects(objects);
  const kubectl = `kubectl --server=${server.url} --cache-dir=${mkdtempSync(`${folder.path}/cache-`)}`;
  try {
    return await promisify(execFile)(shell, [script], {
      env: { PATH: `${awkFolder(awk)}:${process.env.PATH}`, KUBECTL: kubectl, HOME: folder.path },
      maxBuffer: 2 ** 26,
    });
  } finally {
    server.close();
  }
}

const shells = [
  ['dash', 'mawk'],
  ['bash', 'gawk'],
  ['sh', 'busybox'],
];

describe.each(shells)('in %s with %s', (shell = '', awk = '') => {
  let printed = '';
  let errors = '';
  beforeAll(async () => {
    const { stdout, stderr } = await collected(shell, awk, [...items, ...added, ...usual]);
    printed = stdout;
    errors = stderr;
  });

  it('is read without an error', () => {
    execFileSync(shell, ['-n', script]);
    expect(errors).toBe('');
  });

  it('prints nothing secret', () => {
    expect(canaries.filter((one) => printed.includes(one) || printed.includes(base64(one)))).toEqual([]);
    expect(printed).not.toContain('PRIVATE KEY');
    expect(printed).not.toContain(word);
    const values = items.flatMap((one) =>
      one.kind === 'Secret' ? Object.entries((one as { data?: object }).data ?? {}) : [],
    );
    const hidden = values.filter(
      ([key]) =>
        !/\.crt$|\.pem$|^namespace$|^expiration$|^usage-|^token-id$|^auth-extra-groups$|^description$/.test(key),
    );
    expect(hidden.length).toBeGreaterThan(5);
    for (const [, value] of hidden) {
      const text = Buffer.from(String(value), 'base64').toString();
      if (text.length > 8) expect([printed.includes(String(value)), printed.includes(text)]).toEqual([false, false]);
    }
  });

  it('prints what is judged', async () => {
    const reports = await Promise.all(
      [printed, JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...items, ...added, ...usual] })].map((text) =>
        lint({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(text)]) }),
      ),
    );
    const [ours, all] = reports.map(({ findings }) => findings.map(({ rule, subject }) => `${rule}@${subject}`).sort());
    expect(ours).toEqual(all);
    expect(ours).toContain('webhook/serving@ValidatingWebhookConfiguration policy');
    expect(reports[0]?.failures).toEqual([]);
    expect(reports[0]?.objects?.[0]?.hasSecrets).toBe(false);
  });

  it('prints what is read', () => {
    const whole = JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...items, ...added, ...usual] });
    const [ours, all] = [printed, whole].map((text) => readFrom(text));
    expect(ours).toEqual(all);
    expect(Object.values(all ?? {}).every((list) => list.length > 0)).toBe(true);
  });

  it('prints the certificates of Secrets, whatever is around them', () => {
    expect(printed.split(ca.trimEnd().replaceAll('\n', '\\n')).length - 1).toBe(5);
  });
});

describe.each(shells)('what a person has written into objects, in %s with %s', (shell = '', awk = '') => {
  let printed = '';
  beforeAll(async () => {
    printed = (await collected(shell, awk, [...maps, ...strangeMaps])).stdout;
  });

  it('is not printed', () => {
    expect(
      printed.match(
        new RegExp(`.*(?:${word}|${base64(word).slice(0, 16)}|${canary('bundle')}|PRIVATE|0123456789abcdef).*`),
      )?.[0],
    ).toBe(undefined);
    for (const [, text] of printed.matchAll(/: "([\w+/]{40,}=*)"/g)) {
      const decoded = Buffer.from(text ?? '', 'base64').toString();
      expect(decoded).not.toMatch(/PRIVATE/);
      expect(decoded).not.toContain(word);
    }
  });

  it('is printed where nothing else is in a text that is understood', () => {
    const objects = loadAll(printed) as {
      readonly metadata: { readonly name: string };
      readonly data?: Readonly<Record<string, string>>;
    }[];
    const texts = objects.flatMap(({ metadata, data }) =>
      metadata.name === 'kubeadm-config' ? [data?.ClusterConfiguration] : [],
    );
    const isPrinted = Object.values(stored).map(([, is]) => is);
    expect(texts.map((text) => text !== undefined)).toEqual(isPrinted);
    for (const text of texts) if (text !== undefined) expect(() => loadAll(text)).not.toThrow();
    expect(printed.split(base64(ca)).length - 1).toBe(3);
  });
});

/** YAML with a secret under a field that is unknown, in every way of writing it. */
const unknownFields = fc.sample(
  fc
    .record({
      secret: fc
        .tuple(
          ...[0, 1].map(() => fc.string({ unit: fc.constantFrom(...' \n\t"\'\\:#-{}[]@=&*!|>%,a'), maxLength: 12 })),
        )
        .map(([before, after]) => `${before}${word}${after}`),
      path: fc.array(fc.constantFrom('apiServer', 'etcd', 'local', 'extraArgs', 'certSANs', 'other'), { maxLength: 4 }),
      unknown: fc.constantFrom(
        'token',
        'password',
        'a-b',
        'oidc-client-secret',
        'a b',
        '"',
        '- name',
        word,
        `x\n${word}`,
      ),
      isItem: fc.boolean(),
      style: fc.record({
        flowLevel: fc.constantFrom(-1, -1, 0, 1, 2, 3),
        indent: fc.integer({ min: 2, max: 6 }),
        lineWidth: fc.constantFrom(-1, 10, 80),
        noArrayIndent: fc.boolean(),
        forceQuotes: fc.boolean(),
        quotingType: fc.constantFrom('"' as const, "'" as const),
      }),
    })
    .map(({ secret, path, unknown, isItem, style }) => {
      const leaf: unknown = isItem
        ? [{ name: unknown, value: secret }, { [unknown]: [secret] }]
        : { certificatesDir: '/x', [unknown]: secret };
      return dump(
        { kind: 'x', tree: path.reduceRight((inside, key) => ({ [key]: inside }), leaf), ...(leaf as object) },
        style,
      );
    }),
  { numRuns: process.env.PKI_LINT_TESTS === 'full' ? 5000 : 300, seed: 65 },
);

it('prints no unknown field, however it is written', async () => {
  const { stdout } = await collected(
    'sh',
    'mawk',
    unknownFields.flatMap((text) => [
      configMap('kubeadm-config', { ClusterConfiguration: text }),
      configMap('kube-proxy', { 'kubeconfig.conf': text }),
    ]),
  );
  expect(stdout.match(/^ {2}(?:ClusterConfiguration|kubeconfig.conf): /gm)?.length).toBeGreaterThan(50);
  expect(stdout.match(new RegExp(`.*${word}.*`))?.[0]).toBe(undefined);
});
afterAll(() => folder.remove());
