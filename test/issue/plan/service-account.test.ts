/** What a plan does with the keys of service account tokens. */
import { expect, it } from 'vitest';
import { pkiOf } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { planFor } from './support/planner.ts';

it.each([
  ['sa.key', ['sa.key']],
  ['sa.pub', ['sa.pub']],
  ['sa.key', ['sa.pub', 'sa.key']],
] as const)('nothing without %s, which cannot be read', async (named, files) => {
  const folder = '/etc/kubernetes/pki';
  const pki = await pkiOf(buildNode(), (path) => files.some((file) => path === `${folder}/${file}`));
  const { actions, refusals } = await planFor(buildNode(), { replace: ['service-account'] }, { pki });
  const message = `${folder}/${named} could not be checked: permission denied`;
  expect([actions, refusals]).toMatchObject([[], [{ role: 'service-account', message }]]);
});

it.each([
  ['the public half is missing', ['sa.pub'], {}, 'service-account/present: /etc/kubernetes/pki/sa.pub missing'],
  [
    'both are missing',
    ['sa.key', 'sa.pub'],
    { only: ['service-account'], yes: true },
    'service-account/present: /etc/kubernetes/pki/sa.key and /etc/kubernetes/pki/sa.pub missing',
  ],
  ['it was named', [], { replace: ['service-account'], yes: true }, '--replace service-account'],
])('a pair is made because %s', async (_, missing, options, why) => {
  const node = buildNode();
  for (const file of missing) node.remove(`pki/${file}`);
  const { actions, refusals } = await planFor(node, options);
  expect([actions.map((action) => action.why), refusals]).toEqual([[[why]], []]);
});
