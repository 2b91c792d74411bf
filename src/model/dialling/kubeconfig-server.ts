/** The server that a kubeconfig verifies. */
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import type { SetBy } from '../../artifact/place.ts';
import { hostOf } from '../facts/host.ts';
import { sharesKey } from '../roles/authorities.ts';
import type { KubeconfigRole } from '../roles/role.ts';

export interface Dialled {
  readonly host: string;
  /** The client, or the source of the name. */
  readonly by: string;
  /** The label of the client's node, if it is a different one. */
  readonly from?: string;
  readonly at: SetBy | undefined;
  /** What does not work if the name is refused, if that is not what the connection of the client says. */
  readonly without?: string;
}

/** Whether a kubeconfig is for another cluster: it trusts none of this cluster's CAs. */
export function isOfAnotherCluster(role: KubeconfigRole): boolean {
  const trusted = certificatesInPem(role.kubeconfig?.cluster?.certificateAuthority?.embedded);
  const own = role.servingCa.certificates;
  return trusted.length > 0 && own.length > 0 && !sharesKey(trusted, own);
}

/** Returns the name that a kubeconfig verifies; none if it does not verify a server of this cluster. */
export function kubeconfigServer(role: KubeconfigRole): readonly Dialled[] {
  const cluster = role.kubeconfig?.cluster;
  if (!cluster?.server || cluster.insecureSkipTlsVerify?.value || isOfAnotherCluster(role)) return [];
  const host = cluster.tlsServerName?.value || hostOf(cluster.server.value);
  if (!/^https:/.test(cluster.server.value) || host === undefined) return [];
  return [{ host, by: role.id, at: (cluster.tlsServerName ?? cluster.server).at }];
}
