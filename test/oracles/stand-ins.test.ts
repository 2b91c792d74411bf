/**
 * The stand-ins of kubeadm, the API server and the shell do what the real ones do, where printed fixes depend on it.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { answerOfCluster } from './support/api-server.ts';
import { kubeadm } from './support/kubeadm.ts';
import { furnishRoot, paste, writeStandIns } from './support/node-shell.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const pki = '/etc/kubernetes/pki';
const stranger = makeAuthority('kubernetes', { key: keyNamed('a stranger') });

/** A node on disk, and what kubeadm answers there. */
function machineOf(change: (node: NodeTree) => unknown) {
  const healthy = buildNode();
  const tree = buildNode();
  change(tree);
  const root = onDisk(tree);
  const certificate = (path: string) => new X509Certificate(readFileSync(join(root, pki, path)));
  const say = async (line: string) => {
    const { status, said = '' } = await kubeadm(line.split(' '), { root, healthy, options: {} });
    return `${status} ${said}`;
  };
  return { root, healthy, certificate, say };
}

const config = (documents: readonly object[]) => documents.map((one) => JSON.stringify(one)).join('\n---\n');

describe('kubeadm', () => {
  it('renews with the names, usages and organizations of the present certificate, and a new key', async () => {
    const { certificate, say } = machineOf((node) =>
      node.issue('kube-apiserver', { sans: ['DNS:only-this'], organizations: ['kept'] }),
    );
    const before = certificate('apiserver.crt');
    expect(await say('certs renew apiserver')).toMatch(/^0 /);
    const after = certificate('apiserver.crt');
    expect([after.subjectAltName, after.subject, after.keyUsage]).toEqual([
      before.subjectAltName,
      before.subject,
      before.keyUsage,
    ]);
    expect(after.publicKey.equals(before.publicKey)).toBe(false);
    expect(after.verify(certificate('ca.crt').publicKey)).toBe(true);
  });

  it.each<[string, (node: NodeTree) => unknown, string, RegExp]>([
    [
      'renews a file with two certificates',
      (node) => node.edit('pki/apiserver.crt', (text) => text + certificatePem(stranger.certificate)),
      'certs renew apiserver',
      /^1 .*wanted exactly one certificate, got 2/,
    ],
    [
      'signs with a key that is not that of the first certificate of ca.crt',
      (node) => node.edit('pki/ca.crt', (text) => certificatePem(stranger.certificate) + text),
      'certs renew all',
      /^1 .*provided PrivateKey doesn't match parent's PublicKey/,
    ],
    [
      'creates a certificate whose key is there',
      (node) => node.remove('pki/apiserver.crt'),
      'init phase certs apiserver',
      /^1 .*couldn't load the certificate file/,
    ],
    [
      'keeps a certificate of a different CA',
      (node) => node.issue('kube-apiserver', { issuer: stranger }),
      'init phase certs apiserver',
      /^1 .*not signed by CA certificate/,
    ],
    [
      'keeps a certificate that lacks a name',
      (node) => node.issue('kube-apiserver', { sans: ['DNS:cp-1'] }),
      'init phase certs apiserver',
      /^1 .*not valid for/,
    ],
    [
      'keeps a kubeconfig that trusts a different CA',
      (node) => node.editKubeconfig('admin.conf', { certificateAuthority: certificatePem(stranger.certificate) }),
      'init phase kubeconfig admin',
      /^1 .*wrong CA cert/,
    ],
    [
      'reads a configuration that is not there',
      () => {},
      'init phase certs apiserver --config x.yaml',
      /^1 .*unable to/,
    ],
  ])('refuses where it %s', async (_, change, line, said) => {
    expect(await machineOf(change).say(line)).toMatch(said);
  });

  it('keeps what is right', async () => {
    const { certificate, say } = machineOf(() => {});
    const before = certificate('apiserver.crt').fingerprint256;
    expect(await say('init phase certs apiserver')).toMatch(/^0 Using existing/);
    expect(certificate('apiserver.crt').fingerprint256).toBe(before);
  });

  it('takes names from its configuration, and drops those that are none', async () => {
    const documents = [
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'ClusterConfiguration',
        kubernetesVersion: 'v1.36.2',
        networking: { serviceSubnet: '10.112.0.16/28', dnsDomain: 'example.test' },
        apiServer: { certSANs: ['api.example.test', 'https://no-name'] },
      },
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'InitConfiguration',
        localAPIEndpoint: { advertiseAddress: '192.0.2.44' },
        nodeRegistration: { name: 'cp-4' },
      },
    ];
    const { certificate, say } = machineOf((node) =>
      node.remove('pki/apiserver.crt').remove('pki/apiserver.key').write('/root/kubeadm.yaml', config(documents)),
    );
    await say('init phase certs apiserver --config kubeadm.yaml');
    expect(certificate('apiserver.crt').subjectAltName?.split(', ').sort()).toEqual([
      'DNS:api.example.test',
      'DNS:cp-4',
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
      'DNS:kubernetes.default.svc.example.test',
      'IP Address:10.112.0.17',
      'IP Address:192.0.2.44',
    ]);
  });

  it('writes manifests by its configuration: flags that a person added are lost', async () => {
    const { root, say } = machineOf((node) => node.replaceFlag('kube-scheduler', 'v', '4'));
    await say('init phase control-plane scheduler');
    expect(readFileSync(join(root, '/etc/kubernetes/manifests/kube-scheduler.yaml'), 'utf8')).not.toContain('--v=4');
  });
});

describe('the API server', () => {
  const readyz = ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', 'get', '--raw', '/readyz'] as const;
  const asked = async (change: (node: NodeTree) => unknown) => {
    const { root, healthy } = machineOf(change);
    const copies = { one: { name: '' }, names: [], roots: [root], trees: [], standIns: '' };
    return answerOfCluster(readyz, { root, healthy, options: {} }, copies);
  };

  it('is ready if its files let it', async () => {
    expect(await asked(() => {})).toEqual({ status: 0, said: 'ok\n' });
  });

  it.each<[string, (node: NodeTree) => unknown]>([
    ['it cannot start', (node) => node.remove('pki/apiserver.key')],
    ['it cannot reach etcd', (node) => node.issue('kube-apiserver-etcd-client', { issuer: stranger })],
    ['its client is refused', (node) => node.issue('admin.conf', { issuer: stranger })],
  ])('does not answer if %s', async (_, change) => {
    expect(await asked(change)).toMatchObject({ status: 1 });
  });
});

describe('the shell', () => {
  const pasted = (lines: readonly string[]) => {
    const root = onDisk(buildNode());
    furnishRoot(root, []);
    return paste(lines, { root, others: {}, answer: async () => ({ status: 1 }), patience: 8_000 }, folder.path);
  };

  it('does not wait in a loop that ends', async () => {
    const line = 'for i in $(seq 5); do kubectl get --raw /readyz && break; sleep 60; done';
    expect((await pasted([line])).status).not.toBeNull();
  });

  it('says of a loop that never ends that it did not end', async () => {
    expect((await pasted(['until kubectl get --raw /readyz; do sleep 60; done'])).status).toBeNull();
  });

  it('sees commands that fail', async () => {
    expect((await pasted(['ls /nowhere', 'true'])).failed).toEqual(['ls /nowhere']);
  });
});
