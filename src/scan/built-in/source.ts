/**
 * The components that a program starts with flags of its own: they are in a table (`builtIn` of a layout), and the configuration and
 * the command line of the program change them.
 */
import type { Argument } from '../../artifact/argument.ts';
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { BuiltInRow } from '../../artifact/built-in.ts';
import type { Component } from '../../artifact/component.ts';
import { placeIn } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import type { ArgumentSource, Search } from '../components/source.ts';
import { asWord, parseFlags } from '../components/words.ts';
import { argumentAt } from '../parse/document.ts';
import { type Settings, settingsOf } from './settings.ts';

export const builtIn: ArgumentSource = {
  find(search, known) {
    const { layout, files, beyondPki } = search;
    const row = layout.builtIn;
    if (row === undefined || !beyondPki) return { components: [] };
    const program = componentNamed({ components: known }, row.by);
    const settings = settingsOf(files, row, program);
    const applying = row.rows.filter(({ when = [] }) => when.every(settings.holds));
    const components = [...groupBy(applying, ({ component }) => component)].map(([name, rows]): Component => {
      const flags = Object.assign({}, ...rows.map((one) => one.flags)) as Readonly<Record<string, string>>;
      const own = Object.entries(flags).flatMap(([flag, template]) => argumentOf(flag, template, row, settings) ?? []);
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
    return { components, sans: row.sans.flatMap((name) => settings.list(name)) };
  },
};

/** A flag of the program's own; undefined if it depends on a setting without a value. */
function argumentOf(name: string, template: string, { by }: BuiltInRow, settings: Settings): Argument | undefined {
  const [, only] = /^\{([^{}]+)\}$/.exec(template) ?? [];
  if (only?.startsWith('/')) {
    const seen = settings.holds(only) ? { value: only } : { value: undefined, unknownVariable: only };
    return { name, spelled: `--${name}`, ...seen, at: { words: by } };
  }
  const set = only === undefined ? undefined : settings.get(only);
  if (set?.at !== undefined) return { name, spelled: only ?? name, value: set.text, at: set.at };
  let isWhole = true;
  const value = template.replace(/\{([^{}]+)\}/g, (_, setting: string) => {
    const found = settings.get(setting);
    isWhole &&= found !== undefined;
    return found?.text ?? '';
  });
  return isWhole ? { name, spelled: `--${name}`, value, at: { words: by } } : undefined;
}

/** The flags for a component in the configuration of the program. */
function extraArguments(component: string, { extra }: BuiltInRow, { nodeAt }: Settings): readonly Argument[] {
  const path = extra[component];
  const found = path === undefined ? undefined : nodeAt(path);
  if (path === undefined || found?.node.kind !== 'mapping') return [];
  return [...found.node.entries].flatMap(([key, node]): Argument[] => {
    if (node.kind !== 'scalar') return [];
    const { text } = asWord(node.text, argumentAt(found.path, node));
    return [
      { name: key.replaceAll('_', '-'), spelled: `${path}.${key}`, value: text, at: argumentAt(found.path, node) },
    ];
  });
}

/** The flags for a component in a flag of the program: `--kubelet-extra-args="--node-ip=10.0.0.8"`. */
function wordArguments(
  component: string,
  { extraWords }: BuiltInRow,
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
