/** What of a node was looked at: on what a verdict rests, and which parts of it are not in the input. */

import { componentNamed, flagValue, podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { flagsFiles } from '../../artifact/layout.ts';
import { inFolder, isAtOrBelow, normalizePath } from '../../artifact/paths.ts';
import { fileIn } from '../../artifact/place.ts';
import { startOf } from '../../model/handshake/starts.ts';
import { manifestFolder } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import type { Judged, MissingPart } from '../../results/reported-node.ts';
import { roleIds } from '../../tables/role-ids.ts';

/** Returns what of a node was judged. */
export function judgedOf({ node, layout, slots }: Pki, inventory: readonly InventoryItem[]): Judged {
  const certificates = inventory.filter(({ kind }) => kind === 'certificate' || kind === 'authority');
  // A CA that follows what it signed is judged in its own file.
  const counting = new Set(
    certificates.flatMap(({ judged, usedBy, fingerprint256 }) => (judged || usedBy.length > 0 ? fingerprint256 : [])),
  );
  return {
    input: node.beyondPki ? 'node' : 'pki',
    isLayoutKnown: node.kind !== undefined || ['present', 'irregular'].includes(seenAt(node, layout.home)),
    components: [...new Set(node.components.map(({ name }) => name))].sort(),
    arguments: new Set(slots.flatMap(({ argument }) => argument ?? [])).size,
    certificates: certificates.length,
    judgedCertificates: certificates.filter(({ fingerprint256 }) => counting.has(fingerprint256)).length,
    ...(node.running?.state === 'seen' && { processes: node.running.processes.length }),
  };
}

/**
 * Returns what nodes of this kind have and the input does not. What is absent from the node, or may not be read, is
 * reported otherwise.
 */
export function missingPartsOf(pki: Pki): readonly MissingPart[] {
  const { kind, node } = pki;
  if (kind === 'control-plane') return [...missingManifests(pki), ...missingOfKubelet(pki)];
  if (kind === 'worker') return missingOfKubelet(pki);
  return kind === 'unknown' && node.components.length === 0 ? [{ part: 'components', path: node.pki }] : [];
}

/** Whether a path is not in the input. What a copy leaves out on purpose is reported as that. */
const isOutside = (file: NodeFile | undefined): boolean =>
  file === undefined || (file.state === 'outside' && file.leftOut === undefined);

function missingManifests(pki: Pki): readonly MissingPart[] {
  const { node, layout } = pki;
  const folder = manifestFolder(node);
  if (folder === undefined) return [];
  const file = node.files.get(folder);
  // In a copy, a folder that does not exist may have been left out.
  const isLeftOut = isOutside(file) || (file?.state === 'absent' && node.rootfs !== '/');
  const url = flagValue(node, 'kubelet', 'manifest-url');
  if (url !== undefined && node.idleManifests.length > 0) return [{ part: 'manifest', path: url }];
  const isRead = (pod: Component | undefined) =>
    pod !== undefined && !node.idleManifests.includes(fileIn(pod.at) ?? '');
  if (isLeftOut && !podNames.some((name) => isRead(componentNamed(node, name)))) {
    return [{ part: folder === layout.manifests ? 'manifests' : 'manifest', path: folder }];
  }
  return podNames.flatMap((name): MissingPart[] => {
    const path = inFolder(folder, `${name}.yaml`);
    const isMissing = startOf(pki, name).state === 'unknown' && isOutside(node.files.get(path));
    return file?.state === 'directory' && isMissing ? [{ part: 'manifest', path }] : [];
  });
}

function missingOfKubelet(pki: Pki): readonly MissingPart[] {
  const { node, layout, roles } = pki;
  const { folder, settings } = layout.kubelet;
  const part = (path: string): MissingPart => ({ part: 'kubelet', path });
  const kubelet = componentNamed(node, 'kubelet');
  const [main = ''] = settings;
  const usual = inFolder(folder, main);
  const isLost = (path: string) => isOutside(node.files.get(normalizePath(path)));
  if (kubelet === undefined) return isLost(usual) ? [part(folder)] : [];
  const config = flagValue(node, 'kubelet', 'config');
  const credential = roles.find(({ id }) => id === roleIds.kubelet)?.certificate?.path;
  // Nothing that is judged is in its `--root-dir`.
  const folders = ['config-dir', 'cert-dir'].flatMap((flag) => flagValue(node, 'kubelet', flag) ?? []).filter(isLost);
  const named = [
    ...(config === undefined ? [] : [config]),
    // Without its unit and this file only the usual flags are known.
    ...(fileIn(kubelet.at) === usual ? flagsFiles(layout.kubelet) : []),
    ...(credential !== undefined && isAtOrBelow(credential, layout.kubelet.certificates) ? [credential] : []),
  ];
  const inNone = (path: string) => !folders.some((folder) => isAtOrBelow(path, normalizePath(folder)));
  return [...named.filter((path) => isLost(path) && inNone(path)), ...folders].map(part);
}
