/**
 * An exception never hides a finding that it does not match: the promise, over broken nodes and arbitrary exceptions.
 */

import { Readable } from 'node:stream';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNodes } from '../../src/api/load-nodes.ts';
import { parseOptions } from '../../src/api/parse-options.ts';
import { commandsOfPlans } from '../../src/issue/fix-command.ts';
import { judgeNodes } from '../../src/lint/judge.ts';
import type { Nodes } from '../../src/lint/rules/run-nodes.ts';
import { select } from '../../src/lint/rules/selection.ts';
import type { Finding } from '../../src/results/finding.ts';
import type { ExceptionMatch } from '../../src/settings/policy.ts';
import { findRule } from '../../src/tables/catalog.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { type Given, withExceptions } from '../support/exceptions.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { NodeTree } from '../support/node-tree.ts';

type Fault = Pick<Finding, 'rule' | 'node' | 'path' | 'subject' | 'message'>;

const together = (trees: readonly NodeTree[]): NodeTree => {
  const all = new NodeTree();
  for (const [index, tree] of trees.entries())
    for (const [path, entry] of tree.entries) all.entries.set(`/node-${index + 1}${path}`, entry);
  return all;
};

/**
 * Each has findings that stand for several faults: of one rule, of one cause, of a cluster, of connections, of an
 * upgrade.
 */
const broken: Readonly<
  Record<string, { readonly tree: () => NodeTree; readonly at?: string; readonly target?: string }>
> = {
  'everything has expired': { tree: () => buildNode(), at: '2028-01-01' },
  'no folder of etcd': {
    tree: () => buildNode().remove('pki/etcd').chmod('pki/ca.crt', 0o666).chmod('pki/sa.key', 0o644),
  },
  'keys are swapped, and an upgrade breaks one more': {
    tree: () => {
      const node = buildNode({ release: '1.32' });
      const [key, other] = [node.read('pki/ca.key'), node.read('pki/etcd/ca.key')];
      return node
        .write('pki/ca.key', other)
        .write('pki/etcd/ca.key', key)
        .issue('scheduler.conf', { notAfter: '2026-12-15' });
    },
    target: 'v1.34.0',
  },
  'a cluster with a node that is out of step': {
    tree: () =>
      together([
        controlPlane(1),
        controlPlane(2).remove('pki/ca.key').replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.1.0.0/16'),
        worker().chmod('kubelet.conf', 0o666),
      ]),
  },
  'the same node twice': {
    tree: () => together([1, 2].map(() => buildNode().chmod('pki/ca.key', 0o644).chmod('pki/etcd/ca.key', 0o644))),
  },
};

/** The faults of a finding: its own, unless it stands only for others of its rule. */
function faultsOf(finding: Finding): readonly Fault[] {
  const { members = [], rule } = finding;
  const isOnlyTheirs = findRule(rule)?.several !== undefined && members.some((one) => one.rule === rule);
  return isOnlyTheirs ? members : [finding, ...members];
}

const keyOf = ({ rule, node, path, subject, message }: Fault) => JSON.stringify([rule, node, path, subject, message]);

/** Written here once more, in a different way. */
const fits = (pattern: string | undefined, text: string): boolean =>
  new RegExp(`^${(pattern ?? '*').replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text);

/** Whether an exception excuses a fault that is reported with `fingerprint` if there are no exceptions. */
const matches = (
  { rule, path, subject, node, fingerprint }: ExceptionMatch,
  fault: Fault,
  known: ReadonlySet<string>,
) =>
  fits(rule, fault.rule) &&
  fits(path, fault.path) &&
  fits(subject, fault.subject) &&
  fits(node, fault.node) &&
  (fingerprint === undefined || known.has(fingerprint));

const pattern = (text: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(text) },
    fc.nat(text.length).map((length) => `${text.slice(0, length)}*`),
    fc.nat(text.length).map((start) => `*${text.slice(start)}`),
  );

/** A match that is made of parts of a real fault, or of two. */
function matchOf(findings: readonly Finding[]): fc.Arbitrary<ExceptionMatch> {
  const faults = findings.flatMap(faultsOf);
  const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const own = fc.tuple(fc.constantFrom(...faults), fc.constantFrom(...faults)).chain(([fault, other]) =>
    fc.record({
      rule: option(fc.constantFrom(fault.rule, fault.rule.replace(/\/.*/, '/*'), other.rule)),
      path: option(pattern(fault.path)),
      subject: option(pattern(fault.subject)),
      node: option(pattern(fault.node)),
    }),
  );
  const fingerprint = fc.constantFrom(...findings).map((finding) => ({ fingerprint: finding.fingerprint }));
  return fc
    .oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: fingerprint })
    .map((match) => Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined)));
}

describe.each(Object.entries(broken))('%s', (_, { tree, at = '2026-12-01', target }) => {
  let nodes: Nodes;
  let plain: readonly Finding[];
  const options = { at: new Date(at), ...(target && { targetVersion: target }) };
  const judge = async (given?: readonly Given[]) => {
    const policy = given && { policy: withExceptions(given), at: options.at.getTime(), isLive: () => false };
    const judged = await judgeNodes(nodes, select({}, []), async () => commandsOfPlans(), policy);
    expect(judged.broken).toEqual([]);
    return { findings: judged.judgements.flatMap(({ findings }) => findings), exceptions: judged.exceptions };
  };

  beforeAll(async () => {
    const archive = await tree().toTar();
    const input = { ...options, paths: ['-'], stdin: () => Readable.from([archive]) };
    nodes = await readNodes(parseOptions(input));
    plain = (await judge()).findings;
  }, 60_000);

  it(
    'keeps every fault, and excuses exactly what matches',
    async () => {
      expect(plain.some(({ members }) => members !== undefined)).toBe(true);
      const given = fc.array(matchOf(plain), { minLength: 1, maxLength: 4 });
      const fingerprints = new Map<string, Set<string>>();
      for (const finding of plain)
        for (const fault of faultsOf(finding))
          fingerprints.set(keyOf(fault), (fingerprints.get(keyOf(fault)) ?? new Set()).add(finding.fingerprint));
      let excused = 0;
      await fc.assert(
        fc.asyncProperty(given, async (all) => {
          const { findings, exceptions } = await judge(all.map((match) => ({ match, until: '2029-01-01' })));
          const open = new Set(exceptions?.exceptions.filter(({ state }) => state !== 'forbidden').map(({ by }) => by));
          const found = new Set(findings.flatMap(faultsOf).map(keyOf));
          expect(plain.flatMap(faultsOf).filter((fault) => !found.has(keyOf(fault)))).toEqual([]);
          expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
          for (const finding of findings) {
            for (const fault of faultsOf(finding)) {
              const known = fingerprints.get(keyOf(fault));
              // One that is hidden behind what it explains is a finding only if that is excused.
              const by = all.flatMap((match, index) => {
                const name = `pki-lint.config.yaml:${10 * (index + 1)}`;
                const isKnown = known !== undefined || match.fingerprint === undefined;
                return isKnown && open.has(name) && matches(match, fault, known ?? new Set()) ? [name] : [];
              });
              if (finding.suppressed !== null) {
                excused++;
                if (known !== undefined) expect(by).toContain(finding.suppressed.by);
              } else if (known !== undefined) expect(by, keyOf(fault)).toEqual([]);
            }
          }
          const left = new Map(findings.map((finding) => [finding.fingerprint, finding]));
          for (const finding of plain) {
            const isWhole = findings
              .filter(({ suppressed }) => suppressed !== null)
              .every(
                (other) => !faultsOf(other).some((fault) => fingerprints.get(keyOf(fault))?.has(finding.fingerprint)),
              );
            if (isWhole) expect(left.get(finding.fingerprint)).toMatchObject({ rule: finding.rule, suppressed: null });
          }
        }),
        { seed: firstSeed, numRuns: sampled(10, 600) },
      );
      expect(excused).toBeGreaterThan(0);
    },
    sampled(120_000, 900_000),
  );
});
