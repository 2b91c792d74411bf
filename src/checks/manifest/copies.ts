/**
 * Checks that no file in the static pod folder is a second manifest of a pod: a backup, a copy of an earlier release.
 */

import type { Argument } from '../../artifact/argument.ts';
import type { Component } from '../../artifact/component.ts';
import { fileIn, setByText } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import { firstOf } from '../../core/text.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { componentId } from '../../model/roles/slots.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { changeText } from '../values/shown-values.ts';

/**
 * A second manifest of a pod, equal to the first or not. The kubelet reads all files of the folder whose names do not
 * start with a dot; of two pods of one name it runs one, and it is not defined which (k8s.io/kubernetes
 * pkg/kubelet/pod_workers.go, allowStaticPodStart; kubernetes#136962). Pods of different names both run.
 */
function copy(isEqual: boolean) {
  return check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not a static pod');
    const first = pki.node.components.find(({ name, mounts }) => name === component.name && mounts !== undefined);
    const [own, other] = [podOf(component, pki), first && podOf(first, pki)];
    if (!first || !own || !other || fileIn(first.at) === fileIn(component.at)) return;
    if (own.name !== other.name) return yield notApplicable('a pod with a different name, which runs too');
    if ((own.digest === other.digest) !== isEqual) return yield notApplicable('reported by a different rule');
    const data = { component: component.name, path: setByText(component.at), first: setByText(first.at) };
    yield problem(
      component.at,
      { ...data, difference: differences(first, component) },
      { affects: [idOnNode(pki, componentId(component))] },
    );
  });
}

function podOf({ at }: Component, { node }: Pki) {
  const content = node.files.get(fileIn(at) ?? '')?.content;
  return content?.type === 'manifest' ? content.pod : undefined;
}

/** Most flags that a message contains. */
const mostFlags = 3;

/** What another manifest of a component has otherwise. */
function differences(one: Component, other: Component): string {
  const flags = [...differingFlags(one.arguments, other.arguments)];
  const parts = [
    ...(one.image === other.image ? [] : [`the image (${other.image ?? 'none'} instead of ${one.image ?? 'none'})`]),
    ...firstOf(flags, mostFlags),
    ...(sameJson(volumesOf(one), volumesOf(other)) ? [] : ['volumes']),
  ];
  return parts.length === 0 ? 'fields other than the image, the flags and the volumes' : list(parts);
}

function* differingFlags(one: readonly Argument[], other: readonly Argument[]): Generator<string> {
  const [own, others] = [one, other].map((all) => groupBy(all, ({ name }) => name));
  for (const name of new Set([...one, ...other].map((argument) => argument.name))) {
    const [here, there] = [own?.get(name) ?? [], others?.get(name) ?? []];
    if (sameJson(valuesOf(here), valuesOf(there))) continue;
    yield `${(here[0] ?? there[0])?.spelled ?? name} (${changeText(there, here)})`;
  }
}

const volumesOf = ({ mounts }: Component) => mounts?.map(({ mountPath, hostPath }) => [mountPath, hostPath]);

const valuesOf = (all: readonly Argument[]) => all.map(({ value }) => value);

const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const manifestCopiesChecks = {
  'manifest/duplicate': copy(true),
  'manifest/conflict': copy(false),
};
