/** How to fix a flag that names a configuration file of a different kind. */

import { lastArgument } from '../../artifact/arguments.ts';
import { textAt } from '../../artifact/setting.ts';
import { slotFlag } from '../../model/roles/slots.ts';
import { type ArgumentEdit, onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import type { ConfigurationFile } from './read.ts';

/** Returns what to do, and the edits of the manifest where the right arguments are known. */
export function otherFileFix(configuration: ConfigurationFile): {
  readonly text: string;
  readonly edits: readonly ArgumentEdit[];
} {
  const { component, slot, row, document, path, pki } = configuration;
  const { installer } = pki.layout;
  const { argument } = slot;
  const flag = slotFlag(slot);
  // kube-scheduler needs no configuration: --kubeconfig is enough.
  if (component.name === 'kube-scheduler' && textAt(document, 'kind') === 'Config' && argument?.value) {
    const isGiven = lastArgument(component, 'kubeconfig') !== undefined;
    const edit = isGiven
      ? removeArgument(component, argument)
      : replaceArgument(component, argument, `--kubeconfig=${argument.value}`);
    const text = isGiven
      ? `remove ${flag} from the manifest of ${component.name}: it has --kubeconfig`
      : `write --kubeconfig=${argument.value} instead of ${flag} into the manifest of ${component.name}`;
    return { text, edits: onlyEdit(edit) };
  }
  const usual = row.kind === 'KubeletConfiguration' && installer !== undefined ? `, such as that of ${installer}` : '';
  return { text: `let ${flag} of ${component.name} name a file of kind ${row.kind}${usual}, not ${path}`, edits: [] };
}
