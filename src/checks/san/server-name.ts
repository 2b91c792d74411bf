/** Names that a certificate lacks and that kubeconfigs ask for by `tls-server-name`, not by what they dial. */

import type { Certificate } from '../../artifact/certificate.ts';
import { lineOf } from '../../artifact/place.ts';
import { handful } from '../../core/text.ts';
import { diallingAround, isServers } from '../../model/dialling/index.ts';
import type { Dialled } from '../../model/dialling/kubeconfig-server.ts';
import { canonicalHost, hostOf } from '../../model/facts/host.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { hasName } from '../../x509/verify/host-name.ts';

const nameOf = (role: KubeconfigRole) => role.kubeconfig?.cluster?.tlsServerName;

const kubeconfigsOf = ({ roles }: Pki) => roles.flatMap((role) => (role.kind === 'kubeconfig' ? [role] : []));

/** The kubeconfigs of the node that ask for what was dialled. */
function asking(dialled: readonly Dialled[], pki: Pki): readonly KubeconfigRole[] {
  const hosts = new Set(dialled.flatMap(({ by, from }) => (from === undefined ? by : [])));
  return kubeconfigsOf(pki).filter((role) => hosts.has(role.id) && nameOf(role)?.value);
}

/** Says where names come from; empty if all are dialled. */
export function placesOfName(dialled: readonly Dialled[], pki: Pki): string {
  const places = asking(dialled, pki).flatMap((role) => nameOf(role)?.at ?? []);
  return places.length === 0 ? '' : ` (tls-server-name in ${handful(places.map(lineOf), 3)})`;
}

/**
 * The kubeconfigs that alone ask for the missing names, at most two, although the certificate is valid for what they
 * dial: a fix removes their `tls-server-name`. None if most kubeconfigs ask for them, or another certificate of an API
 * server has the names.
 */
export function misnamed(dialled: readonly Dialled[], leaf: Certificate, pki: Pki): readonly KubeconfigRole[] {
  const roles = asking(dialled, pki);
  const known = diallingAround(pki);
  const isAlone = dialled.every(({ by, from }) => from === undefined && roles.some(({ id }) => id === by));
  const isMeant = dialled.some(({ host }) => isServers(known, canonicalHost(host)));
  const isCovered = (role: KubeconfigRole) =>
    hasName(leaf, hostOf(role.kubeconfig?.cluster?.server?.value ?? '') ?? '');
  const isMost = 2 * roles.length > kubeconfigsOf(pki).filter(({ kubeconfig }) => kubeconfig !== undefined).length;
  return roles.length > 2 || !isAlone || isMeant || isMost || !roles.every(isCovered) ? [] : roles;
}
