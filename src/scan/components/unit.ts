/** The program that a systemd unit starts. */
import type { Place } from '../../core/artifact.ts';
import { join } from '../fs/tree.ts';
import type { Files } from './node-files.ts';
import { type Assignment, readEnvironmentFile, readUnit, splitQuoted } from './systemd.ts';
import { asWord, type Environment, maxWordLength, maxWords, type Word } from './words.ts';

/** systemd.unit(5): earlier folders win. */
const unitFolders = [
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
}

/** The command line of a unit (`kubelet.service`) with its drop-ins; undefined if it was not seen. */
export function unitCommand(files: Files, name: string): StartedProgram | undefined {
  const settings = unitFiles(files, name).flatMap((path) => readUnit(path, files.text(path) ?? ''));
  const [start] = lasting(settings, 'ExecStart').slice(-1);
  if (start === undefined) return undefined;
  const variables = readVariables(files, settings);
  const words = splitExec(start, variables);
  const plain = new Map([...variables.values].map(([name, variable]) => [name, variable.text]));
  return { at: start.at, words, environment: { variables: plain } };
}

/** The unit, then its drop-ins by name; of drop-ins with the same name, the one in the first folder counts. */
function unitFiles(files: Files, unitName: string): string[] {
  const unit = unitFolders
    .map((folder) => join(folder, unitName))
    .find((path) => files.seek(path, 'text')?.state === 'file');
  const dropIns = new Map<string, string>();
  for (const folder of unitFolders) {
    const below = join(folder, `${unitName}.d`);
    for (const name of files.seek(below, 'any') === undefined ? [] : files.list(below)) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, join(below, name));
    }
  }
  const ordered = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return unit === undefined ? ordered : [unit, ...ordered];
}

/** The settings of a list-valued key that an empty assignment has not reset. */
function lasting(settings: readonly Assignment[], key: string): readonly Assignment[] {
  const all = settings.filter((setting) => setting.name === key);
  return all.slice(all.findLastIndex((setting) => setting.value === '') + 1);
}

/** How many environment files are read. */
const maxEnvironmentFiles = 16;

interface Variables {
  readonly values: Map<string, Word>;
  /** Whether an environment file was not seen. */
  open: boolean;
}

/** `EnvironmentFile=` wins over `Environment=` (systemd.exec(5)). */
function readVariables(files: Files, settings: readonly Assignment[]): Variables {
  const variables: Variables = { values: new Map(), open: false };
  for (const { value, at } of lasting(settings, 'Environment')) {
    for (const assignment of splitQuoted(value)) {
      const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment) ?? [];
      if (name !== undefined && text !== undefined) variables.values.set(name, { text, at });
    }
  }
  const environmentFiles = lasting(settings, 'EnvironmentFile');
  variables.open = environmentFiles.length > maxEnvironmentFiles;
  for (const { value } of environmentFiles.slice(0, maxEnvironmentFiles)) {
    const path = value.replace(/^-/, '').replace(/^"(.*)"$/, '$1');
    if (!path.startsWith('/')) continue;
    const text = files.text(path);
    const { state } = files.look(path);
    if (text === undefined) variables.open ||= state !== 'absent' && state !== 'broken-link';
    for (const { name, value, at } of readEnvironmentFile(path, text ?? ''))
      variables.values.set(name, { text: value, at });
  }
  return variables;
}

/** `$VAR` as a separate word becomes any number of words, `${VAR}` a part of one; an unset variable is empty. */
function splitExec({ value, at }: Assignment, variables: Variables): Word[] {
  const words: Word[] = [];
  for (const text of splitQuoted(value.replace(/^[-@:+!|]+/, ''))) {
    const name = /^\$([A-Za-z_]\w*)$/.exec(text)?.[1];
    words.push(...(name === undefined ? [fillWord(text, at, variables)] : wordsOf(name, text, at, variables)));
    // So many cannot start a program; `parseFlags` reports them.
    if (words.length > maxWords) return words.slice(0, maxWords + 1);
  }
  return words;
}

function wordsOf(name: string, text: string, at: Place, { values, open }: Variables): Word[] {
  const variable = values.get(name);
  if (variable === undefined) return open ? [{ text, at, unknownVariable: name }] : [];
  return splitQuoted(variable.text)
    .slice(0, maxWords + 1)
    .map((word) => asWord(word, variable.at));
}

function fillWord(text: string, at: Place, { values, open }: Variables): Word {
  let unknownVariable: string | undefined;
  let length = text.length;
  const filled = text.replace(/\$(?:\$|\{([A-Za-z_]\w*)\})/g, (reference, inner: string | undefined) => {
    if (inner === undefined) return '$';
    const variable = values.get(inner);
    if (variable === undefined && open) unknownVariable = inner;
    length += variable?.text.length ?? 0;
    // A word that grows beyond the limit is unknown as a whole.
    return length > 2 * maxWordLength ? reference : (variable?.text ?? (open ? reference : ''));
  });
  return asWord(length > 2 * maxWordLength ? text.padEnd(maxWordLength + 1) : filled, at, unknownVariable);
}
