/** What hangs on one certificate, key or authority of the nodes of the paths. */

import { blastOf } from '../blast/index.ts';
import type { BlastRadius } from '../core/blast.ts';
import { UserError } from '../core/errors.ts';
import type { LintOptions } from '../lint/options.ts';
import { clusterPeers } from '../model/cluster/cluster.ts';
import { judgingContext, readNodes } from './load-nodes.ts';

/**
 * What stops without it, and who is a thief who has it, for a role (`kube-apiserver`, `kubernetes-ca`, `admin.conf`,
 * `service-account`) or a file of the nodes (`/etc/kubernetes/pki/ca.key`, `etcd/server.crt`).
 *
 * @throws UserError where nothing is meant by it, or a path cannot be read
 */
export async function blast(what: string, options: LintOptions = {}): Promise<readonly BlastRadius[]> {
  const { pkis, clusters, failures } = await readNodes(options, judgingContext(options));
  const [failure] = failures;
  if (failure) throw new UserError(`${failure.path}: ${failure.message}`, failure.hint ?? undefined, failure.exitCode);
  return blastOf(what, pkis, clusterPeers(clusters));
}
