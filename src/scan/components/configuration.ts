/** Configuration files that components read in addition to their flags, or instead of them. */
import { type Argument, type ArgumentField, kubeletFields } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { MiscasedField } from '../../artifact/oddities.ts';
import { dropInPaths, hostPath, isDropIn, normalizePath } from '../../artifact/paths.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { inAnyCase } from '../../core/text.ts';
import { join } from '../fs/tree.ts';
import { argumentAt } from '../parse/document.ts';
import { isNamedKubeconfig } from '../parse/kubeconfig.ts';
import { isYamlError } from '../parse/yaml.ts';
import { getNode, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import type { Files } from './node-files.ts';

/** The configuration file of a component. */
interface Configuration {
  /** The flag that names it. */
  readonly flag: string;
  /** The flag that names a folder of more files, which are read after it by name. */
  readonly dropIns?: string;
  /** Its fields; undefined if they are called as flags. */
  readonly fields: readonly ArgumentField[] | undefined;
  /**
   * What takes effect: `flags` over the same fields; only the `file`, and no other flag; or for what the file can say,
   * the `fields` and not their flags.
   */
  readonly wins: 'flags' | 'file' | 'fields';
  /** Whether it ignores fields that it does not know. */
  readonly isLenient?: true;
}

/** By component. */
const configurations: ReadonlyMap<string, Configuration> = new Map([
  ['kubelet', { flag: 'config', dropIns: 'config-dir', fields: kubeletFields, wins: 'flags', isLenient: true }],
  // With `--config-file`, etcd ignores other flags and variables (etcd server/etcdmain/config.go `configFromFile`).
  ['etcd', { flag: 'config-file', fields: undefined, wins: 'file' }],
  // With `--config`, `clientConnection.kubeconfig` replaces `--kubeconfig` (kube-scheduler flag reference).
  // With `--config`, kube-proxy ignores other flags that its file can say (kube-proxy flag reference).
  ['kube-proxy', { flag: 'config', fields: [['clientConnection.kubeconfig', 'kubeconfig']], wins: 'fields' }],
  ['kube-scheduler', { flag: 'config', fields: [['clientConnection.kubeconfig', 'kubeconfig']], wins: 'fields' }],
]);

/** What the files of a configuration say. */
interface Read {
  readonly arguments: readonly Argument[];
  readonly miscased: readonly MiscasedField[];
  /** Why there may be more. */
  readonly unknown: string | undefined;
  readonly isKubeconfig: boolean;
}

/** Returns the component with the arguments of its configuration; the same object if it has none. */
export function withConfiguration(files: Files, component: Component): Component {
  const row = configurations.get(component.name);
  if (row === undefined) return component;
  const named = given(component, row.flag);
  const dropIns = given(component, row.dropIns);
  if (named === undefined && dropIns === undefined) return component;
  const read = readFiles(files, component, row, { named, dropIns });
  const unknown = component.unknown ?? read.unknown;
  if (row.wins === 'flags') {
    const miscased = read.miscased.length > 0 && { miscased: read.miscased };
    return { ...component, arguments: [...read.arguments, ...component.arguments], ...miscased, unknown };
  }
  if (named === undefined) return component;
  if (row.wins === 'file') return { ...component, arguments: [named, ...read.arguments], unknown };
  return read.isKubeconfig ? component : { ...component, arguments: withFields(component, row.fields, read, named) };
}

/** The argument for a flag, unless its value is empty. */
function given(component: Component, flag: string | undefined): Argument | undefined {
  const argument = flag === undefined ? undefined : lastArgument(component, flag);
  return argument?.value === '' ? undefined : argument;
}

/** The arguments with those of fields for their flags. Their values are unknown if the file could not be read. */
function withFields(
  component: Component,
  fields: readonly ArgumentField[] = [],
  read: Read,
  { at }: Argument,
): Argument[] {
  const others = component.arguments.filter(({ name }) => fields.every(([, flag]) => flag !== name));
  const unread = fields.map(([spelled, name]) => ({ name, spelled, value: undefined, unknownVariable: spelled, at }));
  return [...others, ...(read.unknown === undefined ? read.arguments : unread)];
}

type Sources = Readonly<Record<'named' | 'dropIns', Argument | undefined>>;

/** Reads the file that a flag names, then the drop-ins by name. */
function readFiles(files: Files, component: Component, row: Configuration, { named, dropIns }: Sources): Read {
  const folder = dropIns?.value ?? '';
  if (folder !== '') lookAtDropIns(files, folder, mostNested);
  const merged = folder === '' ? [] : dropInPaths(files.all, normalizePath(folder));
  const paths = [...(named?.value ? [named.value] : []), ...merged];
  const variable = [named, dropIns].find((argument) => argument?.unknownVariable !== undefined);
  const found: Argument[] = [];
  const miscased: MiscasedField[] = [];
  let unknown = variable && `the value of ${variable.spelled} is unknown`;
  let isKubeconfig = false;
  for (const written of paths) {
    const path = hostPath(component, written);
    const document = path.startsWith('/') ? documentOf(files, path) : `${written} is not on the node's disk`;
    if (typeof document === 'string') unknown ??= `its configuration ${document}`;
    else if (document !== undefined && isNamedKubeconfig(document)) {
      unknown ??= `its configuration ${path} is a kubeconfig`;
      isKubeconfig = true;
    } else {
      found.push(...argumentsOf(path, document, row.fields));
      // The case of names does not count in drop-ins (cmd/kubelet/app/server.go: encoding/json).
      if (row.isLenient && written === named?.value)
        miscased.push(...(row.fields ?? []).flatMap(([field]) => miscasedIn(path, document, field) ?? []));
    }
  }
  const distinct = miscased.filter((one, index) => miscased.findIndex(({ at }) => at.line === one.at.line) === index);
  return { arguments: found, miscased: distinct, unknown, isKubeconfig };
}

/** No installer nests folders of drop-ins as deeply. */
const mostNested = 3;

/** Looks at the drop-ins in a folder and in the folders in it. Go's filepath.WalkDir follows no links to folders. */
function lookAtDropIns(files: Files, folder: string, nested: number): void {
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const mayBeFolder = isDropIn(name) || /^[^.]+(?:\.d)?$/.test(name);
    const { state, links } = mayBeFolder ? files.look(path, isDropIn(name) ? 'settings' : 'any') : nothing;
    const isLink = links.some((link) => link.path === normalizePath(path));
    if (state === 'directory' && !isLink && nested > 0) lookAtDropIns(files, path, nested - 1);
  }
}

const nothing = { state: 'absent', links: [] } as const;

/** Returns the document of a file, or what is wrong with it. */
function documentOf(files: Files, path: string): YamlNode | undefined | string {
  const documents = files.documents(path);
  if (documents !== undefined) return isYamlError(documents) ? `${path} cannot be parsed` : documents[0];
  const { state } = files.look(path);
  return `${path} ${state === 'absent' || state === 'broken-link' ? 'does not exist' : 'was not seen'}`;
}

function argumentsOf(
  path: string,
  document: YamlNode | undefined,
  fields: readonly ArgumentField[] | undefined,
): Argument[] {
  if (fields === undefined) return etcdArguments(path, document);
  return fields.flatMap(([field, flag]) => {
    const node = getNode(document, ...field.split('.'));
    return node === undefined ? [] : toArgument(path, flag, field, node);
  });
}

/** The TLS sections of etcd's file, with the prefix of their flags (etcd server/embed/config.go `securityConfig`). */
const etcdSections = new Map([
  ['client-transport-security', ''],
  ['peer-transport-security', 'peer-'],
]);
/** Fields of these sections that have a different name from their flag. */
const renamed = new Map([
  ['allowed-cn', 'cert-allowed-cn'],
  ['allowed-hostname', 'cert-allowed-hostname'],
]);

function etcdArguments(path: string, document: YamlNode | undefined): Argument[] {
  if (document?.kind !== 'mapping') return [];
  return [...document.entries].flatMap(([key, node]): Argument[] => {
    const prefix = etcdSections.get(key);
    if (prefix === undefined || node.kind !== 'mapping') return toArgument(path, key, key, node);
    return [...node.entries].flatMap(([field, value]) => {
      const flag = renamed.get(field);
      const name = flag === undefined ? prefix + field : `${prefix === '' ? 'client-' : prefix}${flag}`;
      return toArgument(path, name, `${key}.${field}`, value);
    });
  });
}

/** A field without a value is not set; of fields with several values, only feature gates are a flag. */
function toArgument(path: string, name: string, spelled: string, node: YamlNode): Argument[] {
  if (node.kind === 'scalar' && node.type === 'null') return [];
  const at = argumentAt(path, node);
  if (node.kind !== 'mapping') return [{ name, spelled, value: settingText(node), at }];
  return name === 'feature-gates' ? [{ name, spelled, value: pairsText(node.entries), at }] : [];
}

/** Formats a mapping as the value of its flag: `NodeSwap=true,MemoryQoS=false`. */
const pairsText = (entries: ReadonlyMap<string, YamlNode>): string =>
  [...entries].map(([key, value]) => `${key}=${settingText(value)}`).join(',');

/** Formats a setting as the value of its flag: `true`, `10.96.0.10,10.96.0.11`. */
function settingText(node: YamlNode): string {
  if (node.kind === 'sequence') return node.items.map(settingText).join(',');
  if (node.kind === 'mapping') return '';
  return node.type === 'bool' ? String(isTrue(node)) : withoutSecret(node.text);
}

/**
 * Returns the first key on the way to a field that differs from it only in case. The kubelet logs that its
 * configuration has an unknown field, and ignores it (pkg/kubelet/kubeletconfig/util/codec/codec.go,
 * DecodeKubeletConfiguration; keys are case-sensitive in sigs.k8s.io/json).
 */
function miscasedIn(path: string, document: YamlNode | undefined, field: string): MiscasedField | undefined {
  let node = document;
  for (const key of field.split('.')) {
    if (node?.kind !== 'mapping') return undefined;
    const { entries } = node;
    const written = inAnyCase(key, entries.keys());
    if (written === undefined) return undefined;
    const value = entries.get(key) ?? entries.get(written);
    if (!entries.has(key) && value) return { written, field: key, at: argumentAt(path, value) };
    node = value;
  }
  return undefined;
}
