/** What the two ends of a connection present and trust in its handshake. */
import { requestsServingCertificates } from '../../artifact/arguments.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { slotId } from '../roles/slots.ts';
import type { Dial } from './dials.ts';
import {
  endOf,
  idOnNode,
  type Presented,
  presentedBy,
  recommended,
  type Trusted,
  trustedBy,
  trustedByKubeconfig,
  unknown,
} from './ends.ts';
import { presentedByEtcd, trustsAnyPeer } from './etcd.ts';
import { notServing, servedByKubelet } from './kubelet-end.ts';
import { servedBy } from './served.ts';
import { isServingSigner } from './signers.ts';

export interface BothEnds {
  /** What the client presents; undefined if it is not a certificate. */
  readonly presented: Presented | undefined;
  /** What the server verifies it with; undefined if it is not a certificate. */
  readonly verifier: Trusted | undefined;
  /** What the server presents; undefined if it is not known. */
  readonly served: Presented | undefined;
  /** What the client verifies it with; undefined if the client does not verify it. */
  readonly trusted: Trusted | undefined;
}

/** Returns both ends of a connection. `role` is the client's role named by `row.presents`, if there is one. */
export function bothEnds(row: ConnectionRow, client: Pki, role: Role | undefined, dial: Dial): BothEnds {
  const trusted = trustedOf(row, client, role, dial);
  return {
    presented: role && (presentedByEtcd(client, row) ?? presentedBy(client, role)),
    verifier: role || row.dials === 'signer' ? verifierOf(row, client, dial) : undefined,
    served: servedOf(row, dial, trusted),
    trusted,
  };
}

function verifierOf(row: ConnectionRow, client: Pki, { server }: Dial): Trusted {
  if (server) return trustedBy(server, row.verifies);
  return endOf(client, [], { path: client.node.pki }, unknown(`${row.server} is not in the input`));
}

function trustedOf(row: ConnectionRow, client: Pki, role: Role | undefined, dial: Dial): Trusted | undefined {
  if (row.trust === 'nothing') return undefined;
  if (row.trust === 'kubeconfig') return role?.kind === 'kubeconfig' ? trustedByKubeconfig(client, role) : undefined;
  if (!row.trust.includes(' ')) return recommended(client, row.trust);
  const trusted = trustedBy(client, row.trust);
  if (row.dials === 'peer-urls' && trustsAnyPeer(client, trusted, dial)) return undefined;
  if (trusted.material.state !== 'none') return row.dials === 'kubelets' ? orItsSigner(trusted, client, dial) : trusted;
  // Without `--kubelet-certificate-authority` kube-apiserver does not verify kubelets.
  if (row.dials === 'kubelets') return undefined;
  return row.dials === 'service' ? (publishedInstead(client) ?? trusted) : trusted;
}

/** If a kubelet requests its certificate, the signer may be at fault instead of what kube-apiserver trusts. */
function orItsSigner(trusted: Trusted, client: Pki, { server }: Dial): Trusted {
  if (![client, server].every((pki) => pki && requestsServingCertificates(pki.node))) return trusted;
  const signers = client.slots.filter(isServingSigner).map((slot) => idOnNode(client, slotId(slot)));
  return { ...trusted, blames: [...trusted.blames, ...signers] };
}

/**
 * The CA that kube-controller-manager publishes without `--root-ca-file`: the one that its own kubeconfig embeds
 * (k8s.io/kubernetes cmd/kube-controller-manager/app/certificates.go, getKubeAPIServerCAFileContents).
 */
function publishedInstead(client: Pki): Trusted | undefined {
  const role = client.roles.find(({ id }) => id === roleIds.controllerManager);
  const embedded = role?.kubeconfig?.cluster?.certificateAuthority?.embedded !== undefined;
  return role?.kind === 'kubeconfig' && (embedded || role.seen === 'unseen')
    ? trustedByKubeconfig(client, role)
    : undefined;
}

function servedOf(row: ConnectionRow, { server, host }: Dial, trusted: Trusted | undefined): Presented | undefined {
  if (server === undefined) return undefined;
  // A kubelet's certificate matters only to clients that verify it, unless it has none.
  if (row.dials === 'kubelets') return trusted || notServing(server) ? servedByKubelet(server) : undefined;
  return row.serves === null ? undefined : servedBy(server, row.serves, host);
}
