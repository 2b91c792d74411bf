/** Rules `secret/*`: certificates in Secrets, and what uses or fills them. */
import { secretDateChecks } from './dates.ts';
import { secretFrontChecks } from './fronts.ts';
import { secretManagedChecks } from './managed.ts';
import { secretPairChecks } from './pair.ts';

export const secretChecks = {
  ...secretDateChecks,
  ...secretFrontChecks,
  ...secretManagedChecks,
  ...secretPairChecks,
} as const;
