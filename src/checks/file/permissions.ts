/** Checks of who can write and own the files of a node. */

import { secretsIn } from '../../artifact/file.ts';
import { isInPkiFolder } from '../../artifact/node.ts';
import { fileIn } from '../../artifact/place.ts';
import { count, handful } from '../../core/text.ts';
import { copier } from '../../model/roles/access.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { pathsToFix, relatedPaths } from '../base/many-paths.ts';
import {
  accessFiles,
  byGroup,
  byOthers,
  isOfComponent,
  isOpenFile,
  isReachable,
  type Owned,
  octal,
  ownedFiles,
  writableFiles,
} from '../base/permissions.ts';

/**
 * A check of modes and owners, with one problem for all files that `select` returns: one `chmod -R` can affect many. If
 * all files belong to one user who is not root, the node is a copy, and modes and owners are those of that user.
 */
function filesCheck(
  select: (pki: Pki) => readonly Owned[],
  describe: (file: Owned, pki: Pki) => string,
  isToChange: (file: Owned, pki: Pki) => boolean = () => true,
) {
  return check('node', function* (pki) {
    const user = copier(pki.node);
    if (user !== undefined) {
      const reason = `all files belong to user ${user}: this is a copy, whose modes and owners are not those of the node`;
      return yield notApplicable(reason);
    }
    const files = select(pki);
    const [first] = files;
    if (first === undefined) return;
    const described = new Map(files.map((file) => [file.path, describe(file, pki)]));
    const paths = [...described.keys()];
    const changed = files.filter((file) => isToChange(file, pki)).map(({ path }) => path);
    const data = {
      paths: handful(paths, 3),
      count: count(files.length, 'path'),
      found: handful([...new Set(described.values())], 3, '; '),
      kept: changed.length < files.length ? count(files.length - changed.length, 'path') : '',
    };
    const related = relatedPaths(paths, (path) => described.get(path) ?? '');
    yield problem({ path: first.path }, data, { related, ...pathsToFix(changed), parts: paths });
  });
}

const modeOf = ({ mode }: Owned): string => `mode ${octal(mode)}`;

// login.defs, SYS_UID_MAX: ids below belong to programs (kubeadm's RootlessControlPlane and kubespray create such
// users).
const firstUserId = 1000;

/** Files that do not belong to root. One rule covers those by which a person can grant access, one all others. */
function ownerCheck(isPerson: boolean) {
  return filesCheck(
    (pki) => {
      const others = ownedFiles(pki).filter(({ uid }) => uid !== 0);
      const grants = accessFiles(pki);
      // Other programs may run as users of their own.
      const ofPrograms = new Set(
        pki.others.flatMap(({ component, path, key }) => (component === undefined ? [path, key?.path] : [])),
      );
      const isRead = ({ path }: Owned) =>
        (pki.uses.has(path) && !ofPrograms.has(path)) || isInPkiFolder(pki.node, path);
      return others.filter((file) => {
        const isGrantedByPerson = file.uid >= firstUserId && grants(file) && !isOfComponent(file, pki);
        return isGrantedByPerson === isPerson && (grants(file) || isRead(file));
      });
    },
    ({ uid }) => `user ${uid}`,
    (file, pki) => !isOfComponent(file, pki),
  );
}

export const filePermissionsChecks = {
  'file/writable': filesCheck((pki) => writableFiles(pki).byAll, modeOf),
  'file/writable-minor': filesCheck(
    (pki) => writableFiles(pki).bySome,
    (file, pki) => (byOthers(file, pki) ? modeOf(file) : `${modeOf(file)}, group ${file.gid}`),
  ),
  'file/owner': ownerCheck(true),
  'file/owner-program': ownerCheck(false),
  /** Files that only root should read according to the CIS benchmark, and that no other rule reports. */
  'file/mode': filesCheck((pki) => {
    const named = new Set([
      ...pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? role.path : [])),
      ...pki.node.components.flatMap(({ mounts, at }) => (mounts === undefined ? [] : (fileIn(at) ?? []))),
    ]);
    return ownedFiles(pki).filter((file) => {
      if (file.state !== 'file' || (file.mode & 0o077) === 0 || !isReachable(file, pki, 0o011)) return false;
      const hasSecret = secretsIn(file).length > 0;
      const isReported = byOthers(file, pki) || byGroup(file) || (hasSecret && isOpenFile(file, pki));
      return (named.has(file.path) || hasSecret) && !isReported;
    });
  }, modeOf),
};
