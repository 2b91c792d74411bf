/** Modes that lint calls wrong, put right with `--fix-modes`: of no more files, and no further than lint asks. */
import { copier, isOpenSecret, octal, writableFiles } from '../../checks/permissions.ts';
import type { ChangeMode } from '../../core/action.ts';
import type { Finding } from '../../core/report.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { filesOfRole } from '../../model/roles/signing.ts';
import { findRule } from '../../tables/catalog.ts';
import { actionDefaults, on } from './action.ts';

/** Whether an error is one of modes. */
export function isOfModes({ severity, rule }: Finding): boolean {
  return severity === 'error' && findRule(rule)?.fixedBy === 'chmod';
}

/** Takes from others, and from groups, what they have too much. `only`: of files of these roles, if any are named. */
export function planModes(pki: Pki, only: ReadonlySet<string>): readonly ChangeMode[] {
  const surplus = new Map<string, number>();
  const take = (path: string, bits: number) => surplus.set(path, (surplus.get(path) ?? 0) | bits);
  for (const file of pki.node.files.values()) {
    // A group that is not root's may be that of a component (kubeadm's RootlessControlPlane): it goes on reading.
    if (file.state === 'file' && isOpenSecret(file, pki)) {
      take(file.realPath ?? file.path, file.gid === 0 ? 0o077 : 0o007);
    }
  }
  if (copier(pki) === undefined) {
    const { byAll, bySome } = writableFiles(pki);
    for (const { path, realPath = path } of [...byAll, ...bySome]) take(realPath, 0o022);
  }
  const isMeant = (path: string) => only.size === 0 || rolesOf(path, pki).some((role) => only.has(role));
  return [...surplus]
    .filter(([path]) => isMeant(path))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, bits]) => {
      const mode = modeAt(path, pki);
      if (mode === undefined || (mode & bits) === 0) return [];
      const what = (bits & 0o004) === 0 ? 'write what is read' : 'read a secret';
      const why = [`mode ${octal(mode)} lets others ${what}`];
      return [{ ...actionDefaults(path), kind: 'chmod', role: path, why, target: on(path), mode: mode & ~bits }];
    });
}

function rolesOf(path: string, { roles, authorities, uses }: Pki): readonly string[] {
  return [
    ...roles.filter((role) => filesOfRole(role).includes(path)).map(({ id }) => id),
    ...authorities.filter(({ source, key }) => [source.path, key.path].includes(path)).map(({ id }) => id),
    ...(uses.get(path) ?? []).flatMap(({ role }) => role ?? []),
  ];
}

/** Of a file by the path that it really has, which may have been seen by the name of a link alone. */
function modeAt(path: string, { node }: Pki): number | undefined {
  return (node.files.get(path) ?? [...node.files.values()].find(({ realPath }) => realPath === path))?.mode;
}
