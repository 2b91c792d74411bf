/** Modes that `--fix-modes` fixes. */
import { describe, expect, it } from 'vitest';
import type { IssueOptions } from '../../../src/index.ts';
import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { planFor } from './support/planner.ts';

const modesOf = async (node: NodeTree) =>
  (await planFor(node, { fixModes: true })).actions.map(({ kind, mode }) => [kind, mode]);

it('a file that is replaced needs no --fix-modes, and a key that stays does', async () => {
  const node = () => buildNode().chmod('pki/apiserver.key', 0o644).chmod('scheduler.conf', 0o644);
  const left = async (options: IssueOptions) => (await planFor(node(), options)).left.map(({ role }) => role);
  const replace = ['kube-apiserver', 'scheduler.conf'];
  expect(await left({ replace })).toEqual([]);
  expect(await left({ replace, keepKey: true })).toEqual(['/etc/kubernetes/pki/apiserver.key']);
});

it('a finding about several files stays until the plan fixes all of them', async () => {
  const node = () => buildNode().chmod('controller-manager.conf', 0o622).chmod('scheduler.conf', 0o622);
  const left = async (options: IssueOptions) => (await planFor(node(), options)).left.map(({ rule }) => rule);
  expect(await left({ replace: ['controller-manager.conf'] })).toEqual(['file/writable']);
  expect(await left({ replace: ['controller-manager.conf', 'scheduler.conf'] })).toEqual([]);
  expect(await left({ fixModes: true })).toEqual([]);
});

describe('--fix-modes', () => {
  it('issues nothing, unless something else is requested too', async () => {
    const node = () => buildNode().remove('pki/front-proxy-client.crt').chmod('pki/sa.key', 0o644);
    const kinds = async (options: IssueOptions) => (await planFor(node(), options)).actions.map(({ kind }) => kind);
    expect(await kinds({ fixModes: true })).toEqual(['chmod']);
    expect(await kinds({})).toEqual(['issue']);
    expect(await kinds({ fixModes: true, only: ['front-proxy-client'] })).toEqual(['issue']);
    expect(await kinds({ fixModes: true, renew: true })).toEqual(['issue', 'chmod']);
  });

  it('lets the group of a program go on reading a secret', async () => {
    const fixed = (gid: number) => modesOf(buildNode().chmod('pki/sa.key', 0o644).chown('pki/sa.key', 0, gid));
    expect([await fixed(0), await fixed(998)]).toEqual([[['chmod', 0o600]], [['chmod', 0o640]]]);
  });

  it('removes from a group what every user had', async () => {
    const node = buildNode().chmod('pki/ca.crt', 0o666).chown('pki/ca.crt', 0, 1000);
    expect(await modesOf(node)).toEqual([['chmod', 0o644]]);
  });

  it('finds nothing to do on a healthy node', async () => {
    expect(await modesOf(buildNode())).toEqual([]);
  });

  it('leaves modes of roles that are not named', async () => {
    const node = () => buildNode().chmod('pki/sa.key', 0o644);
    const only = async (role: string) => (await planFor(node(), { fixModes: true, only: [role] })).actions;
    expect(await only('kube-etcd')).toEqual([]);
    expect(await only('service-account')).toMatchObject([{ role: '/etc/kubernetes/pki/sa.key', mode: 0o600 }]);
  });
});
