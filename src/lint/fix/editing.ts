/** The steps that change arguments in manifests of static pods. */

import { folderOf, withoutFolder } from '../../artifact/paths.ts';
import { type ArgumentEdit, sedArguments } from '../../checks/base/argument-edit.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Fix } from '../../results/finding.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import { stepTarget } from './restarts.ts';

/** Returns the steps for edits: each manifest is replaced once, since the kubelet restarts its pod each time. */
export function editingSteps(edits: readonly ArgumentEdit[], pki: Pki): Fix {
  return [...groupBy(edits, ({ manifest }) => manifest)].flatMap(([manifest, own]) => {
    const folder = folderOf(manifest);
    const values = {
      manifest,
      folder,
      file: withoutFolder(folder, manifest),
      scripts: sedArguments(own.map(({ script }) => script)),
    };
    return pki.layout.remedies.editing.flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  });
}
