/** Certificates that have expired on a node without the keys of its CAs: requests, signed elsewhere, and installed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint, type Report } from '../../src/index.ts';
import { at, lintTree, names } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { byPkiLint, fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { AuthorityRole, LeafRole } from '../support/roles.ts';
import { requestsIn, signAll } from './support/another-ca.ts';
import { emptyFolder } from './support/folders.ts';
import { lintRoot, onDisk, type } from './support/remedy.ts';

const year = { notBefore: '2025-11-20', notAfter: '2026-11-20' } as const;
const kubeconfigs = ['admin.conf', 'controller-manager.conf', 'scheduler.conf', 'super-admin.conf'] as const;
const ofCluster = [...kubeconfigs, 'kube-apiserver', 'kube-apiserver-kubelet-client'] as const;
const all = [...ofCluster, 'kube-etcd', 'kube-etcd-peer', 'kube-apiserver-etcd-client', 'front-proxy-client'] as const;

function expiredNode(roles: readonly LeafRole[], keys: readonly AuthorityRole[] = []): NodeTree {
  const node = buildNode({ externalCa: true });
  for (const role of roles) node.issue(role, year);
  for (const [role, path] of [
    ['etcd-ca', 'pki/etcd/ca.key'],
    ['front-proxy-ca', 'pki/front-proxy-ca.key'],
  ] as const) {
    if (keys.includes(role) || !node.has(path)) continue;
    node.authorityKeys.set(role, node.authority(role).key);
    node.remove(path);
  }
  return node;
}

const fixOf = ({ findings }: Pick<Report, 'findings'>) =>
  findings.find(({ rule }) => rule === 'cert/expired')?.fix ?? expect.fail('nothing has expired');

/** Signs the requests of a folder by the CAs of the node. */
function signFor(node: NodeTree, folder: string): void {
  const signer = (name: string) =>
    name.includes('etcd') ? 'etcd-ca' : name.startsWith('front') ? 'front-proxy-ca' : 'kubernetes-ca';
  const issuers = requestsIn(folder).map((name) => [name, { issuer: node.authority(signer(name)) }] as const);
  signAll(folder, Object.fromEntries(issuers));
  for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) rmSync(join(folder, `${name}.crt`));
}

describe('what has expired on a node of an external CA', () => {
  it.each<[string, readonly LeafRole[], readonly AuthorityRole[], readonly string[]]>([
    ['one certificate', ['kube-apiserver'], [], ['kube-apiserver']],
    ['one kubeconfig', ['scheduler.conf'], [], ['scheduler.conf']],
    ['everything', all, [], all],
    ['everything, where etcd-ca has its key', all, ['etcd-ca'], [...ofCluster, 'front-proxy-client']],
  ])('is requested, signed there, and installed: %s', async (_, roles, keys, requested) => {
    const node = expiredNode(roles, keys);
    const root = onDisk(node);
    const [request, note, install] = byPkiLint(fixOf(await lintRoot(root, {})));
    const csr = emptyFolder();
    const here = (text = '') => text.replace('/root/pki-requests-cp-1', csr);
    expect(request?.text).toMatch(/^pki-lint issue --write --only \S+ --renew --csr \/root\/pki-requests-cp-1$/);
    const made = await type(here(request?.text), root, at);
    expect(made.exitCode, made.said).toBe(0);
    expect(requestsIn(csr)).toHaveLength(requested.length);
    expect(note?.text).toMatch(
      /^then have the requests in \/root\/pki-requests-cp-1 signed where the key of .*kubernetes-ca/,
    );
    signFor(node, csr);
    expect(install?.text).toMatch(/^pki-lint issue --write --import \/root\/pki-requests-cp-1 --replace \S+$/);
    const done = await type(here(install?.text), root, at);
    expect(done.exitCode, done.said).toBe(0);
    const { findings } = await lintRoot(root, {});
    expect(names({ findings: findings.filter(({ severity }) => severity !== 'info') })).toEqual([]);
  });

  it('says of each step by hand where it is done, and brings the result back', async () => {
    const lines = fixOf(await lintTree(expiredNode(['scheduler.conf', 'front-proxy-client']))).map((one) =>
      fixLines([one]),
    );
    const at = (id: string) => `on the machine that keeps the key of ${id}, with a copy of the files of this node: `;
    const copied = (path: string) => `scp -p /etc/kubernetes/${path} root@cp-1:/etc/kubernetes/${path}`;
    expect(lines[0]?.slice(0, 5)).toEqual([
      `${at('front-proxy-ca')}kubeadm certs renew front-proxy-client`,
      `${at('front-proxy-ca')}${copied('pki/front-proxy-client.crt')}`,
      `${at('front-proxy-ca')}${copied('pki/front-proxy-client.key')}`,
      `${at('kubernetes-ca')}kubeadm certs renew scheduler.conf`,
      `${at('kubernetes-ca')}${copied('scheduler.conf')}`,
    ]);
  });

  it('is requested nowhere if the node can sign it, or its CA has expired too', async () => {
    const requests = async (node: NodeTree) =>
      (await lintTree(node)).findings.flatMap(({ fix }) => fix.flat()).filter(({ text }) => text.includes('--csr'));
    expect(await requests(buildNode().issue('scheduler.conf', year))).toEqual([]);
    expect(
      await requests(expiredNode(['scheduler.conf']).issue('kubernetes-ca', { ...year, notBefore: '2016-11-20' })),
    ).toEqual([]);
    expect(await requests(buildNode({ worker: true }).issue('kubelet.conf', year))).toEqual([]);
  });

  it('is requested in a folder for each node, and a request of a different node is refused', async () => {
    const expired = ['scheduler.conf', 'controller-manager.conf', 'kube-apiserver-kubelet-client'] as const;
    const nodes = [controlPlane(1), controlPlane(2)];
    for (const node of nodes) {
      node.authorityKeys.set('kubernetes-ca', node.authority('kubernetes-ca').key);
      node.remove('pki/ca.key');
      for (const flag of ['cluster-signing-cert-file', 'cluster-signing-key-file'])
        node.replaceFlag('kube-controller-manager', flag, '');
      for (const role of expired) node.issue(role, year);
    }
    const [one, two] = nodes.map(onDisk) as [string, string];
    const { findings } = await lint({ at, paths: [one, two], cwd: '/' });
    const requests = findings
      .filter(({ rule }) => rule === 'cert/expired')
      .map(({ fix }) => byPkiLint(fix)[0]?.text ?? '');
    expect(requests.map((text) => text.replace(/.* /, ''))).toEqual([
      '/root/pki-requests-cp-1',
      '/root/pki-requests-cp-2',
    ]);
    const csr = emptyFolder();
    const [first, second] = requests;
    const typed = (text = '', root: string) => type(text.replace(/\/root\/pki-requests-cp-\d/, csr), root, at);
    expect(await typed(first, one)).toMatchObject({ exitCode: 0 });
    const refused = await typed(second, two);
    expect(refused.exitCode).toBe(2);
    expect(refused.said).toContain('is a request of cp-1, and this node is cp-2: with one directory both would get');
    signFor(nodes[0] as NodeTree, csr);
    const install = (root: string) =>
      type(`pki-lint issue --write --import ${csr} --replace ${expired.join()}`, root, at);
    expect(await install(two)).toMatchObject({ exitCode: 2, said: expect.stringContaining('is a request of cp-1') });
    expect(await install(one)).toMatchObject({ exitCode: 0 });
  });
});
