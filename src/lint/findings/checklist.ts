/** The documented tables, row by row, with the state of each row on a node. */
import type { Certificate } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import { timeOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import type { ServiceAccountKeys } from '../../model/roles/service-account.ts';
import type { ChecklistRow } from '../../results/checklist.ts';
import { type Finding, severities } from '../../results/finding.ts';
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
  const { at } = pki.judging;
  const rolesOf = (kind: Role['kind']) =>
    pki.roles.filter((role) => role.kind === kind).map((role) => roleCells(role, at));
  const rows = [
    ...pki.authorities.map((authority) => authorityCells(authority, at)),
    ...rolesOf('certificate'),
    ...pki.layout.keyPairs.map(() => keyPairCells(pki.serviceAccount, pki.node)),
    ...rolesOf('kubeconfig'),
  ];
  return rows.map((row) => {
    const findings = [...new Set(reported.filter(({ role }) => role === row.role).map(({ finding }) => finding))];
    const worst = severities.find((severity) => findings.some((finding) => finding.severity === severity));
    const isJudged = row.state !== 'not-applicable' && worst !== undefined;
    const state = isJudged ? { state: worst, reason: null } : {};
    return { node: pki.name, ...row, ...state, findings: findings.map(({ fingerprint }) => fingerprint) };
  });
}

function keyPairCells({ row, applies, signers, verifiers }: ServiceAccountKeys, { pki, layout }: Pki['node']): Cells {
  const sources = [...signers, ...verifiers].map(({ source }) => source);
  const path = [...new Set(sources.map((source) => source.path))].join(', ');
  const recommended = layout.keyPairs.flatMap((one) => [one.private, one.public]).map((name) => inFolder(pki, name));
  const isRecommended = sources.every((source) => recommended.includes(source.path));
  const cells = { role: row.role, path, isRecommended, signedBy: null, expires: null };
  if (applies.answer !== 'yes') return { ...cells, reason: applies.reason, state: 'not-applicable' };
  const unseen = sources.find(({ seen }) => seen === 'unseen');
  const absent = sources.find(({ seen }) => seen === 'absent');
  const reason = unseen?.reason ?? (absent ? noFile(absent.path) : null);
  return { ...cells, reason, state: reason === null ? 'ok' : 'skipped' };
}

const noFile = (path: string): string => `${path}: no such file`;

/** Why certificates are not valid at a time, of which one would do; undefined if one is. */
function undated(certificates: readonly Certificate[], at: number): string | undefined {
  const [first] = certificates;
  if (first === undefined || certificates.some(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter)) return;
  return at < first.notBefore ? `not valid before ${timeOf(first.notBefore)}` : `expired on ${timeOf(first.notAfter)}`;
}

function authorityCells(authority: Authority, at: number): Cells {
  const { id, source, loaded } = authority;
  const certificates = loaded?.ok ? loaded.value : [];
  const [first] = certificates;
  return {
    role: id,
    path: source.path,
    isRecommended: source.path === authority.recommended,
    signedBy: first === undefined ? null : first.issuer.der === first.subject.der ? 'itself' : first.issuer.text,
    expires: first === undefined ? null : new Date(Math.max(...certificates.map((one) => one.notAfter))).toISOString(),
    ...judged(authority, source.seen === 'absent' ? noFile(source.path) : (source.reason ?? undated(certificates, at))),
  };
}

/**
 * Why a role may not be in order, even if no finding is about it: its file, or that of its CA, is not there or was
 * not seen, or the CA or the clock makes the question moot.
 */
function doubtAbout(role: Role, at: number): string | undefined {
  const { path, certificate, leaf, parent, verified = [] } = role;
  if (role.seen === 'absent') return noFile(path);
  // The state of a kubeconfig is known only if the certificate that it names was seen.
  if (certificate?.seen === 'absent') return noFile(certificate.path);
  if (certificate?.seen === 'unseen') return `${certificate.path}: ${certificate.reason}`;
  if (role.seen === 'unseen') return role.reason ?? 'not seen';
  if (leaf === undefined) return undefined;
  if (parent.source.seen === 'absent') return `its CA is missing: ${noFile(parent.source.path)}`;
  const [own, ...issuers] = [leaf, ...verified.slice(1)].map((one) => undated([one], at));
  return own ?? issuers.find((reason) => reason !== undefined)?.replace(/^/, 'its CA: ');
}

function roleCells(role: Role, at: number): Cells {
  const { id, path, leaf } = role;
  return {
    role: id,
    path,
    isRecommended: path === role.recommended,
    signedBy: role.signedBy ?? leaf?.issuer.text ?? null,
    expires: leaf ? new Date(effectiveEnd(leaf, role.verified)).toISOString() : null,
    ...judged(role, doubtAbout(role, at)),
  };
}

/** The state of a row without findings. */
function judged({ applies }: Authority | Role, doubt: string | undefined): Pick<Cells, 'state' | 'reason'> {
  if (applies.answer !== 'yes') {
    return { reason: applies.reason, state: applies.answer === 'no' ? 'not-applicable' : 'skipped' };
  }
  return doubt === undefined ? { reason: null, state: 'ok' } : { reason: doubt, state: 'skipped' };
}
