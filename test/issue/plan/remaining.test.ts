/** What a plan says about errors that it does not change. */
import { describe, expect, it } from 'vitest';
import { fixLines, shellLine } from '../../../src/results/fix.ts';
import { lintTree } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { onDisk, type } from '../support/remedy.ts';
import { planFor } from './support/planner.ts';

const pki = '/etc/kubernetes/pki';
const at = new Date('2026-12-01T00:00:00Z');

function swapped(one: string, other: string): NodeTree {
  const node = buildNode();
  const [first, second] = [node.read(`pki/${one}`), node.read(`pki/${other}`)];
  return node.write(`pki/${one}`, second).write(`pki/${other}`, first);
}

describe('swapped files', () => {
  it.each([
    ['apiserver.key', 'front-proxy-client.key', ['kube-apiserver', 'front-proxy-client']],
    ['ca.crt', 'etcd/ca.crt', ['kubernetes-ca', 'etcd-ca']],
    ['ca.key', 'sa.key', ['kubernetes-ca', 'service-account']],
  ])('%s and %s: the plan has the steps of lint, and offers no new files', async (one, other, roles) => {
    const node = swapped(one, other);
    const [finding] = (await lintTree(node)).findings;
    const { left, actions, refusals } = await planFor(node);
    expect([actions, refusals]).toEqual([[], []]);
    expect(left).toEqual(
      roles.map((role) => ({
        role,
        rule: 'node/swapped',
        message: `node/swapped: ${pki}/${one} and ${pki}/${other} are swapped`,
        hint: 'nothing has to be issued, only moved',
        steps: fixLines(finding?.fix[0] ?? [], 'cp-1').map(shellLine),
      })),
    );
    expect(left[0]?.steps?.filter((line) => !line.startsWith('#')).slice(0, 3)).toEqual([
      `mv ${pki}/${one} ${pki}/${one}.swap &&`,
      `mv ${pki}/${other} ${pki}/${one} &&`,
      expect.stringMatching(`^mv ${pki}/${one}.swap ${pki}/${other}`),
    ]);
  });

  it('are one item for all their roles, with each step on a line of its own', async () => {
    const root = onDisk(swapped('apiserver.key', 'front-proxy-client.key'));
    const { said } = await type('pki-lint issue --write', root, at);
    expect(said.match(/are swapped:/g)).toHaveLength(1);
    expect(said).toMatch(/\n +mv \S+\/apiserver\.key \S+\/apiserver\.key\.swap &&\n +mv /);
    expect(said).not.toContain('--replace');
  });

  it('of roles that were not named are left out', async () => {
    const { left } = await planFor(swapped('apiserver.key', 'front-proxy-client.key'), { only: ['kube-etcd'] });
    expect(left).toEqual([]);
  });
});

describe('a CA that was made again', () => {
  it('is to be restored, because a plan cannot know the key that signed', async () => {
    const { left } = await planFor(buildNode().issue('etcd-ca', { key: 'P-256' }));
    expect(left.find(({ role }) => role === 'etcd-ca')).toMatchObject({
      rule: 'authority/issued',
      hint: 'restore the one that signed, from another control-plane node or from a backup',
    });
  });
});

describe('a file that belongs elsewhere', () => {
  const move = (one: string, other: string) =>
    `mv ${pki}/${one} ${pki}/${one}.swap && mv ${pki}/${other} ${pki}/${one} && mv ${pki}/${one}.swap ${pki}/${other}`;

  it.each([
    ['apiserver.key', 'sa.key', 'kube-apiserver', {}],
    ['apiserver.key', 'sa.key', 'kube-apiserver', { yes: true }],
    ['apiserver.key', 'sa.key', 'kube-apiserver', { csr: '/requests', keepKey: true }],
    ['apiserver.key', 'sa.key', 'service-account', { yes: true }],
    ['ca.key', 'sa.key', 'kubernetes-ca', { yes: true }],
    ['ca.key', 'sa.key', 'kubernetes-ca', { yes: true, keepKey: true }],
    ['ca.crt', 'apiserver.crt', 'kube-apiserver', { yes: true }],
    // The CA in its place did not sign it.
    ['ca.crt', 'etcd/ca.crt', 'kube-apiserver', {}],
  ])('%s and %s: %s is not replaced (%o)', async (one, other, role, options) => {
    const { actions, refusals } = await planFor(swapped(one, other), { replace: [role], ...options });
    expect(actions.flatMap(({ replaces }) => replaces)).toEqual([]);
    expect(refusals.find((refusal) => refusal.role === role)).toMatchObject({
      message: expect.stringContaining('these files are swapped: '),
      hint: 'move them back first',
    });
    const steps = refusals.find((refusal) => refusal.role === role)?.steps?.join(' ');
    expect([move(one, other), move(other, one)]).toContain(steps);
  });

  it('is not renewed', async () => {
    const { actions, refusals, byItself } = await planFor(swapped('apiserver.key', 'sa.key'), {
      renew: true,
      withinDays: 400,
    });
    expect(refusals.map(({ role }) => role)).toEqual(['kube-apiserver']);
    expect(actions.map(({ role }) => role)).not.toContain('kube-apiserver');
    expect(byItself).toContain('kube-etcd');
  });

  it('hinders no other role', async () => {
    const { actions, refusals } = await planFor(swapped('apiserver.key', 'sa.key'), { replace: ['kube-etcd'] });
    expect([actions.map(({ role }) => role), refusals]).toEqual([['kube-etcd'], []]);
  });
});

it('a key that a different one overwrote is issued again', async () => {
  const node = buildNode();
  node.write('pki/front-proxy-client.key', node.read('pki/apiserver.key'));
  const { left } = await planFor(node);
  expect(left).toMatchObject([{ rule: 'cert/pair', hint: '--replace front-proxy-client reissues it' }]);
  expect(left[0]?.steps).toBeUndefined();
});
