/** Finds the program that a systemd unit starts. */

import type { LiteralVariable, StartingUnit } from '../../artifact/oddities.ts';
import type { Place } from '../../artifact/place.ts';
import { type ExecCommand, prefixesOf } from './exec-start.ts';
import { expandCommand, splitVariable, type Variables, variableIn } from './expansion.ts';
import type { Files } from './node-files.ts';
import { specifiersOf } from './specifiers.ts';
import { readVariables } from './unit-environment.ts';
import { type LoadedUnit, loadUnit } from './unit-settings.ts';
import { type UnitUser, userOf } from './unit-user.ts';
import type { Environment, Word } from './words.ts';

export interface StartedProgram {
  /** The unit or drop-in that names the program. */
  readonly at: Place;
  readonly words: readonly Word[];
  readonly environment: Environment;
  /** Where its variables are set, by name. */
  readonly variables: ReadonlyMap<string, Place>;
  /** Why there may be more words. */
  readonly unknown?: string | undefined;
  /** The user that it runs as, if it is not root. */
  readonly user?: UnitUser | undefined;
  /** What is wrong with the unit, apart from its program. */
  readonly unit?: Omit<StartingUnit, 'absent'>;
}

/**
 * Returns the command line of a unit (`kubelet.service`) with its drop-ins; undefined if it was not seen, or has none.
 */
export function unitCommand(files: Files, name: string): StartedProgram | undefined {
  const resolve = specifiersOf(files, name);
  const loaded = loadUnit(files, name, resolve);
  const { settings, commands, stray, refused } = loaded;
  // Of several commands, all but the last prepare something. One that a drop-in adds without its flags is not meant to
  // run alone.
  const command = commands.at(refused?.second === 'shorter' ? 0 : -1) ?? meantCommand(loaded);
  if (command === undefined) return undefined;
  const { missing, optional, ...variables } = readVariables(files, settings, resolve);
  const plain = [...variables.values].map(([name, { text, unknown }]) => [name, unknown ? undefined : text] as const);
  const words = expandCommand(command, variables);
  const broken = words.filter(({ text }) => text.startsWith('\n')).map(({ text, at }) => ({ value: text.trim(), at }));
  return {
    at: command.at,
    words,
    environment: { variables: new Map(plain) },
    variables: new Map([...variables.values].map(([name, { text, placeOf }]) => [name, placeOf(0, text.length)])),
    unknown: loaded.unknown ?? (commands.length === 0 ? refused?.reason : undefined),
    user: userOf(settings, command),
    unit: {
      name,
      stray,
      refused,
      missing,
      optional: lacksVariable(command, variables) ? optional : [],
      broken,
      literal: literalVariables(command, variables),
    },
  };
}

/** Whether a command names a variable that nothing sets. */
const lacksVariable = ({ words }: ExecCommand, { values }: Variables): boolean =>
  words.some(({ text }) => {
    const [, name] = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(text) ?? [];
    return name !== undefined && !values.has(name);
  });

/** The variables in flags that systemd does not expand, because they have no braces. A shell would. */
function literalVariables({ words, prefixes }: ExecCommand, { values }: Variables): readonly LiteralVariable[] {
  if (prefixes.includes(':')) return [];
  return words.flatMap(({ text, at }) => {
    const flag = /^--?[A-Za-z][\w-]*/.exec(text)?.[0];
    const names = [...text.replaceAll('$$', '').matchAll(/\$([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
    return flag === undefined ? [] : names.filter((name) => values.has(name)).map((name) => ({ name, flag, at }));
  });
}

/** The program of a command that systemd refuses, without its arguments, which may be meant otherwise. */
function meantCommand({ settings }: LoadedUnit): ExecCommand | undefined {
  const setting = settings.findLast(({ name, value }) => name === 'ExecStart' && value.text !== '');
  const [program] = setting === undefined ? [] : splitVariable(variableIn(setting.value));
  if (setting === undefined || program === undefined) return undefined;
  const prefixes = prefixesOf(program.text);
  return { at: setting.at, prefixes, program: { ...program, text: program.text.slice(prefixes.length) }, words: [] };
}
