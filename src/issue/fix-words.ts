/** The words of a `pki-lint issue` command, for the node that was linted. */

import { lineOfWords, optionWords } from '../core/command/shell.ts';
import { type Command, wordsForCopy, wordsForNode } from '../lint/rules/command.ts';
import { factOptions } from '../model/facts/fact-options.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Action } from '../results/issue/action.ts';
import { roleOfId } from '../tables/role-ids.ts';
import type { IssueOptions } from './inputs/issue-options.ts';

export type Asked = Pick<
  IssueOptions,
  'only' | 'replace' | 'renew' | 'withinDays' | 'keepKey' | 'yes' | 'csr' | 'import'
> & {
  /** Names of the API server that only other nodes of the input show. */
  readonly sans?: readonly string[];
};

/** The outcome of an `issue`: its options, its actions, and the missing facts. */
export interface IssueAnswer {
  readonly asked: Asked;
  readonly actions: readonly Action[];
  readonly missing: readonly string[];
}

/** The facts of the lint options are passed on: a command must act on the node that was linted. */
export function commandOf({ asked: given, actions, missing }: IssueAnswer, pki: Pki): Command {
  const asked = namingRoles(given);
  const unknown = placeholders(missing, pki);
  const notes = [
    ...ofPolicy(asked, pki),
    ...actions.flatMap(conditionOf),
    ...fillIn(unknown.map(([, placeholder]) => placeholder)),
  ];
  const requested = actions.filter(({ kind }) => kind === 'request').map(({ role }) => role);
  const options = [...wordsOf(asked), ...unknown.flat()];
  const copied = wordsForCopy(pki, options);
  const authorities = new Set([...pki.authorities.map(({ id }) => id), pki.serviceAccount.row.role]);
  const trusted = [...(asked.only ?? []), ...(asked.replace ?? [])];
  return {
    ...(asked.csr !== undefined && requested.length > 0 && { signed: installing(asked.csr, requested, pki) }),
    text: lineOfWords(['pki-lint', 'issue', ...wordsForNode(pki, options)]),
    copy: copied && lineOfWords(['pki-lint', 'issue', ...copied]),
    on: pki.name,
    class: trusted.some((id) => authorities.has(id)) ? 'changes-trust' : 're-issues',
    comment: notes.length === 0 ? null : notes.join(', '),
  };
}

/** Options name roles: each stands for all its files. */
export function namingRoles({ only, replace, ...asked }: Asked): Asked {
  const roles = (ids: readonly string[]) => [...new Set(ids.map(roleOfId))];
  return { ...asked, ...(only && { only: roles(only) }), ...(replace && { replace: roles(replace) }) };
}

/** What follows requests: they are signed where the CAs are kept, and the certificates come back. */
function installing(folder: string, requested: readonly string[], pki: Pki): NonNullable<Command['signed']> {
  const parents = pki.roles.filter(({ id }) => requested.includes(id)).map(({ parent }) => parent.id);
  const install = commandOf({ asked: { import: folder, replace: requested }, actions: [], missing: [] }, pki);
  return { by: [...new Set(parents)], folder, install };
}

function wordsOf({ only, replace, renew, withinDays, keepKey, yes, csr, sans, ...asked }: Asked): readonly string[] {
  return [
    ...(asked.import === undefined ? [] : optionWords('--import', asked.import)),
    ...(only ? ['--only', only.join(',')] : []),
    ...(replace ? ['--replace', replace.join(',')] : []),
    ...(keepKey ? ['--keep-key'] : []),
    ...(renew ? ['--renew'] : []),
    ...(yes ? ['--yes'] : []),
    ...(csr === undefined ? [] : optionWords('--csr', csr)),
    ...(sans === undefined ? [] : optionWords(factOptions.sans.option, sans.join(','))),
    ...(withinDays === undefined ? [] : ['--within', `${withinDays}d`]),
  ];
}

/** What describes certificates of one's own: without it the command does not know them. */
function ofPolicy({ only = [] }: Asked, { layout }: Pki): readonly string[] {
  return layout.certificates.flatMap(({ role, policy }) =>
    policy !== undefined && only.includes(role) ? [`with ${policy}, which describes ${role}`] : [],
  );
}

/** A condition that cannot be checked on this node alone. */
function conditionOf({ kind, replaces, keyTarget }: Action): readonly string[] {
  if (kind !== 'key-pair' || replaces.length === 0) return [];
  return [`if ${keyTarget?.path} is the one that all control-plane nodes share`];
}

/** What to do about words in capitals. */
function fillIn(placeholders: readonly string[]): readonly string[] {
  const words = [...new Set(placeholders)];
  return words.length === 0 ? [] : [`replace ${words.join(', ')} with the values of this cluster`];
}

/** The missing facts: option and placeholder. Without `--node-ip` the address of a node is its advertise address. */
function placeholders(missing: readonly string[], { facts }: Pki): readonly (readonly [string, string])[] {
  const isAddressKnown = facts.advertiseAddress !== undefined || missing.includes(factOptions.advertiseAddress.option);
  return Object.values(factOptions)
    .filter(({ option }) => missing.includes(option) && !(isAddressKnown && option === factOptions.nodeIps.option))
    .map(({ option, placeholder }) => [option, placeholder]);
}
