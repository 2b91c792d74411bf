/** Places and words of findings that depend on the node: the cases compare only rules and subjects. */
import { expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { certificatePem } from '../support/certificates.ts';
import { controlPlane } from '../support/cluster.ts';
import { fixLines } from '../support/fix-lines.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { pathOf } from '../support/roles.ts';
import { type Case, lintTrees, treeOf } from './harness.ts';
import { setFlags } from './manifest-edits.ts';

const pki = '/etc/kubernetes/pki';

interface Row extends Pick<Case, 'name' | 'node' | 'change' | 'beside'> {
  readonly finding: string;
  readonly says?: Partial<Finding>;
  /** What its fix contains. */
  readonly fix?: string;
  /** What the line of the finding contains. */
  readonly line?: string;
}

const containing = (text: string): string => expect.stringContaining(text);

const apiServer = (flags: Readonly<Record<string, string | undefined>>) => (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', flags);

/** Leaves a copy of admin.conf that another CA signed. */
function copyOfOther(node: NodeTree): NodeTree {
  const now = node.read('admin.conf');
  const old = node.issue('admin.conf', { issuer: makeAuthority('kubernetes', { key: keyNamed('the CA before') }) });
  return old.move('admin.conf', '/root/.kube/config').write('admin.conf', now, 0o600);
}

/** Keeps an earlier certificate of a role at another path. */
function formerly(node: NodeTree, role: 'front-proxy-client' | 'kube-apiserver', notAfter: string, path: string): void {
  const own = pathOf(role);
  const now = node.read(own);
  node.issue(role, { notAfter }).move(own, path).write(own, now);
}

const sharedCa = { commonName: 'kubernetes', key: keyNamed('kubernetes-ca') };

const words: readonly Row[] = [
  {
    name: 'the files that etcd needs in the place of a certificate that it generates',
    change: (node) => {
      setFlags(node, 'etcd', { 'peer-cert-file': undefined, 'peer-key-file': undefined, 'peer-auto-tls': 'true' });
    },
    finding: 'etcd/open@etcd',
    fix: `--peer-cert-file=${pki}/etcd/peer.crt, --peer-key-file=${pki}/etcd/peer.key`,
  },
  {
    name: 'a file that no flag names, and that is not YAML',
    change: (node) => node.remove('manifests').write('pki/apiserver.crt', 'no certificate\n'),
    finding: `file/parse@${pki}/apiserver.crt`,
    says: { expected: 'a file that the component can parse' },
  },
  {
    name: 'the first of two signatures over SHA-1',
    node: { release: '1.22' },
    change: (node) => {
      const middle = makeAuthority('middle', { hash: 'sha1' }, node.authority('kubernetes-ca'));
      node.issue('kube-apiserver', { issuer: middle, hash: 'sha1' });
      node.edit('pki/apiserver.crt', (text) => text + certificatePem(middle.certificate));
    },
    finding: 'cert/hash@kube-apiserver',
    says: { message: expect.stringMatching(/^kube-apiserver is signed with SHA-1/) },
  },
  {
    name: 'whose certificate is next to a key that does not match',
    change: (node) => node.write('pki/apiserver.crt', node.read('pki/apiserver-kubelet-client.crt')),
    finding: 'cert/pair@kube-apiserver',
    says: { message: containing(`${pki}/apiserver.crt holds the certificate of kube-apiserver-kubelet-client`) },
  },
  {
    name: 'the URL of the first kubeconfig that has one',
    node: () => controlPlane(1),
    change: (node) => node.editKubeconfig('scheduler.conf', { server: 'http://192.0.2.10:6443' }),
    finding: 'kubeconfig/server@scheduler.conf',
    fix: '--server=https://lb.example.test:6443 ',
  },
  {
    name: 'only what the copied manifest of etcd says',
    node: () => controlPlane(2),
    change: (node) => node.write('manifests/etcd.yaml', controlPlane(1).read('manifests/etcd.yaml'), 0o600),
    beside: () => [controlPlane(1), controlPlane(3)],
    finding: 'cluster/manifests@cp-2',
    says: { message: expect.stringMatching(/: etcd is member cp-1 at https:..192.0.2.10:2380$/) },
  },
  {
    name: 'keys that another node verifies with the file that it signs with',
    node: () => controlPlane(2),
    change: (node) => {
      const key = keyNamed('other tokens');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    beside: () =>
      [1, 3].map((number) => apiServer({ 'service-account-key-file': `${pki}/sa.key` })(controlPlane(number as 1 | 3))),
    finding: 'cluster/service-account@service-account',
    fix: `${pki}/sa.key of cp-1 both signs and verifies them`,
  },
  {
    name: 'the files that a user cannot open',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace('    volumeMounts:\n', '    securityContext:\n      runAsUser: 998\n    volumeMounts:\n'),
      ),
    finding: 'argument/access@etcd',
    says: {
      message: containing(`cannot read ${pki}/etcd/server.key, ${pki}/etcd/peer.key: open ${pki}/etcd/server.key:`),
    },
  },
  {
    name: 'the target of a link that leads nowhere',
    change: (node) => {
      node.link('pki/none.yaml', '/etc/kubernetes/none.yaml');
      apiServer({ 'audit-policy-file': `${pki}/none.yaml` })(node);
    },
    finding: 'argument/file@kube-apiserver --audit-policy-file',
    says: { found: 'a symbolic link to /etc/kubernetes/none.yaml' },
  },
  {
    name: 'a value that is rejected',
    change: apiServer({ 'tls-sni-cert-key': 'a,b,c' }),
    finding: 'argument/value@kube-apiserver',
    says: { found: '--tls-sni-cert-key=a,b,c' },
  },
  {
    name: 'the release that removed a flag',
    change: apiServer({ 'cloud-provider': 'external' }),
    finding: 'argument/removed@kube-apiserver',
    says: { message: containing('it was removed in v1.33.0 (') },
  },
  {
    name: 'the releases between which a flag was removed',
    change: apiServer({ 'cloud-provider-gce-lb-src-cidrs': '192.0.2.0/24' }),
    finding: 'argument/removed@kube-apiserver',
    says: { message: containing('it was removed between v1.24.0 and v1.31.0 (') },
  },
  {
    name: 'the value of a missing flag',
    change: apiServer({ 'client-ca-file': undefined }),
    finding: 'argument/required@kube-apiserver --client-ca-file',
    says: { expected: `--client-ca-file=${pki}/ca.crt` },
  },
  {
    name: 'that the modes of authorization are not set',
    change: apiServer({ 'authorization-mode': undefined }),
    finding: 'argument/authorization@kube-apiserver',
    says: { message: containing(': --authorization-mode is not set') },
  },
  {
    name: 'the modes of authorization that are set',
    change: apiServer({ 'authorization-mode': 'Node,AlwaysAllow' }),
    finding: 'argument/authorization@kube-apiserver',
    says: { message: containing(': --authorization-mode=Node,AlwaysAllow') },
  },
  {
    name: 'what is wrong with each name',
    change: (node) => node.issue('front-proxy-client', { sans: ['DNS:a b', 'DNS:a..b', 'DNS:192.0.2.77'] }),
    finding: 'san/form@front-proxy-client',
    says: {
      found:
        '"a b" (a character that is not allowed in host names), "a..b" (one dot too many) and "192.0.2.77" (an IP address in a DNS SAN)',
    },
  },
  {
    name: 'the manifests that are there',
    change: (node) => node.remove('manifests/etcd.yaml').remove('manifests/kube-scheduler.yaml'),
    finding: 'manifest/missing@cp-1',
    says: { found: 'only manifests of kube-apiserver and kube-controller-manager' },
  },
  {
    name: 'a file once, although a link leads to it',
    change: (node) => node.chmod('pki/ca.crt', 0o666).link('pki/copy.crt', 'ca.crt'),
    finding: 'file/writable@cp-1',
    says: { message: `every user of the node can write ${pki}/ca.crt`, related: [] },
  },
  {
    name: 'a certificate that ends now has not expired',
    change: (node) => formerly(node, 'front-proxy-client', '2026-12-01', 'pki/old.crt'),
    finding: 'file/unused@cp-1',
    says: { found: '1 file, expires on 2026-12-01' },
  },
  {
    name: 'the file of a certificate that an argument names',
    change: (node) => {
      formerly(node, 'kube-apiserver', '2026-11-30', 'pki/sni.crt');
      apiServer({ 'tls-sni-cert-key': `${pki}/sni.crt,${pki}/apiserver.key` })(node);
    },
    finding: 'cert/expired@kube-apiserver --tls-sni-cert-key',
    says: { found: containing(`ago in ${pki}/sni.crt`) },
  },
  {
    name: 'which certificate of the file of an argument has expired',
    change: (node) => {
      const issuer = makeAuthority('an intermediate', { notAfter: '2026-11-30' }, makeAuthority('a root'));
      const own = node.read('pki/apiserver.crt');
      const chain =
        node.issue('kube-apiserver', { issuer }).read('pki/apiserver.crt') + certificatePem(issuer.certificate);
      node.write('pki/sni.crt', chain).write('pki/apiserver.crt', own);
      apiServer({ 'tls-sni-cert-key': `${pki}/sni.crt,${pki}/apiserver.key` })(node);
    },
    finding: 'cert/expired@kube-apiserver --tls-sni-cert-key',
    says: { message: containing('the intermediate "CN=an intermediate" of kube-apiserver --tls-sni-cert-key') },
  },
  {
    name: 'the other nodes of that name',
    node: () => controlPlane(3, { name: 'cp-1' }),
    change: (node) => {
      for (const role of ['kube-apiserver', 'kube-etcd', 'kube-etcd-peer'] as const) node.issue(role, { key: 'P-384' });
    },
    beside: () => [controlPlane(1), controlPlane(2)],
    finding: 'cluster/node-name@cp-1',
    says: { message: 'cp-1 (-!/node-2) and cp-1 (-!/node-1) have the same name: cp-1' },
  },
];

const places: readonly Row[] = [
  {
    name: 'the CA of the front proxies',
    node: { certificates: { 'front-proxy-ca': sharedCa } },
    change: apiServer({ 'requestheader-allowed-names': '' }),
    finding: 'authority/impersonation@front-proxy-ca',
    line: '--requestheader-client-ca-file=',
  },
  {
    name: 'the CA of the front proxies, which newer releases do not start with',
    change: (node) => {
      setFlags(node, 'kube-apiserver', {
        'requestheader-allowed-names': '',
        'requestheader-client-ca-file': `${pki}/ca.crt`,
      });
    },
    finding: 'authority/overlap@front-proxy-ca',
    line: '--requestheader-client-ca-file=',
  },
  {
    name: 'a flag of etcd that is false',
    change: (node) => node.replaceFlag('etcd', 'peer-client-cert-auth', 'false'),
    finding: 'etcd/client-cert-auth@etcd',
    line: '--peer-client-cert-auth=false',
  },
  {
    name: 'the credential of an old copy',
    change: copyOfOther,
    finding: 'kubeconfig/copy@cp-1',
    line: 'client-certificate-data:',
  },
  {
    name: 'a setting of the kubelet',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) =>
        text.replace('rotateCertificates: true', 'rotateCertificates: false'),
      ),
    finding: 'kubelet/rotation@kubelet.conf',
    line: 'rotateCertificates: false',
  },
  {
    name: 'the issuer of one API server',
    node: () => controlPlane(3),
    change: apiServer({ 'service-account-issuer': 'https://tokens.example.test' }),
    beside: () => [controlPlane(1), controlPlane(2)],
    finding: 'cluster/issuer@kube-apiserver --service-account-issuer',
    line: '--service-account-issuer=https://tokens.example.test',
  },
];

it.each([...words, ...places])(
  '$name',
  async ({ node, change, beside = () => [], finding, says = {}, fix = '', line }) => {
    const tree = await treeOf({ ...(node && { node }), ...(change && { change }) });
    const { findings } = await lintTrees([tree, ...(await beside())]);
    const found = findings.find(({ rule, subject }) => `${rule}@${subject}` === finding);
    expect(found, findings.map((f) => `${f.rule}@${f.subject}`).join()).toMatchObject(says);
    expect(fixLines(found?.fix ?? []).join('\n')).toContain(fix);
    if (line !== undefined) expect(tree.read(found?.path ?? '').split('\n')[(found?.line ?? 0) - 1]).toContain(line);
  },
);

it('which of two manifests runs is the first finding, whatever is wrong with the other one', async () => {
  const change = (node: NodeTree) => {
    node.write('manifests/kube-apiserver.yaml.bak', node.read('manifests/kube-apiserver.yaml'), 0o600);
    node.replaceFlag('kube-apiserver', 'etcd-cafile', `${pki}/ca.crt`);
  };
  const { findings } = await lintTrees([await treeOf({ change })]);
  expect(findings.map(({ rule }) => rule)).toEqual(['manifest/conflict', 'argument/target']);
});
