/** The settings of a program that starts components: its command line, its configuration, and its defaults. */
import type { BuiltInCondition, BuiltInRow } from '../../artifact/built-in.ts';
import type { Component } from '../../artifact/component.ts';
import type { Place, Placed } from '../../artifact/place.ts';
import { withoutSecret } from '../../core/secrets.ts';
import type { Files } from '../components/node-files.ts';
import { argumentAt } from '../parse/document.ts';
import { getNode, isYamlError, type YamlNode } from '../parse/yaml.ts';

/** The value of a setting, and where it is written; nowhere if it is a default. */
export interface SettingValue {
  readonly text: string;
  readonly at?: Place;
}

export interface Settings {
  readonly get: (name: string) => SettingValue | undefined;
  readonly holds: (condition: BuiltInCondition) => boolean;
  /** The values of a setting of its configuration that may have several. */
  readonly list: (name: string) => readonly Placed<string>[];
  /** The file of its configuration, and the node in it at a path of keys. */
  readonly nodeAt: (path: string) => { readonly path: string; readonly node: YamlNode } | undefined;
  /** Why some settings are unknown. */
  readonly unknown: string | undefined;
}

/** Reads the settings of a program, as a unit starts it; undefined if no unit was seen. */
export function settingsOf(files: Files, row: BuiltInRow, program: Component | undefined): Settings {
  const { document, path, unknown } = configurationOf(files, row, program);
  const nodeAt = (keys: string) => {
    const node = getNode(document, ...keys.split('.'));
    return node === undefined ? undefined : { path, node };
  };
  const given = (name: string): SettingValue | undefined => {
    if (name === 'operand') {
      const [operand] = program?.operands ?? [];
      return operand && { text: operand.value, at: operand.at };
    }
    if (name.startsWith('--')) {
      const argument = program?.arguments.findLast((one) => `--${one.name}` === name);
      const at = argument && 'path' in argument.at ? { at: argument.at } : {};
      return argument?.value === undefined ? undefined : { text: argument.value, ...at };
    }
    const found = nodeAt(name);
    const text = found && textOf(found.node);
    return found && text !== undefined ? { text, at: argumentAt(path, found.node) } : undefined;
  };
  const get = (name: string): SettingValue | undefined => given(name) ?? defaultOf(name);
  const holds = (condition: BuiltInCondition): boolean => {
    if (condition.startsWith('!')) return !holds(condition.slice(1));
    if (condition.startsWith('/')) return files.look(condition).state === 'file';
    const [name = '', wanted] = condition.split('=');
    if (wanted !== undefined) return get(name)?.text === wanted;
    const value = get(name);
    return value === undefined ? nodeAt(name)?.node.kind === 'mapping' : value.text !== 'false';
  };
  const defaultOf = (name: string): SettingValue | undefined => {
    const found = row.defaults.find(({ when = [], values }) => Object.hasOwn(values, name) && when.every(holds));
    const text = found?.values[name];
    return text === undefined ? undefined : { text };
  };
  const list = (name: string): readonly Placed<string>[] => {
    const { node } = nodeAt(name) ?? {};
    const items = node?.kind === 'sequence' ? node.items : node === undefined ? [] : [node];
    return items.flatMap((item) =>
      item.kind === 'scalar' && item.type !== 'null' && item.text !== ''
        ? { value: withoutSecret(item.text), at: argumentAt(path, item) }
        : [],
    );
  };
  return { get, holds, list, nodeAt, unknown };
}

/** The document of the configuration, its path, and why it is unknown. */
function configurationOf(files: Files, row: BuiltInRow, program: Component | undefined) {
  const named = program?.arguments.findLast(({ name }) => name === 'config');
  const path = named?.value ?? row.config;
  if (!path.startsWith('/'))
    return { path: row.config, document: undefined, unknown: `its configuration ${path} was not seen` };
  const documents = files.documents(path);
  if (documents === undefined) {
    const { state } = files.look(path);
    const unknown = state === 'absent' ? undefined : `its configuration ${path} was not seen`;
    return { path, document: undefined, unknown };
  }
  if (isYamlError(documents))
    return { path, document: undefined, unknown: `its configuration ${path} cannot be parsed` };
  return { path, document: documents[0], unknown: undefined };
}

/** The value of a setting as a flag has it; undefined for one without a value, or with fields. */
function textOf(node: YamlNode): string | undefined {
  if (node.kind === 'mapping') return undefined;
  if (node.kind === 'scalar') return node.type === 'null' || node.text === '' ? undefined : withoutSecret(node.text);
  const items = node.items.flatMap((item) => (item.kind === 'scalar' ? withoutSecret(item.text) : []));
  return items.length === 0 ? undefined : items.join(',');
}
