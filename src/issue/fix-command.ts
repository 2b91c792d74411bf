/** The `pki-lint issue` command of a finding: it offers what the planner would do for the role. */

import { UserError } from '../core/errors.ts';
import { fill } from '../core/text.ts';
import { day } from '../core/time.ts';
import type { Command, CommandFor } from '../lint/rules/command.ts';
import type { Failure } from '../lint/rules/failure.ts';
import { hasExpired, sourceOfCa } from '../model/cluster/ca-source.ts';
import { shownByOthers } from '../model/cluster/shared-names.ts';
import { factOptions } from '../model/facts/fact-options.ts';
import { warnedWithin } from '../model/facts/limits.ts';
import { signsAt } from '../model/roles/applicability.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority } from '../model/roles/role.ts';
import { keepsOwnCredential } from '../model/trust/sharing.ts';
import { canKeepKey, earliestExpiry, filesOfRole, hasRoleExpired, isKeptByKubelet } from '../model/trust/signing.ts';
import type { Action } from '../results/issue/action.ts';
import type { Issuing, RemedyKind, Rule } from '../tables/catalog.ts';
import { roleIds } from '../tables/role-ids.ts';
import { type Asked, commandOf, type IssueAnswer, namingRoles } from './fix-words.ts';
import { issueDefaults } from './inputs/issue-options.ts';
import { settingsOf } from './inputs/settings.ts';
import { decide, isRefusal } from './plan/index.ts';
import type { Settings } from './plan/settings.ts';

const ways: Readonly<Record<RemedyKind, Issuing>> = {
  missing: 'fill',
  wrong: 'replace',
  names: 'replace',
  expired: 'renew',
};

/** Answers for any number of nodes; each role of a node is planned once for each way of issuing. */
export function commandsOfPlans(): CommandFor {
  const answers = new Map<Pki, Map<string, IssueAnswer | undefined>>();
  const answer: Ask = (role, way, pki) => {
    const known = answers.get(pki) ?? new Map<string, IssueAnswer | undefined>();
    answers.set(pki, known);
    const key = `${way} ${role}`;
    if (!known.has(key)) known.set(key, answerOf(role, way, pki));
    return known.get(key);
  };
  return (failure, others = []) =>
    others.length === 0 ? commandFor(failure, answer) : jointCommand([failure, ...others], answer);
}

/** How to issue; `request`: another machine signs. */
type Way = Issuing | 'request';

type Ask = (role: string, way: Way, pki: Pki) => IssueAnswer | undefined;

const wayOf = ({ issue, remedy }: Rule): Issuing | undefined => issue ?? (remedy === null ? undefined : ways[remedy]);

/** One command that makes and replaces files of several roles of a node; undefined if it cannot make all of them. */
function jointCommand(failures: readonly Failure[], ask: Ask): Command | undefined {
  const answers = failures.map(({ pki, rule, subject }) => {
    const way = wayOf(rule);
    if (subject.role === undefined || way === undefined || way === 'keep-key') return undefined;
    return ask(subject.role, way, pki) ?? (way === 'renew' ? requestFor(subject.role, pki, ask) : undefined);
  });
  const [first] = failures;
  const known = answers.filter((answer) => answer !== undefined);
  if (first === undefined || known.length < answers.length || known.some(({ asked }) => asked.keepKey))
    return undefined;
  const csr = known.find(({ asked }) => asked.csr !== undefined)?.asked.csr;
  const isRenewal = known.some(({ asked }) => asked.renew);
  if (known.some(({ asked }) => (asked.renew === true) !== isRenewal)) return undefined;
  const withinDays = Math.max(...known.map(({ asked }) => asked.withinDays ?? 0));
  const sans = known.find((one) => one.asked.sans !== undefined)?.asked.sans;
  const union = (lists: readonly (readonly string[] | undefined)[]) => [
    ...new Set(lists.flatMap((list) => list ?? [])),
  ];
  const [only, replace] = [union(known.map(({ asked }) => asked.only)), union(known.map(({ asked }) => asked.replace))];
  const asked = {
    only,
    ...(replace.length > 0 && { replace }),
    ...(isRenewal && { renew: true }),
    ...(csr !== undefined && { csr }),
    ...(withinDays > 0 && { withinDays }),
    ...(sans && { sans }),
  };
  const actions = [...new Map(known.flatMap((one) => one.actions).map((action) => [action.role, action])).values()];
  return commandOf({ asked, actions, missing: union(known.map(({ missing }) => missing)) }, first.pki);
}

/** A request for what has expired on a control plane without the key of its CA: elsewhere the CA is valid and signs. */
function requestFor(id: string, pki: Pki, ask: Ask): IssueAnswer | undefined {
  const role = pki.roles.find((one) => one.id === id);
  const { at } = pki.judging;
  if (role === undefined || pki.kind !== 'control-plane' || !hasRoleExpired(role, at)) return undefined;
  const { parent } = role;
  const isExternal = parent.key.seen === 'absent' && !hasExpired(parent, pki) && signsAt(parent, pki) === 'here';
  return isExternal ? ask(id, 'request', pki) : undefined;
}

function commandFor({ pki, rule, subject }: Failure, ask: Ask): Command | undefined {
  const way = wayOf(rule);
  if (way === undefined || subject.role === undefined) return undefined;
  const role = pki.roles.find(({ id }) => id === subject.role);
  // Files that a role only references, such as those that the kubelet renews, are not issued.
  if (rule.over === 'file' && role !== undefined && !filesOfRole(role).includes(subject.path)) return undefined;
  // What an expired CA signed is of use again once the CA is renewed, which renews what has expired with it.
  const isSigned = way === 'renew' && role !== undefined && !keepsOwnCredential(role, pki);
  const expired = isSigned && isExpiredHere(role.parent, pki) ? role.parent.id : undefined;
  const renewed = expired ?? (way === 'keep-key' ? subject.role : undefined);
  const asked =
    renewed !== undefined
      ? ask(renewed, 'keep-key', pki)
      : (ask(subject.role, way, pki) ?? (way === 'renew' ? requestFor(subject.role, pki, ask) : undefined));
  const answer = asked && renewed !== undefined && isCopied(renewed, pki) ? withoutCas(asked, [renewed]) : asked;
  if (answer === undefined) return undefined;
  const command = commandOf(answer, pki);
  const all = rule.remedy === 'expired' ? askForAll(pki, renewed !== undefined, ask) : undefined;
  return all === undefined ? command : { ...command, all: { ...all, ...(renewed !== undefined && { ofCa: true }) } };
}

/** Whether the new certificate of an expired CA is copied from another node, before the command runs. */
function isCopied(id: string, pki: Pki): boolean {
  const authority = pki.authorities.find((one) => one.id === id);
  return authority !== undefined && sourceOfCa(authority, pki) !== undefined;
}

/** What remains of renewing CAs and what they signed once the CAs are valid; undefined if nothing does. */
function withoutCas({ asked, missing }: IssueAnswer, authorities: readonly string[]): IssueAnswer | undefined {
  const only = asked.only?.filter((id) => !authorities.includes(id)) ?? [];
  return only.length === 0 ? undefined : { asked: { only, renew: true }, actions: [], missing };
}

/** The outcome of issuing a role; undefined if it does nothing, fails, or does not help. */
function answerOf(role: string, way: Way, pki: Pki): IssueAnswer | undefined {
  const authority = pki.authorities.find(({ id }) => id === role);
  if (way === 'keep-key' && !(authority && canKeepKey(authority, pki.judging.at))) return undefined;
  const asked = optionsFor(role, way, pki);
  const settings = pki.layout.remedies.owner ? undefined : settingsFor(asked, pki);
  if (settings === undefined) return undefined;
  // Findings explain actions, and do not decide anything.
  const { decisions } = decide({ pki, findings: () => [], offNode: new Map(), settings, cluster: pki.node.pki });
  const refusals = decisions.filter(isRefusal);
  if (refusals.some(({ missing }) => missing === undefined)) return undefined;
  const actions = decisions.filter((one): one is Action => !isRefusal(one));
  if (![...actions, ...refusals].some((one) => one.role === role)) return undefined;
  if (way === 'renew' && actions.some((action) => endsSoon(action, settings, pki))) return undefined;
  const sans = namesOfOthers(actions, pki);
  return {
    asked: { ...asked, ...(sans.length > 0 && { sans }) },
    actions,
    missing: refusals.flatMap(({ missing = [] }) => missing),
  };
}

/**
 * The names of the API server's new certificate that only other nodes of the input show: the command runs on this one.
 * They take the place of those in the configuration of the installer.
 */
function namesOfOthers(actions: readonly Action[], pki: Pki): readonly string[] {
  const role = pki.roles.find(({ id }) => id === roleIds.apiServer);
  const isIssued = actions.some((action) => action.role === roleIds.apiServer);
  const { sans } = pki.facts;
  if (role?.kind !== 'certificate' || !isIssued || sans?.source === factOptions.sans.option) return [];
  const added = shownByOthers(role, pki);
  return added.length === 0 ? [] : [...new Set([...(sans?.value ?? []), ...added])];
}

/** The options that name a role, and with a missing CA those that it is to sign. */
function optionsFor(id: string, way: Way, pki: Pki): Asked {
  const role = pki.roles.find((one) => one.id === id);
  if (way === 'replace') return { only: [id], replace: [id], ...(role === undefined && { keepKey: true }) };
  if (way === 'keep-key') return askForAuthorities([id], pki);
  if (way === 'request') return { only: [id], renew: true, csr: requestFolder(pki) };
  if (way === 'renew') {
    const { at } = pki.judging;
    const days = Math.ceil((((role && earliestExpiry(role)) ?? at) - at) / day);
    return { only: [id], renew: true, ...(days > issueDefaults.withinDays && { withinDays: days }) };
  }
  const absent = role?.parent.source.seen === 'absent' ? role.parent : undefined;
  const authority = absent ?? pki.authorities.find((one) => one.id === id);
  if (authority === undefined) return { only: [id] };
  const children = pki.roles.filter(({ parent, applies }) => parent === authority && applies.answer === 'yes');
  return { only: [authority.id, ...children.map((one) => one.id)] };
}

/** The folder of a node's requests. Two nodes may be copies on one machine: with one, both would get the same keys. */
const requestFolder = ({ name, layout }: Pki): string =>
  fill(layout.remedies.requests.folder, { node: name.replace(/[^\w.-]+/g, '-') });

/** The options that renew CAs with their keys, and what they signed that has expired, except what the kubelet keeps. */
function askForAuthorities(authorities: readonly string[], pki: Pki): Asked {
  const expired = pki.roles.filter(
    (role) =>
      authorities.includes(role.parent.id) && hasRoleExpired(role, pki.judging.at) && !keepsOwnCredential(role, pki),
  );
  const only = [...authorities, ...expired.map(({ id }) => id)];
  return { only, replace: authorities, keepKey: true, ...(expired.length > 0 && { renew: true }), yes: true };
}

/** Whether a CA has expired, and can be renewed on this node. */
const isExpiredHere = (authority: Authority, pki: Pki): boolean =>
  hasExpired(authority, pki) && canKeepKey(authority, pki.judging.at);

/** The settings of a plan; undefined if the configuration of the installer or the time is invalid for issuing. */
function settingsFor(asked: Asked, { judging, node }: Pki): Settings | undefined {
  try {
    const settings = settingsOf({ ...namingRoles(asked), at: new Date(judging.at) }, node.installerConfig, judging);
    return { ...settings, documentedOnly: judging.documentedOnly, unattended: true };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Whether lint would report a new certificate as expiring at once, because its CA is. */
function endsSoon({ certificate }: Action, { now, lifetime }: Settings, { judging }: Pki): boolean {
  const { at, target } = judging;
  const withinMs = warnedWithin(judging, certificate?.ca ? 'authority/ends-soon' : 'cert/ends-soon');
  const end = certificate === null ? Number.POSITIVE_INFINITY : Date.parse(certificate.notAfter);
  return end < now + lifetime && end <= at + Math.max(withinMs, target?.windowMs ?? 0);
}

/**
 * The command that renews everything on this node that has expired or expires soon; undefined for a single certificate,
 * or none. CAs that are copied from other nodes are valid by then, if it is for a finding about CAs; for others,
 * expired CAs and what they signed are left out.
 */
function askForAll(pki: Pki, isOfCa: boolean, ask: Ask): Command['all'] {
  const soon = pki.judging.at + issueDefaults.withinDays * day;
  const expired = pki.authorities.filter((one) => isExpiredHere(one, pki));
  const ending = pki.roles.filter(
    (role) =>
      (earliestExpiry(role) ?? Number.POSITIVE_INFINITY) <= soon &&
      !expired.includes(role.parent) &&
      !isKeptByKubelet(role, pki) &&
      // The credential in the kubelet's own file is for the kubelet to renew, or for its steps by hand.
      (role.row.role !== roleIds.kubelet || ask(role.id, 'renew', pki) !== undefined),
  );
  const copied = expired.filter(({ id }) => isCopied(id, pki)).map(({ id }) => id);
  // The finding of the CAs renews those: a second renewal would not make those that were copied.
  const isPart = expired.length > 0 && !isOfCa;
  const cas = isPart ? [] : expired.map(({ id }) => id);
  const all = [...cas.map((id) => ask(id, 'keep-key', pki)), ...ending.map(({ id }) => ask(id, 'renew', pki))];
  const answers = all.filter((answer) => answer !== undefined);
  if (all.length < 2 || answers.length < all.length) return undefined;
  const replace = cas.filter((id) => !copied.includes(id));
  if (replace.length === 0 && answers.every((answer) => withoutCas(answer, cas) === undefined)) return undefined;
  const renewed = replace.length > 0 && { replace, keepKey: true, yes: true };
  const asked = { ...(isPart && { only: ending.map(({ id }) => id) }), ...renewed, renew: true };
  const command = commandOf({ asked, actions: [], missing: answers.flatMap((answer) => answer.missing) }, pki);
  const isNeeded = ending.some((role) => role.inUse && hasRoleExpired(role, pki.judging.at));
  return { ...command, ...(isNeeded && { needed: [...cas, ...ending.map(({ id }) => id)] }) };
}
