/** The components that a supervisor runs inside of its process, with the flags that it and the user give them. */
import type { Argument } from '../../artifact/argument.ts';
import type { Component } from '../../artifact/component.ts';
import type { SetBy } from '../../artifact/place.ts';
import { type Supervisor, type SupervisorRow, valueFor, valuesFor } from '../../artifact/supervisor.ts';
import { groupBy } from '../../core/collections.ts';
import type { Files } from '../components/node-files.ts';
import type { ArgumentSource } from '../components/source.ts';
import { areSet, type Conditions, holds } from './conditions.ts';
import { builtInFlags } from './table-flags.ts';
import { type UserArgument, userArguments } from './user-arguments.ts';

/** The components of the supervisor of a layout. */
export const supervised: ArgumentSource = {
  find({ files, layout, supervisor, release }) {
    const row = layout.supervisor;
    if (row === undefined || supervisor === undefined) return { components: [] };
    const given = userArguments(supervisor, row);
    const of: Conditions = { files, row, supervisor, given, release };
    const names = Object.entries(row.components).filter(([, when]) => when.every((one) => holds(one, of)));
    return { components: [...names.map(([name]) => componentOf(name, of)), itself(supervisor, row)] };
  },
};

/** The supervisor itself: its settings are flags. */
function itself({ program, at, settings, unknown, started }: Supervisor, row: SupervisorRow): Component {
  const inForce = settings.filter(({ of, replacedBy }) => of !== undefined && replacedBy === undefined);
  const flags = inForce
    .filter(({ name }) => row.arguments[name] === undefined)
    .flatMap(({ name, spelled, values }): readonly Argument[] =>
      values.flatMap((one) => (one.value === undefined ? [] : { name, spelled, value: one.value, at: one.at })),
    );
  return { name: program, at, arguments: flags, mounts: undefined, unknown, ...(started && { unit: started }) };
}

function componentOf(name: string, of: Conditions): Component {
  const { supervisor, row, given } = of;
  const own = given.filter(({ component }) => component === name);
  const setBy = wordsOf(row, of.release);
  const applying = row.builtIn.filter((one) => one.flags[name] !== undefined && areSet(one, of));
  const builtIn = builtInFlags(applying, name).map(([flag, template]) => {
    const at = placeOfSetting(template, of) ?? setBy;
    return { name: flag, spelled: `--${flag}`, ...filled(template, of), at };
  });
  return {
    name,
    at: setBy,
    arguments: joined(builtIn, own),
    mounts: undefined,
    unknown: supervisor.unknown,
  };
}

/**
 * What sets the flags, for a sentence: `k3s v1.35`. Of a release that is unknown or newer, the newest that is known is
 * assumed.
 */
function wordsOf({ program, builtInUpTo }: SupervisorRow, release: string | undefined): SetBy {
  const minor = release?.split('.').slice(0, 2).join('.');
  const isNamed = minor !== undefined && Number(minor.slice(2)) <= Number(builtInUpTo.slice(2));
  return { words: isNamed ? `${program} v${minor}` : `an assumed ${program} v${builtInUpTo}` };
}

/** Fills `{cluster-domain}` with the value of a setting; a value that is unknown is unknown as a whole. */
function filled(template: string, of: Conditions): Pick<Argument, 'value' | 'unknownVariable'> {
  let unknownVariable: string | undefined;
  const value = template.replace(/\{([\w-]+)\}/g, (_, name: string) => {
    const found = valueOfPlaceholder(name, of);
    if (found === undefined) unknownVariable ??= name;
    return found ?? '';
  });
  return unknownVariable === undefined ? { value } : { value: undefined, unknownVariable };
}

/** Where a flag is set whose value is that of one setting. */
function placeOfSetting(template: string, { supervisor }: Conditions): Argument['at'] | undefined {
  const [, name] = /^\{([\w-]+)\}$/.exec(template) ?? [];
  return name === undefined ? undefined : valueFor(supervisor, name)?.at;
}

/** The value of a placeholder. */
function valueOfPlaceholder(name: string, { files, supervisor, row }: Conditions): string | undefined {
  const file = inFiles[name]?.(row);
  if (file !== undefined) return textIn(file, files);
  return name === 'datastore' ? supervisor.datastore?.endpoints : settingText(name, supervisor, row);
}

/** Values that a file of the node has. */
const inFiles: Readonly<Record<string, (row: SupervisorRow) => string>> = {
  'node-id': ({ nodeId }) => nodeId,
  hostname: () => '/etc/hostname',
};

/** The word in a file; undefined if it is not there. */
function textIn(path: string, files: Files): string | undefined {
  const text = files.seek(path, 'text')?.state === 'file' ? files.text(path)?.trim() : undefined;
  return text !== undefined && /^[\w.-]+$/.test(text) ? text : undefined;
}

function settingText(name: string, supervisor: Supervisor, row: SupervisorRow): string | undefined {
  const values = valuesFor(supervisor, name).map(({ value }) => value);
  return values.length > 0 ? values.join(',') : row.defaults[name];
}

/**
 * Joins flags as a supervisor does: those of the user replace its own, or are put behind or before them. All of one
 * name stand where its first one stood.
 */
function joined(own: readonly Argument[], users: readonly UserArgument[]): readonly Argument[] {
  const all = new Map<string, readonly Argument[]>(groupBy(own, ({ name }) => name));
  const isOwn = new Set(own.map(({ name }) => name));
  for (const { name, spelled, value, joins, at } of users) {
    const before = (all.get(name) ?? []).filter(() => joins !== 'instead' || !isOwn.has(name));
    const one: Argument = { name, spelled, value, at };
    all.set(name, joins === 'before' ? [one, ...before] : [...before, one]);
    isOwn.delete(name);
  }
  return [...all.values()].flat();
}

/**
 * Returns a component whose manifest a supervisor writes, with what the user gives it, in its place. The manifest is
 * written again at each start, so a flag that it does not have yet is there after the next one. Those that name files
 * are left out, because the supervisor mounts them then; and those of etcd, which has its flags in a file.
 */
export function withUserArguments(component: Component, users: readonly UserArgument[]): Component {
  const own = users.filter((one) => one.component === component.name);
  if (own.length === 0 || component.mounts === undefined) return component;
  const written = component.arguments;
  const userOf = (argument: Argument) => own.findLast((one) => isSame(one, argument));
  const isApplied = (user: UserArgument) => written.some((argument) => isSame(user, argument));
  const isPending = (user: UserArgument) =>
    component.name !== 'etcd' && !user.value.startsWith('/') && !isApplied(user);
  if (own.some(isPending)) {
    const ofSupervisor = written.filter((argument) => userOf(argument) === undefined);
    const ofUser = own.filter((user) => isPending(user) || isApplied(user));
    return { ...component, arguments: joined(ofSupervisor, ofUser) };
  }
  return {
    ...component,
    arguments: written.map((argument) => {
      const user = userOf(argument);
      return user === undefined ? argument : { ...argument, spelled: user.spelled, at: user.at };
    }),
  };
}

const isSame = (user: UserArgument, { name, value }: Argument): boolean => name === user.name && value === user.value;
