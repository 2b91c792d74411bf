/** Loads nodes: from paths to nodes, to their PKIs, to clusters. */

import type { ScannedNode } from '../artifact/node.ts';
import { type Broken, collect } from '../core/collections.ts';
import { UserError } from '../core/errors.ts';
import { day } from '../core/time.ts';
import type { LintOptions } from '../lint/rules/options.ts';
import { targetOf } from '../lint/rules/options.ts';
import type { Nodes } from '../lint/rules/run-nodes.ts';
import { formClusters, withDistinctNames, withInput } from '../model/cluster/cluster.ts';
import type { GivenFacts } from '../model/facts/facts.ts';
import { findRelease } from '../model/facts/gather.ts';
import { requireNodeName } from '../model/facts/given.ts';
import { factNames, factOptions } from '../model/facts/options.ts';
import { buildPki } from '../model/roles/build-pki.ts';
import type { Judging } from '../model/roles/pki.ts';
import { internalError, type ScanFailure } from '../scan/find-nodes.ts';
import type { ScanOptions } from '../scan/options.ts';
import { scan } from '../scan/scan.ts';
import type { RuleSettings } from '../settings/policy.ts';
import { strictnessOfNode } from '../tables/go-releases.ts';
import { layouts } from '../tables/layouts/index.ts';
import type { Layout } from '../tables/layouts/layout.ts';
import { layoutsUnder } from '../tables/layouts/policy.ts';
import { podTable } from '../tables/pod-fields.ts';
import { isLiveRoot } from './live-root.ts';

/** The layouts that nodes can have, and the sources of components and their flags. */
export type SupportedNodes = Pick<ScanOptions<Layout>, 'layouts' | 'sources'>;

/** The layouts of `rules/tables/`. */
const documentedNodes: SupportedNodes = { layouts };

/**
 * Returns the nodes with the rows of the policy in their layouts.
 *
 * @throws UserError for rows that contradict the tables
 */
export function supportedBy({ policy }: Pick<LintOptions, 'policy'>, supported = documentedNodes): SupportedNodes {
  return policy === undefined ? supported : { ...supported, layouts: layoutsUnder(policy, supported.layouts) };
}

export interface ReadNodes extends Nodes {
  readonly failures: readonly ScanFailure[];
}

/**
 * Reads the nodes of the paths, builds their PKIs, and groups them into clusters.
 *
 * @throws UserError for invalid options; a path that cannot be read is listed in `failures`
 */
export async function readNodes(
  options: LintOptions,
  judging: Judging,
  supported = supportedBy(options),
): Promise<ReadNodes> {
  const { nodes, failures } = await scanPaths(options, supported);
  forbidSharedFacts(nodes, options);
  const labelOf = ({ label }: ScannedNode) => label;
  const built = collect(nodes, labelOf, (node) => buildPki(node, options.facts ?? {}, judging));
  const pkis = withInput(withDistinctNames(built.results));
  const formed = collect([pkis], () => 'the nodes together', formClusters);
  return {
    pkis,
    clusters: formed.results.flat(),
    failures: [...failures, ...[...built.broken, ...formed.broken].map(asFailure)],
  };
}

/** Converts an error to a failure of the report. It is an internal one, unless the node itself is the reason. */
export function asFailure({ label, error }: Broken): ScanFailure {
  const { message, hint = null } = error instanceof UserError ? error : internalError(error);
  return { path: label, message, hint, exitCode: 2 };
}

/** Returns the context for judging nodes: the time, the profile, and the target release of an upgrade. */
export function judgingContext(options: LintOptions): Judging {
  const target = targetOf(options);
  return {
    at: (options.at ?? new Date()).getTime(),
    profile: options.profile ?? 'kubeadm',
    ...(target === undefined ? {} : { target }),
    ...(options.expiresWithinDays === undefined ? {} : { settings: [expiringWithin(options.expiresWithinDays)] }),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  };
}

/** `--expires-within` as options of rules: it is about all rules that report what expires soon. */
function expiringWithin(days: number): RuleSettings {
  const setting = { within: days * day };
  return { 'cert/ends-soon': setting, 'authority/ends-soon': setting };
}

/** Reads the nodes of the paths. */
export function scanPaths(options: LintOptions, supported = supportedBy(options)) {
  return scan(scanOptionsOf(options, supported));
}

/**
 * Returns the options for scanning: the paths of the options, and the facts of the tables.
 *
 * @throws UserError for a fact that no node can have
 */
export function scanOptionsOf(options: LintOptions, supported = documentedNodes): ScanOptions<Layout> {
  requireNodeName(options.facts ?? {});
  const { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig } = options;
  const all = { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig };
  const places = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return {
    paths: options.paths?.length ? options.paths : [supported.layouts[0].pki],
    ...places,
    cwd: options.cwd ?? '.',
    stdin: options.stdin ?? noStdin,
    isLive: (rootfs) => isLiveRoot(rootfs, options.cwd ?? '.'),
    podTable,
    strictness: (shown) => strictnessOfNode(findRelease(shown, { ...options.policy?.facts, ...options.facts })?.value),
    ...(options.policy === undefined ? {} : { findsComments: true, leftOut: options.policy.leftOut ?? [] }),
    ...supported,
  };
}

function noStdin(): never {
  throw new UserError('there is no standard input to read an archive from');
}

/**
 * Checks that the options set no fact that nodes cannot share, such as the node's name, if there are several nodes.
 *
 * @throws UserError if they do
 */
export function forbidSharedFacts(nodes: readonly ScannedNode[], { facts, policy }: LintOptions): void {
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
