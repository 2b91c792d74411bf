/** Checks that the volumes of static pods have the type that they name, and that their files can be opened there. */

import { inFolder, leadsOut } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { fileId, slotId, slotName } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { noStaticPod, staticPodIn } from '../base/guards.ts';
import { onlyAdmin } from '../base/only-admin.ts';
import { isUnknown, volumeError } from '../base/volume-type.ts';

const placeOf = ({ path, line }: Place): string => (line === undefined ? path : `${path}:${line}`);

export const manifestHostPathsChecks = {
  'manifest/host-path': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    const all = new Map(component.mounts.flatMap(({ checked }) => (checked ? [[checked.path, checked] as const] : [])));
    for (const checked of all.values()) {
      const fault = volumeError(checked, pki);
      const { path, type, at } = checked;
      if (isUnknown(checked, pki)) yield skip(`the input does not show what is at ${path}`);
      if (fault === undefined) continue;
      const inside = pki.slots.filter(
        (slot) => slot.component === component && (slot.path === path || slot.path?.startsWith(inFolder(path, ''))),
      );
      const affects = inside.flatMap((slot) => [slotId(slot), fileId(slot.path ?? '')]).map((id) => idOnNode(pki, id));
      yield problem(
        at,
        { component: component.name, path, type, place: placeOf(at), ...fault },
        { key: path, affects },
      );
    }
  }),
  'manifest/other-host-path': check('file', function* (file, pki) {
    const manifest = staticPodIn(file, pki);
    if (manifest === undefined) return yield noStaticPod;
    const { components, pod } = manifest;
    const own = new Set(components.flatMap(({ mounts = [] }) => mounts.flatMap(({ checked }) => checked?.path ?? [])));
    for (const checked of pod.checked ?? []) {
      if (own.has(checked.path)) continue;
      const { path, type, at } = checked;
      const fault = volumeError(checked, pki);
      if (isUnknown(checked, pki)) yield skip(`the input does not show what is at ${path}`);
      if (fault === undefined) continue;
      const data = { pod: pod.name, path, type, place: placeOf(at), ...fault };
      yield problem(at, data, { key: path, ...onlyAdmin(file.path, path, pki) });
    }
  }),
  'manifest/link': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    for (const slot of pki.slots) {
      const { path, written = '' } = slot;
      if (slot.component !== component || path === undefined || seenAt(pki.node, path) !== 'present') continue;
      const link = leadsOut(pki.node, component, written);
      if (link === undefined) continue;
      const data = {
        component: component.name,
        flag: slot.row.flag,
        written,
        path,
        target: link.target,
        source: pki.node.files.get(path)?.realPath ?? '',
        copied: link.path === path ? 'yes' : '',
        mounted: link.path === path ? '' : 'yes',
      };
      const affects = [slotId(slot), fileId(path)].map((id) => idOnNode(pki, id));
      yield problem(slot.argument?.at ?? component.at, data, { key: slotName(slot), affects });
    }
  }),
};
