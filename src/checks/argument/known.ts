/** Checks of flags that a component does not know, or does not accept together, so that it does not start. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import { isSecretive } from '../../core/secrets.ts';
import { handful, nearest } from '../../core/text.ts';
import { releaseOfComponent } from '../../model/facts/own-release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { knownComponent, unknownFlagError } from '../../tables/components.ts';
import { etcdKnownUpTo } from '../../tables/etcd-releases.ts';
import { type ConflictRow, conflictRows, flagsKnownUpTo, knownFlags } from '../../tables/flags.ts';
import { onlyEdit, replaceArgument } from '../base/argument-edit.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { hasOwnReleases } from '../base/component-release.ts';
import { flagsOnceOf, isNewer } from '../base/dated-flags.ts';

/**
 * The known flag within two letters of a mistyped one, or before a space: a flag and its value in one item of a list.
 */
function intendedFlag(name: string, flags: ReadonlyMap<string, unknown>): string | undefined {
  const [first = ''] = name.split(/\s/, 1);
  if (first !== name) return flags.has(first) ? first : undefined;
  // In a short name two letters are too many.
  if (name.length < 5) return undefined;
  return nearest(name, flags.keys(), 2);
}

/**
 * The flags that a component has in no release, each once, with the flag that was intended. None of the kubelet: the
 * table of its flags has only one release, and its unit can be of any. etcd ignores variables and fields that it does
 * not know (pkg/flags/flag.go, SetFlagsFromEnv; server/embed/config.go, configFromFile).
 */
const unknownFlags = remember((component: Component): readonly UnknownFlag[] => {
  const flags = knownFlags(component.name);
  if (flags === undefined || knownComponent(component.name)?.partial) return [];
  return flagsOnceOf(component)
    .filter(({ name, argument }) => !flags.has(name) && argument.spelled.startsWith('-'))
    .map(({ name, argument }) => {
      const long = longFlag(component, argument);
      return { argument, long, intended: long?.flag ?? intendedFlag(name, flags) };
    });
});

/** A long flag after a single dash, of which pflag reads the first letter as a short flag: `-allow-privileged=true`. */
function longFlag(component: Component, { spelled, name, value }: Argument) {
  if (knownComponent(component.name)?.parser === 'go' || spelled !== `-${name}` || name.length !== 1) return undefined;
  const [, flag = '', rest] = /^([\w-]+)(?:=(.*))?$/s.exec(`${name}${value ?? ''}`) ?? [];
  return knownFlags(component.name)?.has(flag) ? { flag, value: rest } : undefined;
}

interface UnknownFlag {
  readonly argument: Argument;
  readonly intended: string | undefined;
  readonly long: ReturnType<typeof longFlag>;
}

/** How a flag was mistyped, if it was: then it is not missing. */
export function misspelled(component: Component, flag: string): string | undefined {
  return unknownFlags(component).find(({ intended }) => intended === flag)?.argument.spelled;
}

/** Whether the flags of the node's release were read: in a newer one, a flag that resembles another can be new. */
function areFlagsRead(component: Component, pki: Pki): boolean {
  const release = releaseOfComponent(component, pki);
  if (hasOwnReleases(component) || release === undefined) return true;
  const minor = (text: string) => Number(text.split('.')[1]);
  return minor(release) <= minor(flagsKnownUpTo);
}

/** A flag and its value with an equals sign, if a space is between them in one item of a list. */
function joinedBySpace({ spelled, value }: Argument, flag: string): string | undefined {
  const [, rest] = /^\S+\s+(.*)$/s.exec(spelled) ?? [];
  if (rest === undefined) return undefined;
  // A flag without an equals sign has the value true.
  return `--${flag}=${rest.trim()}${value === undefined || value === 'true' ? '' : `=${value}`}`;
}

/** Unknown flags: one rule covers those that resemble a known flag, one all others. */
function unknownFlagCheck(isMistyped: boolean) {
  return check('component', function* (component, pki) {
    const row = knownComponent(component.name);
    if (row === undefined) return yield notApplicable('no table has its flags');
    if (row.partial) return yield notApplicable('the flags of other releases are unknown');
    const areRead = areFlagsRead(component, pki);
    if (!isMistyped && !areRead) yield skip(`flags are known up to v${flagsKnownUpTo}`);
    for (const { argument, intended, long } of unknownFlags(component)) {
      if ((intended !== undefined && areRead) !== isMistyped) continue;
      const known = hasOwnReleases(component) ? `from v3.3 to ${etcdKnownUpTo}` : `up to v${flagsKnownUpTo}`;
      const ofFlag = long === undefined ? argument.value : long.value;
      const value = ofFlag === undefined ? '' : `=${ofFlag}`;
      const joined = intended && !long ? joinedBySpace(argument, intended) : undefined;
      const isPlain = intended !== undefined && joined === undefined;
      const edit = isPlain ? replaceArgument(component, argument, `--${intended}${value}`) : undefined;
      // What follows a space may be a secret.
      const isHidden = joined !== undefined && isSecretive(`${intended}`);
      const wanted = isHidden ? `--${intended}=…` : (joined ?? `--${intended ?? ''}`);
      const [spelled, name] = isHidden ? [`--${intended} …`, `${intended} …`] : [argument.spelled, argument.name];
      const data = { component: component.name, flag: long ? `-${long.flag}` : spelled, wanted, known };
      const shorthand =
        long && `unknown shorthand flag: '${name}' in -${long.flag}${isSecretive(long.flag) ? '=…' : value}`;
      yield problem(
        argument.at,
        { ...data, error: shorthand ?? unknownFlagError(component.name, name) },
        { key: argument.name, edits: onlyEdit(edit) },
      );
    }
  });
}

/** The arguments of a row of conflicts that are given, on both of its sides. */
function conflicting(row: ConflictRow, component: Component) {
  const given = (flags: readonly string[], evenEmpty = false) =>
    flags.flatMap((flag) => {
      const argument = lastArgument(component, flag);
      return argument === undefined || (argument.value === '' && !evenEmpty) ? [] : [argument];
    });
  const [first, ...rest] = given(row.flags);
  const others = given(row.with, row.evenEmpty);
  return first === undefined || others.length === 0 ? undefined : { first, rest, others };
}

/** Whether the file that an argument names has a field; undefined if that was not seen. */
function fileHas(field: string, { value }: Argument, component: Component, { node }: Pki): boolean | undefined {
  const content = node.files.get(value === undefined ? '' : hostPath(component, value))?.content;
  return content?.type === 'settings' ? content.fields.includes(field) : undefined;
}

export const argumentKnownChecks = {
  /** Known flags that the component refuses together. */
  'argument/conflict': check('component', function* (component, pki) {
    for (const row of conflictRows) {
      const found = row.component === component.name ? conflicting(row, component) : undefined;
      if (found === undefined) continue;
      const { first, rest, others } = found;
      const has = row.ifFileHas === undefined || fileHas(row.ifFileHas, first, component, pki);
      if (has === undefined) yield skip(`the file of ${first.spelled} was not read`);
      // A flag that this release does not know is the first fault.
      if (!has || isNewer(first, component, pki)) continue;
      const flags = [first, ...rest].map((argument) => argument.spelled).join(' and ');
      const names = handful(
        others.map((argument) => argument.spelled),
        2,
      );
      const data = { component: component.name, flags, others: names, error: row.said };
      yield problem(first.at, data, { key: [...row.flags, row.ifFileHas ?? ''].join(' ').trim() });
    }
  }),

  'argument/mistyped': unknownFlagCheck(true),
  'argument/unknown': unknownFlagCheck(false),
};
