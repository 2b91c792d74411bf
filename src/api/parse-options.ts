/** The options of a call, each read once. */

import type { Layouts } from '../artifact/layout.ts';
import { UserError } from '../core/errors.ts';
import { nearest } from '../core/text.ts';
import { day } from '../core/time.ts';
import type { ExceptionOptions } from '../lint/exceptions/judged-matcher.ts';
import { type LintOptions, targetOf } from '../lint/rules/lint-options.ts';
import { type Selection, select } from '../lint/rules/selection.ts';
import type { GivenFacts } from '../model/facts/facts.ts';
import { findRelease } from '../model/facts/gather.ts';
import { requireNodeName } from '../model/facts/given.ts';
import type { Judging } from '../model/roles/pki.ts';
import type { Report } from '../results/report.ts';
import type { ScanOptions } from '../scan/scan-options.ts';
import type { RuleSettings } from '../settings/policy.ts';
import { knownFields } from '../tables/configurations.ts';
import { strictnessOfNode } from '../tables/go-releases.ts';
import { layouts } from '../tables/layouts/index.ts';
import type { Layout } from '../tables/layouts/layout.ts';
import { layoutsUnder } from '../tables/layouts/policy.ts';
import { withUnjudged } from '../tables/layouts/unjudged.ts';
import { podTable } from '../tables/pod-fields.ts';
import { isLiveRoot } from './live-root.ts';

/** The layouts that nodes can have, and the sources of components and their flags. */
export type SupportedNodes = Pick<ScanOptions<Layout>, 'layouts' | 'sources'>;

/** What each step of a call needs of its options. */
export interface ParsedOptions {
  /** What is read, and how. */
  readonly scan: ScanOptions<Layout>;
  /** How it is judged. */
  readonly judging: {
    readonly context: Judging;
    /** The facts of the call, which outweigh those of files and of the policy. */
    readonly facts: GivenFacts;
    /** What decides about exceptions, if there is a policy. */
    readonly exceptions: ExceptionOptions | undefined;
  };
  /** What is reported. */
  readonly selection: Selection;
  /** What the report says beyond that. */
  readonly output: {
    readonly failOn: Report['failOn'];
    /** Whether to fail if anything could not be checked. */
    readonly requireComplete: boolean;
    /** What was selected; empty: everything. */
    readonly only: readonly string[];
    /** Whether it has the view of the CIS Kubernetes Benchmark. */
    readonly cis: boolean;
  };
}

/**
 * Reads the options of a call. No other code asks them.
 *
 * @param among the layouts and sources that are known; default those of `rules/tables/`
 * @throws UserError for options that are wrong or contradict each other, and for a policy that contradicts the tables
 */
export function parseOptions(options: LintOptions, among: SupportedNodes = { layouts }): ParsedOptions {
  const supported = supportedBy(options, among);
  const { rules = {}, only = [], passes, policy, trustsComments } = options;
  const selection = select(rules, only, passes, supported.layouts);
  const context = judgingContext(options);
  const isLive = (rootfs: string) => isLiveRoot(rootfs, options.cwd ?? '.');
  return {
    scan: { ...scanOptionsOf(options, supported), isLive, now: Date.now },
    judging: {
      context,
      facts: options.facts ?? {},
      exceptions: policy && {
        rules,
        policy,
        at: context.at,
        isLive,
        ...(trustsComments && { trustsComments }),
      },
    },
    selection,
    output: {
      failOn: options.failOn ?? 'error',
      requireComplete: options.requireComplete ?? false,
      only,
      cis: options.cis ?? false,
    },
  };
}

/** The layouts with the rows of the policy; only one if the call names it. */
function supportedBy({ policy, layout }: LintOptions, among: SupportedNodes): SupportedNodes {
  const supported = layout === undefined ? among : { ...among, layouts: [layoutNamed(layout, among.layouts)] as const };
  return policy === undefined ? supported : { ...supported, layouts: layoutsUnder(policy, supported.layouts) };
}

/** @throws UserError if there is none */
function layoutNamed(name: string, among: Layouts<Layout>): Layout {
  const named = among.find((one) => one.name === name);
  if (named !== undefined) return named;
  const names = among.map((one) => one.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `expected one of ${names.join(', ')}` : `did you mean "${near}"?`;
  throw new UserError(`no layout "${name}"`, hint);
}

/** The context for judging nodes: the time, the profile, and the target release of an upgrade. */
function judgingContext(options: LintOptions): Judging {
  const target = targetOf(options);
  return {
    at: (options.at ?? new Date()).getTime(),
    documentedOnly: options.profile === 'documented',
    ...(options.layout !== undefined && { layout: options.layout }),
    ...(target === undefined ? {} : { target }),
    ...(options.expiresWithinDays === undefined ? {} : { settings: [expiringWithin(options.expiresWithinDays)] }),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  };
}

/** `--expires-within` as options of rules: it is about all rules that report what expires soon. */
function expiringWithin(days: number): RuleSettings {
  const setting = { within: days * day };
  const groups = ['cert', 'authority', 'secret', 'webhook', 'api-service'];
  return Object.fromEntries(groups.map((group) => [`${group}/ends-soon`, setting]));
}

/** The options for scanning: the paths of the options, and the facts of the tables. */
function scanOptionsOf(options: LintOptions, supported: SupportedNodes): ScanOptions<Layout> {
  requireNodeName(options.facts ?? {});
  const { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig: installerConfig } = options;
  const all = { rootfs, manifests, kubeconfigs, kubeletDir, installerConfig };
  const places = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const releaseOf = (shown: Parameters<typeof findRelease>[0]) =>
    findRelease(shown, { ...options.policy?.facts, ...options.facts })?.value;
  return {
    paths: options.paths ?? [],
    ...places,
    cwd: options.cwd ?? '.',
    stdin: options.stdin ?? noStdin,
    ...(options.onProgress && { onProgress: options.onProgress }),
    podTable,
    knownFields,
    strictness: (shown) => strictnessOfNode(releaseOf(shown)),
    release: releaseOf,
    ...(options.policy === undefined ? {} : { findsComments: true, leftOut: options.policy.leftOut ?? [] }),
    ...supported,
    // One that the call names is believed.
    layouts: options.layout === undefined ? withUnjudged(supported.layouts) : supported.layouts,
  };
}

function noStdin(): never {
  throw new UserError('there is no standard input to read an archive from');
}
