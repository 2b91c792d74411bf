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
