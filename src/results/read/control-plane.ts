/**
 * What no single finding says about the control planes of a report: that none of their API servers works, and whether
 * the members of etcd that can connect to each other are a majority.
 */
import { groupBy } from '../../core/collections.ts';
import { compareNames, handful } from '../../core/text.ts';
import type { Connection } from '../connection.ts';
import type { Report } from '../report.ts';
import { serverNode, serverWithoutNode } from './wording.ts';

/** A server that so many clients do not reach is as good as down. */
export const fewestClients = 3;

/** Members of etcd that are named. */
const mostNamed = 5;

/** With each connection as it is at present (at-present.ts). */
type Connected = Pick<Report, 'connections' | 'findings'>;

/** Returns the connections that fail and count: what makes them fail is neither excused nor a note. */
export function failingConnections({ connections, findings }: Connected): readonly Connection[] {
  const counting = new Set(
    findings.flatMap(({ suppressed, severity, fingerprint }) =>
      suppressed === null && severity !== 'info' ? [fingerprint] : [],
    ),
  );
  return connections.filter(({ verdict, cause }) => verdict === 'fail' && counting.has(cause ?? ''));
}

/** Returns the connections to each API server that are decided, by its node. */
export function toApiServers({ connections }: Connected): ReadonlyMap<string, readonly Connection[]> {
  const decided = connections.filter(
    (one) => one.address !== null && one.verdict !== 'unknown' && serverWithoutNode(one) === 'kube-apiserver',
  );
  return groupBy(decided, serverNode);
}

/** What is left of the control planes. */
interface ControlPlanes {
  /** The nodes of all API servers, if there are several and none of them works. */
  readonly stopped: readonly string[];
  /** The finding that stops all of them by itself; undefined if none does. */
  readonly cause: string | undefined;
  /** Whether etcd has a majority, for clusters in which members cannot connect to each other, and it can be decided. */
  readonly etcd: readonly string[];
}

/**
 * Returns what is left of the control planes of a report.
 *
 * @param causeOf findings that are shown as one have the same
 */
export function controlPlanes(report: Connected, causeOf = (fingerprint: string) => fingerprint): ControlPlanes {
  const failing = new Set(failingConnections(report));
  const fails = (one: Connection) => failing.has(one);
  const clusters = etcdClusters(report, fails);
  const lost = clusters.filter(({ majority }) => majority === 'lost');
  const toEtcd = groupBy(
    report.connections.filter(({ id, verdict }) => id === 'kube-apiserver-etcd' && verdict !== 'unknown'),
    ({ node }) => node,
  );
  const clients = toApiServers(report);
  const servers = [...new Set([...toEtcd.keys(), ...clients.keys()])].sort(compareNames);
  // For each API server, what stops it: each of these does.
  const stops = servers.map((node) => {
    const dialling = clients.get(node) ?? [];
    const isReached = new Set(dialling.map(({ client }) => client)).size < fewestClients;
    const own = [toEtcd.get(node) ?? [], isReached ? [] : dialling].filter((all) => all.length > 0 && all.every(fails));
    const members = new Set((toEtcd.get(node) ?? []).map(serverNode));
    return [...own, ...lost.filter((one) => one.members.some((name) => members.has(name))).map(({ cut }) => cut)];
  });
  const isStopped = servers.length > 1 && stops.every((all) => all.length > 0);
  const alone = stops.map((all) => all.flatMap((same) => onlyCause(same, causeOf) ?? []));
  return {
    stopped: isStopped ? servers : [],
    cause: alone[0]?.find((cause) => alone.every((causes) => causes.includes(cause))),
    etcd: clusters.flatMap(majorityText),
  };
}

/** What makes all of these fail, if it is one finding. */
function onlyCause(connections: readonly Connection[], causeOf: (fingerprint: string) => string): string | undefined {
  const [cause, ...others] = new Set(connections.map((one) => causeOf(one.cause ?? '')));
  return others.length === 0 ? cause : undefined;
}

/** The members of an etcd cluster, of which some cannot connect to each other. */
interface EtcdCluster {
  readonly members: readonly string[];
  /** The connections between members that fail. */
  readonly cut: readonly Connection[];
  readonly majority: 'lost' | 'kept' | 'undecided';
  /** A member and those that it is connected with, in both directions. */
  readonly together: readonly string[];
}

/**
 * The clusters of etcd in which a connection fails. A leader needs a majority that it is connected with: there is none
 * if no member has one even by connections of which only one direction fails, or is unknown.
 */
function etcdClusters({ connections }: Connected, fails: (one: Connection) => boolean): readonly EtcdCluster[] {
  const peers = connections.filter((one) => one.id === 'etcd-peer' && serverNode(one) !== one.node);
  const directions = groupBy(peers, (one) => `${one.node}\0${serverNode(one)}`);
  /** Of several addresses, a member tries all. */
  const state = (from: string, to: string) => {
    const all = directions.get(`${from}\0${to}`) ?? [];
    if (all.length > 0 && all.every(fails)) return 'fail';
    return all.some(({ verdict }) => verdict === 'ok') ? 'ok' : 'unknown';
  };
  return groupsOf(peers.map((one) => [one.node, serverNode(one)])).flatMap((members) => {
    const cut = peers.filter((one) => members.includes(one.node) && fails(one));
    const largest = (joined: (one: string, other: string) => boolean) =>
      members
        .map((one) => members.filter((other) => other === one || joined(one, other)))
        .reduce((best, group) => (group.length > best.length ? group : best), []);
    const both = largest((one, other) => state(one, other) === 'ok' && state(other, one) === 'ok');
    const any = largest((one, other) => state(one, other) !== 'fail' || state(other, one) !== 'fail');
    const needed = majorityOf(members);
    const majority = both.length >= needed ? 'kept' : any.length < needed ? 'lost' : 'undecided';
    return cut.length === 0 ? [] : [{ members, cut, majority, together: both }];
  });
}

const majorityOf = (members: readonly string[]): number => Math.floor(members.length / 2) + 1;

/** The groups of names that are joined by pairs. */
function groupsOf(pairs: readonly (readonly [string, string])[]): readonly (readonly string[])[] {
  let groups: readonly (readonly string[])[] = [];
  for (const pair of pairs) {
    const touched = groups.filter((group) => pair.some((name) => group.includes(name)));
    const joined = [...new Set([...touched.flat(), ...pair])].sort(compareNames);
    groups = [...groups.filter((group) => !touched.includes(group)), joined];
  }
  return groups;
}

function majorityText({ majority, members, together }: EtcdCluster): readonly string[] {
  const needed = majorityOf(members);
  const text = (begin: string, number: number, verb: string, names: readonly string[]) => [
    `etcd ${begin} a majority: ${number} of its ${members.length} members ${verb} connected (${handful(names, mostNamed)})`,
  ];
  if (majority === 'lost') return text('lacks', needed, 'would have to be', members);
  return majority === 'kept' ? text('keeps', together.length, 'are', together) : [];
}
