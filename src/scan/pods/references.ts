/** The objects of the API that a pod refers to (k8s.io/kubernetes pkg/api/pod/util.go, `HasAPIObjectReference`). */

import type { ApiReference } from '../../artifact/pod-document.ts';
import { placeAt } from '../parse/document.ts';
import { getItems, getNode, getString, type YamlNode } from '../parse/yaml-node.ts';

/** What a volume or a variable refers to by which field. */
type Named = readonly (readonly [field: string, resource: string])[];

const inEnv: Named = [
  ['secretKeyRef', 'secrets'],
  ['configMapKeyRef', 'configmaps'],
];
const inEnvFrom: Named = [
  ['secretRef', 'secrets'],
  ['configMapRef', 'configmaps'],
];
const inVolumes: Named = [
  ['secret', 'secrets'],
  ['configMap', 'configmaps'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['csi', 'csidrivers (via CSI volumes)'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
];
const inProjections: Named = [
  ['secret', 'secrets'],
  ['configMap', 'configmaps'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
];

/** The order in which the kubelet looks for them. */
const order = ['serviceaccounts', 'secrets', 'configmaps'];

/** Returns the reference for which the kubelet refuses a static pod; undefined if it has none. */
export function apiReference(path: string, pod: YamlNode): ApiReference | undefined {
  const found = [...referencesOf(pod)];
  const first = (resource: string) => found.find((one) => one.resource === resource);
  const one = order.map(first).find((reference) => reference !== undefined) ?? found[0];
  return one && { resource: one.resource, field: one.field, at: placeAt(path, one.node) };
}

interface Found {
  readonly resource: string;
  readonly field: string;
  readonly node: YamlNode;
}

function* referencesOf(pod: YamlNode): Generator<Found> {
  for (const field of ['serviceAccountName', 'serviceAccount']) {
    const node = getString(pod, 'spec', field);
    if (node !== undefined && node.text !== '') yield { resource: 'serviceaccounts', field, node };
  }
  for (const node of getItems(pod, 'spec', 'imagePullSecrets'))
    yield { resource: 'secrets', field: 'imagePullSecrets', node };
  for (const container of [...getItems(pod, 'spec', 'containers'), ...getItems(pod, 'spec', 'initContainers')]) {
    for (const item of getItems(container, 'env')) yield* namedIn(getNode(item, 'valueFrom'), inEnv);
    for (const item of getItems(container, 'envFrom')) yield* namedIn(item, inEnvFrom);
  }
  for (const volume of getItems(pod, 'spec', 'volumes')) {
    yield* namedIn(volume, inVolumes);
    for (const source of getItems(volume, 'projected', 'sources')) yield* namedIn(source, inProjections);
  }
}

function* namedIn(node: YamlNode | undefined, named: Named): Generator<Found> {
  for (const [field, resource] of named) {
    const value = getNode(node, field);
    if (value !== undefined) yield { resource, field, node: value };
  }
}
