/**
 * The components that a program starts with flags of its own: they are in a table (`builtIn` of a layout), and the
 * configuration and the command line of the program change them.
 */
import type { Argument } from '../../artifact/argument.ts';
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { type Place, type Placed, placeIn } from '../../artifact/place.ts';
import type { LaunchCondition, LauncherRow } from '../../artifact/supervisor.ts';
import { withoutSecret } from '../../core/secrets.ts';
import type { Files } from '../components/node-files.ts';
import type { ArgumentSource, Search } from '../components/source.ts';
import { asWord, parseFlags } from '../components/words.ts';
import { argumentAt } from '../parse/document.ts';
import { isYamlError } from '../parse/yaml.ts';
import { getNode, type YamlNode } from '../parse/yaml-node.ts';
import { builtInFlags } from './table-flags.ts';

export const builtIn: ArgumentSource = {
  find(search, known) {
    const { layout, files, beyondPki } = search;
    const row = layout.builtIn;
    if (row === undefined || !beyondPki) return { components: [] };
    const program = componentNamed({ components: known }, row.by);
    const settings = readSettings(files, row, program);
    const applying = row.rows.filter(({ when = [] }) => when.every(settings.holds));
    const names = new Set(applying.flatMap(({ flags }) => Object.keys(flags)));
    const components = [...names].map((name): Component => {
      const own = builtInFlags(applying, name).flatMap(
        ([flag, template]) => argumentOf(flag, template, row, settings) ?? [],
      );
      const users = [...extraArguments(name, row, settings), ...wordArguments(name, row, program, search)];
      const replaced = new Set(users.map((one) => one.name));
      return {
        name,
        at: { words: row.by },
        arguments: [...own.filter((one) => !replaced.has(one.name)), ...users],
        mounts: undefined,
        unknown: settings.unknown,
      };
    });
    const [first, ...others] = row.sans.flatMap((name) => settings.list(name));
    if (first === undefined) return { components };
    return { components, sans: { names: [first, ...others].map(({ value }) => value), at: first.at } };
  },
};

/**
 * A flag of the program's own; undefined if it is a setting without a value. A text with such a setting in it is given,
 * but unknown: the program finds the value on the machine.
 */
function argumentOf(
  name: string,
  template: string,
  { by }: LauncherRow,
  settings: ProgramSettings,
): Argument | undefined {
  const [, only] = /^\{([^{}]+)\}$/.exec(template) ?? [];
  if (only?.startsWith('/')) {
    const seen = settings.holds(only) ? { value: only } : { value: undefined, unknownVariable: only };
    return { name, spelled: `--${name}`, ...seen, at: { words: by } };
  }
  const set = only === undefined ? undefined : settings.get(only);
  if (set?.at !== undefined) return { name, spelled: only ?? name, value: set.text, at: set.at };
  let unknownVariable: string | undefined;
  const value = template.replace(/\{([^{}]+)\}/g, (_, setting: string) => {
    const found = settings.get(setting);
    if (found === undefined) unknownVariable ??= setting;
    return found?.text ?? '';
  });
  if (unknownVariable === undefined) return { name, spelled: `--${name}`, value, at: { words: by } };
  return only === undefined
    ? { name, spelled: `--${name}`, value: undefined, unknownVariable, at: { words: by } }
    : undefined;
}

/** The flags for a component in the configuration of the program. */
function extraArguments(component: string, { extra }: LauncherRow, { nodeAt }: ProgramSettings): readonly Argument[] {
  const path = extra[component];
  const found = path === undefined ? undefined : nodeAt(path);
  if (path === undefined || found?.node.kind !== 'mapping') return [];
  return [...found.node.entries].flatMap(([key, node]): Argument[] => {
    if (node.kind !== 'scalar') return [];
    const { text } = asWord(node.text, argumentAt(found.path, node));
    return [{ name: key.replaceAll('_', '-'), spelled: `--${key}`, value: text, at: argumentAt(found.path, node) }];
  });
}

/** The flags for a component in a flag of the program: `--kubelet-extra-args="--node-ip=10.0.0.8"`. */
function wordArguments(
  component: string,
  { extraWords }: LauncherRow,
  program: Component | undefined,
  { layout }: Search,
): readonly Argument[] {
  const flag = extraWords[component];
  const given = flag === undefined || program === undefined ? undefined : lastArgument(program, flag);
  const at = given && placeIn(given.at);
  if (given?.value === undefined || at === undefined) return [];
  const words = given.value.split(/\s+/).filter(Boolean);
  return parseFlags(
    component,
    words.map((word) => asWord(word, at)),
    layout.programs,
  ).arguments;
}

/** The value of a setting, and where it is written; nowhere if it is a default. */
interface SettingValue {
  readonly text: string;
  readonly at?: Place;
}

interface ProgramSettings {
  readonly get: (name: string) => SettingValue | undefined;
  readonly holds: (condition: LaunchCondition) => boolean;
  /** The values of a setting of its configuration that may have several. */
  readonly list: (name: string) => readonly Placed<string>[];
  /** The file of its configuration, and the node in it at a path of keys. */
  readonly nodeAt: (path: string) => { readonly path: string; readonly node: YamlNode } | undefined;
  /** Why some settings are unknown. */
  readonly unknown: string | undefined;
}

/** Reads the settings of a program, as a unit starts it; undefined if no unit was seen. */
function readSettings(files: Files, row: LauncherRow, program: Component | undefined): ProgramSettings {
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
  const holds = (condition: LaunchCondition): boolean => {
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
function configurationOf(files: Files, row: LauncherRow, program: Component | undefined) {
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
