/** Plans `--fix-modes`: removes the permission bits that lint reports, and no others. */
import { isOpenSecret, octal, writableFiles } from '../../checks/base/permissions.ts';
import { copier } from '../../model/roles/access.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { filesOfRole } from '../../model/trust/signing.ts';
import type { Finding } from '../../results/finding.ts';
import type { ChangeMode } from '../../results/issue/action.ts';
import { findRule } from '../../tables/catalog.ts';
import { roleOfId } from '../../tables/role-ids.ts';
import { actionDefaults, onNode } from './action.ts';

/** Whether a finding is an error about a file's mode. */
export function isModeError({ severity, rule }: Finding): boolean {
  return severity === 'error' && findRule(rule)?.fixedBy === 'chmod';
}

/** Removes permissions that others, and groups, should not have. `only`: of files of these roles, if any are named. */
export function planModes(pki: Pki, only: ReadonlySet<string>): readonly ChangeMode[] {
  const surplus = new Map<string, number>();
  const take = (path: string, bits: number) => surplus.set(path, (surplus.get(path) ?? 0) | bits);
  for (const file of pki.node.files.values()) {
    // A group other than root's may be that of a component (kubeadm's RootlessControlPlane): it can still read.
    if (file.state === 'file' && isOpenSecret(file, pki)) {
      take(file.realPath ?? file.path, file.gid === 0 ? 0o077 : 0o007);
    }
  }
  if (copier(pki.node) === undefined) {
    const { byAll, bySome } = writableFiles(pki);
    for (const { path, realPath = path } of [...byAll, ...bySome]) take(realPath, 0o022);
  }
  const isSelected = (path: string) => only.size === 0 || rolesOf(path, pki).some((id) => only.has(roleOfId(id)));
  return [...surplus]
    .filter(([path]) => isSelected(path))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, bits]) => {
      const mode = modeAt(path, pki);
      if (mode === undefined || (mode & bits) === 0) return [];
      const what = (bits & 0o004) === 0 ? 'write what is read' : 'read a secret';
      const why = [`mode ${octal(mode)} lets others ${what}`];
      return [{ ...actionDefaults('chmod', path), why, target: onNode(path), mode: mode & ~bits }];
    });
}

function rolesOf(path: string, { roles, authorities, uses }: Pki): readonly string[] {
  return [
    ...roles.filter((role) => filesOfRole(role).includes(path)).map(({ id }) => id),
    ...authorities.filter(({ source, key }) => [source.path, key.path].includes(path)).map(({ id }) => id),
    ...(uses.get(path) ?? []).flatMap(({ role }) => role ?? []),
  ];
}

/** The mode of a file by its real path; it may have been scanned only under the name of a link. */
function modeAt(path: string, { node }: Pki): number | undefined {
  return (node.files.get(path) ?? [...node.files.values()].find(({ realPath }) => realPath === path))?.mode;
}
