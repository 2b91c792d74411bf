/** Converts YAML to settings: plain data without secrets. */

import type { MapSetting, ScalarSetting, Sealed, Setting } from '../../artifact/setting.ts';
import { keyNotShown, redact, withoutRawKey } from '../../core/secrets.ts';
import { parseFirst } from './first-document.ts';
import type { Range } from './lines.ts';
import { isYamlError } from './yaml.ts';
import type { YamlError, YamlNode, YamlScalar } from './yaml-node.ts';

/** Returns what may be known about a secret. */
export type Seal = (text: string) => Sealed;

/** What was read of a file of settings. */
export interface SettingsFile {
  readonly documents: readonly YamlNode[];
  readonly document: Setting | undefined;
}

/**
 * The fields of a file with keys whose values are not secret. Everything else is sealed, as a field may be mistyped.
 */
const open = new Set(['apiVersion', 'kind', 'name', 'endpoint', 'timeout', 'cachesize', 'resources']);

/**
 * Parses a file of settings. Kubernetes reads only the first document.
 *
 * @param seal if the file contains keys: what may be known about a value that may be one
 */
export function parseSettings(bytes: Uint8Array, seal?: Seal): SettingsFile | YamlError {
  const keys = new Map<ReadonlyMap<string, YamlNode>, YamlScalar[]>();
  const documents = parseFirst(bytes, (entries, key) => {
    if (key.kind !== 'scalar') return;
    const known = keys.get(entries);
    if (known === undefined) keys.set(entries, [key]);
    else known.push(key);
  });
  if (isYamlError(documents)) return documents;
  const [first] = documents;
  return { documents, document: first && settingOf(first, { keys, seal, known: new Map() }, 'kind') };
}

interface Conversion {
  readonly keys: ReadonlyMap<ReadonlyMap<string, YamlNode>, readonly YamlScalar[]>;
  readonly seal: Seal | undefined;
  /** What an alias repeats is converted once. */
  readonly known: Map<unknown, Setting>;
}

function settingOf(node: YamlNode, conversion: Conversion, field: string): Setting {
  const identity = node.kind === 'scalar' ? node : node.kind === 'sequence' ? node.items : node.entries;
  const known = conversion.known.get(identity);
  if (known !== undefined) return known;
  const setting = convert(node, conversion, field);
  conversion.known.set(identity, setting);
  return setting;
}

function convert(node: YamlNode, conversion: Conversion, field: string): Setting {
  if (node.kind === 'scalar') return scalarOf(node, conversion.seal, field);
  const at = rangeOf(node);
  if (node.kind === 'sequence') {
    return { kind: 'list', items: node.items.map((item) => settingOf(item, conversion, field)), at };
  }
  const named = nameOf(conversion);
  const entries = new Map([...node.entries].map(([key, value]) => [named(key), settingOf(value, conversion, key)]));
  return { kind: 'map', entries, ...keysOf(conversion.keys.get(node.entries) ?? [], named), at };
}

/** In a file with keys, the name of a field may be one. Those that are known have only letters. */
const nameOf =
  ({ seal }: Conversion) =>
  (key: string): string =>
    seal === undefined || /^[A-Za-z]{1,20}$/.test(key) ? key : keyNotShown;

function keysOf(written: readonly YamlScalar[], named: (key: string) => string): Pick<MapSetting, 'keys' | 'repeated'> {
  const keys = new Map(written.map((key) => [named(key.text), rangeOf(key)]));
  const seen = new Set<string>();
  const repeated = written.filter(({ text }) => seen.size === seen.add(text).size).map(({ text }) => named(text));
  return { keys, repeated: [...new Set(repeated)] };
}

function scalarOf({ text, type, ...range }: YamlScalar, seal: Seal | undefined, field: string): ScalarSetting {
  const at = rangeOf(range);
  if (seal === undefined) return { kind: 'scalar', text: redact(text), type, at };
  // The path of a socket is not a key, whatever it looks like.
  const isSocket = field === 'endpoint' && text.startsWith('unix:///');
  if (open.has(field)) return { kind: 'scalar', text: isSocket ? text : withoutRawKey(text), type, at };
  return { kind: 'scalar', text: '', type, at, sealed: seal(text) };
}

const rangeOf = ({ line, column, endLine, endColumn }: Range): Range => ({ line, column, endLine, endColumn });
