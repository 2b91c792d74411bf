/** Everything that expires on nodes. */

import { leftOutReasons } from '../artifact/left-out.ts';
import { day } from '../core/time.ts';
import { byExpiry, expiryEntries } from '../lint/findings/expiry.ts';
import { leftOutPaths } from '../lint/findings/not-checked.ts';
import { objectExpiries } from '../lint/objects/expiry.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import type { ExpiryReport } from '../results/expiry.ts';
import type { UncheckedPath } from '../results/outcome.ts';
import { audit } from './lint.ts';

export interface ExpiryOptions extends Omit<LintOptions, 'failOn' | 'rules' | 'only'> {
  /** The exit code is 1 if anything in use expires within this many days; by default it does not depend on dates. */
  readonly withinDays?: number;
}

/**
 * Returns every certificate of the nodes, and of dumps of objects, with its expiry, the earliest first.
 *
 * @throws UserError for invalid options; a path that cannot be read is listed in `failures`
 */
export async function expiry({ withinDays, ...options }: ExpiryOptions = {}): Promise<ExpiryReport> {
  const { report, pkis, dumps } = await audit({ ...options, failOn: 'never' });
  const reported = new Set(report.nodes.map(({ name }) => name));
  const judged = pkis.filter(({ name }) => reported.has(name));
  const entries = [
    ...judged.flatMap((pki) => expiryEntries(report.inventory, pki)),
    ...dumps.flatMap((dump) => objectExpiries(dump, Date.parse(report.at))),
  ];
  const limit = withinDays === undefined ? Number.NEGATIVE_INFINITY : Date.parse(report.at) + withinDays * day;
  const expiring = entries.filter(({ inUse, expires }) => inUse && Date.parse(expires) <= limit).length;
  return {
    schemaVersion: 1,
    tool: report.tool,
    at: report.at,
    withinDays: withinDays ?? null,
    exitCode: report.exitCode === 0 && expiring > 0 ? 1 : report.exitCode,
    ...(report.objects && { objects: report.objects.map(({ dump }) => dump) }),
    nodes: report.nodes.map(({ name, role, layout, kubernetesVersion }) => ({ name, role, layout, kubernetesVersion })),
    entries: entries.toSorted(byExpiry),
    expiring,
    // A policy may say that kubeconfigs are left out, but their certificates expire all the same.
    notChecked: [...report.notChecked, ...judged.flatMap((pki) => leftOutPaths(pki, true))].filter(hasDates),
    failures: report.failures,
  };
}

/** Keys do not expire. */
const hasDates = ({ reason }: UncheckedPath): boolean => reason !== leftOutReasons.keys;
