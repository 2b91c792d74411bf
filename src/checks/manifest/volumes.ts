/**
 * Checks that the volumes of a static pod lead to the files that its arguments name. What follows from one, other rules
 * say.
 */

import type { Mount } from '../../artifact/mount.ts';
import { foldersAt, inFolder, lengthsOf, normalizePath, withoutFolder } from '../../artifact/paths.ts';
import { placeOn } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { fileId, type Slot, slotId, slotName } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { wrongFile } from '../credentials/target.ts';

/** A volume whose files are not what arguments name. */
interface WrongVolume {
  readonly mount: Mount;
  /** The arguments with files in it, each with what is there instead of its file. */
  readonly lost: readonly LostFile[];
  /** The number of all arguments with files in it. */
  readonly total: number;
  /** Whether the files are on the node where the arguments say, so that the hostPath is wrong. */
  readonly isElsewhere: boolean;
}

interface LostFile {
  readonly slot: Slot;
  readonly fault: 'absent' | 'wrong';
}

/** The volumes of a component that lead to none of the files that arguments name. */
function wrongVolumes(component: Slot['component'], pki: Pki): readonly WrongVolume[] {
  const own = pki.slots.filter((slot) => slot.component === component && slot.path !== undefined);
  const mounts = (component.mounts ?? []).flatMap((mount) =>
    mount.hostPath === undefined || mount.hostPath === mount.mountPath ? [] : { mount, volume: volumeOf(mount) },
  );
  const lengths = lengthsOf(mounts.map(({ mount }) => normalizePath(mount.mountPath)));
  const inVolume = groupBy(
    own.flatMap((slot) => volumesAround(slot, lengths).map((volume) => ({ slot, volume }))),
    ({ volume }) => volume,
  );
  // A volume that is mounted twice at one place is one.
  return [...groupBy(mounts, ({ volume }) => volume)].flatMap(([volume, [first]]) => {
    const slots = (inVolume.get(volume) ?? []).map(({ slot }) => slot);
    const faulty = slots.flatMap((slot) => lostFile(slot, pki) ?? []);
    const isElsewhere =
      faulty.some(({ slot }) => isDocumented(slot, pki)) &&
      faulty.every(({ slot }) => seenAt(pki.node, normalizePath(slot.written ?? '')) === 'present');
    // A different file shows no wrong volume, and one absent file neither, unless they are where the arguments say.
    const lost = isElsewhere ? faulty : faulty.filter(({ fault }) => fault === 'absent');
    const isEmpty = lost.length === slots.length && new Set(lost.map(({ slot }) => slot.path)).size > 1;
    const isWrong = isElsewhere || isEmpty;
    return first && isWrong ? [{ mount: first.mount, lost, total: slots.length, isElsewhere }] : [];
  });
}

/** Whether an argument names the documented path. */
function isDocumented({ row, written = '' }: Slot, { node }: Pki): boolean {
  return row.path !== null && normalizePath(written) === inFolder(node.pki, row.path);
}

/** Whether a volume lacks the file of an argument, or has a different one there. */
function lostFile(slot: Slot, pki: Pki): LostFile | undefined {
  const path = slot.path ?? '';
  if (seenAt(pki.node, path) === 'absent') return { slot, fault: 'absent' };
  // The kubelet creates an empty file for a volume of the type FileOrCreate.
  const isEmpty = slot.row.holds === 'kubeconfig' && pki.node.files.get(path)?.size === 0;
  return isEmpty || wrongFile(slot, pki) !== undefined ? { slot, fault: 'wrong' } : undefined;
}

/** Identifies what is mounted where. */
function volumeOf({ mountPath, hostPath = '' }: Pick<Mount, 'mountPath' | 'hostPath'>): string {
  return `${normalizePath(mountPath)}\0${normalizePath(hostPath)}`;
}

/**
 * The volumes that a file would be in, of those whose mount paths have these lengths: its path on the node shows which.
 */
function volumesAround({ path = '', written = '' }: Slot, lengths: readonly number[]): readonly string[] {
  const inside = normalizePath(written);
  return foldersAt(inside, lengths).flatMap((mountPath) => {
    const rest = inside === mountPath ? '' : `/${withoutFolder(mountPath, inside)}`;
    return path.endsWith(rest) ? volumeOf({ mountPath, hostPath: path.slice(0, path.length - rest.length) }) : [];
  });
}

const pathsOf = (lost: readonly LostFile[]) => handful([...new Set(lost.map(({ slot }) => slot.path ?? ''))], 3);

/** What is missing in a volume with some number of arguments, in words. */
function lacking(lost: readonly LostFile[], total: number): string {
  const absent = lost.filter(({ fault }) => fault === 'absent');
  if (absent.length === 0) return `which has different contents: ${pathsOf(lost)}`;
  const files = pathsOf(absent);
  return absent.length === total ? `which has none of the files: ${files}` : `which lacks files: ${files}`;
}

/** What a component says about the first file. The kubelet creates an empty file for a volume of one kubeconfig. */
function errorOf({ slot, fault }: LostFile): string {
  if (slot.row.holds === 'kubeconfig') return 'invalid configuration: no configuration has been provided';
  return fault === 'absent'
    ? `open ${slot.written}: no such file or directory`
    : 'x509: certificate signed by unknown authority';
}

export const manifestVolumesChecks = {
  /** The kubelet mounts what `hostPath` names, and creates an empty folder or file for some types of it. */
  'manifest/volume': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    for (const { mount, lost, total, isElsewhere } of wrongVolumes(component, pki)) {
      const [first] = lost;
      if (first === undefined) continue;
      const at = placeOn(pki.node, mount.at ?? component.at);
      const path = mount.hostPath ?? '';
      const affects = lost
        .flatMap(({ slot }) => [slotId(slot), fileId(slot.path ?? '')])
        .map((id) => idOnNode(pki, id));
      const line = at.line === undefined ? '' : `:${at.line}`;
      const fix = isElsewhere
        ? `set the hostPath ${path} to ${mount.mountPath} in ${at.path}${line}`
        : `put the files into ${path}, or correct the hostPath in ${at.path}${line}`;
      const data = { component: component.name, path, mount: mount.mountPath, fix, error: errorOf(first) };
      yield problem(
        at,
        { ...data, lacking: lacking(lost, total) },
        {
          key: mount.mountPath,
          affects,
          parts: lost.map(({ slot }) => slotName(slot)),
        },
      );
    }
  }),
};
