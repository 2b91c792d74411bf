/** The same judge asked again: what works today, and would not under the release to come, or under another Go. */

import type { Strictness } from '../core/strictness.ts';
import { isFrom } from '../model/facts/release.ts';
import { assemblePki, type Pki } from '../model/roles/pki.ts';
import { reparseNode } from '../model/what-if/reparse.ts';
import { strictnessOfKubernetes, strictnessOfNode } from '../tables/go-releases.ts';
import type { LaidOutNode } from '../tables/layouts.ts';
import { deadOf } from './connections.ts';
import type { Ahead, Failure } from './run.ts';
import { type NodeRun, runAlone } from './run-nodes.ts';
import type { Selection } from './selection.ts';

type View = Omit<Ahead, 'dead'> & { readonly pki: Pki };

/**
 * What fails under the target release and not today; and what may fail, where it is not known which Go built a release.
 * Infos are left out: what an upgrade changes without harm has rules of its own.
 *
 * @param today what fails today
 */
export function failuresAhead(today: NodeRun, selection: Selection): readonly Failure[] {
  const known = new Set(today.failures.map(idOf));
  return [...viewsOf(today.pki)].flatMap(({ pki: other, ...view }) => {
    const { nodes, connections } = runAlone(other, nothing);
    return nodes
      .flatMap(({ failures }) => failures)
      .flatMap((failure) => {
        if (known.has(idOf(failure)) || selection.severity(failure.rule) === 'info') return [];
        known.add(idOf(failure));
        return [{ ...failure, ahead: { ...view, dead: deadOf(connections, failure) } }];
      });
  });
}

/** Outcomes are those of today. */
const nothing = () => false;

function idOf({ rule, subject, problem }: Failure): string {
  return [rule.id, subject.name, problem.at.path, problem.key ?? ''].join('\0');
}

/** What is certain comes first: of two that find the same it is told. */
function* viewsOf(pki: Pki): Generator<View> {
  const release = pki.facts.kubernetesVersion?.value;
  const target = pki.judging.target?.release;
  if (release === undefined) return;
  if (target !== undefined && target !== release && isFrom(target, release)) {
    const strictness = strictnessOfNode(target);
    const kubernetesVersion = { value: target, source: '--target-version', disagreeing: [] };
    const upgraded = { ...pki, facts: { ...pki.facts, kubernetesVersion } };
    const later = joinedAnew(upgraded, reparseNode(pki.node, strictness), strictness, true);
    yield { pki: later, said: `with v${target}`, impact: 'upgrade', doubtful: false };
    yield* doubtOf(later, target, 'upgrade');
  }
  yield* doubtOf(pki, release);
}

/** Where two Go releases may have built a release: what the stricter one makes of the certificates. */
function* doubtOf(pki: Pki, release: string, impact?: 'upgrade'): Generator<View> {
  const built = strictnessOfKubernetes(release);
  if (built === undefined || built.sure) return;
  const node = reparseNode(pki.node, built.strict);
  if (node === pki.node) return;
  const later = joinedAnew(pki, node, built.strict, impact === 'upgrade');
  const said = `with v${release}, if Go ${built.go.at(-1)} built it`;
  yield { pki: later, said, ...(impact && { impact }), doubtful: true };
}

/** A node under its own name, and with nothing asked about an upgrade. */
function joinedAnew(pki: Pki, node: LaidOutNode, strictness: Strictness, upgraded: boolean): Pki {
  const { target: _, ...today } = pki.judging;
  const judging = upgraded ? { ...today, upgraded } : today;
  return { ...assemblePki(node, pki.facts, strictness, judging), name: pki.name };
}
