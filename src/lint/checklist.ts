/** The documented tables, row by row, with the state of each row on a node. */
import { type ChecklistRow, type ChecklistState, type Finding, severities } from '../core/report.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { ServiceAccountKeys } from '../model/roles/service-account.ts';
import { effectiveEnd } from './inventory.ts';

/** A finding with the role of the tables that it is about. */
interface RoleFinding {
  readonly role: string | undefined;
  readonly finding: Finding;
}

/** A row before findings change its state. */
type Cells = Omit<ChecklistRow, 'node' | 'findings'>;

/** Returns one row for each authority, certificate, key pair and kubeconfig of the tables. */
export function buildChecklist(pki: Pki, reported: readonly RoleFinding[]): readonly ChecklistRow[] {
  const rolesOf = (kind: Role['kind']) => pki.roles.filter((role) => role.kind === kind).map(roleCells);
  const rows = [
    ...pki.authorities.map(authorityCells),
    ...rolesOf('certificate'),
    keyPairCells(pki.serviceAccount),
    ...rolesOf('kubeconfig'),
  ];
  return rows.map((row) => {
    const findings = [...new Set(reported.filter(({ role }) => role === row.role).map(({ finding }) => finding))];
    const worst = severities.find((severity) => findings.some((finding) => finding.severity === severity));
    const state = row.state === 'not-applicable' ? row.state : (worst ?? row.state);
    return { node: pki.name, ...row, state, findings: findings.map(({ fingerprint }) => fingerprint) };
  });
}

function keyPairCells({ row, applies, signers, verifiers }: ServiceAccountKeys): Cells {
  const sources = [...signers, ...verifiers].map(({ source }) => source);
  const path = [...new Set(sources.map((source) => source.path))].join(', ');
  const cells = { role: row.role, path, signedBy: null, expires: null };
  if (applies.answer !== 'yes') return { ...cells, reason: applies.reason, state: 'not-applicable' };
  const unseen = sources.find(({ seen }) => seen === 'unseen');
  return { ...cells, reason: unseen?.reason ?? null, state: unseen ? 'skipped' : 'ok' };
}

function authorityCells(authority: Authority): Cells {
  const { id, source, loaded } = authority;
  const certificates = loaded?.ok ? loaded.value : [];
  const [first] = certificates;
  return {
    role: id,
    path: source.path,
    signedBy: first === undefined ? null : first.issuer.der === first.subject.der ? 'itself' : first.issuer.text,
    expires: first === undefined ? null : new Date(Math.max(...certificates.map((one) => one.notAfter))).toISOString(),
    reason: reasonOf(authority, source.reason),
    state: stateOf(authority, source.seen === 'unseen'),
  };
}

function roleCells(role: Role): Cells {
  const { id, path, leaf, certificate } = role;
  // The state of a kubeconfig is known only if the certificate that it names was seen.
  const isUnseen = role.seen === 'unseen' || certificate?.seen === 'unseen';
  const unseen = certificate?.seen === 'unseen' ? `${certificate.path}: ${certificate.reason}` : undefined;
  return {
    role: id,
    path,
    signedBy: role.signedBy ?? leaf?.issuer.text ?? null,
    expires: leaf ? new Date(effectiveEnd(leaf, role.verified)).toISOString() : null,
    reason: reasonOf(role, role.reason ?? unseen),
    state: stateOf(role, isUnseen),
  };
}

function reasonOf({ applies }: Authority | Role, unseen: string | undefined): string | null {
  return applies.answer === 'yes' ? (unseen ?? null) : applies.reason;
}

function stateOf({ applies }: Authority | Role, isUnseen: boolean): ChecklistState {
  if (applies.answer === 'no') return 'not-applicable';
  return applies.answer === 'unknown' || isUnseen ? 'skipped' : 'ok';
}
