/** What the two ends of a connection bring to its handshake. */
import { roleIds } from '../../tables/role-ids.ts';
import type { ConnectionRow } from '../../tables/tables.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import type { Dial } from './dials.ts';
import { recommended, type Shown, shownBy, type Trusted, trustedBy, trustedByKubeconfig } from './ends.ts';
import { shownByEtcd, trustsAnyPeer } from './etcd.ts';
import { servedByKubelet } from './kubelet-end.ts';
import { servedBy } from './served.ts';

export interface BothEnds {
  /** What the client shows; undefined where that is no certificate. */
  readonly shown: Shown | undefined;
  /** By what the server verifies it; undefined where it is no certificate. */
  readonly verifier: Trusted | undefined;
  /** What the server shows; undefined where it is not known. */
  readonly served: Shown | undefined;
  /** By what the client verifies it; undefined where it does not. */
  readonly trusted: Trusted | undefined;
}

/** Both ends of a connection; `role` is what plays `row.presents`, where that is a role. */
export function bothEnds(row: ConnectionRow, client: Pki, role: Role | undefined, dial: Dial): BothEnds {
  const shown = role && (shownByEtcd(client, row) ?? shownBy(client, role));
  const trusted = trustedOf(row, client, role, dial);
  return {
    shown,
    verifier: role || row.dials === 'signer' ? verifierOf(row, client, dial) : undefined,
    served: servedOf(row, dial, trusted),
    trusted,
  };
}

function verifierOf(row: ConnectionRow, client: Pki, { server }: Dial): Trusted {
  if (server) return trustedBy(server, row.verifies, row.verifiedBy);
  const reason = `${row.server} was not given`;
  return { has: { state: 'unknown', reason }, owner: client, blames: [], at: { path: client.node.pki } };
}

function trustedOf(row: ConnectionRow, client: Pki, role: Role | undefined, dial: Dial): Trusted | undefined {
  if (row.trust === 'nothing') return undefined;
  if (row.trust === 'kubeconfig') return role && trustedByKubeconfig(client, role);
  if (!row.trust.includes(' ')) return recommended(client, row.trust);
  const trusted = trustedBy(client, row.trust, row.trusts);
  if (row.dials === 'peer-urls' && trustsAnyPeer(client, trusted, dial)) return undefined;
  if (trusted.has.state !== 'none') return trusted;
  // Without its argument kube-apiserver does not verify kubelets.
  if (row.dials === 'kubelets') return undefined;
  return row.dials === 'service' ? (publishedInstead(client) ?? trusted) : trusted;
}

/**
 * What kube-controller-manager publishes for want of `--root-ca-file`: the CA that its own kubeconfig embeds
 * (k8s.io/kubernetes cmd/kube-controller-manager/app/certificates.go, rootCA).
 */
function publishedInstead(client: Pki): Trusted | undefined {
  const role = client.roles.find(({ id }) => id === roleIds.controllerManager);
  const embedded = role?.kubeconfig?.cluster?.certificateAuthority?.embedded !== undefined;
  return role && (embedded || role.seen === 'unseen') ? trustedByKubeconfig(client, role) : undefined;
}

function servedOf(row: ConnectionRow, { server, host }: Dial, trusted: Trusted | undefined): Shown | undefined {
  if (server === undefined) return undefined;
  // What a kubelet serves matters to whoever verifies it.
  if (row.dials === 'kubelets') return trusted && servedByKubelet(server);
  return row.serves === null ? undefined : servedBy(server, row.serves, host);
}
