/** What every command says about nodes of layouts that only tests have. */
import { Readable } from 'node:stream';
import { expectOf } from '../../src/api/expect.ts';
import { audit } from '../../src/api/lint.ts';
import type { SupportedNodes } from '../../src/api/parse-options.ts';
import { blastOf } from '../../src/blast/index.ts';
import { buildGraph } from '../../src/graph/build.ts';
import type { LintOptions, Report } from '../../src/index.ts';
import { expiryEntries } from '../../src/lint/findings/expiry.ts';
import { clusterPeers } from '../../src/model/cluster/cluster.ts';
import { at } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';

/** Lints a node in an archive. */
export async function lintTree(tree: NodeTree, known: SupportedNodes, options: LintOptions = {}): Promise<Report> {
  return (await auditTree(tree, known, options)).report;
}

async function auditTree(tree: NodeTree, known: SupportedNodes, options: LintOptions = {}) {
  const archive = await tree.toTar();
  return audit({ at, cwd: '/', paths: ['-'], stdin: () => Readable.from([archive]), ...options }, known);
}

/** Returns what `connections`, `facts`, `expect`, `expiry` and `blast` (of each role and key) say about a node. */
export async function askAll(tree: NodeTree, known: SupportedNodes) {
  const { report, pkis, clusters, connections } = await auditTree(tree, known, { cis: true });
  const { roles = [] } = known.layouts[0];
  const files = new Set([...report.checklist.map(({ role }) => role), ...roles]);
  const there = [...files].filter((role) => report.checklist.some((row) => row.role === role && row.state === 'ok'));
  return {
    report,
    graph: buildGraph(pkis, connections, [], Date.parse(report.at)),
    facts: pkis.map(({ facts }) => facts),
    expectations: pkis.flatMap(expectOf),
    expiries: pkis.flatMap((pki) => expiryEntries(report.inventory, pki)),
    blasts: there.map((role) => blastOf(role, pkis, clusterPeers(clusters))),
  };
}
