/** Checks of flags that a component does not know, or does not accept together, so that it does not start. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import { type Placed, setByText } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { handful, nearest } from '../../core/text.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { knownComponent, unknownFlagError } from '../../tables/components.ts';
import { etcdKnownUpTo } from '../../tables/etcd-releases.ts';
import { type ConflictRow, conflictRows, flagsKnownFrom, flagsKnownUpTo, knownFlags } from '../../tables/flags.ts';
import { onlyEdit, removeArgument, renameArgument, replaceArgument } from '../base/argument-edit.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { hasOwnReleases, isUpstream, releasesOf } from '../base/component-release.ts';
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
 * The flags that a component has in no release, each once, with the flag that was intended. etcd ignores variables and
 * fields that it does not know (pkg/flags/flag.go, SetFlagsFromEnv; server/embed/config.go, configFromFile).
 */
const unknownFlags = remember((component: Component): readonly UnknownFlag[] => {
  const flags = knownFlags(component.name);
  if (flags === undefined) return [];
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
  const operand = component.operands?.find((one) => withoutDashes(component, one)?.name === flag);
  return operand?.value ?? unknownFlags(component).find(({ intended }) => intended === flag)?.argument.spelled;
}

/** Returns the argument that a word is meant to be: a known flag, of which the dashes were forgotten, with a value. */
export function withoutDashes(
  { name: component }: Component,
  { value: text, at }: Placed<string>,
): Argument | undefined {
  const [, name = '', value] = /^([a-z][\w-]*)=(.+)$/.exec(text) ?? [];
  return knownFlags(component)?.has(name) ? { name, spelled: name, value, at } : undefined;
}

/** Which rule an unknown flag is of. */
type UnknownKind = 'mistyped' | 'nonexistent' | 'unknown';

/**
 * What is known of the flags of a component that no release in the table has: in a newer one, a flag that resembles
 * another can be new; a fork can have flags of its own.
 */
function kindOf({ intended }: UnknownFlag, component: Component, pki: Pki): UnknownKind {
  if (!areFlagsRead(component, pki)) return 'unknown';
  if (intended !== undefined) return 'mistyped';
  const releases = releasesOf(component, pki);
  const isOne = releases !== undefined && isFrom(releases.oldest, `${flagsKnownFrom}.0`);
  return isOne && !hasOwnReleases(component) && isUpstream(component, pki) ? 'nonexistent' : 'unknown';
}

function areFlagsRead(component: Component, pki: Pki): boolean {
  const releases = releasesOf(component, pki);
  const minor = (text: string) => Number(text.split('.')[1]);
  return hasOwnReleases(component) || releases === undefined || minor(releases.newest) <= minor(flagsKnownUpTo);
}

/** A flag and its value with an equals sign, if a space is between them in one item of a list. */
function joinedBySpace({ spelled, value }: Argument, flag: string): string | undefined {
  const [, rest] = /^\S+\s+(.*)$/s.exec(spelled) ?? [];
  if (rest === undefined) return undefined;
  // A flag without an equals sign has the value true.
  return `--${flag}=${rest.trim()}${value === undefined || value === 'true' ? '' : `=${value}`}`;
}

function unknownFlagEdit({ argument, intended }: UnknownFlag, component: Component, kind: UnknownKind, value: string) {
  if (intended === undefined) return kind === 'nonexistent' ? removeArgument(component, argument) : undefined;
  return (
    renameArgument(component, argument, intended) ??
    (/\s/.test(argument.name) ? undefined : replaceArgument(component, argument, `--${intended}${value}`))
  );
}

function unknownFlagProblem(unknown: UnknownFlag, component: Component, kind: UnknownKind) {
  const { argument, intended, long } = unknown;
  const ofFlag = long === undefined ? argument.value : long.value;
  const value = ofFlag === undefined ? '' : `=${ofFlag}`;
  const wanted = (intended && !long ? joinedBySpace(argument, intended) : undefined) ?? `--${intended ?? ''}`;
  const edit = unknownFlagEdit(unknown, component, kind, value);
  const { spelled, name } = argument;
  const data = {
    component: component.name,
    flag: long ? `-${long.flag}` : spelled,
    wanted,
    known: hasOwnReleases(component) ? `from v3.3 to ${etcdKnownUpTo}` : `up to v${flagsKnownUpTo}`,
    releases: `v${flagsKnownFrom} to v${flagsKnownUpTo}`,
    file: setByText(argument.at),
  };
  const shorthand = long && `unknown shorthand flag: '${name}' in -${long.flag}${value}`;
  const fix = component.name === 'kubelet' && kind !== 'unknown' ? { fix: 'kubelet' } : {};
  return problem(
    argument.at,
    { ...data, error: shorthand ?? unknownFlagError(component.name, name) },
    { key: argument.name, edits: onlyEdit(edit), ...fix },
  );
}

/** Flags that no release has, of one component. */
const mostListed = 100;

/** Unknown flags: a rule for those that resemble a known flag, for those that no release has, and for all others. */
function unknownFlagCheck(kind: UnknownKind) {
  return check('component', function* (component, pki) {
    if (knownComponent(component.name) === undefined) return yield notApplicable('no table has its flags');
    if (kind === 'nonexistent' && !areFlagsRead(component, pki))
      return yield skip(`flags are known up to v${flagsKnownUpTo}`);
    const found = unknownFlags(component).filter((unknown) => kindOf(unknown, component, pki) === kind);
    // A component ends at the first. The others are listed so that they go in one edit.
    for (const unknown of kind === 'nonexistent' ? found.slice(0, mostListed) : found) {
      yield unknownFlagProblem(unknown, component, kind);
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

  'argument/mistyped': unknownFlagCheck('mistyped'),
  'argument/nonexistent': unknownFlagCheck('nonexistent'),
  'argument/unknown': unknownFlagCheck('unknown'),
};
