/** Finds the program that a systemd unit starts. */
import type { Place } from '../../artifact/place.ts';
import { expandCommand } from './expansion.ts';
import type { Files } from './node-files.ts';
import { specifiersOf } from './specifiers.ts';
import { readVariables } from './unit-environment.ts';
import { loadUnit } from './unit-settings.ts';
import { type UnitUser, userOf } from './unit-user.ts';
import type { Environment, Word } from './words.ts';

export interface StartedProgram {
  /** The unit or drop-in that names the program. */
  readonly at: Place;
  readonly words: readonly Word[];
  readonly environment: Environment;
  /** Why there may be more words. */
  readonly unknown?: string | undefined;
  /** The user that it runs as, if it is not root. */
  readonly user?: UnitUser | undefined;
}

/** Returns the command line of a unit (`kubelet.service`) with its drop-ins; undefined if it was not seen, or has none. */
export function unitCommand(files: Files, name: string): StartedProgram | undefined {
  const resolve = specifiersOf(files, name);
  const { settings, commands, unknown } = loadUnit(files, name, resolve);
  // Of several commands, all but the last prepare something.
  const command = commands.at(-1);
  if (command === undefined) return undefined;
  const variables = readVariables(files, settings, resolve);
  const plain = [...variables.values].map(([name, { text, unknown }]) => [name, unknown ? undefined : text] as const);
  return {
    at: command.at,
    words: expandCommand(command, variables),
    environment: { variables: new Map(plain) },
    unknown,
    user: userOf(settings, command),
  };
}
