/** Compares the names that the control planes of a cluster share in their certificates. */

import { sharedNames } from '../../model/cluster/shared-names.ts';
import { diallingAround, rolesWithSharedNames } from '../../model/dialling/index.ts';
import { canonicalHost } from '../../model/facts/host.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { servedBy } from '../../model/handshake/served.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { CertificateRole, Role } from '../../model/roles/role.ts';
import { roleId } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { namesOf } from '../base/odd-nodes.ts';

const isServing = (role: Role): role is CertificateRole =>
  role.kind === 'certificate' && rolesWithSharedNames.includes(role.id);

/**
 * The shared names that a certificate lacks, without those that a client of the input dials: connections report these.
 * Nor those for which the API server presents a different certificate.
 */
function lackingOf(role: CertificateRole, pki: Pki): readonly string[] {
  const { leaf, signedBy, parent, inUse } = role;
  if (leaf === undefined || !inUse || signedBy !== parent.id) return [];
  const dialled = new Set(diallingAround(pki).clients.map(({ host }) => canonicalHost(host)));
  const isServed = (host: string) => {
    if (role.row.role !== roleIds.apiServer) return hasName(leaf, host);
    const { material } = servedBy(pki, role.id, host);
    return hasName(material.state === 'known' ? material.value.leaf : leaf, host);
  };
  return sharedNames(role, pki).filter((host) => !dialled.has(host) && !isServed(host));
}

export const clusterNamesChecks = {
  /**
   * kubeadm writes `certSANs` and the endpoint into the certificates of every control plane (kubeadm pki_helpers.go). A
   * virtual address of some of them, such as two with keepalived, is never served by the others.
   */
  'cluster/names': check('cluster', function* ({ nodes }) {
    const controlPlanes = nodes.filter(({ kind }) => kind === 'control-plane');
    if (controlPlanes.length < 2) return yield notApplicable('fewer than two control planes');
    for (const node of controlPlanes) {
      for (const role of node.roles.filter(isServing)) {
        const lacking = lackingOf(role, node);
        if (lacking.length === 0) continue;
        const others = controlPlanes.filter((other) => other !== node);
        const data = { role: role.id, node: node.name, missing: list(lacking), others: namesOf(others) };
        yield problem(role.at, data, {
          key: `${role.id} ${lacking.join()}`,
          affects: [idOnNode(node, roleId(role.id))],
          on: { node, subject: role.id, role: role.id },
        });
      }
    }
  }),
};
