/** `pki-lint expiry` lists the certificates of a dump. */
import { expect, it } from 'vitest';
import { expiry } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { root } from '../repository/files.ts';

const dump = `${root}fixtures/corpora/objects/default.tar.gz`;

it('what kube-apiserver verifies, and verifies with, is in use', async () => {
  const { entries, exitCode } = await expiry({ paths: [dump], at });
  expect(exitCode).toBe(0);
  const used = entries.filter(({ inUse }) => inUse).map(({ name, usedBy }) => `${name} by ${usedBy}`);
  expect(used[0]).toBe('Secret pay/pay-edge-tls by Gateway pay/edge');
  expect(used).toContain('Secret shop/validator-tls by validate.shop.example.test');
  expect(used).toContain('APIService v1.things.example.test by v1.things.example.test');
  expect(entries.some(({ name }) => name === 'Secret pay/pay-edge-tls')).toBe(true);
});

it.each([
  ['default', 'Secret pay/pay-edge-tls by Gateway pay/edge'],
  ['hosted', 'Secret capi/prod-ca by control plane prod of Cluster API'],
  ['default', 'Secret shop/shop-tls by Ingress shop/front'],
])('of %s: %s', async (name, line) => {
  const { entries } = await expiry({ paths: [`${root}fixtures/corpora/objects/${name}.tar.gz`], at });
  expect(entries.filter(({ inUse }) => inUse).map((one) => `${one.name} by ${one.usedBy}`)).toContain(line);
});

it('--within counts what is in use', async () => {
  const { expiring, exitCode } = await expiry({ paths: [dump], at, withinDays: 200 });
  expect({ expiring, exitCode }).toEqual({ expiring: 3, exitCode: 1 });
});

it('of a node and its dump, both are listed', async () => {
  const node = `${root}fixtures/corpora/kubeadm-1.36-default.tar.gz`;
  const { entries, nodes } = await expiry({ paths: [node, dump], at });
  expect(nodes.map(({ name }) => name)).toEqual(['cp-1']);
  expect(new Set(entries.map((one) => one.node))).toEqual(new Set(['cp-1', '']));
});
