/** Judges dumps of objects, together with the nodes of their clusters. */
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { timeOf } from '../core/time.ts';
import type { JudgedObjects } from '../lint/findings/off-node.ts';
import { judgeObjects } from '../lint/objects/index.ts';
import type { Selection } from '../lint/rules/selection.ts';
import { tallyOf } from '../lint/rules/tally.ts';
import type { Grouped } from '../model/cluster/cluster.ts';
import { nodesOfDump } from '../model/objects/cluster-of-dump.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { Connection } from '../results/connection.ts';
import type { ReportedObjects } from '../results/report.ts';
import type { ScanFailure } from '../scan/scan-failure.ts';
import { strictnessOfNode } from '../tables/go-releases.ts';

/** What a report says of dumps. */
export interface ObjectsReport extends JudgedObjects {
  readonly objects: readonly ReportedObjects[];
  readonly connections: readonly Connection[];
  readonly failures: readonly ScanFailure[];
}

/** Judges every dump of a run. */
export function reportOnObjects(
  dumps: readonly ClusterObjects[],
  input: Pick<Grouped, 'pkis' | 'clusters'>,
  selection: Selection,
  judging: Judging,
): ObjectsReport {
  const taken = new Set<string>();
  const groups = groupsIn(input);
  const { at, settings } = judging;
  const limits = { at, ...(settings && { settings }) };
  const judged = dumps.map((objects) => {
    const nodes = nodesOfDump(objects, groups);
    const strictness = strictnessOfNode(releaseOf(objects, nodes));
    return {
      objects,
      nodes,
      ...judgeObjects({ objects, nodes, ...limits, strictness }, selection, judging, taken),
    };
  });
  return {
    objects: judged.map(({ objects, nodes, needControlPlane }) => reported(objects, nodes, needControlPlane)),
    faults: judged.flatMap(({ faults }) => faults),
    subjects: judged.flatMap(({ subjects }) => subjects),
    judging,
    connections: judged.flatMap(({ connections }) => connections),
    outcomes: tallyOf(judged.map(({ outcomes }) => outcomes)),
    failures: judged.flatMap(({ objects }) => failuresIn(objects)),
  };
}

/** The nodes of each cluster in the input. One that is in no cluster with others is one by itself. */
function groupsIn({ pkis, clusters }: Pick<Grouped, 'pkis' | 'clusters'>): readonly (readonly Pki[])[] {
  const grouped = new Set(clusters.flatMap(({ nodes, copies }) => [...nodes, ...copies.map(({ node }) => node)]));
  return [...clusters.map(({ nodes }) => nodes), ...pkis.filter((pki) => !grouped.has(pki)).map((pki) => [pki])];
}

/** The release of the API server, by a control plane of the input or else by the kubelets. */
function releaseOf({ nodes }: ClusterObjects, pkis: readonly Pki[]): string | undefined {
  const known = pkis.flatMap(({ facts }) => facts.kubernetesVersion?.value ?? []);
  return known[0] ?? nodes.map(({ kubeletVersion }) => kubeletVersion).find((version) => version !== '');
}

function reported(objects: ClusterObjects, nodes: readonly Pki[], needControlPlane: number): ReportedObjects {
  const { label, counts, newest, hasSecrets } = objects;
  const given = new Set(nodes.flatMap(({ name, facts }) => [name, facts.nodeName?.value ?? name]));
  const addresses = new Set(
    nodes.flatMap(({ facts }) => [facts.advertiseAddress, facts.nodeIps].flatMap((one) => one?.value ?? [])),
  );
  const others = objects.nodes
    .filter((one) => !given.has(one.name) && !one.addresses.some((address) => addresses.has(address)))
    .map(({ name }) => name);
  return {
    dump: label,
    nodes: nodes.map(({ name }) => name),
    otherNodes: nodes.length === 0 ? [] : others,
    needControlPlane,
    newest: newest === undefined ? null : timeOf(newest),
    kinds: Object.fromEntries([...counts].sort()),
    others: Object.fromEntries([...objects.others].sort()),
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
