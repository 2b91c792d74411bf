/** The steps that change arguments in manifests of static pods. */
import type { ArgumentEdit } from '../checks/argument-edit.ts';
import { groupBy } from '../core/collections.ts';
import { folderOf, withoutFolder } from '../core/paths.ts';
import type { Fix } from '../core/report.ts';
import { shellWord } from '../core/text.ts';
import type { Pki } from '../model/roles/pki.ts';
import { stepsOf } from '../tables/steps.ts';
import { stepTarget } from './restarts.ts';

/** Returns the steps for edits: each manifest is copied and put back once, since the kubelet restarts its pod each time. */
export function editingSteps(edits: readonly ArgumentEdit[], pki: Pki): Fix {
  const { before, each, after } = pki.layout.remedies.editing;
  return [...groupBy(edits, ({ manifest }) => manifest)].flatMap(([manifest, own]) => {
    const folder = folderOf(manifest);
    const values = {
      manifest: shellWord(manifest),
      folder: shellWord(folder),
      file: shellWord(withoutFolder(folder, manifest)),
    };
    const scripts = [...new Set(own.map(({ script }) => script))];
    return [
      ...stepsOf(before, values, stepTarget(pki)),
      ...scripts.flatMap((script) => stepsOf(each, { ...values, script: shellWord(script) }, stepTarget(pki))),
      ...stepsOf(after, values, stepTarget(pki)),
    ];
  });
}
