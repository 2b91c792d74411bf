/** What a plan does with certificates that another CA has signed, and with CAs that are kept elsewhere. */
import { expect, it } from 'vitest';
import { buildNode } from '../../support/build-node.ts';
import type { Role } from '../../support/roles.ts';
import { certificateOf, planFor } from './support/planner.ts';

const imported = (role: Role, hasKey: boolean) => new Map([[role, { leaf: certificateOf(role), hasKey, notes: [] }]]);

it('a CA that the node has already is not imported', async () => {
  const { actions, refusals } = await planFor(buildNode(), {}, { imports: imported('kubernetes-ca', false) });
  expect([actions, refusals]).toEqual([[], []]);
});

it.each([
  ['imported', true],
  ['kept', false],
])('the key of an imported certificate is %s', async (algorithm, hasKey) => {
  const node = buildNode().remove('pki/apiserver.crt');
  if (hasKey) node.remove('pki/apiserver.key');
  const { actions, refusals } = await planFor(node, {}, { imports: imported('kube-apiserver', hasKey) });
  expect([actions, refusals]).toMatchObject([[{ kind: 'install', role: 'kube-apiserver', algorithm }], []]);
});

it('a warning about a certificate that was not imported stays, and no other', async () => {
  const node = buildNode().remove('admin.conf').issue('front-proxy-client', { notAfter: '2026-12-10' });
  const of = async (imports: ReturnType<typeof imported> | undefined) =>
    (await planFor(node, {}, { imports })).left.map(({ role, rule }) => [role, rule]);
  expect(await of(new Map())).toEqual([['admin.conf', 'kubeconfig/present-admin']]);
  expect(await of(undefined)).toEqual([]);
});

it('the notes about the file of a CA are in the plan', async () => {
  const signer = certificateOf('front-proxy-ca');
  const ca = { signer, keyId: signer.publicKey.id, hasKey: true, problem: undefined, notes: ['a note'] };
  const node = buildNode().remove('pki/front-proxy-ca.crt').remove('pki/front-proxy-ca.key');
  const { actions } = await planFor(node, {}, { offNode: new Map([['front-proxy-ca', ca]]) });
  expect(actions).toMatchObject([
    { kind: 'install', notes: ['copied from the directory of --ca-dir; its key stays there', 'a note'] },
  ]);
});
