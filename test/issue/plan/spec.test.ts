/** The contents of the certificates and kubeconfigs in a plan. */
import { describe, expect, it } from 'vitest';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import { privateKeyPem } from '../../support/keys.ts';
import { planFor } from './support/planner.ts';

it('the peers of etcd have the names by which further members will dial the first', async () => {
  const node = buildNode()
    .remove('pki/etcd/peer.crt')
    .replaceFlag('etcd', 'initial-advertise-peer-urls', 'https://198.51.100.7:2380');
  const { actions } = await planFor(node);
  expect(actions[0]?.certificate?.sans).toContainEqual({ type: 'IP', value: '198.51.100.7' });
});

it('names come sorted and each once, and then the addresses, first that of the Service', async () => {
  const { actions } = await planFor(buildNode().remove('pki/apiserver.crt').remove('pki/apiserver.key'));
  expect(actions[0]?.certificate?.sans.map(({ value }) => value)).toEqual([
    'cp-1',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    '10.96.0.1',
    '192.0.2.10',
  ]);
});

describe('a kubeconfig', () => {
  it('calls the cluster as the other ones of the node do', async () => {
    const node = (await corpus('kubeadm-1.36-ha')).remove('scheduler.conf');
    const { actions } = await planFor(node);
    expect(actions[0]?.kubeconfig).toMatchObject({ cluster: 'prod', context: 'system:kube-scheduler@prod' });
  });

  it('connects to the server of another one that connects to the whole control plane, with its port', async () => {
    const node = buildNode({ controlPlaneEndpoint: 'lb.example.test:8443' }).remove('admin.conf');
    const { actions } = await planFor(node);
    expect(actions[0]).toMatchObject({ role: 'admin.conf', kubeconfig: { server: 'https://lb.example.test:8443' } });
  });

  it('that connects to this node only says so', async () => {
    const { actions } = await planFor((await corpus('kubeadm-1.36-ha-node2')).remove('admin.conf'));
    expect(actions[0]).toMatchObject({ role: 'admin.conf', kubeconfig: { server: 'https://192.0.2.11:6443' } });
    expect(actions[0]?.notes.join()).toContain('connects to this node only');
  });
});

describe('a control plane that has lost its certificate', () => {
  const node = async () => {
    const tree = await corpus('kubeadm-1.36-ha-node2');
    return tree.remove('pki/apiserver.crt').remove('pki/apiserver.key').remove('admin.conf');
  };

  it('has no name guessed by which all API servers are dialled', async () => {
    const { refusals } = await planFor(await node());
    expect(refusals).toMatchObject([
      { role: 'kube-apiserver', message: expect.stringContaining('(--control-plane-endpoint)') },
    ]);
  });

  it('has the one that is given', async () => {
    const { actions } = await planFor(await node(), { facts: { controlPlaneEndpoint: 'lb.example.test:6443' } });
    const [apiserver, admin] = actions;
    expect(apiserver?.certificate?.sans).toContainEqual({ type: 'DNS', value: 'lb.example.test' });
    expect(apiserver?.notes).toEqual(['other names of the missing certificate are not known: --san adds them']);
    expect(admin?.kubeconfig?.server).toBe('https://lb.example.test:6443');
  });
});

it('a certificate has no group in the profile of the documentation, even where kubeadm of that release writes one', async () => {
  const node = () => buildNode({ release: '1.28' }).remove('pki/apiserver-etcd-client.crt');
  const groups = async (profile: 'kubeadm' | 'documented') =>
    (await planFor(node(), { profile })).actions.map(({ role, certificate }) => [role, certificate?.organizations]);
  expect(await groups('kubeadm')).toEqual([['kube-apiserver-etcd-client', ['system:masters']]]);
  expect(await groups('documented')).toEqual([['kube-apiserver-etcd-client', []]]);
});

it('a client of an external etcd keeps its subject, which the owner of that etcd chooses', async () => {
  const node = buildNode({ externalEtcd: true });
  const { key } = node.authority('etcd-ca');
  node.issue('kube-apiserver-etcd-client', { commonName: 'k8s-prod', organizations: ['db'] });
  const plan = await planFor(node.write('pki/etcd/ca.key', privateKeyPem(key)), {
    replace: ['kube-apiserver-etcd-client'],
  });
  expect(plan.actions[0]?.certificate).toMatchObject({ commonName: 'k8s-prod', organizations: ['db'] });
  expect(plan.actions[0]?.notes).toEqual(['keeps its subject, which the owner of that etcd chooses']);
});

it('the usual subject of a client of an external etcd is not worth a note', async () => {
  const node = buildNode({ externalEtcd: true });
  const { key } = node.authority('etcd-ca');
  const plan = await planFor(node.write('pki/etcd/ca.key', privateKeyPem(key)), {
    replace: ['kube-apiserver-etcd-client'],
  });
  expect(plan.actions).toMatchObject([{ role: 'kube-apiserver-etcd-client', notes: [] }]);
});
