import { describe, expect, it } from 'vitest';
import { examplesIn, readRulePages } from '../../scripts/rule-pages.mjs';
import { isAboutObjects, rules } from '../../src/tables/catalog.ts';
import { root } from '../repository/files.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { authentication, configure, encryption, identity, keyed, secretOf } from '../support/configurations.ts';
import { corpus } from '../support/corpus.ts';
import { oneOfEachInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { addBackupClient, backupClient, policyWith } from '../support/policy.ts';
import { groups } from './all.ts';
import { joining } from './cause-states.ts';
import { checkCase } from './check-case.ts';
import { nodeOf } from './configuration/k3s-nodes.ts';
import { examplesOf, isExample } from './examples.ts';
import { type Case, expected, lintTree, lintTrees, treeOf } from './harness.ts';

const all = Object.values(groups).flat();
const documented = examplesIn(readRulePages(root));

const fileOf = new Map(Object.entries(groups).flatMap(([file, cases]) => cases.map((one) => [one, file] as const)));

/**
 * What the sample meets: each rule, on one node and on several, a node of each file that has no finding, and the
 * examples of docs/rules/.
 */
function kindsOf(one: Case): readonly string[] {
  const rules = one.findings.map((name) => name.split('@')[0] ?? '');
  const scope = one.beside === undefined ? '' : 'several nodes: ';
  return [
    ...(rules.length === 0 ? [`none in ${fileOf.get(one)}`] : rules).map((rule) => scope + rule),
    ...(isExample(one) ? [one.name] : []),
  ];
}

const tried = new Set(oneOfEachInAll(all, kindsOf));
const triedIn = Object.entries(groups)
  .map(([file, cases]) => [file, cases.filter((one) => tried.has(one))] as const)
  .filter(([, cases]) => cases.length > 0);

describe.each(triedIn)('%s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    const report = await checkCase(one);
    for (const [rule, text] of examplesOf(one, report)) expect(documented.get(rule), 'npm run docs').toBe(text);
  });
});

/** Rules of limits and of certificates of one's own run only with a policy that has any. */
const limiting = policyWith({
  rules: { 'cert/lifetime': { max: '1y' }, 'authority/lifetime': { max: '10y' } },
  certificates: [backupClient],
});

const encrypting = (node: NodeTree) =>
  configure(
    node,
    'encryption-provider-config',
    '/etc/kubernetes/pki/encryption.yaml',
    encryption(keyed({ key1: secretOf('a') }) + identity),
  );

const withIssuer = (node: NodeTree) =>
  configure(
    node,
    'authentication-config',
    '/etc/kubernetes/pki/authentication.yaml',
    authentication(
      `    url: https://login.example.test\n    audiences: [kubernetes]\n    certificateAuthority: ${JSON.stringify(node.read('pki/ca.crt'))}\n`,
    ),
  );

/** Those about objects have cases of their own (`test/objects`). */
const ofNodes = rules.flatMap((rule) => (isAboutObjects(rule) ? [] : [rule.id]));

describe('every rule', () => {
  it('has a case in which it fails, in the folder of its prefix', async () => {
    const failing = new Map<string, Set<string>>();
    for (const [group, cases] of Object.entries(groups)) {
      const folder = group.slice(0, group.indexOf('/'));
      const names = (await Promise.all(cases.map((one) => expected(one)))).flat();
      failing.set(folder, new Set([...(failing.get(folder) ?? []), ...names.map((name) => name.split('@')[0] ?? '')]));
    }
    const isAtHome = (id: string) => failing.get(id.slice(0, id.indexOf('/')))?.has(id);
    expect(ofNodes.filter((id) => !isAtHome(id))).toEqual([]);
  });

  it('has a case in which it passes', async () => {
    const pairs = all.find(({ name }) => name.endsWith('and a pair that the kubelet made'));
    const inForce = all.find(({ name }) => name.startsWith('an exception and a comment are in order'));
    const processes = all.find(({ name }) => name === 'all components run as their files say');
    const old = all.find(({ name }) => name === 'kube-apiserver v1.32 has run for an hour');
    const unit = all.find(({ name }) => name === 'a command over several lines, with comments in it');
    // The rules of the first run only before an upgrade.
    const reports = [
      await lintTree(await treeOf({}), { targetVersion: 'v1.37.0' }),
      await lintTrees([controlPlane(1), controlPlane(2), worker()]),
      await lintTree(await treeOf(pairs ?? {})),
      await lintTree(await treeOf(inForce ?? {}), inForce?.options),
      await lintTree(addBackupClient(buildNode()), { policy: limiting }),
      await lintTree(await treeOf(unit ?? {})),
      await lintTree(await treeOf(processes ?? {})),
      await lintTree(await treeOf(old ?? {})),
      // The nodes that tests build have no probes.
      await lintTree(await corpus('kubeadm-1.36-default')),
      await lintTrees([encrypting(controlPlane(1)), encrypting(controlPlane(2))]),
      await lintTree(withIssuer(buildNode())),
      await lintTrees([0, 1].map((index) => nodeOf('k3s servers and an agent', index))),
      await lintTree(nodeOf('k3s agent', 0)),
      await lintTree(joining('--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf ')),
    ];
    const passing = (id: string) => reports.some((report) => (report.outcomes[id]?.pass ?? 0) > 0);
    expect(ofNodes.filter((id) => !passing(id))).toEqual([]);
  });
});
