/** What an attacker who has a private key can do: every verifier of every node is checked. */

import type { Certificate } from '../artifact/certificate.ts';
import { fill, handful } from '../core/text.ts';
import { isAllowed } from '../model/handshake/etcd.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import { allowedFrontProxyNames } from '../model/trust/authorization.ts';
import type { Power } from '../results/blast.ts';
import { nameRows, otherNames, posing, tokenSigning, type VerifierRow, verifierRows } from '../tables/identities.ts';
import type { StepRow } from '../tables/step-rows.ts';
import { verify } from '../x509/verify/verify.ts';
import { type ClientsOfPool, type ClientVerifier, clientsOf, poolIds, verifiersOf } from './verifiers.ts';

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
  readonly revocation: readonly StepRow[];
}

/**
 * Returns a function that says what an attacker can do with compromised keys: as a client of each server, as a server
 * to each client, and by signing service account tokens. Equal capabilities on several nodes are merged.
 *
 * @param connections the connections of the nodes
 */
export function capabilityFinder(
  pkis: readonly Pki[],
  connections: readonly SimulatedConnection[],
): (compromised: Compromised) => readonly Capability[] {
  const poolId = poolIds();
  const verifiers = verifiersOf(pkis, poolId);
  const unseen = connections.filter(({ server }) => server === undefined);
  const clients = clientsOf(connections, poolId);
  const positions = new Map(pkis.map(({ name }, index) => [name, index]));
  const inOrder = (nodes: ReadonlySet<string>) =>
    [...nodes].sort((one, other) => (positions.get(one) ?? 0) - (positions.get(other) ?? 0));
  return (compromised) => {
    const merged = new Map<string, Capability & { readonly all: Set<string> }>();
    for (const capability of [
      ...verifiers.flatMap((verifier) => asClient(compromised, verifier)),
      ...pkis.flatMap((pki) => asTokenSigner(compromised, pki)),
      ...unseen.flatMap((connection) => asClientOfUnseenServer(compromised, connection)),
      ...asServer(compromised, clients),
    ]) {
      const key = [capability.to, capability.by, capability.may].join('\0');
      const all = merged.get(key)?.all ?? new Set();
      for (const node of capability.nodes) all.add(node);
      merged.set(key, { ...capability, all });
    }
    return [...merged.values()].map(({ all, ...capability }) => ({ ...capability, nodes: inOrder(all) }));
  };
}

/** What an attacker can do to a component that verifies clients by a flag. */
function asClient(compromised: Compromised, { row, by, pool, pkis }: ClientVerifier): readonly Capability[] {
  const [pki] = pkis;
  const target = { nodes: pkis.map(({ name }) => name), to: row.by.split(' ')[0] ?? '', by };
  if (canSignFor(compromised, pool, pki)) return [{ ...target, may: row.signer, revocation: backFor(row) }];
  return compromised.leaves.flatMap((chain) => {
    const { leaf } = chain;
    if (!trusts(pool, chain, 'clientAuth', pki) || !isNameAllowed(pki, row.by, leaf)) return [];
    return [{ ...target, ...permissionsOf(leaf, row) }];
  });
}

/** Who has the key of a CA signs a new certificate for each that is shut out. */
const backFor = ({ back, ofLeaf }: VerifierRow): readonly string[] => (ofLeaf ? [] : [back]);

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
  const by = `${row.verifies.replace(' ', ' --')} (not in the input)`;
  const target = { nodes: [client.name], to: row.server, by };
  const { may, revocation } = permissionsOf(shown.leaf, verifier);
  if (compromised.keys.has(shown.leaf.publicKey.id)) {
    return [{ ...target, may: `if that flag trusts it: ${may}`, revocation }];
  }
  if (!trusts(compromised.authorities, shown, 'any', client)) return [];
  return [{ ...target, may: `if that flag trusts it: ${verifier.signer}`, revocation: backFor(verifier) }];
}

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

/** What an attacker can do to clients by impersonating their servers. */
function asServer(compromised: Compromised, pools: readonly ClientsOfPool[]): readonly Capability[] {
  const found = pools.flatMap(({ pool, clients }) => {
    const [{ client: first }] = clients;
    const signs = canSignFor(compromised, pool, first);
    const chains = signs ? [] : compromised.leaves.filter((chain) => trusts(pool, chain, 'serverAuth', first));
    if (!signs && chains.length === 0) return [];
    return clients.flatMap(({ index, row, client, host, address, by }) => {
      const target = { nodes: [client.name], to: row.client, by, revocation: [posing.back] };
      if (signs) return [{ index, capability: { ...target, may: posing.signer } }];
      const isTrusted = chains.some((chain) => trusts(pool, chain, 'serverAuth', client, host));
      const serverName = host ?? address;
      if (!isTrusted || serverName === null) return [];
      return [{ index, capability: { ...target, may: fill(posing.leaf, { host: serverName }) } }];
    });
  });
  return found.sort((one, other) => one.index - other.index).map(({ capability }) => capability);
}
