/** What is not judged on a node, and why: the cases compare only findings. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lint } from '../../src/index.ts';
import { runRules } from '../../src/lint/rules/run.ts';
import { skipsOf } from '../../src/lint/rules/tally.ts';
import type { Skip } from '../../src/results/outcome.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { at, lintTree, lintTrees, pkiOf } from './harness.ts';
import { setFlags } from './manifest-edits.ts';

const pki = '/etc/kubernetes/pki';

/** Lints the files of a node without some of them: they were not given. */
async function lintWithout(tree: NodeTree, gone: RegExp, options: LintOptions = {}) {
  const archive = await tree.toTar({ only: (path) => !gone.test(path) });
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), ...options });
}

/** What is skipped on a node of which some paths cannot be read. */
async function skipsUnread(tree: NodeTree, unreadable: (path: string) => boolean) {
  const node = await pkiOf(tree, unreadable);
  const { outcomes } = runRules(node, [node], { rule: () => true, role: () => true, passes: false });
  return skipsOf(outcomes, 'cp-1');
}

const skipsIn = async (report: ReturnType<typeof lint>) => (await report).skipped;

describe('what is unknown is skipped, and says so', () => {
  const rows: readonly (readonly [string, () => Promise<readonly Skip[]>, Partial<Skip>])[] = [
    [
      'the value of a path',
      () => skipsIn(lintTree(buildNode().replaceFlag('kube-apiserver', 'etcd-cafile', '$(CA)'))),
      { rule: 'argument/file', subject: 'kube-apiserver --etcd-cafile', reason: 'the value of $(CA) is unknown' },
    ],
    [
      'a CA that cannot be read',
      () => skipsUnread(buildNode(), (path) => path === `${pki}/etcd/ca.crt`),
      { rule: 'authority/present', subject: 'etcd-ca', reason: `${pki}/etcd/ca.crt: permission denied` },
    ],
    [
      'a file of a kubeconfig that was not given',
      () => skipsIn(lintWithout(buildNode({ rotatedKubelet: true }), /^\/var\/lib\/kubelet\/pki/)),
      {
        rule: 'kubeconfig/file',
        subject: 'kubelet.conf',
        reason: '/var/lib/kubelet/pki/kubelet-client-current.pem: not in the input',
      },
    ],
    [
      'whether the key is there with which kubeadm renews',
      () => {
        const node = buildNode().issue('front-proxy-client', { notBefore: '2025-01-01', notAfter: '2027-02-01' });
        return skipsIn(lintWithout(node, /\.key$/, { targetVersion: 'v1.37.0' }));
      },
      { rule: 'upgrade/outlasted', reason: 'the key of front-proxy-ca was not seen' },
    ],
    [
      'the key of a certificate that plays no role',
      () => {
        const node = buildNode().replaceFlag(
          'kube-apiserver',
          'tls-sni-cert-key',
          `${pki}/apiserver.crt,${pki}/sni.key`,
        );
        return skipsUnread(node.write('pki/sni.key', node.read('pki/apiserver.key')), (path) =>
          path.endsWith('/sni.key'),
        );
      },
      { rule: 'cert/pair', subject: 'kube-apiserver --tls-sni-cert-key', reason: `${pki}/sni.key: permission denied` },
    ],
    [
      'the value of a setting of the kubelet',
      () => {
        const kubelet = '/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf';
        const lines = [
          '[Service]',
          'EnvironmentFile=/etc/default/kubelet',
          `ExecStart=${kubelet} --rotate-certificates=\${ROTATE}`,
          '',
        ];
        const node = buildNode({ rotatedKubelet: true });
        node.write('/etc/systemd/system/kubelet.service', lines.join('\n'));
        return skipsIn(lintWithout(node, /^\/etc\/default/));
      },
      { rule: 'kubelet/rotation', reason: 'the value of --rotate-certificates is unknown' },
    ],
    [
      'what a file says that cannot be read',
      () => {
        const path = '/etc/kubernetes/authentication.yaml';
        const node = buildNode().write(path, 'kind: AuthenticationConfiguration\n');
        setFlags(node, 'kube-apiserver', { 'authentication-config': path, 'anonymous-auth': 'false' });
        return skipsUnread(node, (one) => one === path);
      },
      { rule: 'argument/conflict', reason: 'the file of --authentication-config was not read' },
    ],
    [
      'the key with which requests are signed',
      () => skipsUnread(buildNode(), (path) => path === `${pki}/ca.key`),
      {
        rule: 'argument/pair',
        subject: 'kube-controller-manager --cluster-signing-cert-file',
        reason: `${pki}/ca.key: permission denied`,
      },
    ],
    [
      'the path of the key with which requests are signed',
      () => skipsIn(lintTree(buildNode().replaceFlag('kube-controller-manager', 'cluster-signing-key-file', '$(KEY)'))),
      {
        rule: 'argument/pair',
        subject: 'kube-controller-manager --cluster-signing-cert-file',
        reason: 'the value of $(KEY) is unknown',
      },
    ],
    [
      'the flags of etcd',
      () =>
        skipsUnread(
          buildNode().replaceFlag('etcd', 'config-file', `${pki}/etcd.yaml`).write('pki/etcd.yaml', 'name: cp-1\n'),
          (path) => path === `${pki}/etcd.yaml`,
        ),
      {
        rule: 'etcd/client-cert-auth',
        reason: `its configuration ${pki}/etcd.yaml is not on the node's disk`,
      },
    ],
    [
      'the name of a node whose address is known',
      () => skipsIn(lintWithout(buildNode(), /manifests|kubelet/)),
      { rule: 'node/copied', reason: 'the name or address of the node is unknown (--node-name, --node-ip)' },
    ],
    [
      'a manifest that cannot be read',
      () => skipsUnread(buildNode(), (path) => path.endsWith('/kube-scheduler.yaml')),
      { rule: 'manifest/parse', reason: '/etc/kubernetes/manifests/kube-scheduler.yaml: permission denied' },
    ],
    [
      'the modes of authorization',
      () => skipsIn(lintTree(buildNode().replaceFlag('kube-apiserver', 'authorization-mode', '$(MODES)'))),
      { rule: 'argument/authorization', reason: 'the value of --authorization-mode is unknown' },
    ],
  ];

  it.each(rows)('%s', async (_, skips, skip) => {
    expect(await skips()).toContainEqual(expect.objectContaining(skip));
  });
});

describe('of a healthy node', () => {
  it('each rule judges only what it is about', async () => {
    const { outcomes } = await lintTree(buildNode());
    expect(outcomes).toMatchObject({
      'kubeconfig/server': { pass: 5, notApplicable: 7 },
      'san/form': { pass: 3, notApplicable: 9 },
      'cert/organization': { pass: 3, notApplicable: 9 },
      'key/on-worker': { pass: 0, notApplicable: 1 },
      'argument/file': { pass: 34, notApplicable: 25 },
      'argument/pair': { pass: 1, notApplicable: 58 },
    });
  });

  it('every argument with a path has a target', async () => {
    const { outcomes } = await lintTree(buildNode());
    const passed = ['argument/target', 'argument/target-minor'].map((rule) => outcomes[rule]?.pass ?? 0);
    expect(passed.reduce((sum, one) => sum + one)).toBe(outcomes['argument/load']?.pass);
  });

  it('a signer is not compared with a key that its container does not see', async () => {
    const { outcomes } = await lintTree(
      buildNode().replaceFlag('kube-controller-manager', 'cluster-signing-key-file', '/elsewhere/ca.key'),
    );
    expect(outcomes).toMatchObject({ 'argument/pair': { pass: 0, skip: 0 } });
  });

  it('a key that is kept elsewhere is not missing', async () => {
    const { outcomes } = await lintTree(buildNode({ externalCa: true }));
    expect(outcomes).toMatchObject({ 'authority/pair': { skip: 0 }, 'authority/stray-key': { skip: 0 } });
  });

  it('a cluster is compared as a whole', async () => {
    const { outcomes } = await lintTrees([controlPlane(1), controlPlane(2), worker()]);
    expect(outcomes['cluster/authority']).toEqual({ pass: 1, fail: 0, skip: 0, notApplicable: 0 });
  });
});
