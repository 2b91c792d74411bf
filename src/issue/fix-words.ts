/** The words of a `pki-lint issue` command, for the node that was linted. */
import type { Action } from '../core/action.ts';
import { shellWord } from '../core/text.ts';
import { type Command, writing } from '../lint/command.ts';
import { factOptions } from '../model/facts/options.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { IssueOptions } from './inputs/options.ts';

export type Asked = Pick<
  IssueOptions,
  'only' | 'replace' | 'renew' | 'withinDays' | 'keepKey' | 'yes' | 'csr' | 'import'
>;

/** The outcome of an `issue`: its options, its actions, and the missing facts. */
export interface IssueAnswer {
  readonly asked: Asked;
  readonly actions: readonly Action[];
  readonly missing: readonly string[];
}

/** The facts of the lint options are passed on: a command must act on the node that was linted. */
export function commandOf({ asked, actions, missing }: IssueAnswer, pki: Pki): Command {
  const { node, name } = pki;
  const isElsewhere = node.rootfs !== '/' && node.named === undefined;
  const notes = [...(isElsewhere ? ['on the node itself'] : []), ...actions.flatMap(conditionOf)];
  const requested = actions.filter(({ kind }) => kind === 'request').map(({ role }) => role);
  return {
    ...(asked.csr !== undefined && requested.length > 0 && { signed: installing(asked.csr, requested, pki) }),
    text: ['pki-lint issue', ...writing(pki, [...wordsOf(asked), ...placeholders(missing, pki)])].join(' '),
    on: name,
    comment: notes.length === 0 ? null : notes.join(', '),
  };
}

/** What follows requests: they are signed where the CAs are kept, and the certificates come back. */
function installing(folder: string, requested: readonly string[], pki: Pki): NonNullable<Command['signed']> {
  const parents = pki.roles.filter(({ id }) => requested.includes(id)).map(({ parent }) => parent.id);
  const install = commandOf({ asked: { import: folder, replace: requested }, actions: [], missing: [] }, pki);
  return { by: [...new Set(parents)], folder, install };
}

function wordsOf({ only, replace, renew, withinDays, keepKey, yes, csr, ...asked }: Asked): readonly string[] {
  return [
    ...(asked.import === undefined ? [] : ['--import', shellWord(asked.import)]),
    ...(only ? ['--only', only.join(',')] : []),
    ...(replace ? ['--replace', replace.join(',')] : []),
    ...(keepKey ? ['--keep-key'] : []),
    ...(renew ? ['--renew'] : []),
    ...(yes ? ['--yes'] : []),
    ...(csr === undefined ? [] : ['--csr', shellWord(csr)]),
    ...(withinDays === undefined ? [] : ['--within', `${withinDays}d`]),
  ];
}

/** A condition that cannot be checked on this node alone. */
function conditionOf({ kind, replaces, keyTarget }: Action): readonly string[] {
  if (kind !== 'key-pair' || replaces.length === 0) return [];
  return [`if ${keyTarget?.path} is the one that all control-plane nodes share`];
}

/** The missing facts as options. Without `--node-ip` the address of a node is its advertise address. */
function placeholders(missing: readonly string[], { facts }: Pki): readonly string[] {
  const isAddressKnown = facts.advertiseAddress !== undefined || missing.includes(factOptions.advertiseAddress.option);
  return Object.values(factOptions).flatMap(({ option, placeholder }) =>
    missing.includes(option) && !(isAddressKnown && option === factOptions.nodeIps.option) ? [option, placeholder] : [],
  );
}
