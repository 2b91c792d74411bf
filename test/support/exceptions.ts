/** Policies with exceptions, for tests. */
import type { Exception, ExceptionMatch, Policy } from '../../src/settings/policy.ts';
import { policyWith } from './policy.ts';

/** An exception through 2027-03-31, at the line of its place in the list. */
export type Given = Partial<Exception> & { readonly match: ExceptionMatch };

/** Returns a policy with exceptions, and nothing else unless `more` has it. */
export const withExceptions = (exceptions: readonly Given[], more: Partial<Policy> = {}): Policy =>
  policyWith({
    exceptions: exceptions.map((one, index) => ({
      reason: 'replaced together with the load balancer',
      until: '2027-03-31',
      at: { file: 'pki-lint.config.yaml', line: 10 * (index + 1), column: 5, endLine: 10 * (index + 1), endColumn: 30 },
      ...one,
    })),
    ...more,
  });
