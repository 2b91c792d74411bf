/** What the rules run over, on one node: each subject with its name and with what it hangs on. */
import type { SubjectKind, Subjects } from '../checks/check.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import {
  authorityId,
  componentId,
  fileId,
  keyPairId,
  roleId,
  type Slot,
  slotId,
  slotName,
} from '../model/roles/slots.ts';

export interface Subject {
  readonly value: Subjects[SubjectKind];
  /** As the report names it. */
  readonly name: string;
  /** The path that the subject is about. */
  readonly path: string;
  /** Ids of itself and of what it hangs on: a fault of one of them makes its later questions moot. */
  readonly hangsOn: readonly string[];
  /** The role of the tables that it is about, for remedies and connections. */
  readonly role: string | undefined;
}

const slotIds = (...slots: readonly (Slot | undefined)[]) => slots.flatMap((slot) => (slot ? [slotId(slot)] : []));

/** What one node shows by itself; connections have two ends, clusters several nodes. */
export type OnNode = Exclude<SubjectKind, 'connection' | 'cluster'>;

type Enumerate = (pki: Pki) => readonly Subject[];

/** The subjects of every kind. */
const enumerations: Readonly<Record<OnNode, Enumerate>> = {
  file: (pki) =>
    [...pki.node.files.values()].map((file) => ({
      value: file,
      name: file.path,
      path: file.path,
      hangsOn: [fileId(file.path)],
      role: roleOfFile(pki, file.path),
    })),
  argument: (pki) =>
    pki.slots.map((slot) => ({
      value: slot,
      name: slotName(slot),
      path: slot.component.at.path,
      hangsOn: [slotId(slot), ...(slot.path === undefined ? [] : [fileId(slot.path)])],
      role: slot.row.role ?? undefined,
    })),
  component: (pki) =>
    pki.node.components.map((component) => ({
      value: component,
      name: component.name,
      path: component.at.path,
      hangsOn: [componentId(component)],
      role: undefined,
    })),
  authority: (pki) =>
    pki.authorities.map((authority) => ({
      value: authority,
      name: authority.id,
      path: authority.source.path,
      hangsOn: [authorityId(authority.id), fileId(authority.source.path)],
      role: authority.id,
    })),
  role: (pki) =>
    pki.roles.map((role) => ({
      value: role,
      name: role.id,
      path: role.path,
      hangsOn: [roleId(role.id), ...pathsOf(role).map(fileId), ...slotIds(role.slot, role.keySlot)],
      role: role.id,
    })),
  'key-pair': (pki) => [
    {
      value: pki.serviceAccount,
      name: pki.serviceAccount.row.role,
      path: `${pki.node.pki}/${pki.serviceAccount.row.private}`,
      hangsOn: [
        keyPairId,
        ...[...pki.serviceAccount.signers, ...pki.serviceAccount.verifiers].flatMap((one) => [
          fileId(one.source.path),
          ...slotIds(one.slot),
        ]),
      ],
      role: pki.serviceAccount.row.role,
    },
  ],
  node: (pki) => [{ value: pki, name: pki.name, path: pki.node.pki, hangsOn: ['node'], role: undefined }],
};

export function subjectsOf(over: OnNode, pki: Pki): readonly Subject[] {
  return enumerations[over](pki);
}

/** The files that a role is made of. */
export function pathsOf(role: Role): readonly string[] {
  const paths = [role.path, role.certificate?.path, role.key?.path];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

function roleOfFile(pki: Pki, path: string): string | undefined {
  return pki.uses.get(path)?.find((use) => use.role !== null)?.role ?? undefined;
}
