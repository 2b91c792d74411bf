/** Checks of the files that arguments name, and that are not in the container: whether volumes contain them. */

import type { Component } from '../../artifact/component.ts';
import { placeOn } from '../../artifact/place.ts';
import { handful } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotFlag, slotName } from '../../model/roles/slots.ts';
import { filesOfOwner } from '../../tables/layouts/owner.ts';
import { quotedValue, unquoteArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem } from '../base/check.ts';
import { type HiddenReference, hiddenReferences } from '../base/hidden-references.ts';

/** The arguments of a component whose path is in none of its volumes. */
const unmounted = (component: Component, { slots }: Pki) =>
  slots.filter((slot) => slot.component === component && slot.problem?.kind === 'not-mounted');

const isQuoted = ({ written = '' }: Slot): boolean => quotedValue.test(written);

/** What the kubeconfigs of a component name. Several flags can name the same kubeconfig. */
function* hiddenByKubeconfigs(component: Component, pki: Pki): Generator<CheckResult> {
  const seen = new Set<string>();
  for (const slot of pki.slots) {
    const { path, written, row } = slot;
    if (slot.component !== component || row.holds !== 'kubeconfig' || !path || !written || seen.has(path)) continue;
    seen.add(path);
    const hidden = hiddenReferences(component, written, pki);
    const [first] = hidden;
    if (first === undefined) continue;
    const entries = handful(named(hidden, 'entry'), 3);
    const paths = handful(named(hidden, 'path'), 3);
    const data = { component: component.name, flags: `${slotFlag(slot)} (${entries})`, paths };
    // The owner writes both files: what it made otherwise is the manifest.
    const isOwned = filesOfOwner(path, pki.layout.remedies.owner) !== undefined;
    // A token that is embedded would not be renewed.
    const isEmbedded = !isOwned && hidden.every(({ kind, seen: there }) => kind !== 'token' && there === 'present');
    yield problem(
      isOwned ? component.at : first.at,
      { ...data, ...(isEmbedded && embedding(path, hidden, pki)) },
      {
        key: path,
        parts: hidden.map(({ entry }) => `${slotName(slot)} ${entry}`),
        ...(isEmbedded && { fix: 'kubeconfig' }),
      },
    );
  }
}

const named = (hidden: readonly HiddenReference[], what: 'entry' | 'path'): readonly string[] => [
  ...new Set(hidden.map((one) => one[what])),
];

/** The words of the commands that put files into a kubeconfig. */
function embedding(kubeconfig: string, hidden: readonly HiddenReference[], { node }: Pki) {
  const content = node.files.get(kubeconfig)?.content;
  const { cluster, user } = (content?.type === 'kubeconfig' ? content.kubeconfig : undefined) ?? {};
  const pathOf = (kind: HiddenReference['kind']) => hidden.find((one) => one.kind === kind)?.onNode ?? '';
  const files = { authority: pathOf('trust'), certificate: pathOf('certificate'), key: pathOf('key') };
  return { kubeconfig, cluster: cluster?.name ?? '', user: user?.name ?? '', ...files };
}

export const argumentMountsChecks = {
  /**
   * Flags whose value has quotes that no shell removes: in the manifest of a static pod, YAML keeps quotes that are
   * inside of a word.
   */
  'argument/quoted': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    const quoted = unmounted(component, pki).filter(isQuoted);
    const [first] = quoted;
    if (!first?.argument) return;
    const flags = handful([...new Set(quoted.map(slotFlag))], 3);
    const data = { component: component.name, flags, value: first.written ?? '', flag: slotFlag(first) };
    const changes = quoted.map(({ argument }) => argument && unquoteArgument(component, argument));
    const edits = changes.every((one) => one !== undefined) ? changes : [];
    yield problem(first.argument.at, data, { edits, parts: quoted.map(slotName) });
  }),

  /**
   * Flags with paths that are not mounted into the container, and kubeconfigs that name such. One missing volumeMount
   * can hide many files.
   */
  'argument/mount': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    yield* hiddenByKubeconfigs(component, pki);
    const hidden = unmounted(component, pki).filter((slot) => !isQuoted(slot));
    const [first] = hidden;
    if (!first?.argument) return;
    const related = hidden.map((slot) => ({
      path: placeOn(pki.node, slot.argument?.at ?? component.at).path,
      subject: slotName(slot),
      message: `open ${slot.written}: no such file or directory`,
    }));
    const flags = handful([...new Set(hidden.map(slotFlag))], 3);
    const paths = handful([...new Set(hidden.map((slot) => slot.written ?? ''))], 3);
    yield problem(
      first.argument.at,
      { component: component.name, flags, paths },
      { related, parts: hidden.map(slotName) },
    );
  }),
};
