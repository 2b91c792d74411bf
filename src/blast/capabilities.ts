/** Who a thief of a key is, and to whom: every verifier of every node is asked. */

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

/** What a key shows: leaves with what else lies in their files, and certificates of CAs. */
export interface Stolen {
  readonly keys: ReadonlySet<string>;
  readonly leaves: readonly { readonly leaf: Certificate; readonly intermediates: readonly Certificate[] }[];
  readonly authorities: readonly Certificate[];
}

/** A power, and how it is taken back. */
export interface Given extends Power {
  readonly back: readonly string[];
}

/** What a thief is to each server, to each client, and as a maker of tokens. */
export function powersOf(
  stolen: Stolen,
  pkis: readonly Pki[],
  connections: readonly SimulatedConnection[],
): readonly Given[] {
  const powers = [
    ...pkis.flatMap((pki) => verifierRows.flatMap((row) => toVerifier(stolen, pki, row))),
    ...pkis.flatMap((pki) => asTokens(stolen, pki)),
    ...connections.flatMap((connection) => toServerElsewhere(stolen, connection)),
    ...connections.flatMap((connection) => toClient(stolen, connection)),
  ];
  const merged = new Map<string, Given>();
  for (const power of powers) {
    const key = [power.to, power.by, power.may].join('\0');
    const nodes = new Set([...(merged.get(key)?.nodes ?? []), ...power.nodes]);
    merged.set(key, { ...power, nodes: [...nodes] });
  }
  return [...merged.values()];
}

function toVerifier(stolen: Stolen, pki: Pki, row: VerifierRow): readonly Given[] {
  const [component = '', flag = ''] = row.by.split(' ');
  const pool = poolOn(pki, row.by, component);
  if (pool === undefined) return [];
  const slot = pki.slots.find((one) => one.component.name === component && one.row.flag === flag);
  const power = { nodes: [pki.name], to: component, by: slot ? slotName(slot) : `${component} --${flag}` };
  if (signsFor(stolen, pool, pki)) return [{ ...power, may: row.signer, back: [row.back] }];
  return stolen.leaves.flatMap((chain) => {
    const { leaf } = chain;
    if (!trusts(pool, chain, ['clientAuth'], pki) || !lets(pki, row.by, leaf)) return [];
    return [{ ...power, ...meaningOf(leaf, row) }];
  });
}

/** What a certificate is worth to who verifies it by an argument. */
function meaningOf(leaf: Certificate, row: VerifierRow): Pick<Given, 'may' | 'back'> {
  const { commonName, organizations } = leaf.subject;
  const groups = organizations.map((name) => `"${name}"`);
  const identity = `user "${commonName}"${groups.length > 0 ? ` in ${handful(groups, 5)}` : ''}`;
  const name = row.named ? nameRowOf(leaf) : undefined;
  const may = row.named ? `: ${name?.may ?? otherNames}` : '';
  return { may: `${fill(row.leaf, { identity })}${may}`, back: [...(name?.back ? [name.back] : []), row.back] };
}

/** A server that was not given may trust what is shown to it, and hence whoever could show it, or sign it. */
function toServerElsewhere(stolen: Stolen, { row, client, server, ends }: SimulatedConnection): readonly Given[] {
  const verifier = verifierRows.find(({ by }) => by === row.verifies);
  const shown = ends.presented?.material.state === 'known' ? ends.presented.material.value : undefined;
  if (server || !verifier || !shown) return [];
  const by = `${row.verifies.replace(' ', ' --')}, not given`;
  const power = { nodes: [client.name], to: row.server, by };
  const { may, back } = meaningOf(shown.leaf, verifier);
  if (stolen.keys.has(shown.leaf.publicKey.id)) return [{ ...power, may: `where that trusts it, ${may}`, back }];
  if (!trusts(stolen.authorities, shown, ['any'], client)) return [];
  return [{ ...power, may: `where that trusts it, ${verifier.signer}`, back: [verifier.back] }];
}

/** What a component of the node verifies its clients by; of a bare folder, what its authorities verify. */
function poolOn(pki: Pki, by: string, component: string): readonly Certificate[] | undefined {
  const bare = pki.node.components.length === 0 && pki.kind === 'control-plane' && component !== 'kubelet';
  if (!bare && componentNamed(pki.node, component) === undefined) return undefined;
  const authority = connectionRows.find((row) => row.verifies === by)?.verifiedBy ?? null;
  return known(trustedBy(pki, by, authority));
}

const known = ({ material }: Trusted): readonly Certificate[] | undefined =>
  material.state === 'known' ? material.value : undefined;

/** Whether he can sign what a pool verifies. */
function signsFor({ keys, authorities }: Stolen, pool: readonly Certificate[], pki: Pki): boolean {
  const anchors = pool.filter(({ notAfter, publicKey }) => notAfter >= pki.judging.at && keys.has(publicKey.id));
  return anchors.length > 0 || authorities.some((leaf) => trusts(pool, { leaf, intermediates: [] }, ['any'], pki));
}

type Chain = Stolen['leaves'][number];

function trusts(
  pool: readonly Certificate[],
  chain: Chain,
  usages: readonly string[],
  pki: Pki,
  host?: string,
): boolean {
  const { leaf, intermediates } = chain;
  const { judging, strictness } = pki;
  const options = { roots: pool, intermediates, usages, at: judging.at, strictness };
  return verify(leaf, host === undefined ? options : { ...options, host }).ok;
}

/** Whether a server lets in this name, too. */
function lets(pki: Pki, by: string, leaf: Certificate): boolean {
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

function asTokens({ keys }: Stolen, pki: Pki): readonly Given[] {
  const { verifiers } = pki.serviceAccount;
  const verified = verifiers.some(({ loaded }) => loaded?.ok && loaded.value.some(({ id }) => keys.has(id)));
  if (!verified) return [];
  const by = 'kube-apiserver --service-account-key-file';
  return [{ nodes: [pki.name], to: 'kube-apiserver', by, may: tokenSigning.signer, back: [tokenSigning.back] }];
}

function toClient(stolen: Stolen, { row, client, host, address, ends }: SimulatedConnection): readonly Given[] {
  const pool = ends.trusted && known(ends.trusted);
  if (pool === undefined || ends.trusted === undefined) return [];
  const by = row.trust === 'kubeconfig' ? ends.trusted.at.path : row.trust.replace(' ', ' --');
  const power = { nodes: [client.name], to: row.client, by, back: [posing.back] };
  if (signsFor(stolen, pool, client)) return [{ ...power, may: posing.signer }];
  const believed = stolen.leaves.some((chain) => trusts(pool, chain, ['serverAuth'], client, host));
  const shown = host ?? address;
  return believed && shown !== null ? [{ ...power, may: fill(posing.leaf, { host: shown }) }] : [];
}
