/** The blast radius of one certificate, key or CA. */

import { blastOf } from '../blast/index.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { clusterPeers } from '../model/cluster/cluster.ts';
import type { BlastRadius } from '../results/blast.ts';
import { readNodes, requireAll } from './load-nodes.ts';
import { parseOptions } from './parse-options.ts';

/**
 * Returns what stops working if a certificate or key is lost or expires, and what an attacker can do with its key.
 *
 * @param what a role (`kube-apiserver`, `kubernetes-ca`, `admin.conf`, `service-account`) or a file of the nodes
 *   (`/etc/kubernetes/pki/ca.key`, `etcd/server.crt`)
 * @throws UserError if no node has it, or a path cannot be read
 */
export async function blast(what: string, options: LintOptions = {}): Promise<readonly BlastRadius[]> {
  const { pkis, clusters, failures } = await readNodes(parseOptions(options));
  requireAll(failures, pkis);
  return blastOf(what, pkis, clusterPeers(clusters));
}
