/** Loads nodes: from paths to nodes, to their PKIs, to clusters. */

import type { ScannedNode } from '../artifact/node.ts';
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { type Broken, collect } from '../core/collections.ts';
import { hintLines, UserError } from '../core/errors.ts';
import type { Nodes } from '../lint/rules/run-nodes.ts';
import { formClusters, withDistinctNames, withInput } from '../model/cluster/cluster.ts';
import { factNames, factOptions } from '../model/facts/fact-options.ts';
import type { GivenFacts } from '../model/facts/facts.ts';
import { buildPki } from '../model/roles/build-pki.ts';
import { scan } from '../scan/scan.ts';
import { internalError, type ScanFailure } from '../scan/scan-failure.ts';
import type { ParsedOptions } from './parse-options.ts';

export interface ReadNodes extends Nodes {
  readonly failures: readonly ScanFailure[];
  readonly dumps: readonly ClusterObjects[];
}

/**
 * Reads the nodes of the paths, builds their PKIs, and groups them into clusters.
 *
 * @throws UserError for facts that nodes cannot share; a path that cannot be read is listed in `failures`
 */
export async function readNodes({
  scan: scanning,
  judging,
}: Pick<ParsedOptions, 'scan' | 'judging'>): Promise<ReadNodes> {
  const { nodes, failures, dumps } = await scan(scanning);
  forbidSharedFacts(nodes, judging);
  const labelOf = ({ label }: ScannedNode) => label;
  const built = collect(nodes, labelOf, (node) => buildPki(node, judging.facts, judging.context));
  const pkis = withDistinctNames(built.results);
  const formed = collect([pkis], () => 'the nodes together', formClusters);
  return {
    ...withInput({ pkis, clusters: formed.results.flat() }),
    failures: [...failures, ...[...built.broken, ...formed.broken].map(asFailure)],
    dumps,
  };
}

/**
 * Checks that everything could be read, for commands whose result would be wrong without it.
 *
 * @throws UserError for the first path that could not, and if there are only objects of a cluster
 */
export function requireAll(failures: readonly ScanFailure[], nodes: readonly unknown[]): void {
  const failure = failures.find(({ exitCode }) => exitCode !== 0);
  if (failure !== undefined) {
    throw new UserError(`${failure.path}: ${failure.message}`, hintLines(failure.hint), failure.exitCode || 2);
  }
  requireNodes(nodes);
}

/**
 * Checks that there is a node, where something could be read: a dump has none.
 *
 * @throws UserError
 */
export function requireNodes(nodes: readonly unknown[]): void {
  if (nodes.length > 0) return;
  throw new UserError('no node is in the input', 'give a PKI directory, the root of a node, or an archive of one', 3);
}

/** Converts an error to a failure of the report. It is an internal one, unless the node itself is the reason. */
export function asFailure({ label, error }: Broken): ScanFailure {
  const { message, hint = null } = error instanceof UserError ? error : internalError(error);
  return { path: label, message, hint, exitCode: 2 };
}

/**
 * Checks that the options set no fact that nodes cannot share, such as the node's name, if there are several nodes.
 *
 * @throws UserError if they do
 */
export function forbidSharedFacts(
  nodes: readonly ScannedNode[],
  { facts, context: { policy } }: ParsedOptions['judging'],
): void {
  if (nodes.length < 2) return;
  const sharedIn = (given: GivenFacts = {}) =>
    factNames.find((name) => factOptions[name].ofOneNode && given[name] !== undefined);
  const ofAll = sharedIn(policy?.facts);
  if (policy !== undefined && ofAll !== undefined) {
    const message = `${policy.file}: facts.${ofAll} describes one node, but there are ${nodes.length}`;
    throw new UserError(message, 'move it to overrides, for the node that it describes');
  }
  const shared = sharedIn(facts);
  if (shared === undefined) return;
  throw new UserError(
    `${factOptions[shared].option} describes one node, but there are ${nodes.length}`,
    'lint the nodes one by one, or omit the option',
  );
}
