/** What a plan does with the certificates and kubeconfigs of a node. */
import { describe, expect, it } from 'vitest';
import type { IssueOptions } from '../../../src/index.ts';
import { buildNode, type NodeOptions } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { signedByKubernetesCa } from '../support/folders.ts';
import { actionsOf, planFor } from './support/planner.ts';

const expired = { notAfter: '2026-11-25' };

describe('a role', () => {
  interface Row {
    readonly what: string;
    readonly change?: (node: NodeTree) => unknown;
    readonly options?: IssueOptions;
    readonly actions: readonly string[];
    /** The first part of each reason. */
    readonly why?: string;
  }

  const rows: readonly Row[] = [
    { what: 'is left where it is right', actions: [] },
    {
      what: 'is made where its files are missing',
      change: (node) => node.remove('pki/apiserver.crt').remove('pki/apiserver.key'),
      actions: ['issue kube-apiserver'],
      why: 'cert/present: ',
    },
    {
      what: 'is made with the key that lies there',
      change: (node) => node.remove('pki/etcd/peer.crt'),
      actions: ['issue kube-etcd-peer'],
      why: 'cert/present: ',
    },
    {
      what: 'is made where it is a kubeconfig',
      change: (node) => node.remove('admin.conf'),
      actions: ['kubeconfig admin.conf'],
      why: 'kubeconfig/present-admin: ',
    },
    {
      what: 'is left where it has expired and is not asked for',
      change: (node) => node.issue('front-proxy-client', expired),
      actions: [],
    },
    {
      what: 'is issued again with --renew',
      change: (node) => node.issue('front-proxy-client', expired),
      options: { renew: true },
      actions: ['re-issue front-proxy-client'],
      why: 'it expired on 2026-11-25',
    },
    { what: 'is left by --renew where it ends later', options: { renew: true, withinDays: 30 }, actions: [] },
    {
      what: 'is issued again where it is named',
      options: { replace: ['scheduler.conf'] },
      actions: ['re-issue scheduler.conf'],
      why: '--replace scheduler.conf',
    },
  ];

  it.each(rows)('$what', async ({ change, options, actions, why }) => {
    const node = buildNode();
    change?.(node);
    const plan = await planFor(node, options);
    expect([actionsOf(plan), plan.refusals]).toEqual([actions, []]);
    for (const action of plan.actions) expect(action.why[0]).toMatch(new RegExp(`^${why}`));
  });

  it('keeps a key that is there, and makes one that is not', async () => {
    const algorithms = async (...names: readonly string[]) => {
      const node = buildNode();
      for (const name of names) node.remove(name);
      return (await planFor(node)).actions.map(({ algorithm, keyTarget }) => [algorithm, keyTarget?.path]);
    };
    const key = '/etc/kubernetes/pki/apiserver.key';
    expect(await algorithms('pki/apiserver.crt')).toEqual([['kept', key]]);
    expect(await algorithms('pki/apiserver.crt', 'pki/apiserver.key')).toEqual([['ecdsa-p256', key]]);
  });
});

describe('what can be done by itself', () => {
  it('is reported as it can be typed', async () => {
    const plan = await planFor(buildNode({ externalCa: true }), { replace: ['kube-etcd', 'kube-apiserver'] });
    expect(plan.refusals).toEqual([
      {
        role: 'kube-apiserver',
        message:
          'the private key of kubernetes-ca, which signs it, is not on this node: /etc/kubernetes/pki/ca.key is missing',
        hint: '--ca-dir DIR names where it is kept; --csr DIR creates a request for it',
      },
    ]);
    expect(plan.byItself).toBe('--only kube-etcd --replace kube-etcd');
  });
});

describe('a worker', () => {
  it('has none of a control plane, even by name', async () => {
    const plan = await planFor(await corpus('kubeadm-1.36-worker'), { only: ['kube-apiserver'] });
    expect(plan.refusals).toMatchObject([{ role: 'kube-apiserver', message: 'this node is a worker' }]);
  });

  it.each(['only', 'replace'] as const)('has no keys for tokens, even by name: --%s', async (option) => {
    const plan = await planFor(await corpus('kubeadm-1.36-worker'), { [option]: ['service-account'] });
    expect(plan.actions).toEqual([]);
    expect(plan.refusals.map(({ message }) => message)).toEqual(['this node is not a control plane']);
  });
});

describe('a CA that cannot sign', () => {
  const rows: readonly (readonly [string, NodeOptions['certificates'], RegExp])[] = [
    [
      'may not',
      { 'front-proxy-ca': { keyUsage: ['digitalSignature'] } },
      /front-proxy-ca\.crt is not for signing certificates/,
    ],
    [
      'has ended',
      { 'front-proxy-ca': expired },
      /^cannot be signed: the CA expired on 2026-11-25, and must be replaced$/,
    ],
    [
      'has not begun',
      { 'front-proxy-ca': { notBefore: '2026-12-02' } },
      /^cannot be signed: the CA is not valid before 2026-12-02/,
    ],
  ];

  it.each(rows)('because it %s', async (_, certificates = {}, message) => {
    const node = buildNode({ certificates }).remove('pki/front-proxy-client.crt').remove('pki/front-proxy-client.key');
    const plan = await planFor(node);
    expect(plan.actions).toEqual([]);
    expect(plan.refusals).toMatchObject([
      { role: 'front-proxy-client', message: expect.stringMatching(message), hint: 'fix front-proxy-ca first' },
    ]);
  });
});

it('a CA that is valid from now on signs', async () => {
  const certificates = { 'front-proxy-ca': { notBefore: '2026-12-01' } };
  const plan = await planFor(buildNode({ certificates }).remove('pki/front-proxy-client.crt'));
  expect([actionsOf(plan), plan.refusals]).toEqual([['issue front-proxy-client'], []]);
});

it('a CA that signed nothing here signs nothing now', async () => {
  const node = await corpus('kubeadm-1.36-default');
  const other = buildNode({ certificates: { 'kubernetes-ca': { key: 'RSA-2048' } } });
  for (const file of ['pki/ca.crt', 'pki/ca.key']) node.write(file, other.read(file));
  const plan = await planFor(node, { renew: true, withinDays: 4000 });
  expect(plan.refusals.map(({ role }) => role)).toEqual(signedByKubernetesCa);
  expect(plan.refusals[0]).toEqual({
    role: 'kube-apiserver',
    message: "/etc/kubernetes/pki/ca.crt has signed none of this node's certificates",
    hint: `restore the CA that did; or, if this one is right: --replace ${signedByKubernetesCa.join(',')}`,
  });
});
