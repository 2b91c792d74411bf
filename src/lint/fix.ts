/** What to type: the remedy of a role, for this node. */
import { fill, shellWord } from '../core/text.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { kubeadmConfiguration, type RemedyRow, type Rule, remedyRows } from '../tables/catalog.ts';
import type { Command, CommandFor } from './command.ts';
import type { Failure } from './run.ts';
import { pathsOf } from './subjects.ts';

/** The lines of a finding's `fix`: commands, where to run them, and what must restart. */
export function remedyFor(failure: Failure, commandFor: CommandFor): readonly string[] {
  const { pki, rule, subject, problem } = failure;
  const role = pki.roles.find((one) => one.id === subject.role);
  const isMended = rule.remedy !== null || rule.issue !== undefined;
  const row = !isMended ? undefined : remedyRows.find((one) => one.role === subject.role);
  const lines = rule.fix.map((line) => fill(line, quoted(problem.data)));
  const remedy = remedyLines(rule, row, pki).map((line) => fill(line, fillings(role, pki)));
  const others = [...remedy, ...movedNote(remedy, role), ...lines];
  return [
    ...issuing(commandFor(failure), others),
    ...externalCaNote(remedy, row, role, pki),
    ...others,
    ...(row === undefined ? [] : [(pki.kind === 'worker' ? row.worker : undefined) ?? row.after]),
    ...configurationNotes(remedy, pki),
    ...restartOf(rule, problem.data.component),
  ];
}

/** The command of our own first, and that what follows is another way. */
function issuing(command: Command | undefined, others: readonly string[]): readonly string[] {
  if (command === undefined) return [];
  const line = ({ text, comment }: Command) => (comment === null ? text : `${text}   # ${comment}`);
  const all = command.all === undefined ? [] : [`or all that ends: ${line(command.all)}`];
  return [line(command), ...all, ...(others.length === 0 ? [] : ['or:'])];
}

/** Data as commands take it; two are no words of a command, but prose, and nothing stays nothing. */
function quoted(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const prose = new Set(['fix', 'subject']);
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, prose.has(key) || value === '' ? value : shellWord(value)]),
  );
}

function isOfExternalEtcd(row: RemedyRow | undefined, pki: Pki): boolean {
  return row?.external !== undefined && pki.facts.etcd?.value === 'external';
}

function remedyLines(rule: Rule, row: RemedyRow | undefined, pki: Pki): readonly string[] {
  if (row === undefined || rule.remedy === null) return [];
  return isOfExternalEtcd(row, pki) ? (row.external ?? []) : row[rule.remedy];
}

/** What the lines of a remedy leave open. */
export function fillings(role: Role | undefined, pki: Pki): Readonly<Record<string, string>> {
  const files = (role ? pathsOf(role) : [])
    .filter((path) => pki.node.files.get(path)?.state === 'file')
    .map(shellWord)
    .join(' ');
  return { files: files || 'its files', node: shellWord(pki.facts.nodeName?.value ?? 'NAME') };
}

/** Without the CA's key kubeadm can sign nothing here. */
function externalCaNote(
  remedy: readonly string[],
  row: RemedyRow | undefined,
  role: Role | undefined,
  pki: Pki,
): readonly string[] {
  if (row === undefined || remedy.length === 0 || role?.parent.key.seen !== 'absent' || isOfExternalEtcd(row, pki))
    return [];
  return [`where the key of ${role.parent.id} is kept (it is not on this node):`];
}

function movedNote(remedy: readonly string[], role: Role | undefined): readonly string[] {
  const moved = role !== undefined && role.path !== role.recommended;
  const makes = remedy.some((line) => line.startsWith('kubeadm'));
  return moved && makes ? [`kubeadm works on ${role.recommended}; this node uses ${role.path}`] : [];
}

/** kubeadm's configuration is the first node's: what it says of the node must be said anew for this one. */
function configurationNotes(remedy: readonly string[], pki: Pki): readonly string[] {
  if (!remedy.some((line) => line.includes('--config kubeadm.yaml'))) return [];
  const { advertiseAddress, nodeName } = pki.facts;
  const own = [
    ...(advertiseAddress ? [`localAPIEndpoint.advertiseAddress: ${advertiseAddress.value}`] : []),
    ...(nodeName ? [`nodeRegistration.name: ${nodeName.value}`] : []),
  ];
  const note = own.length > 0 ? [`its InitConfiguration must say, for this node: ${own.join(', ')}`] : [];
  return [kubeadmConfiguration, ...note];
}

/** What makes a changed argument count. */
function restartOf(rule: Rule, component: string | undefined): readonly string[] {
  if (component === undefined || (rule.over !== 'argument' && !rule.id.startsWith('argument/'))) return [];
  return [component === 'kubelet' ? 'systemctl restart kubelet' : `the kubelet restarts ${component} by itself`];
}
