/** The documented tables, row by row, with the state of each on this node. */
import { type ChecklistRow, type ChecklistState, type Finding, severities } from '../core/report.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { effectiveEnd } from './inventory.ts';

export interface Told {
  readonly role: string | undefined;
  readonly finding: Finding;
}

/** One row for each authority, certificate, key pair and kubeconfig of the tables. */
export function buildChecklist(pki: Pki, told: readonly Told[]): readonly ChecklistRow[] {
  const row = (id: string, rest: Omit<ChecklistRow, 'node' | 'role' | 'findings' | 'state'>, state: ChecklistState) => {
    const findings = told.filter((one) => one.role === id).map((one) => one.finding);
    const worst = severities.find((severity) => findings.some((finding) => finding.severity === severity));
    return {
      node: pki.name,
      role: id,
      ...rest,
      state: state === 'not-applicable' ? state : (worst ?? state),
      findings: findings.map((finding) => finding.fingerprint),
    };
  };
  return [
    ...pki.authorities.map((authority) =>
      row(authority.id, authorityCells(authority), stateOf(authority, authority.source.seen)),
    ),
    ...pki.roles
      .filter((role) => role.kind === 'certificate')
      .map((role) => row(role.id, roleCells(role), stateOf(role, role.seen))),
    keyPairRow(pki, row),
    ...pki.roles
      .filter((role) => role.kind === 'kubeconfig')
      .map((role) => row(role.id, roleCells(role), stateOf(role, role.seen))),
  ];
}

type MakeRow = (
  id: string,
  rest: Omit<ChecklistRow, 'node' | 'role' | 'findings' | 'state'>,
  state: ChecklistState,
) => ChecklistRow;

function keyPairRow(pki: Pki, row: MakeRow): ChecklistRow {
  const { serviceAccount } = pki;
  const sources = [...serviceAccount.signers, ...serviceAccount.verifiers].map((one) => one.source);
  const unseen = sources.find((source) => source.seen === 'unseen');
  const paths = [...new Set(sources.map((source) => source.path))];
  const cells = { path: paths.join(', '), signedBy: null, expires: null };
  if (serviceAccount.applies.answer !== 'yes') {
    return row(serviceAccount.row.role, { ...cells, reason: serviceAccount.applies.reason }, 'not-applicable');
  }
  const reason = unseen?.reason ?? null;
  return row(serviceAccount.row.role, { ...cells, reason }, unseen ? 'skipped' : 'ok');
}

function authorityCells(authority: Authority) {
  const certificates = authority.loaded?.ok ? authority.loaded.value : [];
  const [first] = certificates;
  return {
    path: authority.source.path,
    signedBy: first === undefined ? null : first.issuer.der === first.subject.der ? 'itself' : first.issuer.text,
    expires: first === undefined ? null : new Date(Math.max(...certificates.map((one) => one.notAfter))).toISOString(),
    reason: reasonOf(authority, authority.source.reason),
  };
}

function roleCells(role: Role) {
  const signedBy = role.signedBy ?? (role.leaf ? role.leaf.issuer.text : null);
  const expires = role.leaf ? new Date(effectiveEnd(role.leaf, role.verified)).toISOString() : null;
  const { certificate } = role;
  const unseen = certificate?.seen === 'unseen' ? `${certificate.path}: ${certificate.reason}` : undefined;
  return { path: role.path, signedBy, expires, reason: reasonOf(role, role.reason ?? unseen) };
}

function reasonOf(subject: Authority | Role, unseen: string | undefined): string | null {
  return subject.applies.answer === 'yes' ? (unseen ?? null) : subject.applies.reason;
}

function stateOf(subject: Authority | Role, seen: Role['seen']): ChecklistState {
  if (subject.applies.answer === 'no') return 'not-applicable';
  // A kubeconfig is no better known than the certificate that it names.
  const unseen = seen === 'unseen' || ('certificate' in subject && subject.certificate?.seen === 'unseen');
  return subject.applies.answer === 'unknown' || unseen ? 'skipped' : 'ok';
}
