/** Severities, facts and options of a policy, for all nodes and for some. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LintOptions, type Report, reporters } from '../../src/index.ts';
import type { RuleSettings } from '../../src/settings/policy.ts';
import { lintTree, lintTrees, names } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { policyWith } from '../support/policy.ts';

/** A control plane with three faults. */
const faulty = buildNode()
  .issue('kube-etcd', { issuer: 'kubernetes-ca' })
  .issue('kube-apiserver-etcd-client', { commonName: 'corp' })
  .chmod('/etc/kubernetes/pki/sa.key', 0o644);

const severities = ({ findings }: Report) =>
  Object.fromEntries(findings.map(({ node, rule, severity }) => [`${node} ${rule}`, severity]));

const lintFaulty = (rules: RuleSettings, options: LintOptions = {}) =>
  lintTree(faulty, { policy: policyWith({ rules }), ...options });

describe('severities of a policy', () => {
  it('change those of rules: an exact id outweighs a group, and a group outweighs all rules', async () => {
    const plain = severities(await lintFaulty({}));
    expect(plain).toMatchObject({
      'cp-1 cert/issuer': 'error',
      'cp-1 cert/common-name': 'warning',
      'cp-1 key/mode-signing': 'error',
    });
    const set = severities(await lintFaulty({ '*': 'info', 'cert/*': 'error', 'cert/common-name': 'warning' }));
    expect(set).toMatchObject({
      'cp-1 cert/issuer': 'error',
      'cp-1 cert/common-name': 'warning',
      'cp-1 key/mode-signing': 'info',
    });
  });

  it('switch rules off, which are counted', async () => {
    const report = await lintFaulty({ 'key/mode-signing': 'off', 'cert/common-name': { severity: 'off' } });
    expect(names(report).filter((name) => /key\/mode-signing|common-name/.test(name))).toEqual([]);
    expect(report.summary).toMatchObject({ off: 2, rules: (await lintFaulty({})).summary.rules - 2 });
    expect(report.outcomes['key/mode-signing']).toBeUndefined();
    const text = await reporters.table(report, { width: 100, color: false, quiet: false, verbose: false });
    expect(text).toMatch(/2 problems.*; 2 rules off|problem.*2 rules off/);
    expect((await lintFaulty({})).summary).not.toHaveProperty('off');
  });

  it('are outweighed by those of the call', async () => {
    const report = await lintFaulty({ 'cert/*': 'off' }, { rules: { 'cert/common-name': 'info' } });
    expect(severities(report)).toMatchObject({ 'cp-1 cert/common-name': 'info' });
    expect(names(report).filter((name) => name.startsWith('cert/issuer'))).toEqual([]);
  });

  it('are the same in whatever order they are written', async () => {
    const entries = Object.entries({
      '*': 'info',
      'cert/*': { severity: 'warning' },
      'cert/issuer': 'error',
      'key/mode-signing': 'off',
      'cert/ends-soon': { within: '200d' },
    } satisfies RuleSettings);
    const expected = JSON.stringify(await lintFaulty(Object.fromEntries(entries)));
    const isSame = async (order: typeof entries) =>
      JSON.stringify(await lintFaulty(Object.fromEntries(order))) === expected;
    const orders = fc.shuffledSubarray(entries, { minLength: entries.length });
    await fc.assert(fc.asyncProperty(orders, isSame), { seed: firstSeed, numRuns: sampled(8, 80) });
  });
});

describe('overrides', () => {
  const cluster = () => [
    controlPlane(1).issue('front-proxy-client', { commonName: 'x' }),
    controlPlane(2).issue('kube-apiserver-etcd-client', { commonName: 'corp' }),
    controlPlane(3).issue('kube-apiserver-etcd-client', { commonName: 'corp' }),
  ];
  const lintCluster = (parts: Parameters<typeof policyWith>[0], options: LintOptions = {}) =>
    lintTrees(cluster(), { policy: policyWith(parts), ...options });
  const named = (report: Report) => {
    const all = severities(report);
    return [all['cp-2 cert/common-name'], all['cp-3 cert/common-name']];
  };

  it('are for nodes of some names, and outweigh the rules of all nodes, however exact those are', async () => {
    const rules = { 'cert/common-name': 'error' } as const;
    const overrides = [{ nodes: ['cp-3', 'worker-*'], rules: { 'cert/*': 'info' } }] as const;
    expect(named(await lintCluster({ rules, overrides }))).toEqual(['error', 'info']);
  });

  it('outweigh those before them', async () => {
    const overrides = [
      { nodes: ['cp-*'], rules: { 'cert/common-name': 'info' } },
      { nodes: ['*-3'], rules: { 'cert/common-name': 'off' } },
    ] as const;
    const report = await lintCluster({ overrides });
    expect(named(report)).toEqual(['info', undefined]);
    expect(report.summary.off).toBe(1);
    expect(report.outcomes['cert/common-name']?.fail).toBe(1);
    expect(named(await lintCluster({ overrides: overrides.toReversed() }))).toEqual(['info', 'info']);
  });

  it('set facts of a node, which options of the call outweigh', async () => {
    const facts = { sans: ['api.example.test'] };
    const overrides = [{ nodes: ['cp-2'], facts: { sans: ['two.example.test'] } }];
    const sansOf = ({ nodes }: Report) =>
      nodes.map((node) => node.facts.find(({ name }) => /SAN/i.test(name))?.value ?? '');
    expect(sansOf(await lintCluster({ facts, overrides }))).toEqual([
      'api.example.test',
      'two.example.test',
      'api.example.test',
    ]);
    const given = await lintCluster({ facts, overrides }, { facts: { sans: ['given.example.test'] } });
    expect(sansOf(given)).toEqual(Array(3).fill('given.example.test'));
  });

  it('name a node, and are for the node of that name', async () => {
    const overrides = [
      { nodes: ['cp-2'], facts: { nodeName: 'renamed' } },
      { nodes: ['renamed'], rules: { 'cert/common-name': 'error' } },
    ] as const;
    const report = await lintCluster({ overrides });
    expect(report.nodes.map(({ name }) => name)).toContain('renamed');
    expect(severities(report)).toMatchObject({ 'renamed cert/common-name': 'error' });
  });

  it('set limits of a node', async () => {
    const overrides = [{ nodes: ['cp-3'], rules: { 'authority/lifetime': { max: '5y' } } }] as const;
    const report = await lintCluster({ overrides });
    const found = report.findings.filter(({ rule }) => rule === 'authority/lifetime').map(({ node }) => node);
    expect(new Set(found)).toEqual(new Set(['cp-3']));
  });

  it('are needed for the facts of one node among several', async () => {
    await expect(lintCluster({ facts: { nodeName: 'cp-1' } })).rejects.toThrow(
      'pki-lint.config.yaml: facts.nodeName describes one node, but there are 3',
    );
  });
});

describe('a report', () => {
  it('says which policy was in force', async () => {
    expect(await lintFaulty({})).toMatchObject({ policy: { file: 'pki-lint.config.yaml', notIgnored: [] } });
    expect(await lintTree(faulty)).not.toHaveProperty('policy');
  });

  it('is the same with a policy that says nothing', async () => {
    const { policy: _, exceptions, summary, outcomes, ...report } = await lintFaulty({});
    const { summary: counts, outcomes: own, ...others } = await lintTree(faulty);
    expect(report).toEqual(others);
    expect(exceptions).toEqual([]);
    // The rules about exceptions run only with a policy.
    expect(outcomes).toMatchObject(own);
    expect(summary).toMatchObject({ ...counts, rules: expect.any(Number) });
  });

  it('names the key sizes that are in force', async () => {
    const node = buildNode().issue('front-proxy-client', { key: 'RSA-2048' });
    const rules = { 'cert/key-size': { rsa: 3072, ecdsa: 256 } };
    const { findings } = await lintTree(node, { policy: policyWith({ rules }) });
    expect(findings).toMatchObject([
      {
        rule: 'cert/key-size',
        expected: 'RSA of 3072 bits or more, or ECDSA of 256 bits or more',
        why: expect.stringContaining('The policy requires longer keys.'),
      },
    ]);
  });
});
