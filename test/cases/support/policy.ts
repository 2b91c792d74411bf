import { backupClient, policyWith } from '../../support/policy.ts';

const years = (count: number) => new Date(Date.parse('2026-11-24T14:00:00Z') + count * 365 * 24 * 3_600_000);

export const longLived = { notAfter: years(2) };

export const ours = policyWith({ certificates: [backupClient] });
