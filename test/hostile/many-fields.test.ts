/** Unknown fields of a configuration file are compared with those that are known, but not ten thousands of them. */
import { expect, it } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { corpus } from '../support/corpus.ts';

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

it.each([
  ['short names', lines(60_000, (index) => `a${index}: 1\n`)],
  ['names that are nearly known', lines(30_000, (index) => `featureGatez${index}: 1\n`)],
  ['feature gates', `featureGates:\n${lines(30_000, (index) => `  SidecarContainerz${index}: true\n`)}`],
])('a KubeletConfiguration with very many fields: %s', async (_, text) => {
  const node = await corpus('kubeadm-1.36-default');
  node.edit('/var/lib/kubelet/config.yaml', (own) => `${own}${text}`);
  const before = process.cpuUsage();
  const { failures } = await lintTree(node);
  const { user, system } = process.cpuUsage(before);
  expect(failures).toEqual([]);
  expect((user + system) / 1_000_000).toBeLessThan(3);
});
