import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/artifact/file.ts';
import type { Kubeconfig } from '../../src/artifact/kubeconfig.ts';
import { parserOf } from '../../src/scan/read.ts';
import { newestGo, plant, scanOne } from './support.ts';

function read(
  text: string | Uint8Array,
  as: Parameters<typeof parserOf>[2] = 'kubeconfig',
  path = '/etc/kubernetes/x.conf',
): Content {
  return parserOf(path, Buffer.from(text), as).parse(newestGo);
}

function kubeconfig(text: string): Kubeconfig {
  const content = read(text);
  if (content.type !== 'kubeconfig') throw new Error(JSON.stringify(content));
  return content.kubeconfig;
}

const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const data = Buffer.from(crt).toString('base64');
const good = `apiVersion: v1
kind: Config
current-context: c
contexts:
- name: c
  context: {cluster: k, user: u}
clusters:
- name: k
  cluster:
    server: https://192.0.2.10:6443
    tls-server-name: kubernetes
    certificate-authority-data: ${data}
users:
- name: u
  user:
    client-certificate: /var/lib/kubelet/pki/current.pem
    client-key: ../pki/u.key
`;

describe('a kubeconfig', () => {
  it('leads to a cluster and a user', () => {
    const found = kubeconfig(good);
    expect(found).toMatchObject({
      currentContext: { value: 'c', at: { line: 3, column: 18 } },
      unresolved: undefined,
      cluster: {
        name: 'k',
        server: { value: 'https://192.0.2.10:6443', at: { path: '/etc/kubernetes/x.conf', line: 10, column: 13 } },
        tlsServerName: { value: 'kubernetes' },
        insecureSkipTlsVerify: undefined,
        certificateAuthority: {
          entry: 'clusters[k].certificate-authority-data',
          at: { line: 12 },
          embedded: { blocks: [{ line: 1 }] },
        },
      },
      user: {
        name: 'u',
        certificate: { entry: 'users[u].client-certificate', path: '/var/lib/kubelet/pki/current.pem' },
        key: { entry: 'users[u].client-key', path: '/etc/pki/u.key' },
        otherCredentials: [],
      },
    });
  });

  it('may be JSON', () => {
    const json = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://x', 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 't' } }],
    };
    expect(kubeconfig(JSON.stringify(json, undefined, 2))).toMatchObject({
      unresolved: undefined,
      cluster: { insecureSkipTlsVerify: { value: true } },
      user: { otherCredentials: ['token'] },
    });
  });

  it('embedded data wins over a file', () => {
    const found = kubeconfig(
      good.replace('    client-key: ../pki/u.key', `    client-key: ../pki/u.key\n    client-key-data: ${data}`),
    );
    expect(found.user?.key).toMatchObject({ entry: 'users[u].client-key-data', embedded: { blocks: [{ line: 1 }] } });
    expect(found.user?.key?.path).toBeUndefined();
  });

  it('base64 may be folded, and nothing else', () => {
    const ca = (text: string) => kubeconfig(good.replace(data, text)).cluster?.certificateAuthority;
    expect(ca(`|\n${data.replace(/(.{20})/g, '      $1\n')}`)?.embedded?.blocks).toHaveLength(1);
    expect(ca('QUJD!')?.error).toBe('illegal base64 data at input byte 4');
    expect(ca('QUJDR')?.error).toBe('illegal base64 data at input byte 5');
    expect(ca('QUI_')?.error).toMatch(/^illegal base64/);
    expect(ca('""')).toBeUndefined();
  });

  it.each([
    ['token: x', 'token'],
    ['tokenFile: /x', 'tokenFile'],
    ['username: x', 'username'],
    ['exec: {command: aws}', 'exec'],
    ['auth-provider: {name: gcp}', 'auth-provider'],
    ['token: ""', undefined],
  ])('recognises %s', (line, expected) => {
    const found = kubeconfig(good.replace('    client-key: ../pki/u.key', `    ${line}`));
    expect(found.user?.otherCredentials).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each<[string, [string, string], string, number | undefined]>([
    ['no current context', ['current-context: c', ''], 'current-context is not set', undefined],
    ['an unknown context', ['current-context: c', 'current-context: d'], 'context "d" does not exist', 3],
    ['an unknown cluster', ['cluster: k,', 'cluster: l,'], 'cluster "l" does not exist', 6],
    ['an unknown user', ['user: u}', 'user: v}'], 'user "v" does not exist', 6],
    ['no user', [', user: u}', '}'], 'the current context does not name a user', 6],
    ['a name twice', ['users:\n', 'users:\n- name: u\n  user: {}\n'], 'duplicate name "u" in users', 16],
  ])('%s is unresolved', (_, [from, to], sentence, line) => {
    const found = kubeconfig(good.replace(from, to));
    expect(found.unresolved).toMatchObject({ value: sentence });
    expect(found.unresolved?.at.line).toBe(line);
  });

  it('that is none is malformed', () => {
    expect(read('')).toEqual({ type: 'malformed', error: 'the file is empty' });
    expect(read('# later\n')).toEqual({ type: 'malformed', error: 'the first document is empty' });
    expect(read('kind: Pod')).toMatchObject({ type: 'malformed', error: 'kind is Pod, expected Config', line: 1 });
    expect(read('a: [')).toMatchObject({ type: 'malformed', error: expect.stringMatching(/^yaml/) });
    expect(read(crt)).toMatchObject({ type: 'malformed' });
  });
});

describe('content', () => {
  it.each<[string, string, string | Uint8Array, string]>([
    ['PEM by its lines', '/x', `text\n${crt}`, 'pem'],
    ['PEM after a byte-order mark', '/x', `\ufeff${crt}`, 'pem'],
    ['DER by its first bytes', '/x', Uint8Array.of(0x30, 0x82, 1, 0), 'pem'],
    ['a certificate by its name', '/x.crt', '', 'pem'],
    ['a kubeconfig by its kind', '/x', 'kind: Config\n', 'kubeconfig'],
    ['a kubeconfig by its lists', '/x', 'users: []\nclusters: []\n', 'kubeconfig'],
    ['a pod', '/x', '{"kind": "Pod"}', 'manifest'],
    ['another kind', '/x', 'kind: Secret\ndata: {a: b}\n', 'other'],
    ['indented PEM in YAML', '/x', 'kind: ConfigMap\ndata:\n  ca: |\n    -----BEGIN CERTIFICATE-----\n', 'other'],
    ['broken YAML of nobody', '/x', 'kind: [', 'other'],
    ['prose', '/x', 'Read me.', 'other'],
    ['bytes', '/x', Uint8Array.of(0, 1, 2, 255), 'other'],
  ])('%s', (_, path, bytes, type) => {
    expect(read(bytes, 'any', path).type).toBe(type);
  });

  it('is read again for who knows better', async () => {
    const root = plant({
      'etc/kubernetes/pki/list': 'no PEM',
      'etc/kubernetes/pki/ca.crt': 'x',
      'etc/kubernetes/manifests/e': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'x' },
        spec: {
          containers: [
            {
              name: 'etcd',
              image: 'etcd',
              command: ['etcd', '--cert-file=/p/list'],
              volumeMounts: [{ name: 'v', mountPath: '/p' }],
            },
          ],
          volumes: [{ name: 'v', hostPath: { path: '/etc/kubernetes/pki' } }],
        },
      }),
    });
    expect((await scanOne(root)).files.get('/etc/kubernetes/pki/list')?.content?.type).toBe('pem');
  });

  it('keeps no private key', async () => {
    const { nodes } = {
      nodes: [await scanOne('fixtures/corpora/kubeadm-1.36-default.tar.gz', { cwd: process.cwd() })],
    };
    const text = JSON.stringify(nodes, (_, value) =>
      value instanceof Map ? [...value] : value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).not.toMatch(/PRIVATE KEY-----/);
  });
});
