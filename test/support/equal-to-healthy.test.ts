/** Each kind of difference between a healed node and the healthy one is found, and nothing else is. */
import { describe, expect, it } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from './build-node.ts';
import { certificatePem } from './certificates.ts';
import { brokenConnections, differences, leftovers, lost } from './equal-to-healthy.ts';
import { makeAuthority } from './issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from './keys.ts';
import type { NodeTree } from './node-tree.ts';

const pki = '/etc/kubernetes/pki';
const stranger = makeAuthority('kubernetes', { key: keyNamed('a stranger') });
const apiserver = `${pki}/apiserver.crt`;
const etcdServer = `${pki}/etcd/server.crt`;
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const scheduler = '/etc/kubernetes/scheduler.conf';

/** Differences without the parts that depend on keys. */
const said = (healed: NodeTree) =>
  differences(buildNode(), healed).map((line) => line.replace(/\b[0-9a-f]{16}\b/g, 'KEY'));

describe('a healed node equals the healthy one', () => {
  it.each<[string, (node: NodeTree) => unknown]>([
    ['a certificate was reissued with a new key', (node) => node.issue('kube-apiserver', { key: 'P-256' })],
    ['its dates and serial are new', (node) => node.issue('kube-etcd', { serial: 7n, notAfter: '2028-01-01' })],
    ['a CA was renewed with its key', (node) => node.issue('kubernetes-ca', { notAfter: '2046-01-01' })],
    ['YAML is formatted differently', (node) => node.edit('manifests/kube-apiserver.yaml', (text) => `# a\n${text}`)],
    ['a list is quoted', (node) => node.edit('scheduler.conf', (text) => text.replace(/server: (.*)/, 'server: "$1"'))],
    ['backups are new', (node) => node.write('/root/pki-backup-1/apiserver.crt', 'x')],
  ])('%s', (_, change) => {
    const healed = buildNode();
    change(healed);
    expect(said(healed)).toEqual([]);
    expect(leftovers([buildNode()], healed)).toEqual([]);
  });
});

describe('a difference is found', () => {
  it.each<[string, (node: NodeTree) => unknown, readonly string[]]>([
    ['a file is missing', (node) => node.remove('pki/sa.pub'), [`${pki}/sa.pub is missing`]],
    [
      'names of a certificate',
      (node) => node.issue('kube-etcd', { sans: ['DNS:cp-1'] }),
      [
        `${etcdServer}: names of certificate 1 is DNS:cp-1, was DNS:cp-1, DNS:localhost, IP Address:0:0:0:0:0:0:0:1, IP Address:127.0.0.1, IP Address:192.0.2.10`,
      ],
    ],
    [
      'usages',
      (node) => node.issue('kube-apiserver', { usages: ['clientAuth'] }),
      [`${apiserver}: usages of certificate 1 is 1.3.6.1.5.5.7.3.2, was 1.3.6.1.5.5.7.3.1`],
    ],
    [
      'organizations of a subject',
      (node) => node.issue('kube-apiserver', { organizations: ['x'] }),
      [`${apiserver}: subject of certificate 1 is CN=kube-apiserver, O=x, was CN=kube-apiserver`],
    ],
    [
      'a CA flag',
      (node) => node.issue('kube-etcd', { ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] }),
      [
        `${etcdServer}: kind of certificate 1 is CA, was not a CA`,
        `${etcdServer}: key of certificate 1 is KEY, was not there`,
        `${etcdServer.replace('crt', 'key')}: private key 1 is KEY, was fits`,
      ],
    ],
    [
      'the signer of a certificate',
      (node) => node.issue('kube-apiserver', { issuer: 'etcd-ca' }),
      [`${apiserver}: signer of certificate 1 is ${pki}/etcd/ca.crt, was ${pki}/ca.crt`],
    ],
    [
      'a signer that is not here',
      (node) => node.issue('kube-apiserver', { issuer: stranger }),
      [`${apiserver}: signer of certificate 1 is a key of no CA here, was ${pki}/ca.crt`],
    ],
    [
      'a key that does not fit',
      (node) => node.write('pki/apiserver.key', privateKeyPem(keyNamed('a different one'))),
      [`${pki}/apiserver.key: private key 1 is does not fit, was fits`],
    ],
    [
      'the key of a CA',
      (node) =>
        node
          .write('pki/front-proxy-ca.crt', certificatePem(makeAuthority('front-proxy-ca').certificate))
          .remove('pki/front-proxy-client.crt'),
      [
        `${pki}/front-proxy-ca.crt: names of certificate 1 is , was DNS:front-proxy-ca`,
        `${pki}/front-proxy-ca.crt: key of certificate 1 is KEY, was KEY`,
        `${pki}/front-proxy-client.crt is missing`,
        `${pki}/front-proxy-client.key: private key 1 is KEY, was fits`,
      ],
    ],
    [
      'keys of tokens',
      (node) => node.write('pki/sa.pub', publicKeyPem(keyNamed('a different one'))),
      [`${pki}/sa.pub: public keys is KEY, was KEY`],
    ],
    [
      'the server of a kubeconfig',
      (node) => node.editKubeconfig('scheduler.conf', { server: 'https://192.0.2.99:6443' }),
      [`${scheduler}: cluster .server is https://192.0.2.99:6443, was https://192.0.2.10:6443`],
    ],
    [
      'the CA of a kubeconfig',
      (node) => node.editKubeconfig('scheduler.conf', { certificateAuthority: certificatePem(stranger.certificate) }),
      [`${scheduler}: trusted keys is KEY, was KEY`],
    ],
    [
      'the user of a kubeconfig',
      (node) => node.issue('scheduler.conf', { commonName: 'x' }),
      [`${scheduler}: subject of certificate 1 is CN=x, was CN=system:kube-scheduler`],
    ],
    [
      'an argument',
      (node) => node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://192.0.2.10:2379'),
      [
        `${manifest}: spec.containers[kube-apiserver].command --etcd-servers is https://192.0.2.10:2379, was https://127.0.0.1:2379`,
      ],
    ],
    ['a mode', (node) => node.chmod('pki/ca.key', 0o644), [`${pki}/ca.key: mode is 644, was 600`]],
    ['an owner', (node) => node.chown('pki/ca.key', 1000), [`${pki}/ca.key: owner is 1000:0, was 0:0`]],
    [
      'a setting of the kubelet',
      (node) => node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace('rotateCertificates: true\n', '')),
      ['/var/lib/kubelet/config.yaml: rotateCertificates is not there, was true'],
    ],
  ])('%s', (_, change, expected) => {
    const healed = buildNode();
    change(healed);
    expect(said(healed)).toEqual(expected);
  });

  it('what a fix leaves behind', () => {
    const healed = buildNode().write('pki/apiserver.crt.old', 'x');
    expect(leftovers([buildNode()], healed)).toEqual([`${pki}/apiserver.crt.old is new`]);
  });

  it('what a fix destroys: keys and certificates of CAs, and files that were edited without a backup', () => {
    const broken = buildNode();
    const healed = buildNode()
      .write('pki/ca.key', privateKeyPem(keyNamed('a stranger')))
      .write('/root/pki-backup-1/sa.key', broken.read('pki/sa.key'))
      .remove('pki/sa.key')
      .edit('manifests/etcd.yaml', (text) => `${text}\n# edited`)
      .issue('kube-apiserver', { key: 'P-256' });
    expect(lost(broken, healed)).toEqual([
      `the content of ${pki}/ca.key is kept nowhere`,
      'the content of /etc/kubernetes/manifests/etcd.yaml is kept nowhere',
    ]);
  });

  it('a connection that fails now, or is not made', async () => {
    const before = await lintTree(buildNode());
    const after = await lintTree(buildNode().issue('scheduler.conf', { issuer: stranger }).remove('super-admin.conf'));
    expect(brokenConnections(before.connections, after.connections).map((line) => line.split(': ')[0])).toEqual([
      'cp-1 kube-scheduler-kube-apiserver kube-scheduler kube-apiserver https://192.0.2.10:6443',
      'cp-1 super-admin-kube-apiserver kubectl with super-admin.conf kube-apiserver https://192.0.2.10:6443',
    ]);
  });
});
