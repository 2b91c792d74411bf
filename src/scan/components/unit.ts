/** Finds the program that a systemd unit starts. */
import type { Place } from '../../artifact/place.ts';
import { join } from '../fs/tree.ts';
import type { Files } from './node-files.ts';
import { type Assignment, readEnvironmentFile, readUnit, splitQuoted } from './systemd.ts';
import { asWord, type Environment, lineBudget, maxWordLength, takeWords, type Word } from './words.ts';

/** Earlier folders take precedence (systemd.unit(5)). */
export const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

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

/** A user and the groups that a unit gives it, by name or id. */
export interface UnitUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly at: Place;
}

/** The number of characters to read of a unit and its drop-ins. Real ones have a few kilobytes. */
const maxUnitText = 1024 * 1024;

/** Returns the command line of a unit (`kubelet.service`) with its drop-ins; undefined if it was not seen. */
export function unitCommand(files: Files, name: string): StartedProgram | undefined {
  const { settings, unknown } = readUnitFiles(files, unitFiles(files, name));
  const [start] = settingsSinceReset(settings, 'ExecStart').slice(-1);
  if (start === undefined) return undefined;
  const variables = readVariables(files, settings);
  const words = splitExec(start, variables);
  const plain = new Map([...variables.values].map(([name, variable]) => [name, variable.text]));
  return { at: start.at, words, environment: { variables: plain }, unknown, user: userOf(settings, start) };
}

function readUnitFiles(files: Files, paths: readonly string[]) {
  const settings: Assignment[] = [];
  let length = 0;
  for (const path of paths) {
    const text = files.text(path) ?? '';
    length += text.length;
    if (length > maxUnitText) return { settings, unknown: 'its unit and drop-ins are too long to read' };
    for (const setting of readUnit(path, text)) settings.push(setting);
  }
  return { settings, unknown: undefined };
}

/** Looks for a unit, and returns its path. Its drop-ins do not count: without the unit they start nothing. */
export function seekUnit(files: Files, name: string): string | undefined {
  return unitFolders.map((folder) => join(folder, name)).find((path) => files.seek(path, 'text')?.state === 'file');
}

/**
 * The user of a unit (systemd.exec(5)); undefined if it keeps the rights of root: by a prefix of its command, or by a
 * capability that passes over modes. The id of a dynamic user is not known before it starts.
 */
function userOf(settings: readonly Assignment[], start: Assignment): UnitUser | undefined {
  const last = (key: string) => settings.findLast(({ name }) => name === key);
  const user = last('User');
  const isPrivileged = /^[-@:]*[+!]/.test(start.value) || /CAP_DAC_/i.test(last('AmbientCapabilities')?.value ?? '');
  const isDynamic = /^(?:1|yes|y|true|t|on)$/i.test(last('DynamicUser')?.value ?? '');
  if (user === undefined || user.value === '' || isPrivileged || isDynamic) return undefined;
  const group = last('Group')?.value ?? '';
  const more = settingsSinceReset(settings, 'SupplementaryGroups').flatMap(({ value }) => value.split(/\s+/));
  return { name: user.value, groups: [group, ...more].filter((one) => one !== ''), at: user.at };
}

/** The number of units to read. */
const maxUnits = 1000;

/** Returns the names of the services in folders of units, each once. */
export function namesOfUnits(files: Files, folders: readonly string[]): readonly string[] {
  const names = folders.flatMap((folder) => (files.seek(folder, 'any') === undefined ? [] : files.list(folder)));
  return [...new Set(names)].filter((name) => name.endsWith('.service')).slice(0, maxUnits);
}

/** Lists the unit, then its drop-ins by name. Of drop-ins with the same name, the one in the first folder counts. */
function unitFiles(files: Files, unitName: string): string[] {
  const unit = seekUnit(files, unitName);
  const dropIns = new Map<string, string>();
  for (const folder of unitFolders) {
    const dropInFolder = join(folder, `${unitName}.d`);
    for (const name of files.seek(dropInFolder, 'any') === undefined ? [] : files.list(dropInFolder)) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, join(dropInFolder, name));
    }
  }
  const ordered = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return unit === undefined ? ordered : [unit, ...ordered];
}

/** The settings of a list-valued key after the last empty assignment, which resets the list. */
function settingsSinceReset(settings: readonly Assignment[], key: string): readonly Assignment[] {
  const all = settings.filter((setting) => setting.name === key);
  return all.slice(all.findLastIndex((setting) => setting.value === '') + 1);
}

/** The maximum number of environment files to read. */
const maxEnvironmentFiles = 16;

interface Variables {
  readonly values: Map<string, Word>;
  /** Whether an environment file was not seen, so that there may be more variables. */
  incomplete: boolean;
}

/** `EnvironmentFile=` takes precedence over `Environment=` (systemd.exec(5)). */
function readVariables(files: Files, settings: readonly Assignment[]): Variables {
  const variables: Variables = { values: new Map(), incomplete: false };
  for (const { value, at } of settingsSinceReset(settings, 'Environment')) {
    for (const assignment of splitQuoted(value)) {
      const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment) ?? [];
      if (name !== undefined && text !== undefined) variables.values.set(name, { text, at });
    }
  }
  const environmentFiles = settingsSinceReset(settings, 'EnvironmentFile');
  variables.incomplete = environmentFiles.length > maxEnvironmentFiles;
  for (const { value } of environmentFiles.slice(0, maxEnvironmentFiles)) {
    const path = value.replace(/^-/, '').replace(/^"(.*)"$/, '$1');
    if (!path.startsWith('/')) continue;
    const text = files.text(path);
    const { state } = files.look(path);
    if (text === undefined) variables.incomplete ||= state !== 'absent' && state !== 'broken-link';
    for (const { name, value, at } of readEnvironmentFile(path, text ?? ''))
      variables.values.set(name, { text: value, at });
  }
  return variables;
}

/** Expands `$VAR` as a word of its own to any number of words, and `${VAR}` to part of a word. Unset is empty. */
function splitExec({ value, at }: Assignment, variables: Variables): Word[] {
  // A variable is split once, because a command line can name it thousands of times.
  const split = new Map<string, readonly Word[]>();
  function* words(): Generator<Word> {
    for (const text of splitQuoted(value.replace(/^[-@:+!|]+/, ''))) {
      const name = /^\$([A-Za-z_]\w*)$/.exec(text)?.[1];
      if (name === undefined) {
        // Arguments are compared by their places: two on one line are not the same.
        yield fillWord(text, { ...at }, variables);
        continue;
      }
      const known = split.get(name) ?? wordsOf(name, text, at, variables);
      split.set(name, known);
      yield* known;
    }
  }
  return takeWords(words(), lineBudget());
}

function wordsOf(name: string, text: string, at: Place, { values, incomplete }: Variables): Word[] {
  const variable = values.get(name);
  if (variable === undefined) return incomplete ? [{ text, at, unknownVariable: name }] : [];
  return takeWords(
    splitQuoted(variable.text).map((word) => asWord(word, { ...variable.at })),
    lineBudget(),
  );
}

function fillWord(text: string, at: Place, { values, incomplete }: Variables): Word {
  let unknownVariable: string | undefined;
  let length = text.length;
  const filled = text.replace(/\$(?:\$|\{([A-Za-z_]\w*)\})/g, (reference, inner: string | undefined) => {
    if (inner === undefined) return '$';
    const variable = values.get(inner);
    if (variable === undefined && incomplete) unknownVariable = inner;
    length += variable?.text.length ?? 0;
    // A word that grows beyond the limit is unknown as a whole: stop expanding.
    return length > 2 * maxWordLength ? reference : (variable?.text ?? (incomplete ? reference : ''));
  });
  return asWord(length > 2 * maxWordLength ? text.padEnd(maxWordLength + 1) : filled, at, unknownVariable);
}
