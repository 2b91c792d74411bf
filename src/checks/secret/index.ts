/** Rules `secret/*`: certificates in Secrets, and what uses or fills them. */
import { secretDateChecks } from './dates.ts';
import { secretFrontChecks } from './fronts.ts';
import { secretHostedChecks } from './hosted.ts';
import { secretManagedChecks } from './managed.ts';
import { secretPairChecks } from './pair.ts';
import { secretTokenChecks } from './tokens.ts';

export const secretChecks = {
  ...secretDateChecks,
  ...secretFrontChecks,
  ...secretHostedChecks,
  ...secretManagedChecks,
  ...secretPairChecks,
  ...secretTokenChecks,
} as const;
