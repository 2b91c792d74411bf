/** Whether a server lets the name in a client's certificate do the work, beside trusting who signed it. */
import { componentNamed, lastArgument } from '../../core/arguments.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Dials } from '../../spec/tables.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { authorizedNames, missingGroups } from '../authorization.ts';
import { readAddress } from '../host.ts';
import type { Pki, Role } from '../pki.ts';
import { shownBy } from './ends.ts';
import { fails, isUnknown, type Leg, leg } from './legs.ts';

/** Groups that may do everything: the one of the code, and the one that kubeadm binds to cluster-admin. */
const administrators = new Set(['system:masters', 'kubeadm:cluster-admins']);

/** RBAC, the Node authorizer, or `--requestheader-allowed-names` (k8s.io/apiserver x509.go, allowedCommonNames). */
export function identityLeg(role: Role, client: Pki, server: Pki): Leg {
  const answer = () => {
    if (!role.leaf) return undefined;
    const { commonName, organizations } = role.leaf.subject;
    if (role.row.authorizedBy !== 'allowed-names' && organizations.some((group) => administrators.has(group)))
      return undefined;
    const names = authorizedNames(role, role.row.authorizedBy === 'allowed-names' ? server : client);
    if (names === 'unknown') return isUnknown('the node name is unknown (--node-name)');
    const groups = missingGroups(role, client);
    if (names?.includes(commonName) === false) {
      return fails(
        role.row.authorizedBy === 'allowed-names'
          ? `x509: subject with cn=${commonName} is not in the allowed list`
          : `Forbidden: User "${commonName}" is not ${names.map((name) => `"${name}"`).join(' or ')}`,
      );
    }
    return groups && fails(`Forbidden: User "${commonName}" is in no group of ${groups.join(', ')}`);
  };
  return leg('identity', shownBy(client, role), answer());
}

/**
 * etcd's checks beside the chain: client/pkg/transport listener.go (AllowedCN, AllowedHostname; lists from 3.6 on). A peer
 * asks them of the peer that it dials, too. The gateway dials with its server's settings, verifies nothing, and then
 * finds no verified chain in which to look for the name.
 */
export function etcdIdentityLeg(role: Role, client: Pki, server: Pki, dials: Dials): Leg {
  const peer = dials === 'peer-urls';
  const sides = peer ? [client, server] : [server];
  const refused = sides.some((side) => {
    const etcd = componentNamed(side.node, 'etcd');
    const flag = (name: string) => ((etcd && lastArgument(etcd, name)?.value) || undefined)?.split(',') ?? [];
    const names = peer ? flag('peer-cert-allowed-cn') : [];
    const hosts = flag(peer ? 'peer-cert-allowed-hostname' : 'client-cert-allowed-hostname');
    const leaf = side === server ? role.leaf : server.roles.find(({ id }) => id === role.id)?.leaf;
    if (dials === 'etcd-gateway') return hosts.length > 0;
    return leaf !== undefined && !allows(leaf, names, hosts);
  });
  return leg(
    'identity',
    shownBy(client, role),
    refused ? fails('client certificate authentication failed') : undefined,
  );
}

function allows(leaf: Certificate, names: readonly string[], hosts: readonly string[]): boolean {
  if (names.length > 0 && !names.includes(leaf.subject.commonName)) return false;
  return hosts.length === 0 || hosts.some((host) => verifyHostname(leaf, host) === undefined);
}

/**
 * etcd lets a peer in only from an address that its certificate names (client/pkg/transport listener_tls.go, checkCertSAN);
 * a certificate without any name passes. undefined: not asked.
 */
export function peerAddressLeg(role: Role, client: Pki, server: Pki, addresses: readonly string[]): Leg | undefined {
  const etcd = componentNamed(server.node, 'etcd');
  const skips = ['peer-skip-client-san-verification', 'experimental-peer-skip-client-san-verification'].some(
    (flag) => etcd && lastArgument(etcd, flag)?.value === 'true',
  );
  if (skips || !role.leaf || addresses.length === 0) return undefined;
  return leg('client-name', shownBy(client, role), sourceAnswer(role.leaf, addresses));
}

function sourceAnswer(leaf: Certificate, addresses: readonly string[]) {
  const sans = (leaf.sans ?? []).filter(({ type }) => type === 'DNS' || type === 'IP');
  const ips = addresses.filter((address) => readAddress(address) !== undefined);
  const refused = ips.map((address) => verifyHostname(leaf, address));
  if (sans.length === 0 || ips.length === 0 || refused.includes(undefined)) return undefined;
  const names = sans.filter(({ type }) => type === 'DNS').map(({ value }) => value);
  return names.length > 0
    ? isUnknown(`etcd asks DNS whether ${names.join(' or ')} is ${ips[0]}`)
    : fails(`etcd refuses the client: ${refused[0]}`);
}
