/** Checks of what a cluster publishes about itself. */
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type CheckResult, check, type NotJudged, notApplicable, skip } from '../base/check.ts';

/** Why what is compared with the certificate of an API server is not judged. */
export const withoutControlPlane: NotJudged = skip('no control plane of its cluster is in the input');

/** Why a rule does not apply to a dump. */
export const withoutObject: NotJudged = notApplicable('the dump does not have it');

/** Returns a check of each of some objects. It does not apply to a dump that has none of them. */
export function checkEach<T>(
  listOf: (objects: ClusterObjects) => readonly T[],
  judge: (one: T, dump: JudgedDump) => Iterable<CheckResult>,
) {
  return check('dump', function* (dump): Generator<CheckResult> {
    const all = listOf(dump.objects);
    if (all.length === 0) yield withoutObject;
    for (const one of all) yield* judge(one, dump);
  });
}

/** Returns the control planes whose manifests and certificates an installer writes from its configuration. */
export const installedBy = ({ nodes }: JudgedDump): readonly Pki[] =>
  nodes.filter(({ kind, layout }) => kind === 'control-plane' && layout.installer !== undefined);
