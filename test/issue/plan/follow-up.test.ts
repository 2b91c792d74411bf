/** What remains to be done after a plan is written. */
import { describe, expect, it } from 'vitest';
import type { IssueOptions } from '../../../src/index.ts';
import type { PlanInput } from '../../../src/issue/plan/settings.ts';
import { pkiOf } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { certificateOf, planFor } from './support/planner.ts';

/** What the steps end with, if something restarts. */
const openRestarts = {
  text: 'pki-lint on the node shows which restarts are still open',
  command: null,
  info: true,
};

/** A CA as in `--ca-dir`, without its key. */
function offNodeCa(role: 'kubernetes-ca' | 'etcd-ca'): PlanInput['offNode'] {
  const signer = certificateOf(role);
  return new Map([[role, { signer, keyId: signer.publicKey.id, hasKey: false, problem: undefined, notes: [] }]]);
}

it('kubectl binds with super-admin.conf where there is one', async () => {
  const node = buildNode({ certificates: { 'admin.conf': { organizations: ['somebody'] } } });
  const { next } = await planFor(node, { replace: ['admin.conf'] });
  expect(next.map(({ text, command }) => command ?? text)).toEqual([
    'kubectl --kubeconfig /etc/kubernetes/super-admin.conf create clusterrolebinding kubeadm:cluster-admins --clusterrole=cluster-admin --group=kubeadm:cluster-admins --dry-run=client -o yaml | kubectl --kubeconfig /etc/kubernetes/super-admin.conf apply -f -',
    // The new admin.conf may do nothing before.
    'install -D -m 600 --backup=numbered /etc/kubernetes/admin.conf ~/.kube/config',
  ]);
});

it('a client of kubelets without a group is bound by its name', async () => {
  const node = buildNode({ certificates: { 'kube-apiserver-kubelet-client': { organizations: ['somebody'] } } });
  const options = { replace: ['kube-apiserver-kubelet-client'], facts: { kubernetesVersion: 'v1.37.0' } };
  const { next } = await planFor(node, options);
  expect(next.map(({ text, command }) => command ?? text)).toEqual([
    'kubectl --kubeconfig /etc/kubernetes/super-admin.conf create clusterrolebinding kubeadm:apiserver-kubelet-client --clusterrole=system:kubelet-api-admin --user=kube-apiserver-kubelet-client --dry-run=client -o yaml | kubectl --kubeconfig /etc/kubernetes/super-admin.conf apply -f -',
  ]);
});

describe('what runs is restarted, and nothing else', () => {
  it('not on a node where nothing is set up', async () => {
    const node = buildNode();
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
      node.remove(`manifests/${name}.yaml`);
    for (const path of [...node.entries.keys()]) if (path.startsWith('/var/')) node.entries.delete(path);
    const facts = {
      nodeName: 'cp-1',
      advertiseAddress: '192.0.2.10',
      etcd: 'stacked',
      serviceCidrs: ['10.96.0.0/12'],
      dnsDomain: 'cluster.local',
    } as const;
    const { actions, next } = await planFor(node, { replace: ['etcd-ca'], yes: true, facts });
    expect(actions.length).toBeGreaterThan(3);
    expect(next).toEqual([]);
  });

  it('on a worker only its kubelet', async () => {
    const node = buildNode({ worker: true }).remove('pki/ca.crt');
    const { actions, next } = await planFor(node, {}, { offNode: offNodeCa('kubernetes-ca') });
    expect(actions[0]).toMatchObject({
      kind: 'install',
      role: 'kubernetes-ca',
      after: expect.stringMatching(/no restart$/),
    });
    expect(next).toEqual([]);
    const older = await planFor(
      node,
      { facts: { kubernetesVersion: '1.35.0' } },
      { offNode: offNodeCa('kubernetes-ca') },
    );
    expect(older.next).toEqual([{ text: null, command: 'systemctl restart kubelet' }, openRestarts]);
  });

  it('also after another CA has signed', async () => {
    const role = 'scheduler.conf';
    const imports = new Map([[role, { leaf: certificateOf(role), hasKey: true, notes: [] }]]);
    const { actions, next } = await planFor(buildNode().remove(role), {}, { imports });
    expect(next).toEqual([
      {
        text: 'restart kube-scheduler',
        command:
          "crictl ps --name '^kube-scheduler$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
      },
      openRestarts,
    ]);
    expect(actions[0]).toMatchObject({ kind: 'install', role, after: 'restart kube-scheduler' });
  });

  it('not an etcd that runs elsewhere', async () => {
    const node = buildNode({ externalEtcd: true }).remove('pki/etcd/ca.crt');
    const { next } = await planFor(node, {}, { offNode: offNodeCa('etcd-ca') });
    expect(next.flatMap(({ command }) => /\^([\w-]+)\$/.exec(command ?? '')?.[1] ?? [])).toEqual(['kube-apiserver']);
  });
});

it('a mode that is put right needs no restart', async () => {
  const node = buildNode().chmod('pki/sa.key', 0o644);
  expect((await planFor(node)).left.map(({ role }) => role)).toEqual(['/etc/kubernetes/pki/sa.key']);
  const { actions, next, left } = await planFor(node, { fixModes: true });
  expect(actions).toMatchObject([{ kind: 'chmod', role: '/etc/kubernetes/pki/sa.key', mode: 0o600 }]);
  expect([next, left]).toEqual([[], []]);
});

describe('what comes last', () => {
  const commandsOf = async (...input: Parameters<typeof planFor>) =>
    (await planFor(...input)).next.map(({ text, command }) => command ?? text).join('\n');
  const renewal = { replace: ['kubernetes-ca'], yes: true };

  it('of a CA that keeps its key are its other copies', async () => {
    const said = await commandsOf(buildNode(), { ...renewal, keepKey: true });
    expect(said).toContain('get configmap cluster-info');
    // kubelet.conf gets the CA, not a new credential.
    expect(said).not.toContain('set-credentials');
  });

  it('of a CA with a new key is not known', async () => {
    expect(await commandsOf(buildNode(), renewal)).not.toContain('get configmap cluster-info');
  });

  it('is not repeated for a CA that an earlier run had begun', async () => {
    expect(await commandsOf(buildNode(), {}, { finished: ['kubernetes-ca'] })).not.toContain(
      'get configmap cluster-info',
    );
  });
});

it('nothing has to be copied back to a node of which nothing was changed', async () => {
  const known = await pkiOf(buildNode());
  const pki = { ...known, node: { ...known.node, rootfs: '/mnt' } };
  const copied = async (options: IssueOptions) => (await planFor(buildNode(), options, { pki })).next;
  expect(await copied({})).toEqual([]);
  expect((await copied({ replace: ['scheduler.conf'] }))[0]?.text).toMatch(/^copy the new files to the node/);
});
