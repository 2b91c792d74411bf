/** The environment of a unit (systemd.exec(5), "Environment"). */
import type { Place, Placed } from '../../artifact/place.ts';
import { glob } from '../../core/glob.ts';
import { join } from '../fs/tree.ts';
import { isName, readEnvironmentFile } from './environment-file.ts';
import { type Variable, type Variables, variableIn } from './expansion.ts';
import { placeWithin } from './located.ts';
import type { Files } from './node-files.ts';
import { type QuotedWord, quotedWords } from './quoted-words.ts';
import type { Specifiers } from './specifiers.ts';
import { settingsSinceReset, type UnitSetting } from './unit-lines.ts';

/** The maximum number of environment files to read. */
const maxEnvironmentFiles = 16;

interface UnitEnvironment extends Variables {
  /** The files that must exist and do not: systemd does not start the unit. */
  readonly missing: readonly Placed<string>[];
  /** The files that need not exist and do not. */
  readonly optional: readonly string[];
}

/** Reads the variables of a unit. `EnvironmentFile=` takes precedence over `Environment=`. */
export function readVariables(files: Files, settings: readonly UnitSetting[], resolve: Specifiers): UnitEnvironment {
  const values = new Map<string, Variable>();
  for (const setting of settingsSinceReset(settings, 'Environment'))
    for (const [name, variable] of assignmentsIn(setting, resolve)) values.set(name, variable);
  const named = settingsSinceReset(settings, 'EnvironmentFile').flatMap((setting) =>
    namedFiles(files, setting, resolve),
  );
  const missing: Placed<string>[] = [];
  const optional: string[] = [];
  let incomplete = named.length > maxEnvironmentFiles;
  for (const { path, isOptional, at } of named.slice(0, maxEnvironmentFiles)) {
    const text = path === undefined ? undefined : files.text(path);
    if (path === undefined || text === undefined) {
      const isAbsent = path !== undefined && ['absent', 'broken-link'].includes(files.look(path).state);
      incomplete ||= !isAbsent;
      if (isAbsent && isOptional) optional.push(path);
      else if (isAbsent) missing.push({ value: path, at });
      continue;
    }
    for (const { name, value } of readEnvironmentFile(path, text)) values.set(name, variableIn(value));
  }
  return { values, incomplete, missing, optional };
}

/** The variables of an `Environment=` line. systemd ignores what follows a word that is not well-formed. */
function* assignmentsIn({ value }: UnitSetting, resolve: Specifiers): Generator<[name: string, variable: Variable]> {
  for (const word of quotedWords(value.text, 'setting')) {
    if (word === undefined) return;
    const { text, unknown } = resolve(word.text);
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    if (equals === -1 || !isName(name)) continue;
    const isAsWritten = text === word.text;
    yield [
      name,
      {
        text: text.slice(equals + 1),
        placeOf: (start, end) =>
          isAsWritten
            ? placeWithin(value, inText(word, equals + 1 + start), inText(word, equals + end) + 1)
            : placeWithin(value, word.start, word.end),
        unknown,
      },
    ];
  }
}

/** The index in the whole text of a character of a word. */
function inText({ runs, start }: QuotedWord, index: number): number {
  const [begins, from] = runs.findLast(([begin]) => begin <= index) ?? [0, start];
  return from + index - begins;
}

interface NamedFile {
  readonly path: string | undefined;
  readonly isOptional: boolean;
  readonly at: Place;
}

/** The files of an `EnvironmentFile=`; an unknown one has no path. systemd ignores a path that is not absolute. */
function namedFiles(files: Files, { value, at }: UnitSetting, resolve: Specifiers): readonly NamedFile[] {
  const { text, unknown } = resolve(value.text);
  const isOptional = text.startsWith('-');
  const path = isOptional ? text.slice(1) : text;
  if (unknown !== undefined) return [{ path: undefined, isOptional, at }];
  if (!path.startsWith('/')) return [];
  if (!/[*?[]/.test(path)) return [{ path, isOptional, at }];
  const [folder, pattern] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  const isSimple = !/[*?[]/.test(folder) && !/[?[]/.test(pattern);
  const found = isSimple ? files.list(folder).filter((name) => !name.startsWith('.') && glob(pattern)(name)) : [];
  if (found.length === 0) return [{ path: undefined, isOptional, at }];
  return found.map((name) => ({ path: join(folder, name), isOptional, at }));
}
