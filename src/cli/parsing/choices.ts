/**
 * The words that options accept. The shell completes them, so nothing is imported here that completion does not need.
 */
import { type Severity, severities } from '../../results/finding.ts';
import { algorithms } from '../../results/issue/plan.ts';
import { extendedKeyUsageNames } from '../../x509/oids.ts';
import { colorChoices } from '../terminal/color.ts';

/** Short names of extended key usages. */
export const shortUsages: Readonly<Record<string, string>> = { server: 'serverAuth', client: 'clientAuth', any: 'any' };

/** By the types in `rules/tables/options.json`. */
export const choicesOf = {
  topology: ['stacked', 'external'],
  profile: ['kubeadm', 'documented'],
  'fail-on': [...severities, 'never'],
  color: colorChoices,
  'group-by': ['cis'],
  preset: ['recommended', 'strict', 'cis-1.12', 'cis-2.0', 'upgrade'],
  members: ['one', 'several'],
  algorithm: algorithms,
  usages: [...Object.keys(shortUsages), ...Object.values(extendedKeyUsageNames)],
} as const;

/** The types of options that can be repeated. */
export const repeatable: readonly string[] = ['texts', 'list', 'addresses', 'cidrs', 'usages', 'destinations'];

/** The severities that `--rule` can set. */
export const levels: readonly ('off' | Severity)[] = ['off', ...severities];
