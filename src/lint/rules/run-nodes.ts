/** Runs the rules of nodes, of their clusters, and of the connections between all of them. */
import { type Broken, collect, groupBy } from '../../core/collections.ts';
import { UserError } from '../../core/errors.ts';
import { type Cluster, clusterPeers } from '../../model/cluster/cluster.ts';
import { findConnections } from '../../model/handshake/index.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { type JudgedConnections, judgeConnections } from './connections.ts';
import type { Failure } from './failure.ts';
import { type ClusterRun, clusterName, runCluster, runRules, type Wanted } from './run.ts';
import { type Tally, tallyOf } from './tally.ts';

/** Nodes, and the clusters that they form. */
export interface Nodes {
  readonly pkis: readonly Pki[];
  readonly clusters: readonly Cluster[];
}

/** The results of all rules on one node. */
export interface NodeRun {
  readonly pki: Pki;
  /** Those of its rules, then of its cluster, then of connections that break on it. */
  readonly failures: readonly Failure[];
  readonly outcomes: Tally;
}

export interface Runs {
  /** Those without an internal error, in the order of the nodes. */
  readonly nodes: readonly NodeRun[];
  readonly clusters: readonly ClusterRun[];
  readonly connections: JudgedConnections;
  /** Nodes and clusters on which an error was thrown. */
  readonly broken: readonly Broken[];
}

/**
 * The connections of one run. Each control plane dials all others and all workers: of 200 control planes the
 * connections would take more than 512 MB.
 */
const mostConnections = 50_000;

interface RunOptions {
  /** The connections that may be simulated. */
  readonly most?: number;
  /** Receives in words how many nodes are checked. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Runs every rule on nodes. Counts the outcomes that are wanted. Nodes beyond the limit of connections are not judged.
 */
export function runNodes({ pkis, clusters }: Nodes, wanted: Wanted, options: RunOptions = {}): Runs {
  const { most = mostConnections, onProgress } = options;
  let left = most;
  let checked = 0;
  if (pkis.length > 1) onProgress?.(`Comparing ${pkis.length} nodes`);
  const together = collect(clusters, clusterName, (cluster) =>
    limitSignatures(signaturesOfNode * cluster.nodes.length, () => runCluster(cluster, wanted)),
  );
  const shared = groupBy(
    together.results.flatMap(({ failures }) => failures),
    ({ pki }) => pki,
  );
  const peersOf = clusterPeers(clusters);
  const own = collect(
    pkis,
    ({ node }) => node.label,
    (pki) => {
      checked += 1;
      onProgress?.(`Checking nodes: ${checked} of ${pkis.length}`);
      if (left <= 0) throw tooMany(most);
      const { failures, outcomes } = limitSignatures(signaturesOfNode, () => runRules(pki, peersOf(pki), wanted));
      const all = [...failures, ...(shared.get(pki) ?? [])];
      const simulated = findConnections(pki, peersOf(pki));
      left -= simulated.length;
      return { pki, failures: all, outcomes, simulated };
    },
  );
  const connections = judgeConnections(
    own.results.flatMap(({ simulated }) => simulated),
    own.results.flatMap(({ failures }) => failures),
    wanted,
  );
  const failuresOf = groupBy(connections.failures, ({ pki }) => pki);
  return {
    nodes: own.results.map(({ pki, failures, outcomes }) => ({
      pki,
      failures: [...failures, ...(failuresOf.get(pki) ?? [])],
      outcomes: tallyOf([outcomes, connections.outcomes.get(pki) ?? tallyOf([])]),
    })),
    clusters: together.results,
    connections,
    broken: [...together.broken, ...own.broken],
  };
}

const tooMany = (most: number) =>
  new UserError(`not checked: the nodes have more than ${most} connections`, 'lint fewer control planes at once');

/**
 * Runs every rule on a single node.
 *
 * @throws any error of a check
 */
export function runAlone(pki: Pki, wanted: Wanted): Runs {
  const runs = runNodes({ pkis: [pki], clusters: [] }, wanted);
  const [broken] = runs.broken;
  if (broken !== undefined) throw broken.error;
  return runs;
}
