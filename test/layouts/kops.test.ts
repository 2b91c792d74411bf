/** Fixes of nodes of kOps: commands of kOps, in their order, and nothing of other installers. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { kopsFaults } from './faults/kops.ts';
import { kits } from './kits/index.ts';
import type { KitChanges } from './kits/kit.ts';

const lintFault = async (name: string): Promise<Report> => {
  const { kit, change } = kopsFaults.find((one) => one.name === name) ?? expect.fail(name);
  const changes: readonly KitChanges[] = Array.isArray(change) ? change : [change];
  return lintTrees(kits[kit].nodes.map((make, index) => make(changes[index])));
};

const firstFix = ({ findings }: Report, rule: string): string =>
  fixLines(findings.find((one) => one.rule === rule)?.fix.slice(0, 1) ?? []).join('\n');

describe('nodes of kOps', () => {
  it.each(kopsFaults.map(({ name }) => name))('are healed by kOps, or by a mode: %s', async (name) => {
    const { findings, nodes } = await lintFault(name);
    expect(JSON.stringify([findings, nodes])).not.toMatch(/kubeadm|pki-lint issue/);
    // That nothing reads the manifests is said of the unit of the kubelet: the other findings about it heal that.
    const healed = findings.filter(({ rule, severity }) => severity !== 'info' && rule !== 'manifest/not-run');
    for (const { severity, fix } of healed) {
      const lines = fixLines(fix.slice(0, 1));
      expect([severity, lines.some((line) => /kops rolling-update cluster --force --yes|^chmod /.test(line))]).toEqual([
        severity,
        true,
      ]);
      expect(lines.join('\n')).not.toMatch(/openssl|sed -i|scp|kubectl config|systemctl/);
    }
  });

  it('have each CA replaced step by step, once for all its files', async () => {
    const fix = firstFix(await lintFault('the CA of the clients of etcd has ended'), 'authority/expired');
    const words = [...fix.matchAll(/kops (create|promote|distrust|update|rolling-update) \w+/g)].map(
      ([, verb]) => verb,
    );
    expect(words).toEqual(['create', 'promote', 'distrust'].flatMap((verb) => [verb, 'update', 'rolling-update']));
  });

  it('have the release of the image of kube-proxy where nothing else has one', async () => {
    const { nodes } = await lintTrees(kits['kops node'].nodes.map((make) => make()));
    expect(nodes).toMatchObject([{ kubernetesVersion: 'v1.36.2' }]);
  });
});
