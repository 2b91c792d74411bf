/** What etcd does with certificates beside verifying who signed them: client/pkg/transport listener.go, listener_tls.go. */
import { componentNamed, isOn, lastArgument } from '../../core/arguments.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { ConnectionRow } from '../../tables/tables.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { type LeafChain, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { readAddress } from '../facts/host.ts';
import { anonymousBecause, type EtcdSide, makesCertificate } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';
import { fileId } from '../roles/slots.ts';
import { sourceAt } from '../roles/source.ts';
import { peerAddresses } from './addresses.ts';
import type { Dial } from './dials.ts';
import { fromLoaded, idOnNode, idsOfSlot, pathless, type Shown, type Trusted, unread } from './ends.ts';
import { type Answer, fails, type Step, step, undetermined } from './steps.ts';

const sideOf = ({ dials }: ConnectionRow): EtcdSide => (dials === 'peer-urls' ? 'peer-' : '');

/** What etcd itself shows to etcd: the pair of `--client-cert-file` or `--peer-client-cert-file`, else what it serves with. */
export function shownByEtcd(pki: Pki, row: ConnectionRow): Shown | undefined {
  return row.dials === 'peer-urls' || row.dials === 'etcd-gateway' ? clientPair(pki, sideOf(row)) : undefined;
}

/** The pair that a side of etcd is given to show as a client (listener.go, GetClientCertificate); undefined: none. */
export function clientPair(pki: Pki, side: EtcdSide): Shown | undefined {
  const flags = ['cert', 'key'].map((kind) => `${side}client-${kind}-file`);
  const slots = pki.slots.filter(({ row, component }) => component.name === 'etcd' && flags.includes(row.flag));
  const given = slots.filter(({ argument }) => argument !== undefined);
  const [first] = given;
  if (!first?.argument) return undefined;
  const ids = slots.flatMap((slot) => [...idsOfSlot(slot), ...(slot.path === undefined ? [] : [fileId(slot.path)])]);
  return { has: pairOf(pki, given), owner: pki, blames: ids.map((id) => idOnNode(pki, id)), at: first.argument.at };
}

function pairOf(pki: Pki, slots: readonly Slot[]): Shown['has'] {
  const [certificate, key] = slots.map(({ path }) => sourceAt(pki.node, path ?? ''));
  if (!certificate || !key) {
    return { state: 'broken', reason: 'ClientKeyFile and ClientCertFile must both be present or both absent' };
  }
  const lost = slots.map((slot) => pathless<LeafChain>(slot)).find(Boolean);
  const missing = lost ?? unread(certificate) ?? (key.seen === 'unseen' ? undefined : unread(key));
  if (missing || !certificate.pem) return missing ?? { state: 'unknown', reason: 'not read' };
  return fromLoaded(key.pem ? loadKeyPair(certificate.pem, key.pem) : loadLeafChain(certificate.pem));
}

/** Whether etcd on a node asks nobody for a certificate; where it was not seen, or not all of it, its files say. */
export function isOpen(server: Pki, row: ConnectionRow): boolean {
  const etcd = componentNamed(server.node, 'etcd');
  return etcd !== undefined && etcd.unknown === undefined && anonymousBecause(etcd, sideOf(row)) !== undefined;
}

/**
 * Whether etcd verifies no peer that it dials: it does not where it makes its own certificate (listener.go, ClientConfig),
 * and the only member of a cluster, which needs no trust file, dials nobody.
 */
export function trustsAnyPeer(client: Pki, { has }: Trusted, { host }: Dial): boolean {
  const etcd = componentNamed(client.node, 'etcd');
  return (etcd !== undefined && makesCertificate(etcd, 'peer-')) || (has.state === 'none' && host === undefined);
}

/** Flags that list who may connect, and when a certificate is on their list (listener.go, baseConfig). */
const lists: readonly (readonly [flag: string, isOn: (leaf: Certificate, name: string) => boolean])[] = [
  ['cert-allowed-cn', (leaf, name) => leaf.subject.commonName === name],
  ['cert-allowed-hostname', (leaf, name) => verifyHostname(leaf, name) === undefined],
];

/** Whether a member of etcd lets in a certificate that it trusts: its name must be on every list. */
export function isAllowed({ node }: Pki, leaf: Certificate, side: EtcdSide): boolean {
  const etcd = componentNamed(node, 'etcd');
  return lists.every(([flag, isListed]) => {
    const value = etcd && lastArgument(etcd, `${side || 'client-'}${flag}`)?.value;
    return !value || value.split(',').some((name) => isListed(leaf, name));
  });
}

/**
 * Whether the names that etcd on `judging` lists include that of a certificate. A list counts in both directions, also
 * for the certificate of the peer that is dialled; and the gateway, which verifies nothing, finds no verified chain in
 * which to look for a name, and refuses its own server whatever is listed. Nobody comes to the only member of a cluster.
 */
export function allowedSteps(judging: Pki, other: Shown, { host }: Dial, row: ConnectionRow): readonly Step[] {
  if (row.dials === 'peer-urls' && host === undefined) return [];
  const etcd = componentNamed(judging.node, 'etcd');
  return lists.flatMap(([flag, isListed]) => {
    const argument = etcd && lastArgument(etcd, `${sideOf(row) || 'client-'}${flag}`);
    if (!argument?.value) return [];
    const { has } = other;
    const isAllowed = has.state !== 'known' || argument.value.split(',').some((name) => isListed(has.value.leaf, name));
    const refused = row.dials === 'etcd-gateway' || !isAllowed;
    const where = { owner: judging, at: argument.at, blames: other.blames };
    return [step('identity', where, refused ? fails('client certificate authentication failed') : undefined)];
  });
}

/**
 * etcd lets a peer in only from an address that its certificate names (listener_tls.go, checkCertSAN); a certificate
 * without any name passes.
 */
export function sourceSteps(client: Pki, shown: Shown, { server, host }: Dial, row: ConnectionRow): readonly Step[] {
  if (row.dials !== 'peer-urls' || host === undefined || server === undefined) return [];
  const etcd = componentNamed(server.node, 'etcd');
  const flags = ['peer-skip-client-san-verification', 'experimental-peer-skip-client-san-verification'];
  const skips = etcd !== undefined && flags.some((flag) => isOn(etcd, flag));
  if (skips || shown.has.state !== 'known') return [];
  return [step('client-name', shown, sourceAnswer(shown.has.value.leaf, peerAddresses(client)))];
}

function sourceAnswer(leaf: Certificate, addresses: readonly string[]): Answer | undefined {
  const sans = (leaf.sans ?? []).filter(({ type }) => type === 'DNS' || type === 'IP');
  const ips = addresses.filter((address) => readAddress(address) !== undefined);
  const refused = ips.map((address) => verifyHostname(leaf, address));
  if (sans.length === 0 || ips.length === 0 || refused.includes(undefined)) return undefined;
  const names = sans.filter(({ type }) => type === 'DNS').map(({ value }) => value);
  return names.length > 0
    ? undetermined(`etcd asks DNS whether ${names.join(' or ')} is ${ips[0]}`)
    : fails(`etcd refuses the client: ${refused[0]}`);
}
