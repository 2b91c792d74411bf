/** What remains to be done on the machines after a plan is written. */

import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import { setByText } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import { fillCommand } from '../../core/command/fill.ts';
import { insteadOfCommand, lineOfWords, optionWords } from '../../core/command/shell.ts';
import { lastSteps } from '../../lint/fix/afterwards.ts';
import { restartSteps, stepTarget } from '../../lint/fix/restarts.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { reloadOf } from '../../model/trust/reloads.ts';
import { hasRoleExpired } from '../../model/trust/signing.ts';
import type { FixStep } from '../../results/finding.ts';
import type { Action } from '../../results/issue/action.ts';
import type { CertificateSpec, NextStep } from '../../results/issue/plan.ts';
import { authorityFor, signingCa } from '../../tables/layouts/authorities.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds, roleOfId } from '../../tables/role-ids.ts';
import type { BindingRow } from '../../tables/tables.ts';
import type { PlanInput } from './settings.ts';

/** Steps in the order in which they can be done. `requests`: roles whose requests are made, or were made earlier. */
export function nextSteps(
  actions: readonly Action[],
  requests: readonly string[],
  { pki, settings, finished, again }: PlanInput,
): readonly NextStep[] {
  const written = actions.filter(({ kind, target }) => kind !== 'chmod' && target.on === 'node');
  // Users have copies of an old file; of a new one there are none yet.
  const hasCopies = written.some(({ role, replaces }) => role === roleIds.admin && replaces.length > 0);
  const copied = hasCopies ? reloadOf(pki, roleIds.admin) : undefined;
  const roles = [...written.map(({ role }) => role), ...finished];
  const restarting = restarts(roles, expiredOf(roles, settings.now, pki), pki);
  const onNode = [
    // Before restarts: kube-controller-manager does not start without the key that its arguments name.
    ...externalSignerSteps(actions, pki),
    ...restarting.map(nextOf),
    ...ownReaders(roles, pki),
    // Before copies: the new admin.conf may do nothing before its group is bound.
    ...bindingSteps(actions, pki),
    ...(copied ? stepsOf(copied.step, {}, stepTarget(pki)).map(nextOf) : []),
    ...endSteps(written, finished, pki),
    ...(restarting.length > 0 && restartingFor(roles, pki).size > 0 ? [openRestarts] : []),
  ];
  const all = [
    ...(onNode.length > 0 && pki.node.rootfs !== '/' ? [copyBack] : []),
    ...onNode,
    ...(settings.requests === undefined ? [] : requestSteps(requests, settings.requests, again.issue, pki)),
    ...(written.length > 0 && settings.documentedOnly ? [lintStep(again.lint)] : []),
  ];
  return all.map(typableStep);
}

/** What the fixes of findings have last of all too. A CA with a new key needs more than that. */
function endSteps(written: readonly Action[], finished: readonly string[], pki: Pki): readonly NextStep[] {
  const isRenewed = ({ kind, certificate, algorithm }: Action) =>
    kind !== 'embed' && (!certificate?.ca || (kind === 're-issue' && algorithm === 'kept'));
  const ends = [
    ...written.filter(isRenewed).map(({ role, kubeconfig }) => lastSteps(role, pki, kubeconfig?.user)),
    ...finished.filter((id) => pki.roles.some((role) => role.id === id)).map((id) => lastSteps(id, pki)),
  ];
  return ends.flat().map(nextOf);
}

/** A step without its command, if that cannot be printed as it is. */
function typableStep(step: NextStep): NextStep {
  const note = step.command === null ? undefined : insteadOfCommand(step.command);
  return note === undefined ? step : noteOf([step.text, note].filter((text) => text !== null).join(': '));
}

const noteOf = (text: string): NextStep => ({ text, command: null });

/** A step of a fix, which may have a text before its command. */
function nextOf({ kind, text, intro, comment, info }: FixStep): NextStep {
  if (kind === 'note') return { ...noteOf(text), ...(info && { info }) };
  const said = [intro, comment].filter((words) => words !== null).join(', ');
  return { text: said === '' ? null : said, command: text };
}

/** A copy has nothing that restarts. */
const copyBack = noteOf('copy the new files to the node, and restart components and use kubectl there');

/** Lint in its usual profile would call the documented names deviations. */
function lintStep(command: readonly string[]): NextStep {
  return { text: 'lint it in the profile documented, as it was issued', command: lineOfWords(command) };
}

const signing = ['cluster-signing-cert-file', 'cluster-signing-key-file'];

/**
 * Without its key on the node kube-controller-manager must sign nothing, and does not start if its arguments name the
 * key; kubeadm leaves them empty (kubeadm manifests.go, getControllerManagerCommand).
 */
function externalSignerSteps(actions: readonly Action[], pki: Pki): readonly NextStep[] {
  const { node, kind, layout } = pki;
  const authority = authorityFor(signingCa, pki);
  const isMade = actions.some(({ role, keyTarget }) => role === authority?.id && keyTarget !== null);
  const isHere = authority === undefined || authority.key.seen !== 'absent' || isMade;
  if (kind !== 'control-plane' || !node.beyondPki || isHere || !actions.some(({ kind }) => kind !== 'chmod')) return [];
  const manager = componentNamed(node, 'kube-controller-manager');
  if (manager !== undefined && signing.every((flag) => !lastArgument(manager, flag)?.value)) return [];
  const flags = signing.map((flag) => `--${flag}=`).join(' and ');
  const where = manager === undefined ? '' : ` of ${setByText(manager.at)}`;
  const how = manager === undefined && layout.installer !== undefined ? `, as ${layout.installer} init does` : '';
  const text = `the key of ${authority.id} is not on this node: start kube-controller-manager${where} with ${flags}, both empty${how}`;
  return [noteOf(text)];
}

/**
 * The roles that had expired: what reads them did not work, and is waited for. Where others stay expired, it may not
 * work afterwards either, and waiting would have no end.
 */
function expiredOf(written: readonly string[], now: number, { roles }: Pki): ReadonlySet<string> {
  const expired = roles.filter((role) => hasRoleExpired(role, now)).map(({ id }) => id);
  return new Set(expired.every((id) => written.includes(id)) ? expired : []);
}

/** The components that do not read the files of some roles again by themselves. */
const restartingFor = (written: readonly string[], pki: Pki): ReadonlySet<string> =>
  new Set<string>(written.flatMap((role) => reloadOf(pki, role)?.restarts ?? []));

/** Only components that run restart. If the input is only a PKI directory, that is not known. */
function restarts(written: readonly string[], expired: ReadonlySet<string>, pki: Pki): readonly FixStep[] {
  return hasNoComponents(pki) ? [] : restartSteps(restartingFor(written, pki), expired, pki, new Set(written));
}

/** Who restarts them later has to know what is left. */
const openRestarts: NextStep = {
  text: 'pki-lint on the node shows which restarts are still open',
  command: null,
  info: true,
};

/** Whether no component of a node is set up yet. */
export function hasNoComponents({ node, kind }: Pki): boolean {
  return node.beyondPki && node.components.length === 0 && kind !== 'worker';
}

/** What reads the certificates of a policy: no table says whether it reads them again by itself. */
function ownReaders(written: readonly string[], pki: Pki): readonly NextStep[] {
  const own = pki.layout.certificates.filter((row) => row.policy !== undefined && written.includes(row.role));
  return own.flatMap(({ role }) => {
    const step = reloadOf(pki, role)?.step;
    return step === undefined ? [] : stepsOf(step, {}, stepTarget(pki)).map(nextOf);
  });
}

/** How to get requests signed and installed. `command`: that of this run, as far as it names the node. */
function requestSteps(
  requested: readonly string[],
  folder: string,
  command: readonly string[],
  { roles }: Pki,
): readonly NextStep[] {
  if (requested.length === 0) return [];
  const there = requested.filter((id) => roles.some((role) => role.id === id && role.seen !== 'absent'));
  const replace = there.length === 0 ? [] : ['--replace', [...new Set(there.map(roleOfId))].join(',')];
  return [
    noteOf(`have the requests in ${folder} signed, and put each certificate next to its request, as .crt`),
    {
      text: 'then install them',
      command: lineOfWords([...command, ...optionWords('--import', folder), ...replace, '--write']),
    },
  ];
}

/**
 * Whether a certificate has the subject of a binding that the installer makes: the group, or the user if it has no
 * group.
 */
const isSubject = ({ o, subject }: BindingRow, { organizations, commonName }: CertificateSpec): boolean =>
  o.length > 0
    ? o.every((group) => organizations.includes(group))
    : organizations.length === 0 && subject === `--user=${commonName}`;

/**
 * The kubectl commands that a plan requires, for a user with administrator rights. An identity that a certificate had
 * before is bound already.
 */
function bindingSteps(actions: readonly Action[], pki: Pki): readonly NextStep[] {
  const kubeconfig = credentialFor(actions, pki);
  const needed = pki.layout.bindings.filter((row) => {
    const certificate = actions.find(({ role, kind }) => role === row.role && kind !== 'request')?.certificate;
    return certificate && isSubject(row, certificate) && !isBound(row.role, certificate, pki);
  });
  return [...groupBy(needed, ({ name }) => name).values()].flatMap((rows): NextStep[] => {
    const [first] = rows;
    if (first === undefined) return [];
    const who = rows.map(({ role }) => role).join(', ');
    const when = hasNoComponents(pki) ? 'once the API server runs, ' : '';
    const text = `${when}grant ${who} ${rows.length === 1 ? 'its' : 'their'} permissions`;
    const kubectl = `kubectl${kubeconfig === undefined ? '' : ' --kubeconfig {path}'}`;
    // Unlike create alone, this succeeds where the cluster has the binding.
    const made = `${kubectl} create clusterrolebinding {binding} --clusterrole={clusterrole} {subjectFlags}`;
    const template = `${made} --dry-run=client -o yaml | ${kubectl} apply -f -`;
    const { name: binding, clusterRole: clusterrole } = first;
    const values = { path: kubeconfig ?? '', binding, clusterrole, subjectFlags: [first.subject] };
    const { line, instead } = fillCommand(template, values);
    return [line === undefined ? noteOf(`${text}: ${instead}`) : { text, command: line }];
  });
}

function isBound(id: string, { organizations, commonName }: CertificateSpec, { roles }: Pki): boolean {
  const old = roles.find((one) => one.id === id)?.leaf?.subject;
  return old?.commonName === commonName && old.organizations.join() === organizations.join();
}

/**
 * super-admin.conf may create any binding. Without it the user must choose a credential: the new admin.conf is not
 * bound yet.
 */
function credentialFor(actions: readonly Action[], { roles }: Pki): string | undefined {
  const id = roleIds.superAdmin;
  const role = roles.find((one) => one.id === id);
  const isThere = role?.seen === 'present' || actions.some((one) => one.role === id);
  return isThere ? role?.path : undefined;
}
