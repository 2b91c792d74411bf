/** Files of arguments as a source of components: each has the name of the component that a unit starts with them. */

import type { Argument, ArgumentFile, ArgumentFolder } from '../../artifact/argument.ts';
import type { Component } from '../../artifact/component.ts';
import type { StartingUnit } from '../../artifact/oddities.ts';
import { join } from '../fs/tree.ts';
import { rangeIn } from '../parse/lines.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { placeWithin, type TextFile, textFile } from './located.ts';
import type { Files } from './node-files.ts';
import { splitShell } from './shell.ts';
import type { ArgumentSource, Search } from './source.ts';
import { asWord, type Environment, lineBudget, parseFlags, takeWords, type Word } from './words.ts';

/** The components that are started with files of arguments, which the layout names. */
export const argumentFiles: ArgumentSource = {
  find(search) {
    const { layout, beyondPki } = search;
    const { argumentFiles: folder } = layout;
    if (!beyondPki || folder === undefined) return { components: [] };
    const components = folder.files.flatMap((row) => componentOf(row, folder, search) ?? []);
    return { components, units: components.map(({ unit }) => unit.name) };
  },
};

const sound: Omit<StartingUnit, 'name'> = {
  stray: [],
  refused: undefined,
  missing: [],
  optional: [],
  absent: undefined,
  broken: [],
  literal: [],
};

type Started = Component & { readonly unit: StartingUnit };

/**
 * Returns the component that is started with a file; undefined if the file is not there, or another one keeps it from
 * starting.
 */
function componentOf(row: ArgumentFile, folder: ArgumentFolder, { files, layout }: Search): Started | undefined {
  const { component: name, service, implied = {}, unless } = row;
  const path = join(folder.folder, name);
  if (files.seek(path, 'text')?.state !== 'file') return undefined;
  if (unless !== undefined && files.seek(unless, 'any') !== undefined) return undefined;
  const text = files.text(path);
  const read = text === undefined ? undefined : readWords(textFile(path, text), row, folder, files);
  const flags = parseFlags(name, read ?? [], layout.programs);
  const words = { words: service };
  return {
    name,
    at: { path },
    arguments: [
      ...Object.entries(implied).map(([flag, value]): Argument => ({ name: flag, spelled: flag, value, at: words })),
      ...flags.arguments.filter((argument) => !isDropped(argument, name, folder, files)),
    ],
    ...(flags.operands && { operands: flags.operands }),
    mounts: undefined,
    unknown: read === undefined ? `bash cannot read ${path}` : flags.unknown,
    unit: { ...sound, name: service },
  };
}

/** Returns the words of a file; undefined if bash could not read it. */
function readWords(
  file: TextFile,
  { component }: ArgumentFile,
  folder: ArgumentFolder,
  files: Files,
): readonly Word[] | undefined {
  const environment = environmentOf(component, folder, files);
  if (folder.grammar === 'lines') return takeWords(wordsInLines(file, environment), lineBudget());
  const located = { text: file.text, file, parts: [[0, 0] as const], from: 0 };
  const commands = splitShell(file.text, (start, end) => placeWithin(located, start, end), environment);
  return commands && takeWords(commands.flat().map(withOwnLine(file)), lineBudget());
}

/** Marks a word that fills its line. */
const withOwnLine = ({ lines, text }: TextFile) => {
  return (word: Word): Word => {
    const { line, endLine, column = 0, endColumn = 0 } = word.at;
    if (line === undefined || line !== endLine) return word;
    const whole = text.slice(lines.starts[line - 1], lines.starts[line] ?? text.length);
    const rest = whole.slice(0, column - 1) + whole.slice(endColumn - 1);
    return rest.trim() === '' ? { ...word, ownLine: true } : word;
  };
};

/** Variables that are set for the services of a snap, whatever files say (snapcraft.io, "Environment variables"). */
const setElsewhere =
  `PATH HOME USER LANG TMPDIR LD_LIBRARY_PATH XDG_RUNTIME_DIR ARCH SNAP SNAP_ARCH SNAP_COMMON SNAP_CONTEXT SNAP_COOKIE
  SNAP_DATA SNAP_EUID SNAP_INSTANCE_KEY SNAP_INSTANCE_NAME SNAP_LIBRARY_PATH SNAP_NAME SNAP_REAL_HOME SNAP_REVISION SNAP_UID
  SNAP_USER_COMMON SNAP_USER_DATA SNAP_VERSION`.split(/\s+/);

function environmentOf(component: string, { folder, variables, environment = [] }: ArgumentFolder, files: Files) {
  const values = new Map<string, string | undefined>(setElsewhere.map((name) => [name, undefined]));
  const read = (path: string) => {
    const text = files.seek(path, 'text')?.state === 'file' ? files.text(path) : undefined;
    for (const { name, value } of readEnvironmentFile(path, (text ?? '').replaceAll(/^[ \t]*export[ \t]+/gm, '')))
      values.set(name, /[$`]/.test(value.text) ? undefined : value.text);
  };
  read('/etc/environment');
  for (const [name, value] of Object.entries(variables)) values.set(name, value);
  for (const name of environment) read(join(folder, name.replace('*', component)));
  return { variables: values } satisfies Environment;
}

/**
 * Whether a flag is taken out before the start. What is searched for ends with `=` or a blank, so a bare flag stays.
 */
function isDropped(argument: Argument, component: string, { dropped }: ArgumentFolder, files: Files): boolean {
  const { name, spelled, at, ownLine } = argument;
  if (dropped === undefined || 'words' in at) return false;
  const isBare = ownLine && (at.endColumn ?? 0) - (at.column ?? 0) === spelled.length;
  if (isBare) return false;
  const row = dropped.flags.find((one) => one.component === component);
  return row?.flags.includes(name) === true && files.seek(dropped.unless, 'any') === undefined;
}

/**
 * Yields the words of a file as kubelite reads it (canonical/microk8s, its patch of Kubernetes, `ReadArgsFromFile`).
 * Two blanks in a row have an empty word between them.
 */
function* wordsInLines(file: TextFile, environment: Environment): Generator<Word> {
  for (const [index, start] of file.lines.starts.entries()) {
    const line = file.text.slice(start, file.lines.starts[index + 1] ?? file.text.length);
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const first = start + line.indexOf(text);
    const parts = partsOf(text);
    for (const { chars, from, to } of parts) {
      const { text: known, unknown } = expandAsGo(chars, environment);
      const at = { path: file.path, ...rangeIn(file.lines, first + from, first + to) };
      yield { ...asWord(known, at, unknown), ...(parts.length === 1 && { ownLine: true }) };
    }
  }
}

interface Part {
  readonly chars: string;
  /** Its range in the line, with its quotes. */
  readonly from: number;
  readonly to: number;
}

/** The parts of a line between single blanks. A blank within quotes separates too: they are deleted before. */
function partsOf(line: string): readonly Part[] {
  let from = 0;
  return line.split(' ').map((written) => {
    const part = { chars: written.replaceAll(/["']/g, ''), from, to: from + written.length };
    from += written.length + 1;
    return part;
  });
}

/** `$X` and `${X}`, special names of one character, braces without a name, and an open brace (os.Expand of Go). */
const reference = /\$(?:\{(\w+|[*#$@!?-])\}|(\w+|[*#$@!?-])|(\{[^}]*\}?))/g;

/** Expands variables as `os.ExpandEnv` does: one that is not set is empty. */
function expandAsGo(text: string, { variables }: Environment): { readonly text: string; readonly unknown?: string } {
  let unknown: string | undefined;
  const expanded = text.replace(reference, (written, braced: string | undefined, plain: string | undefined) => {
    // Of `$1x`, only the digit is the name.
    const name = braced ?? (/^\d/.test(plain ?? '') ? plain?.charAt(0) : plain);
    if (name === undefined) return '';
    const rest = braced === undefined ? (plain ?? '').slice(name.length) : '';
    if (!variables.has(name)) return rest;
    const value = variables.get(name);
    if (value === undefined) unknown ??= name;
    return (value ?? written) + (value === undefined ? '' : rest);
  });
  return { text: expanded, ...(unknown !== undefined && { unknown }) };
}
