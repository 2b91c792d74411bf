/** What an attacker who has a private key can do: every verifier of every node is checked. */

import { componentNamed } from '../core/arguments.ts';
import type { Power } from '../core/blast.ts';
import type { Certificate } from '../core/certificate.ts';
import { fill, handful } from '../core/text.ts';
import { type Trusted, trustedBy } from '../model/handshake/ends.ts';
import { isAllowed } from '../model/handshake/etcd.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import { allowedFrontProxyNames } from '../model/roles/authorization.ts';
import type { Pki } from '../model/roles/pki.ts';
import { slotName } from '../model/roles/slots.ts';
import { nameRows, otherNames, posing, tokenSigning, type VerifierRow, verifierRows } from '../tables/identities.ts';
import { connectionRows } from '../tables/tables.ts';
import { verify } from '../x509/verify.ts';

/** What a compromised key gives access to. */
export interface Compromised {
  /** Ids of the public keys. */
  readonly keys: ReadonlySet<string>;
  /** Leaf certificates for these keys, each with the other certificates of its file. */
  readonly leaves: readonly { readonly leaf: Certificate; readonly intermediates: readonly Certificate[] }[];
  /** CA certificates for these keys. */
  readonly authorities: readonly Certificate[];
}

/** A capability of an attacker, and the steps that revoke it. */
export interface Capability extends Power {
  readonly revocation: readonly string[];
}

/**
 * What an attacker can do with the compromised keys: as a client of each server, as a server to each client, and by
 * signing service account tokens. Equal capabilities on several nodes are merged.
 */
export function findCapabilities(
  compromised: Compromised,
  pkis: readonly Pki[],
  connections: readonly SimulatedConnection[],
): readonly Capability[] {
  const all = [
    ...pkis.flatMap((pki) => verifierRows.flatMap((row) => asClient(compromised, pki, row))),
    ...pkis.flatMap((pki) => asTokenSigner(compromised, pki)),
    ...connections.flatMap((connection) => asClientOfUnseenServer(compromised, connection)),
    ...connections.flatMap((connection) => asServer(compromised, connection)),
  ];
  const merged = new Map<string, Capability>();
  for (const capability of all) {
    const key = [capability.to, capability.by, capability.may].join('\0');
    const nodes = new Set([...(merged.get(key)?.nodes ?? []), ...capability.nodes]);
    merged.set(key, { ...capability, nodes: [...nodes] });
  }
  return [...merged.values()];
}

/** What an attacker can do to a component that verifies clients by a flag. */
function asClient(compromised: Compromised, pki: Pki, row: VerifierRow): readonly Capability[] {
  const [component = '', flag = ''] = row.by.split(' ');
  const pool = clientPool(pki, row.by, component);
  if (pool === undefined) return [];
  const slot = pki.slots.find((one) => one.component.name === component && one.row.flag === flag);
  const verifier = { nodes: [pki.name], to: component, by: slot ? slotName(slot) : `${component} --${flag}` };
  if (canSignFor(compromised, pool, pki)) return [{ ...verifier, may: row.signer, revocation: [row.back] }];
  return compromised.leaves.flatMap((chain) => {
    const { leaf } = chain;
    if (!trusts(pool, chain, 'clientAuth', pki) || !isNameAllowed(pki, row.by, leaf)) return [];
    return [{ ...verifier, ...permissionsOf(leaf, row) }];
  });
}

/** What the identity in a client certificate is permitted to do by a verifier that trusts it. */
function permissionsOf(leaf: Certificate, row: VerifierRow): Pick<Capability, 'may' | 'revocation'> {
  const { commonName, organizations } = leaf.subject;
  const groups = organizations.map((name) => `"${name}"`);
  const identity = `user "${commonName}"${groups.length > 0 ? ` in ${handful(groups, 5)}` : ''}`;
  const name = row.named ? nameRowOf(leaf) : undefined;
  const may = row.named ? `: ${name?.may ?? otherNames}` : '';
  return { may: `${fill(row.leaf, { identity })}${may}`, revocation: [...(name?.back ? [name.back] : []), row.back] };
}

/**
 * What an attacker can do to a server that is not in the input. The server may trust the client certificate that it is
 * presented with. If so, it also trusts an attacker who has the key of that certificate, or of a CA that signed it.
 */
function asClientOfUnseenServer(
  compromised: Compromised,
  { row, client, server, ends }: SimulatedConnection,
): readonly Capability[] {
  const verifier = verifierRows.find(({ by }) => by === row.verifies);
  const shown = ends.presented?.material.state === 'known' ? ends.presented.material.value : undefined;
  if (server || !verifier || !shown) return [];
  const by = `${row.verifies.replace(' ', ' --')}, not given`;
  const target = { nodes: [client.name], to: row.server, by };
  const { may, revocation } = permissionsOf(shown.leaf, verifier);
  if (compromised.keys.has(shown.leaf.publicKey.id)) {
    return [{ ...target, may: `where that trusts it, ${may}`, revocation }];
  }
  if (!trusts(compromised.authorities, shown, 'any', client)) return [];
  return [{ ...target, may: `where that trusts it, ${verifier.signer}`, revocation: [verifier.back] }];
}

/**
 * The CA certificates by which a component of the node verifies its clients; undefined if they are not known. For a
 * bare PKI folder, those of the CA that the tables document.
 */
function clientPool(pki: Pki, by: string, component: string): readonly Certificate[] | undefined {
  const bare = pki.node.components.length === 0 && pki.kind === 'control-plane' && component !== 'kubelet';
  if (!bare && componentNamed(pki.node, component) === undefined) return undefined;
  const authority = connectionRows.find((row) => row.verifies === by)?.verifiedBy ?? null;
  return known(trustedBy(pki, by, authority));
}

const known = ({ material }: Trusted): readonly Certificate[] | undefined =>
  material.state === 'known' ? material.value : undefined;

/** Whether the compromised keys can sign certificates that a pool verifies. */
function canSignFor({ keys, authorities }: Compromised, pool: readonly Certificate[], pki: Pki): boolean {
  const anchors = pool.filter(({ notAfter, publicKey }) => notAfter >= pki.judging.at && keys.has(publicKey.id));
  return anchors.length > 0 || authorities.some((leaf) => trusts(pool, { leaf, intermediates: [] }, 'any', pki));
}

type Chain = Compromised['leaves'][number];

/** Whether a verifier with these roots accepts a chain for a usage and, unless it is empty, for a host. */
function trusts(roots: readonly Certificate[], chain: Chain, usage: string, pki: Pki, host = ''): boolean {
  const { leaf, intermediates } = chain;
  const { judging, strictness } = pki;
  return verify(leaf, { roots, intermediates, usages: [usage], at: judging.at, strictness, host }).ok;
}

/** Whether a server that restricts the names of its clients accepts this one. */
function isNameAllowed(pki: Pki, by: string, leaf: Certificate): boolean {
  if (by.endsWith('requestheader-client-ca-file')) {
    return allowedFrontProxyNames(pki)?.includes(leaf.subject.commonName) ?? true;
  }
  return !by.startsWith('etcd ') || isAllowed(pki, leaf, by === 'etcd peer-trusted-ca-file' ? 'peer-' : '');
}

function nameRowOf({ subject }: Certificate) {
  return nameRows.find(({ kind, name }) => {
    if (kind === 'group') return subject.organizations.includes(name);
    return name.endsWith(':') ? subject.commonName.startsWith(name) : subject.commonName === name;
  });
}

function asTokenSigner({ keys }: Compromised, pki: Pki): readonly Capability[] {
  const { verifiers } = pki.serviceAccount;
  const verified = verifiers.some(({ loaded }) => loaded?.ok && loaded.value.some(({ id }) => keys.has(id)));
  if (!verified) return [];
  const by = 'kube-apiserver --service-account-key-file';
  return [{ nodes: [pki.name], to: 'kube-apiserver', by, may: tokenSigning.signer, revocation: [tokenSigning.back] }];
}

/** What an attacker can do to a client by impersonating its server. */
function asServer(
  compromised: Compromised,
  { row, client, host, address, ends }: SimulatedConnection,
): readonly Capability[] {
  const pool = ends.trusted && known(ends.trusted);
  if (pool === undefined || ends.trusted === undefined) return [];
  const by = row.trust === 'kubeconfig' ? ends.trusted.at.path : row.trust.replace(' ', ' --');
  const target = { nodes: [client.name], to: row.client, by, revocation: [posing.back] };
  if (canSignFor(compromised, pool, client)) return [{ ...target, may: posing.signer }];
  const isTrusted = compromised.leaves.some((chain) => trusts(pool, chain, 'serverAuth', client, host));
  const serverName = host ?? address;
  return isTrusted && serverName !== null ? [{ ...target, may: fill(posing.leaf, { host: serverName }) }] : [];
}
