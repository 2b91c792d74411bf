/** Every connection of a node, simulated: the client's end against the server's, leg by leg. */

import { componentNamed } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type ConnectionRow, connectionRows, type Dials } from '../../tables/tables.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { type BothEnds, bothEnds } from './both-ends.ts';
import { type Dial, dialsOf } from './dials.ts';
import { allowedLegs, isOpen, sourceLegs } from './etcd.ts';
import { identityLeg } from './identity.ts';
import { kubeProxy } from './kubelet-end.ts';
import { loadedBefore } from './served.ts';
import { signerLegs, tokenLeg } from './signers.ts';
import { clientLegs, isUnknown, type Judged, type Leg, leg, loads, serverLegs } from './steps.ts';
import { transportLeg } from './transport.ts';

/** One simulated handshake. */
export interface SimulatedConnection {
  readonly row: ConnectionRow;
  /** The client's node. */
  readonly client: Pki;
  /** The server's node; undefined where it was not given. */
  readonly server: Pki | undefined;
  readonly address: string | null;
  /** What the server's certificate must name; undefined: nothing. */
  readonly host: string | undefined;
  readonly ends: BothEnds;
  /** In the order of the handshake. */
  readonly legs: readonly Leg[];
}

/** The leg that decides: the first that fails, else the first that cannot be judged; undefined where all is well. */
export function decidingLeg({ legs }: SimulatedConnection): Leg | undefined {
  return legs.find((one) => one.verdict === 'fail') ?? legs.find((one) => one.verdict === 'unknown');
}

/** The connections that a node makes, with all nodes at hand as servers. */
export function findConnections(client: Pki, cluster: readonly Pki[]): readonly SimulatedConnection[] {
  const nodes = [client, ...cluster.filter((pki) => pki !== client)];
  return connectionRows.flatMap((row) => {
    const role =
      row.id === 'kube-proxy-kube-apiserver' ? kubeProxy(client) : client.roles.find((one) => one.id === row.presents);
    if (!exists(row, client, role)) return [];
    return dialsOf({ row, pki: client, nodes, role }).map((dial) => {
      const { server, address, host } = dial;
      const ends = bothEnds(row, client, role, dial);
      return { row, client, server, address, host, ends, legs: legsOf(row, role, dial, client, ends) };
    });
  });
}

/** Connections that a component makes whatever it was given to show. */
const always: readonly Dials[] = ['etcd-servers', 'kubelets', 'service', 'signer'];

/** Whether its client is on the node: the component, or, of a bare folder of certificates, what it shows. */
function exists(row: ConnectionRow, pki: Pki, role: Role | undefined): boolean {
  const bare = pki.node.components.length === 0;
  if (row.on !== null && !bare && componentNamed(pki.node, row.on) === undefined) return false;
  if (row.on !== null && !bare && always.includes(row.dials)) return role?.applies.answer !== 'unknown';
  if (role?.applies.answer !== 'yes') return false;
  // Nobody dials with a kubeconfig of administrators that is not there.
  return role.kind !== 'kubeconfig' || role.seen !== 'absent' || role.row.without === 'outage';
}

function legsOf(row: ConnectionRow, role: Role | undefined, dial: Dial, client: Pki, ends: BothEnds): readonly Leg[] {
  const { server } = dial;
  if (row.dials === 'signer') return server ? signerLegs(client, server) : [];
  const loaded = ends.shown ? [loads('client', ends.shown)] : [];
  if (loaded.some(({ verdict }) => verdict === 'fail')) return loaded;
  const plain = transportLeg(row, client, role, dial);
  if (plain) return [...loaded, plain];
  const own = role ? clientSide(row, client, role, dial, ends) : [];
  const tokens = row.presents === roleIds.serviceAccount && server ? [tokenLeg(client, server)] : [];
  return [...loaded, ...serverSide(row, client, dial, ends), ...own, ...tokens];
}

/** Each end verifies as its own node does. */
const known = new WeakMap<Pki, Judged>();

/** How a node judges. Most of its connections ask the same: it answers each question once. */
function judgedBy(pki: Pki): Judged {
  const judged = known.get(pki) ?? { at: pki.judging.at, strictness: pki.strictness, verdicts: new Map() };
  known.set(pki, judged);
  return judged;
}

function serverSide(row: ConnectionRow, client: Pki, dial: Dial, { served, trusted }: BothEnds): readonly Leg[] {
  const { server, host, unseen } = dial;
  if (server === undefined) {
    const where = { owner: client, blames: [], at: dial.at ?? { path: client.node.pki } };
    return [leg('server-trust', where, isUnknown(unseen ?? 'the server was not given'))];
  }
  const before = row.serves === null ? [] : loadedBefore(server, row.serves);
  const down = before.map((end) => loads('server', end)).filter(({ verdict }) => verdict === 'fail');
  if (down.length > 0) return down;
  if (!served) return [];
  const listed = row.dials === 'peer-urls' && client !== server ? allowedLegs(client, served, dial, row) : [];
  return [...serverLegs(served, trusted, trusted && host, judgedBy(client)), ...listed];
}

function clientSide(row: ConnectionRow, client: Pki, role: Role, dial: Dial, ends: BothEnds): readonly Leg[] {
  const { server } = dial;
  const { shown, verifier: trusted } = ends;
  if (!shown || !trusted) return [];
  const [component = ''] = row.verifies.split(' ');
  const etcd = component === 'etcd';
  if (etcd && server && isOpen(server, row)) return [];
  const legs = clientLegs(shown, { trusted, required: etcd, server: component }, judgedBy(server ?? client));
  if (!server || legs.some(({ verdict }) => verdict === 'fail')) return legs;
  if (!etcd) return [...legs, identityLeg(row, role, client, server)];
  return [...legs, ...sourceLegs(client, shown, dial, row), ...allowedLegs(server, shown, dial, row)];
}
