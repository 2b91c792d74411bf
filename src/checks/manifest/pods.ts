/** Checks that the kubelet accepts what is in the manifests of static pods, and reads every field of it. */

import { podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { MiscasedField } from '../../artifact/oddities.ts';
import { fileIn } from '../../artifact/place.ts';
import { isLoopback } from '../../model/facts/host.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { meansToRun } from '../../model/handshake/starts.ts';
import { manifestFault, refusedIn } from '../../model/roles/manifest-files.ts';
import { idOfSlot } from '../../model/roles/role.ts';
import { componentId, roleId, slotId } from '../../model/roles/slots.ts';
import { replaceLines } from '../base/argument-edit.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';

/** Pods that the kubelet refuses, with a rule for those of components and one for others. */
function refusedPods(areComponents: boolean) {
  return check('file', function* (file, pki) {
    if (!pki.node.manifestFiles.includes(file.path)) return yield notApplicable('not in the static pod directory');
    const [fault, refused] = [manifestFault(file), refusedIn(file)];
    if (fault === undefined || refused === undefined) return;
    const isComponent = refused.components.length > 0 || podNames.some((name) => file.path.endsWith(`/${name}.yaml`));
    if (isComponent !== areComponents || !meansToRun(file.path, pki))
      return yield notApplicable('reported by a different rule');
    const { error, line } = fault;
    const at = { path: file.path, ...(line !== undefined && { line }) };
    const place = line === undefined ? file.path : `${file.path}:${line}`;
    const component = refused.components[0] ?? '';
    yield problem(
      at,
      { path: file.path, error, place, component },
      { edits: replaceLines(file.path, refused.corrections) },
    );
  });
}

/** Fields without which a component does not get its flags or files. */
const needed: ReadonlySet<string> = new Set(['command', 'args', 'volumes', 'volumeMounts', 'hostPath']);
/** Components that others dial at the address of the node. */
const dialled: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver']);

/** Whether components of a pod cannot run without a field. */
function isNeeded({ field: path }: MiscasedField, components: readonly Component[]): boolean {
  if (components.length === 0) return false;
  const field = path.slice(path.lastIndexOf('.') + 1);
  return needed.has(field) || (field === 'hostNetwork' && components.some(isDialled));
}

/** Whether something dials a component at an address of the node: other components, or the probes of the kubelet. */
const isDialled = ({ name, probes = [] }: Component): boolean =>
  dialled.has(name) || probes.some(({ host }) => host !== undefined && isLoopback(host));

/** Misspelled fields, with a rule for those that a component needs and one for others. */
function misspelled(areNeeded: boolean) {
  return check('file', function* (file, pki) {
    if (!pki.node.manifestFiles.includes(file.path)) return yield notApplicable('not in the static pod directory');
    if (file.content?.type !== 'manifest') return yield notApplicable('not a pod');
    const { components, pod } = file.content;
    const names = components.map(({ name }) => name);
    const wrong = (pod.misspelled ?? []).filter((one) => isNeeded(one, components) === areNeeded);
    const [first] = wrong;
    if (first === undefined) return;
    const pairs = wrong.map(({ written, field }) => `${written} is ignored, and ${field} is missing`);
    const data = {
      path: file.path,
      written: list(wrong.map(({ written }) => written)),
      field: list(wrong.map(({ field }) => field)),
      pairs: list(pairs),
      component: names[0] ?? '',
    };
    const slots = pki.slots.filter(({ component }) => fileIn(component.at) === file.path);
    const roles = slots.flatMap((slot) => idOfSlot(pki.roles, slot) ?? []).map(roleId);
    const affects = [...components.map(componentId), ...slots.map(slotId), ...roles].map((id) => idOnNode(pki, id));
    const parts = wrong.map(({ written }) => written);
    yield problem(first.at, data, { parts, affects, stops: areNeeded ? names : [] });
  });
}

export const manifestPodsChecks = {
  'manifest/pod': refusedPods(true),
  'manifest/other-pod': refusedPods(false),
  'manifest/field': misspelled(true),
  'manifest/other-field': misspelled(false),
};
