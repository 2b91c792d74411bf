/**
 * What of a node leaves the scan. Whatever may be secret is replaced here, once, by `…`: what judges, prints, edits or
 * copies a node never has it. Unknown is secret until a table says that it is not: shown are the values of known flags
 * and fields, and values that say too little, such as usual paths, addresses and numbers.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Argument } from '../artifact/argument.ts';
import type { Component, ShellCommand } from '../artifact/component.ts';
import type { Content, NodeFile } from '../artifact/file.ts';
import type { InstallerConfig } from '../artifact/installer-config.ts';
import type { Kubeconfig } from '../artifact/kubeconfig.ts';
import type { Programs } from '../artifact/layout.ts';
import type { Collection, ScannedNode } from '../artifact/node.ts';
import type { StartingUnit } from '../artifact/oddities.ts';
import type { Place, Placed, SetBy } from '../artifact/place.ts';
import type { Correction } from '../artifact/pod-document.ts';
import type { ComponentProcess, Running } from '../artifact/process.ts';
import type { Setting } from '../artifact/setting.ts';
import type { GivenSetting, Supervisor } from '../artifact/supervisor.ts';
import { hasToken, hidden, isHidden, isPlain, shownUrl } from '../core/shown.ts';
import { isMisspelt, nearest } from '../core/text.ts';

/** What is known about configuration files. */
export interface KnownFields {
  /** Whether a rule may read a document. */
  readonly isRead: (document: Setting) => boolean;
  /** Returns what a field of such a document has: values, or fields of its own; undefined for one that is unknown. */
  readonly field: (name: string) => 'values' | 'fields' | undefined;
}

type Withheld = Collection['withheld'];

/** Decides what is shown, and counts what is left out. */
interface Withholding extends KnownFields, Words {
  readonly leave: (what: string) => void;
  /** Values of known fields. */
  readonly shown: Set<string>;
}

/** Returns the node without what may be secret, and what was left out. */
export function withhold<Node extends ScannedNode>(node: Node, known: KnownFields): Node & { withheld: Withheld } {
  const counts = new Map<string, number>();
  const leave = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const by: Withholding = { ...known, ...shownWords(node.layout.programs, leave), leave, shown: new Set() };
  const { running, supervisor, services, installerConfig } = node;
  // A manifest and the node have the same components.
  const components = new Map<Component, Component>();
  const of = (one: Component) => {
    const made = components.get(one) ?? ofComponent(one, by);
    components.set(one, made);
    return made;
  };
  const stripped = {
    ...node,
    files: new Map([...node.files].map(([path, file]) => [path, ofFile(file, by, of)])),
    components: node.components.map(of),
    ...(services && { services: services.map(of) }),
    ...(running && { running: ofRunning(running, by) }),
    ...(supervisor && { supervisor: ofSupervisor(supervisor, node, by) }),
    ...(installerConfig && { installerConfig: ofInstallerConfig(installerConfig) }),
  };
  return {
    ...withoutUnknownPaths(stripped, by.shown),
    withheld: [...counts].map(([what, count]) => ({ what, count })),
  };
}

function ofFile(file: NodeFile, by: Withholding, of: (one: Component) => Component): NodeFile {
  return file.content === undefined ? file : { ...file, content: ofContent(file.content, by, of) };
}

function ofContent(content: Content, by: Withholding, of: (one: Component) => Component): Content {
  switch (content.type) {
    case 'kubeconfig':
      return { ...content, kubeconfig: ofKubeconfig(content.kubeconfig) };
    case 'manifest':
      return { ...content, components: content.components.map(of) };
    case 'malformed': {
      const { refused } = content;
      if (refused === undefined) return content;
      const shown = ofCorrections(refused.components[0] ?? '', refused.corrections, by);
      return { ...content, refused: { ...refused, corrections: shown } };
    }
    case 'settings': {
      const { document } = content;
      return { ...content, document: document && by.isRead(document) ? ofDocument(document, by) : undefined };
    }
    default:
      return content;
  }
}

/** A document may repeat a value a million times by aliases. */
const mostValues = 20_000;

function ofDocument(document: Setting, by: Withholding): Setting | undefined {
  let values = 0;
  function visit(one: Setting, known: ReturnType<KnownFields['field']>): Setting {
    values += 1;
    if (values > mostValues) return one;
    if (one.kind === 'list') return { ...one, items: one.items.map((item) => visit(item, known)) };
    if (one.kind === 'map') {
      const inside = (key: string) => (known === 'fields' ? by.field(key) : known);
      return { ...one, entries: new Map([...one.entries].map(([key, value]) => [key, visit(value, inside(key))])) };
    }
    if (known !== undefined) {
      by.shown.add(one.text);
      return { ...one, text: shownUrl(one.text) };
    }
    if (isPlain(one.text)) return one;
    by.leave('values of configuration files');
    return { ...one, text: '' };
  }
  const shown = visit(document, 'fields');
  if (values <= mostValues) return shown;
  by.leave('configuration files with too many values');
  return undefined;
}

const ofUrl = (one: Placed<string> | undefined) => one && { ...one, value: shownUrl(one.value) };

function ofKubeconfig(kubeconfig: Kubeconfig): Kubeconfig {
  const { cluster } = kubeconfig;
  if (cluster === undefined) return kubeconfig;
  const { server, proxyUrl } = cluster;
  return {
    ...kubeconfig,
    cluster: { ...cluster, server: ofUrl(server), ...(proxyUrl && { proxyUrl: ofUrl(proxyUrl) }) },
  };
}

/** Any of its texts may be a URL where an address is meant. */
const ofInstallerConfig = (config: InstallerConfig): InstallerConfig =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      typeof value === 'object' && 'value' in value ? ofUrl(value as Placed<string>) : value,
    ]),
  ) as unknown as InstallerConfig;

function ofComponent(component: Component, by: Withholding): Component {
  const { name, operands, shellCommand, unit } = component;
  return {
    ...component,
    arguments: component.arguments.map((one) => by.argument(name, one)),
    ...(operands && { operands: operands.map((one) => ofOperand(name, one, by)) }),
    ...(shellCommand && { shellCommand: ofShellCommand(name, shellCommand, by) }),
    ...(unit && { unit: ofUnit(name, unit, by) }),
  };
}

function ofOperand(component: string, one: Placed<string>, by: Withholding): Placed<string> {
  const value = by.word(component, one.value);
  return value === one.value ? one : { value, at: withoutLine(one.at) };
}

function ofShellCommand(component: string, command: ShellCommand, by: Withholding): ShellCommand {
  const { program, continued } = command;
  return {
    ...command,
    ...(program && { program: by.placedLine(component, program) }),
    continued: continued.map((one) => by.argument(component, one)),
    corrections: ofCorrections(component, command.corrections, by),
  };
}

/** Fields of a pod with known values, fields without one, and fields with a number or true: not those of variables. */
const openFields = [
  /^-? ?(?:scheme|port|path|host|protocol|type|restartPolicy|dnsPolicy|imagePullPolicy|name): *[\w"'./:-]*$/,
  /^-? ?(?!value)[\w.-]+: *["']?\d{0,5}["']?$/,
  /^-? ?[\w.-]+: *["']?(?:true|false)["']?$/,
  /^-? ?(?!value)[\w.-]+: *["']?\d{1,5}(?:ms|[smhd])["']?$/,
];

const ofCorrections = (component: string, all: readonly Correction[], by: Withholding): readonly Correction[] =>
  all.filter((one) =>
    [one.written, one.right].every(
      (line) => openFields.some((form) => form.test(line)) || !isHidden(by.line(component, line)),
    ),
  );

const ofUnit = (component: string, unit: StartingUnit, by: Withholding): StartingUnit => ({
  ...unit,
  stray: unit.stray.map((stray) => ({ ...stray, text: by.line(component, stray.text), at: withoutLine(stray.at) })),
  broken: unit.broken.map((one) => by.placedLine(component, one)),
});

function ofRunning(running: Running, by: Withholding): Running {
  if (running.state === 'unseen') return running;
  const ofProcess = (one: ComponentProcess): ComponentProcess => ({
    ...one,
    words: one.words.map((word) => by.word(one.component, word)),
    arguments: one.arguments.map((each) => by.argument(one.component, each)),
  });
  return { ...running, processes: running.processes.map(ofProcess) };
}

function ofSupervisor(supervisor: Supervisor, { layout }: Pick<ScannedNode, 'layout'>, by: Withholding): Supervisor {
  const { program, started, datastore, settings } = supervisor;
  return {
    ...supervisor,
    settings: settings.map((one) => ofSetting(one, layout.supervisor?.arguments[one.name], by)),
    started: started && ofUnit(program, started, by),
    datastore: datastore && { ...datastore, endpoints: datastore.endpoints && shownUrl(datastore.endpoints) },
  };
}

/** @param component the one that the setting has arguments for */
function ofSetting(setting: GivenSetting, component: string | undefined, by: Withholding): GivenSetting {
  const values = setting.values.map(({ value, at }) => {
    if (value === undefined) return { value, at };
    const shown = component === undefined ? shownUrl(value) : by.line(component, `--${value}`).slice(2);
    return shown === value ? { value, at } : { value: shown, at: withoutLine(at) };
  });
  return { ...setting, values };
}

const isThere = (state: string): boolean => state !== 'absent' && state !== 'outside';

/**
 * Leaves out the paths that only a variable or an unknown field has, that are not usual ones, and at which nothing is:
 * of random secrets in base64, one in 64 begins with a slash.
 *
 * @param shown values that the node shows anyway
 */
function withoutUnknownPaths<Node extends ScannedNode>(node: Node, shown: ReadonlySet<string>): Node {
  const { files, programFiles } = node;
  const ofFlags = new Set(programFiles.flatMap(({ flag, path }) => (flag === undefined ? [] : path)));
  const isKnown = (path: string) =>
    isPlain(path) || shown.has(path) || ofFlags.has(path) || isThere(files.get(path)?.state ?? 'absent');
  const ofSettings = [...files.values()].flatMap(({ content }) => (content?.type === 'settings' ? content.paths : []));
  const unknown = new Set([...ofSettings, ...programFiles.map(({ path }) => path)].filter((path) => !isKnown(path)));
  if (unknown.size === 0) return node;
  const isLeft = ({ path }: { readonly path: string }) => !unknown.has(path);
  const without = (file: NodeFile): NodeFile =>
    file.content?.type !== 'settings'
      ? file
      : { ...file, content: { ...file.content, paths: file.content.paths.filter((path) => !unknown.has(path)) } };
  return {
    ...node,
    programFiles: programFiles.filter(isLeft),
    files: new Map([...files.values()].filter(isLeft).map((file) => [file.path, without(file)])),
  };
}

const sourceOf = (at: SetBy | Place): string => ('words' in at ? '' : (at.source ?? ''));

/** Returns a place without the line in it. */
const withoutLine = <At extends SetBy | Place>(at: At): At =>
  'words' in at || (at as Place).source === undefined ? at : { ...at, source: null };

/** What is shown of words of command lines. */
interface Words {
  /** Returns an argument of a component without what may be secret. */
  readonly argument: (component: string, argument: Argument) => Argument;
  readonly word: (component: string, word: string) => string;
  /** Returns a line with words of a command; `…` stands for what is not shown. */
  readonly line: (component: string, line: string) => string;
  readonly placedLine: (component: string, line: Placed<string>) => Placed<string>;
}

/** Of this run only: without it, a digest says nothing about a value, not even to those who can guess it. */
const ownKey = randomBytes(32);

const digestOf = (text: string): string => createHmac('sha256', ownKey).update(text).digest('hex').slice(0, 16);

/** What is known of a value that is hidden. */
function knownOf({ spelled, at }: Argument, value: string): NonNullable<Argument['hidden']> {
  const { column = 0, endColumn = 0 } = 'words' in at ? {} : at;
  const isAsWritten = endColumn - column === `${spelled}=${value}`.length;
  return { digest: digestOf(value), isWord: isAsWritten && /^[^\s"'\\]+$/.test(value) };
}

/** What is written in front of a value: a flag, a variable or a setting, and what follows its name. */
const start = /^(--?(?=\D))?([A-Za-z][\w.-]*)?([=:\s]+)?(.*)$/s;

/** The name of a flag: words with dashes between them. Other names may be a value that something is missing before. */
const flagName = /^[A-Za-z]{1,24}\d{0,3}(?:[-_.][A-Za-z]{0,24}\d{0,3}){0,9}$/;

/** A setting of systemd, or a variable. */
const settingName = /^(?:(?:[A-Z][a-z]{1,20}){1,5}|[A-Z]{1,24}(?:_[A-Z]{1,24}){0,6}|exec\w{1,9}|environment(?:file)?)$/;

/** What a value depends on: a specifier of systemd or the output of a program, such as `$(hostname)`. */
const dependency = /^(?:%[A-Za-z]|\$\([a-z]{1,20}\)|`[a-z]{1,20}`)$/;

/** A variable that is not replaced. */
const reference = /^\$(?:[A-Z][A-Z_]*|\{[A-Z][A-Z_]*\}|\([A-Z][A-Z_]*\))$/;

/** The path of a file that is not a usual one (`isPlain`). */
const fileName = /^[\w./@+-]+\.[a-z]{1,5}$/;

/** Words that begin programs with several commands. */
const commands = new Set(['server', 'agent', 'start', 'run', 'exec', 'export']);

/**
 * Returns what is shown of words of command lines.
 *
 * @param leave receives what is left out
 */
export function shownWords(programs: Programs, leave: (what: string) => void): Words {
  /** The known flag that a name means; a typing error is no reason to hide a value. */
  function meant(component: string, flag: string): string | undefined {
    const flags = programs.get(component)?.flags;
    if (flags === undefined || flags.has(flag)) return flags && flag;
    return flag.length < 5 ? undefined : nearest(flag, flags.keys(), 2);
  }

  /** Whether a table says that the values of a flag may be shown. */
  function isOpen(component: string, flag: string): boolean {
    const known = meant(component, flag);
    return known !== undefined && programs.get(component)?.secret.has(known) !== true;
  }

  function shownValue(component: string, flag: string, value: string): string {
    if (isPlain(value) || reference.test(value)) return value;
    if (hasToken(value)) return hidden;
    // Flags that are quoted together are one word.
    const others = value.search(/\s-/);
    // What follows a blank may be in the password of a URL as well.
    if (others !== -1 && /[@?#]/.test(value)) return hidden;
    if (others !== -1)
      return shownValue(component, flag, value.slice(0, others)) + line(component, value.slice(others));
    if (isOpen(component, flag)) {
      // A token instead of the file of tokens.
      const known = meant(component, flag) ?? flag;
      return /token|password|secret/.test(known) && known.endsWith('file') && !fileName.test(value)
        ? hidden
        : shownUrl(value);
    }
    // Of one dash before a long name, pflag reads the first letter as the flag, and the rest as its value.
    const [rest = '', end] = value.split(/=(.*)/s, 2);
    if (flag.length === 1 && programs.get(component)?.flags.has(flag + rest))
      return end === undefined ? value : `${rest}=${shownValue(component, flag + rest, end)}`;
    return hidden;
  }

  const nameOf = (component: string, name: string): string =>
    meant(component, name) !== undefined || flagName.test(name) ? name : hidden;

  function argument(component: string, written: Argument): Argument {
    const { unknownVariable: variable } = written;
    const isShown = variable === undefined || flagName.test(variable) || dependency.test(variable);
    const one = isShown ? written : { ...written, unknownVariable: hidden };
    const { spelled, value, at } = one;
    const [, name = '', between = ''] = /^([\w.-]*)(.*)$/s.exec(one.name) ?? [];
    const whole = `${between}${value === undefined ? '' : `=${value}`}`;
    const shownName = nameOf(component, name);
    if (between === '' && shownName === name) {
      // Without a variable that only the component knows, the line has no more than the value of an open flag.
      if (value === undefined)
        return isOpen(component, name) && !hasToken(sourceOf(at)) ? one : { ...one, at: withoutLine(at) };
      const shown = shownValue(component, name, value);
      if (shown === value) return one;
      if (shown === hidden) leave('values of flags');
      return { ...one, value: shown, hidden: knownOf(one, value), at: withoutLine(at) };
    }
    // A flag and its value in one word: the component takes all of it for the name of a flag.
    const [, gap = '', rest = ''] = /^([\s:]*)(.*)$/s.exec(between) ?? [];
    const shown = rest === '' ? '' : shownValue(component, name, rest);
    const isSwitch = value === undefined || value === 'true';
    const shownEnd = isSwitch || isPlain(value) ? value : hidden;
    if (shownName === name && shown === rest && shownEnd === value) return one;
    leave('values of flags');
    const dashes = /^-*/.exec(spelled)?.[0] ?? '';
    const text = shownName + gap + shown;
    const known = { digest: digestOf(whole), isWord: false };
    return { ...one, name: text, spelled: dashes + text, value: shownEnd, hidden: known, at: withoutLine(at) };
  }

  /** @param of the flag in the word before, whose value this word may be */
  function word(component: string, text: string, of: string | undefined): string {
    const [, dashes = '', name = '', gap = '', value = ''] = start.exec(text) ?? [];
    if (dashes === '' && of !== undefined) return shownValue(component, of.replaceAll('_', '-'), text);
    if (isPlain(text) || reference.test(text) || text === '-' || text === component || commands.has(text)) return text;
    const flag = name.replaceAll('_', '-');
    const isFlag = dashes !== '' || programs.get(component)?.flags.has(flag) === true;
    const isShown = isFlag ? nameOf(component, flag) === flag : gap.startsWith('=') && settingName.test(name);
    if (name !== '' && isShown) {
      const shown = gap === '' ? (value === '' ? '' : hidden) : shownValue(component, flag, value);
      return dashes + name + gap + (value === '' ? '' : shown);
    }
    return dashes === '' && (isMisspelt(text, component) || programs.has(text)) ? text : dashes + hidden;
  }

  function line(component: string, text: string): string {
    let named: string | undefined;
    const shown = text
      .split(/([\s"']+)/)
      .map((part, index) => {
        if (index % 2 === 1 || part === '') return part;
        // Commas and brackets around words are those of a list in YAML.
        const [before = ''] = /^[,[]*/.exec(part) ?? [];
        let end = part.length;
        while (end > before.length && ',]\\'.includes(part[end - 1] ?? '')) end -= 1;
        const one = part.slice(before.length, end);
        const of = named;
        if (one !== '') named = /^--?([A-Za-z][\w-]*)$/.exec(one)?.[1];
        return before + (one === '' ? '' : word(component, one, of)) + part.slice(end);
      })
      .join('');
    if (shown !== text) leave('words of command lines');
    return shown.replace(/(?:…\s)+…/g, hidden);
  }

  const placedLine = (component: string, one: Placed<string>) => ({ ...one, value: line(component, one.value) });
  return { argument, word: (component, text) => word(component, text, undefined), line, placedLine };
}
