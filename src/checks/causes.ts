/** Checks of one cause of many faults: a clock, a volume of a static pod, a folder. What follows from it, other rules say. */
import type { Mount } from '../core/artifact.ts';
import { groupBy, remember } from '../core/collections.ts';
import { folderOf, foldersAt, isAtOrBelow, lengthsOf, normalizePath, withoutFolder } from '../core/paths.ts';
import { count, handful } from '../core/text.ts';
import { dateOf, timeOf } from '../core/time.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import type { Pki } from '../model/roles/pki.ts';
import { fileId, type Slot, slotId } from '../model/roles/slots.ts';
import { type PemSource, seenAt } from '../model/roles/source.ts';
import { check, notApplicable, problem } from './check.ts';

/** Everything that a component or a user of the node reads, and that begins at some time. */
function startsOf({ roles, authorities, others }: Pki): readonly number[] {
  const leaves = [...roles.filter(({ inUse }) => inUse), ...others].flatMap(({ leaf }) => leaf ?? []);
  // CAs are older than what they sign. Without a leaf, they are what there is.
  const all = leaves.length > 1 ? leaves : [...leaves, ...authorities.flatMap(({ certificates }) => certificates)];
  return all.map(({ notBefore }) => notBefore);
}

/** The files of a node's PKI whose rows apply, at the paths where its components look for them. */
function neededFiles({ roles, authorities, serviceAccount }: Pki): readonly PemSource[] {
  const applying = [...roles, ...authorities].filter(({ applies }) => applies.answer === 'yes');
  const tokenKeys = serviceAccount.applies.answer === 'yes' && !serviceAccount.external ? serviceAccount : undefined;
  return [
    ...applying.flatMap(
      (one) => ('source' in one ? one.source : one.kind === 'certificate' ? one.certificate : []) ?? [],
    ),
    ...[...(tokenKeys?.signers ?? []), ...(tokenKeys?.verifiers ?? [])].map(({ source }) => source),
  ];
}

interface LostFolder {
  readonly folder: string;
  /** Paths of the files that should be in it. */
  readonly lost: readonly string[];
}

/** The folders of the PKI that have lost all of several files, the outermost ones. Folders that were not seen are none. */
export const lostFolders = remember((pki: Pki): readonly LostFolder[] => {
  const files = neededFiles(pki);
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))].filter((folder) =>
    isAtOrBelow(folder, pki.node.pki),
  );
  const lost = folders.flatMap((folder) => {
    const within = files.filter(({ path }) => isAtOrBelow(path, folder));
    const paths = [...new Set(within.map(({ path }) => path))];
    const isEmpty = within.every(({ seen }) => seen === 'absent') && !pki.node.pkiFiles.some(isBelow(folder));
    return isEmpty && paths.length > 1 ? [{ folder, lost: paths }] : [];
  });
  return lost.filter(
    ({ folder }) => !lost.some((outer) => outer.folder !== folder && isAtOrBelow(folder, outer.folder)),
  );
});

const isBelow = (folder: string) => (path: string) => isAtOrBelow(path, folder);

/** The volumes of a component that lack every one of several files, with the slots of these files. */
function emptyVolumes(component: Slot['component'], { node, slots }: Pki) {
  const own = slots.filter((slot) => slot.component === component && slot.path !== undefined);
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
    const lost = (inVolume.get(volume) ?? []).map(({ slot }) => slot);
    const paths = new Set(lost.map(({ path }) => path));
    const isEmpty = paths.size > 1 && [...paths].every((path) => seenAt(node, path ?? '') === 'absent');
    return first && isEmpty ? [{ mount: first.mount, lost }] : [];
  });
}

/** Identifies what is mounted where. */
function volumeOf({ mountPath, hostPath = '' }: Pick<Mount, 'mountPath' | 'hostPath'>): string {
  return `${normalizePath(mountPath)}\0${normalizePath(hostPath)}`;
}

/** The volumes that a file would be in, of those whose mount paths have these lengths: its path on the node shows which. */
function volumesAround({ path = '', written = '' }: Slot, lengths: readonly number[]): readonly string[] {
  const inside = normalizePath(written);
  return foldersAt(inside, lengths).flatMap((mountPath) => {
    const rest = inside === mountPath ? '' : `/${withoutFolder(mountPath, inside)}`;
    return path.endsWith(rest) ? volumeOf({ mountPath, hostPath: path.slice(0, path.length - rest.length) }) : [];
  });
}

export const causeChecks = {
  /** Go compares the clock of the machine with NotBefore. Certificates that are made together begin together. */
  'node/clock': check('node', function* (pki) {
    const starts = startsOf(pki);
    const first = Math.min(...starts);
    if (starts.length < 2) return yield notApplicable('no two certificates to compare');
    if (pki.judging.at >= first) return;
    const data = {
      now: timeOf(pki.judging.at),
      start: timeOf(first),
      day: dateOf(pki.judging.at),
      first: dateOf(first),
    };
    const path = pki.node.pki;
    const message = `x509: certificate has expired or is not yet valid: current time ${data.now} is before ${data.start}`;
    const related = [{ path, subject: 'every certificate', message }];
    yield problem({ path }, { ...data, count: count(starts.length, 'certificate') }, { related });
  }),

  /** The kubelet mounts what `hostPath` names, and creates an empty folder for some types of it. */
  'manifest/volume': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    for (const { mount, lost } of emptyVolumes(component, pki)) {
      const path = mount.hostPath ?? '';
      const hasFiles = lost.every(({ written }) => seenAt(pki.node, written ?? '') === 'present');
      const affects = lost.flatMap((slot) => [slotId(slot), fileId(slot.path ?? '')]).map((id) => idOnNode(pki, id));
      const fix = hasFiles
        ? `set the hostPath of the volume to ${mount.mountPath}`
        : `put the files into ${path}, or correct the hostPath`;
      const data = { component: component.name, path, mount: mount.mountPath, fix, manifest: component.at.path };
      const files = handful([...new Set(lost.map((slot) => slot.path ?? ''))], 3);
      yield problem(component.at, { ...data, files, first: lost[0]?.written ?? '' }, { key: mount.mountPath, affects });
    }
  }),

  'node/folder': check('node', function* (pki) {
    for (const { folder, lost } of lostFolders(pki)) {
      const named = pki.slots.flatMap(({ path }) => (path !== undefined && isAtOrBelow(path, folder) ? path : []));
      const affects = [...new Set([...lost, ...named])].map((path) => idOnNode(pki, fileId(path)));
      const data = {
        path: folder,
        files: handful(
          lost.map((one) => withoutFolder(folder, one)),
          4,
        ),
      };
      yield problem({ path: folder }, { ...data, first: lost[0] ?? '' }, { key: folder, affects });
    }
  }),
};
