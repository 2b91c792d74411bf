/** Configuration files that replace a component's flags. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import { argumentAt } from '../parse/document.ts';
import { isNamedKubeconfig } from '../parse/kubeconfig.ts';
import { getNode, isYamlError, type YamlNode } from '../parse/yaml.ts';
import { settingText } from './kubelet.ts';
import type { Files } from './node-files.ts';

/** Returns the component with the arguments of its configuration file; the same object if it has none. */
export function withConfigFile(files: Files, component: Component): Component {
  if (component.name === 'etcd') return withEtcdConfig(files, component);
  return component.name === 'kube-scheduler' ? withSchedulerConfig(files, component) : component;
}

/** With `--config-file`, etcd ignores other flags and variables (etcd server/etcdmain/config.go `configFromFile`). */
function withEtcdConfig(files: Files, component: Component): Component {
  const named = lastArgument(component, 'config-file');
  if (named === undefined || named.value === '') return component;
  const read = readDocument(files, component, named);
  if (typeof read === 'string') return { ...component, arguments: [named], unknown: read };
  return { ...component, arguments: [named, ...etcdArguments(read.path, read.document)] };
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

function toArgument(path: string, name: string, spelled: string, node: YamlNode): Argument[] {
  const unset = node.kind === 'mapping' || (node.kind === 'scalar' && node.type === 'null');
  return unset ? [] : [{ name, spelled, value: settingText(node), at: argumentAt(path, node) }];
}

/** With `--config`, `clientConnection.kubeconfig` replaces `--kubeconfig` (kube-scheduler flag reference). */
function withSchedulerConfig(files: Files, component: Component): Component {
  const named = lastArgument(component, 'config');
  if (named === undefined || named.value === '') return component;
  const spelled = 'clientConnection.kubeconfig';
  const others = component.arguments.filter(({ name }) => name !== 'kubeconfig');
  const read = readDocument(files, component, named);
  // With a file of a different kind it does not start.
  if (typeof read !== 'string' && read.document && isNamedKubeconfig(read.document)) return component;
  const kubeconfig = (): readonly Argument[] => {
    if (typeof read === 'string')
      return [{ name: 'kubeconfig', spelled, value: undefined, unknownVariable: spelled, at: named.at }];
    const node = getNode(read.document, 'clientConnection', 'kubeconfig');
    return node === undefined ? [] : toArgument(read.path, 'kubeconfig', spelled, node);
  };
  return { ...component, arguments: [...others, ...kubeconfig()] };
}

/** Returns the document that an argument names, or why it cannot be read. */
function readDocument(
  files: Files,
  component: Component,
  named: Argument,
): { path: string; document: YamlNode | undefined } | string {
  if (named.value === undefined) return `the value of ${named.spelled} is unknown`;
  const path = hostPath(component, named.value);
  if (!path.startsWith('/')) return `its configuration ${named.value} is not on the node's disk`;
  const documents = files.documents(path);
  if (documents === undefined) return `its configuration ${path} was not read`;
  return isYamlError(documents) ? `its configuration ${path} cannot be parsed` : { path, document: documents[0] };
}
