/** Judges dumps of objects, together with the nodes of their clusters. */
import type { ClusterObjects } from '../artifact/cluster-objects.ts';
import { timeOf } from '../core/time.ts';
import { judgeObjects } from '../lint/objects/index.ts';
import type { Selection } from '../lint/rules/selection.ts';
import { type Tally, tallyOf } from '../lint/rules/tally.ts';
import type { Cluster } from '../model/cluster/cluster.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { Finding } from '../results/finding.ts';
import type { ReportedObjects } from '../results/report.ts';
import type { ScanFailure } from '../scan/scan-failure.ts';
import { strictnessOfNode } from '../tables/go-releases.ts';

/** What a report says of dumps. */
export interface ObjectsReport {
  readonly objects: readonly ReportedObjects[];
  readonly findings: readonly Finding[];
  readonly outcomes: Tally;
  readonly failures: readonly ScanFailure[];
}

/** Judges every dump of a run. */
export function reportOnObjects(
  dumps: readonly ClusterObjects[],
  input: { readonly pkis: readonly Pki[]; readonly clusters: readonly Cluster[] },
  selection: Selection,
  judging: Judging,
): ObjectsReport {
  const taken = new Set<string>();
  const judged = dumps.map((objects) => {
    const nodes = nodesOf(objects, input);
    const strictness = strictnessOfNode(releaseOf(objects, nodes));
    return {
      objects,
      nodes,
      ...judgeObjects({ objects, nodes, at: judging.at, strictness }, selection, judging, taken),
    };
  });
  return {
    objects: judged.map(({ objects, nodes }) => reported(objects, nodes)),
    findings: judged.flatMap(({ findings }) => findings),
    outcomes: tallyOf(judged.map(({ outcomes }) => outcomes)),
    failures: judged.flatMap(({ objects }) => failuresIn(objects)),
  };
}

/** The nodes of the input, if all of them are one cluster. */
function nodesOf(
  _: ClusterObjects,
  { pkis, clusters }: { readonly pkis: readonly Pki[]; readonly clusters: readonly Cluster[] },
): readonly Pki[] {
  const [cluster, ...others] = clusters;
  if (pkis.length < 2 || cluster === undefined) return pkis;
  return others.length === 0 && cluster.nodes.length === pkis.length ? cluster.nodes : [];
}

/** The release of the API server, by a control plane of the input or else by the kubelets. */
function releaseOf({ nodes }: ClusterObjects, pkis: readonly Pki[]): string | undefined {
  const known = pkis.flatMap(({ facts }) => facts.kubernetesVersion?.value ?? []);
  return known[0] ?? nodes.map(({ value }) => value).find((version) => version !== '');
}

function reported(
  { label, counts, known, newest, hasSecrets }: ClusterObjects,
  nodes: readonly Pki[],
): ReportedObjects {
  const read = [...counts].filter(([kind]) => known.has(kind));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    dump: label,
    nodes: nodes.map(({ name }) => name),
    newest: newest === undefined ? null : timeOf(newest),
    kinds: Object.fromEntries(read.sort()),
    others: all - read.reduce((sum, [, count]) => sum + count, 0),
    hasSecrets: hasSecrets === true,
  };
}

/** A document that cannot be read is an error, unless a program fills it in first. */
function failuresIn({ broken }: ClusterObjects): readonly ScanFailure[] {
  return broken.map(({ at: { path, line }, error, known }) => ({
    path: `${path}:${line}`,
    message: known === undefined ? `not read: ${error}` : `not read: ${known}`,
    hint: null,
    exitCode: known === undefined ? 2 : 0,
  }));
}
