/**
 * Incidents that pki-lint does not report as it should, and the number of the line of the plan that will change it. The test of
 * each must fail: a change that makes it pass removes the entry.
 */
export const awaited: Readonly<Record<string, number>> = {
  'ca-key-on-workers': 9,
  'etcd-key-of-root': 9,
};
