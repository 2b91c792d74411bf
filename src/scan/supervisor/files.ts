/** The configuration files of a supervisor (k3s-io/k3s pkg/configfilearg/parser.go @f6466040). */

import type { Place } from '../../artifact/place.ts';
import type { GivenValue, SupervisorFile } from '../../artifact/supervisor.ts';
import type { Files } from '../components/node-files.ts';
import { join } from '../fs/tree.ts';
import { argumentAt, placeAt } from '../parse/document.ts';
import { parseFirst } from '../parse/first-document.ts';
import { isYamlError, maxYamlBytes } from '../parse/yaml.ts';
import type { YamlNode, YamlScalar } from '../parse/yaml-node.ts';

/** A key of a file, with its values. */
export interface FileKey {
  /** With the `+` at its end. */
  readonly written: string;
  readonly values: readonly GivenValue[];
  readonly at: Place;
}

/** The keys of a file, in order. */
export interface ReadFile {
  readonly file: SupervisorFile;
  readonly keys: readonly FileKey[];
}

/** How much is read of all files together: real configurations have some kilobytes in a few files. */
const limits = { files: 100, bytes: 2 * maxYamlBytes, keys: 1000, values: 5000, length: 4096 };

/** What is left of the limits. */
interface Budget {
  bytes: number;
  keys: number;
  values: number;
}

/**
 * Returns the files of a configuration in the order in which they apply. Those in its folder are sorted by the bytes of
 * their names.
 */
export function readConfigurationFiles(files: Files, main: string): readonly ReadFile[] {
  const folder = `${main}.d`;
  const names = files.seek(folder, 'any')?.state === 'directory' ? files.list(folder) : [];
  const sorted = [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const isRead = (name: string) => /\.ya?ml$/i.test(name);
  const budget: Budget = { bytes: limits.bytes, keys: limits.keys, values: limits.values };
  const chosen = sorted.filter(isRead);
  const others = sorted.filter((name) => !isRead(name)).slice(0, limits.files);
  const found = [
    ...(files.seek(main, 'text') === undefined ? [] : [readOne(files, main, budget)]),
    ...chosen.slice(0, limits.files).map((name) => readOne(files, join(folder, name), budget)),
    ...others.map((name): ReadFile => {
      const { keys, file } = readOne(files, join(folder, name), budget);
      return { keys, file: { path: file.path, state: 'ignored' } };
    }),
  ];
  if (chosen.length > limits.files) files.giveUp(folder, `${chosen.length} files`);
  return found;
}

function readOne(files: Files, path: string, budget: Budget): ReadFile {
  const { state, size = 0 } = files.look(path, 'text');
  const unread = (error: string): ReadFile => ({ file: { path, state: 'unread', error }, keys: [] });
  if (state === 'directory') return { file: { path, state: 'ignored' }, keys: [] };
  if (state !== 'file') return unread('it was not seen');
  if (size > budget.bytes) return unread('it is too large');
  budget.bytes -= size;
  const text = files.text(path);
  if (text === undefined) return unread('it was not seen');
  const written = new Map<unknown, Map<string, YamlNode>>();
  const documents = parseFirst(Buffer.from(text), (entries, key) => {
    const own = written.get(entries) ?? new Map<string, YamlNode>();
    if (key.kind === 'scalar') written.set(entries, own.set(key.text, key));
  });
  // What is wrong with the syntax may quote a secret.
  if (isYamlError(documents)) return { file: { path, state: 'malformed', line: documents.line }, keys: [] };
  const [document] = documents;
  if (document === undefined || (document.kind === 'scalar' && document.type === 'null'))
    return { file: { path, state: 'read' }, keys: [] };
  if (document.kind !== 'mapping') return { file: { path, state: 'malformed', line: document.line }, keys: [] };
  const keys = [...document.entries];
  budget.keys -= keys.length;
  budget.values -= keys.reduce((sum, [, node]) => sum + valuesIn(node).length, 0);
  if (budget.keys < 0 || budget.values < 0) return unread('it has too many settings');
  const own = written.get(document.entries);
  return { file: { path, state: 'read' }, keys: keys.map(([key, node]) => keyOf(path, key, node, own?.get(key))) };
}

const valuesIn = (node: YamlNode): readonly YamlNode[] => (node.kind === 'sequence' ? node.items : [node]);

function keyOf(path: string, written: string, node: YamlNode, key: YamlNode = node): FileKey {
  return { written, values: valuesIn(node).map((one) => givenValue(path, one)), at: placeAt(path, key) };
}

/** A value as it is put behind the flag. */
function givenValue(path: string, node: YamlNode): GivenValue {
  if (node.kind !== 'scalar' || node.text.length > limits.length) return { value: undefined, at: placeAt(path, node) };
  return { value: scalarText(node), at: argumentAt(path, node) };
}

/** YAML's words for true are no text. */
function scalarText({ text, type }: YamlScalar): string {
  if (type === 'null') return '';
  return type === 'bool' ? String(/^(?:y|yes|true|on)$/i.test(text)) : text;
}
