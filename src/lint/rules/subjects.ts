/** The subjects of rules on one node, each with its name and with what it depends on. */
import { placeOn } from '../../artifact/place.ts';
import type { ExcuseKind, ObjectKind, SubjectKind, Subjects } from '../../checks/base/check.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { idOfSlot, pathsOf } from '../../model/roles/role.ts';
import {
  authorityId,
  componentId,
  fileId,
  keyPairId,
  roleId,
  type Slot,
  slotId,
  slotName,
} from '../../model/roles/slots.ts';

export interface Subject {
  readonly value: Subjects[SubjectKind];
  /** The name in the report. */
  readonly name: string;
  /** The path that the subject is about. */
  readonly path: string;
  /** Ids of itself and of what it depends on: a blocking fault of one of them silences later stages. */
  readonly hangsOn: readonly string[];
  /** The role of the tables that it is about, for remedies and connections. */
  readonly role: string | undefined;
}

const slotIds = (...slots: readonly (Slot | undefined)[]) => slots.flatMap((slot) => (slot ? [slotId(slot)] : []));

/**
 * Kinds of subjects that one node has. Connections have two ends, clusters several nodes, and exceptions are on none.
 */
export type NodeSubjectKind = Exclude<SubjectKind, 'connection' | 'cluster' | ExcuseKind | ObjectKind>;

/** Returns the subjects of a node, by kind. */
export function subjectsOf(pki: Pki): Readonly<Record<NodeSubjectKind, readonly Subject[]>> {
  const { serviceAccount: pair } = pki;
  const roles = pki.roles.map((role) => ({
    value: role,
    name: role.id,
    path: role.path,
    hangsOn: [roleId(role.id), ...pathsOf(role).map(fileId), ...slotIds(role.slot, role.keySlot)],
    role: role.id,
  }));
  return {
    file: [...pki.node.files.values()].map((file) => ({
      value: file,
      name: file.path,
      path: file.path,
      hangsOn: [fileId(file.path)],
      role: roleOfFile(pki, file.path),
    })),
    argument: pki.slots.map((slot) => ({
      value: slot,
      name: slotName(slot),
      path: placeOn(pki.node, slot.component.at).path,
      hangsOn: [slotId(slot), ...(slot.path === undefined ? [] : [fileId(slot.path)])],
      role: idOfSlot(pki.roles, slot) ?? undefined,
    })),
    component: pki.node.components.map((component) => ({
      value: component,
      name: component.name,
      path: placeOn(pki.node, component.at).path,
      hangsOn: [componentId(component)],
      role: undefined,
    })),
    authority: pki.authorities.map((authority) => ({
      value: authority,
      name: authority.id,
      path: authority.source.path,
      hangsOn: [authorityId(authority.id), fileId(authority.source.path)],
      role: authority.id,
    })),
    role: roles,
    certificate: [...roles, ...pki.others.map(otherSubject)],
    'key-pair': [
      {
        value: pair,
        name: pair.row.role,
        path: `${pki.node.pki}/${pair.row.private}`,
        hangsOn: [
          keyPairId,
          ...[...pair.signers, ...pair.verifiers].flatMap((one) => [fileId(one.source.path), ...slotIds(one.slot)]),
        ],
        role: pair.row.role,
      },
    ],
    node: [{ value: pki, name: pki.name, path: pki.node.pki, hangsOn: ['node'], role: undefined }],
  };
}

/** A certificate that plays no role. What depends on it is known by the argument that names it, if there is one. */
function otherSubject(other: OtherCertificate): Subject {
  const { id, path, slots } = other;
  const hangsOn = [...slotIds(...slots), `certificate:${path}`, ...pathsOf(other).map(fileId)];
  return { value: other, name: id, path, hangsOn, role: undefined };
}

function roleOfFile(pki: Pki, path: string): string | undefined {
  return pki.uses.get(path)?.find((use) => use.role !== null)?.role ?? undefined;
}
