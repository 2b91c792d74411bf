/** What etcd checks in certificates in addition to their signer: client/pkg/transport listener.go, listener_tls.go. */
import { argumentOf, componentNamed, isOn } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { readAddress } from '../facts/host.ts';
import { anonymousBecause, type EtcdSide, makesCertificate } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';
import { sourceAt } from '../roles/source.ts';
import { peerAddresses } from './addresses.ts';
import type { Dial } from './dials.ts';
import { broken, endOf, idsOfSlotAndFile, type Presented, pairOf, pathless, type Trusted, unread } from './ends.ts';
import { type Answer, fails, type Step, step, undetermined } from './steps.ts';

const sideOf = ({ dials }: ConnectionRow): EtcdSide => (dials === 'peer-urls' ? 'peer-' : '');

/** Returns the client pair that etcd presents to etcd (`--[peer-]client-cert-file`); undefined for its serving pair. */
export function presentedByEtcd(pki: Pki, row: ConnectionRow): Presented | undefined {
  return row.dials === 'peer-urls' || row.dials === 'etcd-gateway' ? clientPair(pki, sideOf(row)) : undefined;
}

/** Returns the client pair of one side of etcd (listener.go, GetClientCertificate); undefined if it has none. */
export function clientPair(pki: Pki, side: EtcdSide): Presented | undefined {
  const flags = ['cert', 'key'].map((kind) => `${side}client-${kind}-file`);
  const slots = pki.slots.filter(({ row, component }) => component.name === 'etcd' && flags.includes(row.flag));
  const given = slots.filter(({ argument }) => argument !== undefined);
  const [first] = given;
  if (!first?.argument) return undefined;
  return endOf(pki, slots.flatMap(idsOfSlotAndFile), first.argument.at, pairOfSlots(pki, given));
}

function pairOfSlots(pki: Pki, slots: readonly Slot[]): Presented['material'] {
  const [certificate, key] = slots.map(({ path }) => sourceAt(pki.node, path ?? ''));
  if (!certificate || !key) return broken('ClientKeyFile and ClientCertFile must both be present or both absent');
  const missing = slots.map(pathless).find(Boolean) ?? unread(certificate);
  return missing ?? (key.seen === 'unseen' ? undefined : unread(key)) ?? pairOf(certificate, key);
}

/** Whether etcd on a node asks no client for a certificate. False if some of its arguments are unknown. */
export function isOpen(server: Pki, row: ConnectionRow): boolean {
  const etcd = componentNamed(server.node, 'etcd');
  return etcd !== undefined && etcd.unknown === undefined && anonymousBecause(etcd, sideOf(row)) !== undefined;
}

/**
 * Whether etcd does not verify the peers that it dials. This is so if it generates its own certificate (listener.go,
 * ClientConfig). The only member of a cluster needs no trust file, because it dials no peers.
 */
export function trustsAnyPeer(client: Pki, { material }: Trusted, { host }: Dial): boolean {
  const etcd = componentNamed(client.node, 'etcd');
  return (etcd !== undefined && makesCertificate(etcd, 'peer-')) || (material.state === 'none' && host === undefined);
}

/** Flags that list the clients that may connect, and how an entry matches a certificate (listener.go, baseConfig). */
const allowLists = {
  'cert-allowed-cn': (leaf: Certificate, name: string) => leaf.subject.commonName === name,
  'cert-allowed-hostname': (leaf: Certificate, name: string) => verifyHostname(leaf, name) === undefined,
};

/** The lists that are set for one side of etcd. `allows` tests whether a certificate is on the list. */
function listsOf({ node }: Pki, side: EtcdSide) {
  return Object.entries(allowLists).flatMap(([flag, isNamed]) => {
    const argument = argumentOf(node, 'etcd', `${side || 'client-'}${flag}`);
    const names = argument?.value ? argument.value.split(',') : undefined;
    if (argument === undefined || names === undefined) return [];
    return [{ argument, allows: (leaf: Certificate) => names.some((name) => isNamed(leaf, name)) }];
  });
}

/** Whether etcd accepts a certificate that it trusts: its name must be on every list. */
export function isAllowed(pki: Pki, leaf: Certificate, side: EtcdSide): boolean {
  return listsOf(pki, side).every(({ allows }) => allows(leaf));
}

/**
 * Returns whether the lists of etcd on `judging` include the name of a certificate. A list applies in both directions,
 * that is, also to the certificate of a peer that etcd dials. The gateway verifies nothing, so it has no verified chain
 * in which to look for a name, and rejects its own server whatever the list says. No peer dials the only member.
 */
export function allowedSteps(judging: Pki, other: Presented, { host }: Dial, row: ConnectionRow): readonly Step[] {
  if (row.dials === 'peer-urls' && host === undefined) return [];
  const { material, blames } = other;
  return listsOf(judging, sideOf(row)).map(({ argument, allows }) => {
    const refused = row.dials === 'etcd-gateway' || (material.state === 'known' && !allows(material.value.leaf));
    const answer = refused ? fails('client certificate authentication failed') : undefined;
    return step('identity', { owner: judging, at: argument.at, blames }, answer);
  });
}

/**
 * etcd accepts a peer only from an address that its certificate contains (listener_tls.go, checkCertSAN). A certificate
 * without names and addresses passes.
 */
export function sourceSteps(
  client: Pki,
  presented: Presented,
  { server, host }: Dial,
  row: ConnectionRow,
): readonly Step[] {
  if (row.dials !== 'peer-urls' || host === undefined || server === undefined) return [];
  const etcd = componentNamed(server.node, 'etcd');
  const flags = ['peer-skip-client-san-verification', 'experimental-peer-skip-client-san-verification'];
  const skips = etcd !== undefined && flags.some((flag) => isOn(etcd, flag));
  const { material } = presented;
  if (skips || material.state !== 'known') return [];
  return [step('client-name', presented, sourceAnswer(material.value.leaf, peerAddresses(client)))];
}

function sourceAnswer(leaf: Certificate, addresses: readonly string[]): Answer | undefined {
  const sans = (leaf.sans ?? []).filter(({ type }) => type === 'DNS' || type === 'IP');
  const ips = addresses.filter((address) => readAddress(address) !== undefined);
  const refused = ips.map((address) => verifyHostname(leaf, address));
  if (sans.length === 0 || ips.length === 0 || refused.includes(undefined)) return undefined;
  const names = sans.filter(({ type }) => type === 'DNS').map(({ value }) => value);
  return names.length > 0
    ? undetermined(`it depends on DNS: etcd looks up whether ${names.join(' or ')} is ${ips[0]}`)
    : fails(`etcd refuses the client: ${refused[0]}`);
}
