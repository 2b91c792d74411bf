/** What stops without a CA, in words: each effect once, with the connections that have it. */

import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { BlastRadius, Stop } from '../../results/blast.ts';
import { serverWithoutNode } from '../../results/read/wording.ts';
import type { Report } from '../../results/report.ts';

/** Lists have this many effects in common at least, and twice as many as they differ in, or both are written. */
const fewestShared = 4;

/** The effects of a radius; if they are nearly those of an earlier card, how they differ. */
export interface EffectList {
  readonly lost: readonly string[];
  readonly expired: readonly string[];
  /** Connections that stop without the files, and not because of the expiry. */
  readonly alive: readonly string[];
  readonly like?: Difference & { readonly subject: string; readonly name: string };
}

/** How one list differs from another. */
interface Difference {
  readonly more: readonly string[];
  readonly missing: readonly string[];
}

/** Returns the effects without each. CAs stop nearly the same: kube-apiserver needs all of them. */
export function effectLists(
  bySubject: ReadonlyMap<string, readonly BlastRadius[]>,
  report: Report,
): ReadonlyMap<BlastRadius, EffectList> {
  const written: { readonly subject: string; readonly name: string; readonly effects: readonly string[] }[] = [];
  const lists = new Map<BlastRadius, EffectList>();
  for (const [subject, same] of bySubject) {
    for (const radius of same) {
      const lost = effectsOf(radius, 'lost', report);
      const expired = effectsOf(radius, 'expired', report);
      const [like] = written
        .flatMap(({ effects, ...rest }) => {
          const difference = nearly(lost, effects);
          return difference === undefined ? [] : [{ ...rest, ...difference }];
        })
        .sort((one, other) => sizeOf(one) - sizeOf(other));
      const name = same.length > 1 ? `${subject} on ${handful(radius.nodes, 3)}` : subject;
      if (like === undefined) written.push({ subject, name, effects: lost });
      lists.set(radius, {
        lost,
        expired,
        alive: aliveAfterExpiry(radius, report),
        ...(like === undefined ? {} : { like }),
      });
    }
  }
  return lists;
}

const sizeOf = ({ missing, more }: Difference): number => missing.length + more.length;

/** Returns how a list differs from one that is nearly the same; undefined if it is not. */
export function nearly(effects: readonly string[], others: readonly string[]): Difference | undefined {
  const missing = others.filter((one) => !effects.includes(one));
  const more = effects.filter((one) => !others.includes(one));
  const shared = effects.length - more.length;
  return shared >= fewestShared && shared >= 2 * sizeOf({ missing, more }) ? { missing, more } : undefined;
}

/** The effects of one cause in the order of the tables. What fails already is a finding. */
function effectsOf({ stops }: BlastRadius, when: Stop['when'][number], report: Report): readonly string[] {
  const groups = groupBy(
    stops.filter((one) => one.when.includes(when)),
    ({ without }) => without,
  );
  return [...groups].map(([effect, same]) => `${effect} (${connectionsOf(same, report)})`);
}

/**
 * The connections that stop if the files are missing, and still succeed if the certificate expires. What fails already
 * does neither.
 */
function aliveAfterExpiry({ stops }: BlastRadius, report: Report): readonly string[] {
  const alive = stops.filter(({ when }) => when.includes('lost') && !when.includes('expired'));
  return [...groupBy(alive, ({ without }) => without).values()].map((same) => connectionsOf(same, report));
}

/** Connections with the same effect: which, and how many of them, or on which nodes. */
function connectionsOf(same: readonly Stop[], { nodes }: Report): string {
  const which = handful([...new Set(same.map((one) => `${one.client} → ${serverWithoutNode(one)}`))], 3);
  if (nodes.length > 1) return `${which}, on ${handful([...new Set(same.map(({ node }) => node))], 3)}`;
  const addresses = new Set(same.flatMap(({ address }) => address ?? []));
  return addresses.size > 1 ? `${which}, ${count(addresses.size, 'address', 'addresses')}` : which;
}
