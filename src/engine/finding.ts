/** From a failure to a finding: the catalogue's words, the check's data, the remedy, the fingerprint. */
import { createHash } from 'node:crypto';
import { fill, shellWord } from '../core/fill.ts';
import type { Finding, Related, Severity } from '../core/report.ts';
import type { Pki, Role } from '../model/pki.ts';
import { citations, kubeadmConfiguration, type Rule, remedyRows } from '../spec/catalog.ts';
import { connectionRows } from '../spec/tables.ts';
import type { Failure } from './run.ts';
import { pathsOf } from './subjects.ts';

/** The finding of a failure. Its fingerprint is made unique within `taken`. */
export function composeFinding(failure: Failure, pki: Pki, severity: Severity, taken: Set<string>): Finding {
  const { rule, subject, problem } = failure;
  const { data, at } = problem;
  return {
    rule: rule.id,
    severity,
    impact: rule.impact,
    subject: subject.name,
    node: pki.name,
    path: at.path,
    file: pki.node.files.get(at.path)?.file ?? at.path,
    line: at.line ?? null,
    column: at.column ?? null,
    message: fill(rule.message, data),
    expected: fill(rule.expected, data),
    found: fill(rule.found, data),
    related: relatedOf(failure, pki),
    why: fill(rule.why, data),
    fix: fixOf(failure, pki),
    cite: rule.cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
    cis: rule.cis,
    fingerprint: fingerprintOf(failure, pki, taken),
    suppressed: null,
  };
}

/** No serials and no dates in it, so that a renewal is not a new finding. */
function fingerprintOf({ rule, subject, problem }: Failure, pki: Pki, taken: Set<string>): string {
  const parts = ['1', rule.id, pki.name, problem.at.path, subject.name, problem.key ?? ''];
  for (let copy = 0; ; copy++) {
    const text = [...parts, ...(copy === 0 ? [] : [String(copy)])].join('\0');
    const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
    if (taken.has(fingerprint)) continue;
    taken.add(fingerprint);
    return fingerprint;
  }
}

function relatedOf({ rule, subject, problem }: Failure, pki: Pki): readonly Related[] {
  const own = (problem.related ?? []).map((one) => ({ ...one, fingerprint: null }));
  const fatal = rule.severity === 'error' && (rule.impact === 'outage' || rule.impact === 'expiry');
  if (!fatal || own.length > 0 || rule.over === 'argument' || subject.role === undefined) return own;
  return deadConnections(subject.role, pki).map((row) => ({
    path: problem.at.path,
    subject: `${row.client} → ${row.server}`,
    message: row.without,
    fingerprint: null,
  }));
}

/** The connections of this node that need a role. */
function deadConnections(role: string, pki: Pki) {
  const here = new Set(pki.roles.filter((one) => one.applies.answer === 'yes').map((one) => one.id));
  here.add(pki.serviceAccount.row.role);
  return connectionRows.filter(
    (row) => here.has(row.presents) && [row.presents, row.serves, row.verifiedBy, row.trusts].includes(role),
  );
}

function fixOf({ rule, subject, problem }: Failure, pki: Pki): readonly string[] {
  const role = pki.roles.find((one) => one.id === subject.role);
  const files = (role ? pathsOf(role) : [])
    .filter((path) => pki.node.files.get(path)?.state === 'file')
    .map(shellWord)
    .join(' ');
  const lines = rule.fix.map((line) => fill(line, problem.data, shellWord));
  const remedy = remedyOf(rule, subject.role).map((line) => fill(line, { files: files || 'its files' }));
  return [
    ...externalCaNote(rule, role),
    ...remedy,
    ...movedNote(remedy, role),
    ...lines,
    ...afterOf(rule, subject.role, remedy),
    ...restartOf(rule, problem.data.component),
  ];
}

/** What makes a changed argument count. */
function restartOf(rule: Rule, component: string | undefined): readonly string[] {
  if (component === undefined || (rule.over !== 'argument' && !rule.id.startsWith('argument/'))) return [];
  return [component === 'kubelet' ? 'systemctl restart kubelet' : `the kubelet restarts ${component} by itself`];
}

function remedyOf(rule: Rule, role: string | undefined): readonly string[] {
  const row = remedyRows.find((one) => one.role === role);
  return rule.remedy === null ? [] : (row?.[rule.remedy] ?? []);
}

/** Without the CA's key kubeadm can sign nothing here. */
function externalCaNote(rule: Rule, role: Role | undefined): readonly string[] {
  if (rule.remedy === null || role?.parent.key.seen !== 'absent') return [];
  return [`where the key of ${role.parent.id} is kept (it is not on this node):`];
}

function movedNote(remedy: readonly string[], role: Role | undefined): readonly string[] {
  const moved = role !== undefined && role.path !== role.recommended;
  const makes = remedy.some((line) => line.startsWith('kubeadm'));
  return moved && makes ? [`kubeadm works on ${role.recommended}; this node uses ${role.path}`] : [];
}

function afterOf(rule: Rule, role: string | undefined, remedy: readonly string[]): readonly string[] {
  const after = rule.remedy === null ? undefined : remedyRows.find((one) => one.role === role)?.after;
  const configuration = remedy.some((line) => line.includes('kubeadm.yaml')) ? [kubeadmConfiguration] : [];
  return [...(after === undefined ? [] : [after]), ...configuration];
}
