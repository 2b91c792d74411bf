/** The first half of the way: paths → nodes → their PKIs → clusters. */

import type { ScannedNode } from '../core/artifact.ts';
import { type Broken, collect } from '../core/collections.ts';
import { UserError } from '../core/errors.ts';
import { day } from '../core/time.ts';
import type { LintOptions } from '../lint/options.ts';
import { targetOf } from '../lint/options.ts';
import type { Nodes } from '../lint/run-nodes.ts';
import { formClusters, withDistinctNames } from '../model/cluster/cluster.ts';
import { findRelease } from '../model/facts/gather.ts';
import { factNames, factOptions } from '../model/facts/options.ts';
import { buildPki, type Judging } from '../model/roles/pki.ts';
import { internalError, type ScanFailure, type ScanOptions, scan } from '../scan/scan.ts';
import { knownFlags } from '../tables/flags.ts';
import { strictnessOfNode } from '../tables/go-releases.ts';
import { type Layout, layouts } from '../tables/layouts.ts';

/** What is known of nodes, whatever is asked for: which layouts they may have, and where components' arguments stand. */
export type KnownLayouts = Pick<ScanOptions<Layout>, 'layouts' | 'sources'>;

/** What `rules/tables/` knows. */
export const everyLayout: KnownLayouts = { layouts };

export interface ReadNodes extends Nodes {
  readonly failures: readonly ScanFailure[];
}

/**
 * The nodes of the paths with their PKIs, and which of them are a cluster.
 *
 * @throws UserError for options that cannot be meant; what is wrong with a single path is in `failures`
 */
export async function readNodes(options: LintOptions, judging: Judging, known = everyLayout): Promise<ReadNodes> {
  const { nodes, failures } = await scanPaths(options, known);
  forbidSharedFacts(nodes, options);
  const labelOf = ({ label }: ScannedNode) => label;
  const built = collect(nodes, labelOf, (node) => buildPki(node, options.facts ?? {}, judging));
  const pkis = withDistinctNames(built.results);
  const formed = collect([pkis], () => 'the nodes together', formClusters);
  return {
    pkis,
    clusters: formed.results.flat(),
    failures: [...failures, ...[...built.broken, ...formed.broken].map(asFailure)],
  };
}

/** An error of our own as the report has it. */
export function asFailure({ label, error }: Broken): ScanFailure {
  const { message, hint = null } = internalError(error);
  return { path: label, message, hint, exitCode: 2 };
}

/** What nodes are judged by: the time, the profile and the release to come. */
export function judgingContext(options: LintOptions): Judging {
  const target = targetOf(options);
  return {
    at: (options.at ?? new Date()).getTime(),
    expiresWithinMs: (options.expiresWithinDays ?? 30) * day,
    profile: options.profile ?? 'kubeadm',
    ...(target === undefined ? {} : { target }),
  };
}

/** Reads the nodes of the paths. */
export function scanPaths(options: LintOptions, known = everyLayout) {
  return scan(scanOptionsOf(options, known));
}

/** What scanning is asked for: the places of the options, and what the tables know. */
export function scanOptionsOf(options: LintOptions, known = everyLayout): ScanOptions<Layout> {
  const { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig } = options;
  const places = { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig };
  const given = Object.fromEntries(Object.entries(places).filter(([, value]) => value !== undefined));
  return {
    paths: options.paths?.length ? options.paths : [known.layouts[0].pki],
    ...given,
    cwd: options.cwd ?? '.',
    stdin: options.stdin ?? noStdin,
    flagType: (component, flag) => knownFlags(component)?.get(flag),
    strictness: (shown) => strictnessOfNode(findRelease(shown, options.facts ?? {})?.value),
    ...known,
  };
}

function noStdin(): never {
  throw new UserError('there is no standard input to read an archive from');
}

/** Facts of one node cannot be facts of several. */
export function forbidSharedFacts(nodes: readonly ScannedNode[], { facts }: LintOptions): void {
  if (nodes.length < 2 || !facts) return;
  const shared = factNames.find((name) => factOptions[name].ofOneNode && facts[name] !== undefined);
  if (shared === undefined) return;
  throw new UserError(
    `${factOptions[shared].option} is a fact of one node, and there are ${nodes.length}`,
    'lint the nodes one by one, or leave it out',
  );
}
