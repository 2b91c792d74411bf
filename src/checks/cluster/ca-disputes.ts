/**
 * Decides which nodes are wrong about a CA that their cluster shares, from evidence: who signed what is presented, who
 * verifies it, and which kind of node it is. How many nodes have a CA says nothing: workers get theirs from the control
 * plane, and an old one can be on many.
 */

import { groupBy } from '../../core/collections.ts';
import { chainOf } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import {
  areRelated,
  belongTogether,
  type CaHolder,
  isAccepted,
  isControlPlane,
  refusedRole,
  runsEtcd,
} from './ca-holders.ts';

/** A node that is wrong about a CA, or one of several that may be. */
export interface Dispute {
  readonly holder: CaHolder;
  /** The nodes that it disagrees with. */
  readonly others: readonly CaHolder[];
  /**
   * The one from which it gets the CA, unless it is not known who is right. A worker is one only if there is no other.
   */
  readonly source: CaHolder;
  /**
   * `lacks`: in a rotation, it does not trust a CA that is in use. `foreign`: it has a CA that is not that of the
   * cluster. `unknown`: nothing shows which of them is right.
   */
  readonly cause: 'lacks' | 'foreign' | 'unknown';
  /** What the first of the others presents, and the node refuses. */
  readonly refuses: Role | undefined;
}

/** Returns the disputes about a CA. The work grows with the number of workers, not with its square. */
export function disputesOf(holders: readonly CaHolder[]): readonly Dispute[] {
  const servers = holders.filter(({ pki }) => pki.kind !== 'worker');
  const workers = holders.filter(({ pki }) => pki.kind === 'worker');
  const sides = sidesOf(servers);
  const right = sides.length > 1 ? rightOf(sides, workers) : sides[0];
  const wrong = sides.filter((side) => side !== right);
  const trusted = right ?? servers;
  const judged = workers.map((worker) => judgeWorker(worker, trusted, right !== undefined));
  const refusedWorkers = judged.flatMap(({ lackedBy, worker }) => lackedBy.map((server) => ({ server, worker })));
  return [
    ...(right === undefined ? undecided(sides) : wrong.flat().map((holder) => foreign(holder, right))),
    ...servers.flatMap((server) => {
      const own = sides.find((side) => side.includes(server)) ?? [];
      const more = refusedWorkers.flatMap((one) => (one.server === server ? one.worker : []));
      return lacking(server, [...own, ...more], servers);
    }),
    ...judged.flatMap(({ dispute }) => dispute ?? []),
  ];
}

/** Divides the nodes that serve or sign into sides, of which each trusts a CA that no other one does. */
function sidesOf(servers: readonly CaHolder[]): readonly (readonly CaHolder[])[] {
  let sides: (readonly CaHolder[])[] = [];
  const bySet = groupBy(servers, ({ set }) => set);
  for (const alike of bySet.values()) {
    const isOwn = (side: readonly CaHolder[]) => side.some((one) => alike.some((other) => belongTogether(one, other)));
    const joined = sides.filter(isOwn);
    sides = [...sides.filter((side) => !joined.includes(side)), [...joined.flat(), ...alike]];
  }
  const order = new Map(servers.map((server, index) => [server, index]));
  const place = (one: CaHolder) => order.get(one) ?? 0;
  const sorted = sides.map((side) => side.toSorted((one, other) => place(one) - place(other)));
  return sorted.toSorted(([one], [other]) => (one && other ? place(one) - place(other) : 0));
}

/**
 * The only side for which something outside of one node speaks: it signed the credential of a worker, or two of its
 * nodes accept what they present to each other. A CA that is on one node only may have been created there.
 */
function rightOf(
  sides: readonly (readonly CaHolder[])[],
  workers: readonly CaHolder[],
): readonly CaHolder[] | undefined {
  const [only, ...more] = sides.filter((side) => {
    const peers = side.filter(({ pki, authority }) =>
      (authority.row.topology === 'any' ? isControlPlane : runsEtcd)(pki),
    );
    return peers.length > 1 || workers.some((worker) => side.some((server) => isAccepted(server, worker)));
  });
  return more.length === 0 ? only : undefined;
}

/** One finding for all sides. */
function undecided([first = [], ...rest]: readonly (readonly CaHolder[])[]): readonly Dispute[] {
  const [holder] = rest.flat();
  const others = holder === undefined ? [] : first;
  return holder === undefined || others.length === 0
    ? []
    : [{ holder, others, source: others[0] ?? holder, cause: 'unknown', refuses: undefined }];
}

function foreign(holder: CaHolder, right: readonly CaHolder[]): Dispute {
  const atOdds = right.filter((other) => refusedRole(holder, other) ?? refusedRole(other, holder));
  const others = atOdds.length > 0 ? atOdds : right;
  return { holder, others, source: giver(others) ?? holder, cause: 'foreign', refuses: undefined };
}

/** What a node refuses of those that it belongs with. */
function lacking(holder: CaHolder, others: readonly CaHolder[], servers: readonly CaHolder[]): readonly Dispute[] {
  const all = others.flatMap((other) => {
    const refuses = refusedRole(holder, other);
    return refuses === undefined ? [] : [{ other, refuses }];
  });
  const [first] = all;
  if (first === undefined) return [];
  const { refuses } = first;
  const trusting = servers.filter(
    (server) => server !== holder && chainOf(refuses, server.authority.certificates) !== undefined,
  );
  const source = giver(trusting) ?? first.other;
  return [{ holder, others: all.map(({ other }) => other), source, cause: 'lacks', refuses }];
}

/** The node that gives a CA to others: one with its key, or else with most CAs. */
function giver(holders: readonly CaHolder[]): CaHolder | undefined {
  const hasKey = ({ authority: { key } }: CaHolder) => Number(key.seen === 'present');
  const size = ({ authority }: CaHolder) => authority.certificates.length;
  return holders.toSorted((one, other) => size(other) - size(one) || hasKey(other) - hasKey(one))[0];
}

/** A worker, its dispute, and the servers that lack the CA of its credential. */
interface JudgedWorker {
  readonly worker: CaHolder;
  readonly dispute?: Dispute | undefined;
  readonly lackedBy: readonly CaHolder[];
}

/** A control plane that signs is the source of truth for a worker, which has no key of a CA and can give none. */
function judgeWorker(worker: CaHolder, servers: readonly CaHolder[], isDecided: boolean): JudgedWorker {
  const refusing = servers.filter((server) => refusedRole(server, worker) !== undefined);
  const isAtOdds = (server: CaHolder) => refusing.includes(server) || refusedRole(worker, server) !== undefined;
  const others = servers.filter(isAtOdds);
  const isFine = others.length === 0 || (!isDecided && others.length < servers.length);
  if (isFine) return { worker, lackedBy: [] };
  if (servers.some((server) => server.set === worker.set || areRelated(server, worker)))
    return { worker, dispute: lacking(worker, others, servers)[0], lackedBy: refusing };
  const cause = isDecided ? 'foreign' : 'unknown';
  const dispute: Dispute = { holder: worker, others, source: giver(others) ?? worker, cause, refuses: undefined };
  return { worker, dispute, lackedBy: [] };
}

/** The nodes whose connections can fail because of a dispute: the one that is wrong, or all if any can be. */
export function disputing({ holder, others, cause }: Dispute): readonly Pki[] {
  return [holder, ...(cause === 'unknown' ? others : [])].map(({ pki }) => pki);
}
