/** Judges a node again under the releases of an upgrade, and under the Go releases that can have built them. */

import type { Strictness } from '../../artifact/strictness.ts';
import { traceOfInstaller } from '../../checks/base/check.ts';
import { etcdAfter } from '../../model/facts/etcd-release.ts';
import type { Facts } from '../../model/facts/facts.ts';
import { assemblePki } from '../../model/roles/build-pki.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { reparseNode } from '../../model/what-if/reparse.ts';
import { strictnessOfKubernetes, strictnessOfNode, upgradePath } from '../../tables/go-releases.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { brokenConnections } from './connections.ts';
import type { Failure, Preview } from './failure.ts';
import { type NodeRun, runAlone } from './run-nodes.ts';
import type { Selection } from './selection.ts';

type View = Omit<Preview, 'broken'> & { readonly pki: Pki };

/**
 * Returns what fails under a release of the upgrade and not before, and what can fail if it is unknown which Go built a
 * release. Infos are left out: harmless changes of an upgrade have rules of their own.
 *
 * @param today what fails today
 */
export function upcomingFailures(today: NodeRun, selection: Selection): readonly Failure[] {
  const known = new Set(today.failures.map(idOf));
  return [...viewsOf(today.pki)].flatMap(({ pki: other, ...view }) => {
    const { nodes, connections } = runAlone(other, { rule: () => false, role: () => false, passes: false });
    return nodes
      .flatMap(({ failures }) => failures)
      .flatMap((failure) => {
        if (known.has(idOf(failure)) || selection.severity(failure.rule, failure.pki) === 'info') return [];
        known.add(idOf(failure));
        return [{ ...failure, preview: { ...view, broken: brokenConnections(connections, [failure]) } }];
      });
  });
}

function idOf({ rule, subject, problem }: Failure): string {
  return [rule.id, subject.name, problem.at.path, problem.key ?? ''].join('\0');
}

/** In the order of the upgrade, and certain views first: of two views with the same failure the first reports it. */
function* viewsOf(pki: Pki): Generator<View> {
  const release = pki.facts.kubernetesVersion?.value;
  if (release === undefined) return;
  const target = pki.judging.target?.release ?? release;
  for (const step of upgradePath(release, target)) {
    // No table knows what is different in such a release.
    if (step === release || strictnessOfKubernetes(step) === undefined) continue;
    const strictness = strictnessOfNode(step);
    const kubernetesVersion = { value: step, source: '--target-version', disagreeing: [] };
    const upgraded = { ...pki, facts: { ...pki.facts, kubernetesVersion, ...etcdOf(pki, step) } };
    const later = rebuildPki(upgraded, reparseNode(pki.node, strictness), strictness, true);
    yield { pki: later, prefix: `with v${step}`, impact: 'upgrade', step, uncertain: false };
    yield* uncertainView(later, step, step);
  }
  yield* uncertainView(pki, release);
}

/** The release of etcd after a step: a node without a trace of kubeadm keeps the one that it has. */
function etcdOf(pki: Pki, step: string): Pick<Facts, 'etcdVersion'> {
  const value = traceOfInstaller(pki) === 'absent' ? undefined : etcdAfter(pki.facts, pki.node, step);
  return value === undefined ? {} : { etcdVersion: { value, source: '--target-version', disagreeing: [] } };
}

/** The view of the stricter Go, if several Go releases can have built a release. */
function* uncertainView(pki: Pki, release: string, step?: string): Generator<View> {
  const built = strictnessOfKubernetes(release);
  if (built === undefined || built.sure) return;
  const node = reparseNode(pki.node, built.strict);
  if (node === pki.node) return;
  const later = rebuildPki(pki, node, built.strict, step !== undefined);
  const prefix = `with v${release}, if it is built with Go ${built.go.at(-1)}`;
  yield { pki: later, prefix, ...(step !== undefined && { impact: 'upgrade', step }), uncertain: true };
}

/** The node under a different strictness, with its own name and without a target release. */
function rebuildPki(pki: Pki, node: LaidOutNode, strictness: Strictness, upgraded: boolean): Pki {
  const { target: _, ...today } = pki.judging;
  const judging = upgraded ? { ...today, upgraded } : today;
  return { ...assemblePki(node, pki.facts, strictness, judging), name: pki.name, input: pki.input };
}
