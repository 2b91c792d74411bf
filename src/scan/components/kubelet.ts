/** The kubelet as a component: its systemd unit, its environment files and its configuration. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { KubeletLayout, NodeLayout } from '../../artifact/layout.ts';
import type { MiscasedField } from '../../artifact/oddities.ts';
import type { Place } from '../../artifact/place.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { inAnyCase } from '../../core/text.ts';
import { join } from '../fs/tree.ts';
import { argumentAt } from '../parse/document.ts';
import { isNamedKubeconfig } from '../parse/kubeconfig.ts';
import { getNode, isTrue, isYamlError, type YamlNode } from '../parse/yaml.ts';
import type { Files } from './node-files.ts';
import { findProgram } from './program.ts';
import type { ArgumentSource } from './source.ts';
import { readEnvironmentFile, splitQuoted } from './systemd.ts';
import { type StartedProgram, unitCommand } from './unit.ts';
import { asWord, emptyEnvironment, parseFlags, type Word } from './words.ts';

/**
 * Fields of KubeletConfiguration, with the flags that they correspond to (kubelet.config.k8s.io/v1beta1;
 * cmd/kubelet/app/options).
 */
const fields: readonly (readonly [field: string, flag: string])[] = [
  ['authentication.x509.clientCAFile', 'client-ca-file'],
  ['authentication.anonymous.enabled', 'anonymous-auth'],
  ['authentication.webhook.enabled', 'authentication-token-webhook'],
  ['authorization.mode', 'authorization-mode'],
  ['tlsCertFile', 'tls-cert-file'],
  ['tlsPrivateKeyFile', 'tls-private-key-file'],
  ['tlsMinVersion', 'tls-min-version'],
  ['tlsCipherSuites', 'tls-cipher-suites'],
  ['rotateCertificates', 'rotate-certificates'],
  ['serverTLSBootstrap', 'rotate-server-certificates'],
  ['staticPodPath', 'pod-manifest-path'],
  ['staticPodURL', 'manifest-url'],
  ['clusterDomain', 'cluster-domain'],
  ['clusterDNS', 'cluster-dns'],
  ['readOnlyPort', 'read-only-port'],
  ['address', 'address'],
  ['port', 'port'],
  ['featureGates', 'feature-gates'],
];

/** The kubelet's unit, with its environment files and its configuration. */
export const kubeletUnit: ArgumentSource = {
  find({ files, layout, beyondPki }) {
    const kubelet = beyondPki ? readKubelet(files, layout) : undefined;
    return { components: kubelet === undefined ? [] : [kubelet] };
  },
};

/**
 * Returns the kubelet of a node; undefined if neither its unit nor the files with its flags and settings were seen. If
 * only these files were seen, it assumes the unit of the layout.
 */
function readKubelet(files: Files, { kubelet, programs }: NodeLayout): Component | undefined {
  const started = unitCommand(files, kubelet.unit) ?? usualCommand(files, kubelet);
  if (started === undefined) return undefined;
  const program = findProgram(started.words, started.environment, programs);
  const isKubelet = program?.component === 'kubelet';
  const flags = parseFlags('kubelet', isKubelet ? program.words : [], programs);
  const other = isKubelet ? started.unknown : `its unit starts ${started.words[0]?.text ?? 'nothing'}`;
  const component: Component = { name: 'kubelet', at: started.at, arguments: flags.arguments, mounts: undefined };
  const configured = readConfiguration(files, component);
  return {
    ...component,
    arguments: [...configured.arguments, ...flags.arguments],
    ...(flags.operands && { operands: flags.operands }),
    ...(configured.miscased.length > 0 && { miscased: configured.miscased }),
    unknown: other ?? flags.unknown ?? configured.unknown,
  };
}

function usualCommand(files: Files, { folder, flags, settings, usual }: KubeletLayout): StartedProgram | undefined {
  const flagsFile = join(folder, flags.file);
  const configFile = join(folder, settings[0] ?? '');
  const text = files.text(flagsFile);
  if (text === undefined && files.look(configFile, 'settings').state !== 'file') return undefined;
  const at: Place = { path: text === undefined ? configFile : flagsFile };
  const given = readEnvironmentFile(flagsFile, text ?? '')
    .filter(({ name }) => name === flags.variable)
    .slice(-1)
    .flatMap((assignment) => splitQuoted(assignment.value).map((word) => asWord(word, assignment.at)));
  const words = ['kubelet', ...usual].map((word): Word => ({ text: word, at }));
  return { at, words: [...words, ...given], environment: emptyEnvironment };
}

/** Reads `--config`, then the drop-ins of `--config-dir` by name. Later values win; flags take precedence over both. */
function readConfiguration(
  files: Files,
  component: Component,
): Pick<Component, 'arguments' | 'unknown'> & Required<Pick<Component, 'miscased'>> {
  const config = lastArgument(component, 'config');
  const dropIns = lastArgument(component, 'config-dir');
  const folder = dropIns?.value ?? '';
  const names = folder === '' ? [] : files.list(folder).filter((name) => name.endsWith('.conf'));
  const paths = [...(config?.value ? [config.value] : []), ...names.map((name) => join(folder, name))];
  const unknown = [config, dropIns].find((argument) => argument?.unknownVariable !== undefined);
  const found: Argument[] = [];
  const miscased: MiscasedField[] = [];
  let missing = unknown && `the value of ${unknown.spelled} is unknown`;
  for (const path of paths) {
    const documents = files.documents(path);
    const { state } = files.look(path);
    const isThere = state !== 'absent' && state !== 'broken-link';
    if (documents === undefined) missing ??= `its configuration ${path} ${isThere ? 'was not seen' : 'does not exist'}`;
    if (documents === undefined) continue;
    if (isYamlError(documents)) missing ??= `its configuration ${path} cannot be parsed`;
    else if (documents[0] !== undefined && isNamedKubeconfig(documents[0]))
      missing ??= `its configuration ${path} is a kubeconfig`;
    else {
      found.push(...fields.flatMap(([field, flag]) => readField(path, documents[0], field, flag) ?? []));
      miscased.push(...fields.flatMap(([field]) => miscasedIn(path, documents[0], field) ?? []));
    }
  }
  const distinct = miscased.filter((one, index) => miscased.findIndex(({ at }) => at.line === one.at.line) === index);
  return { arguments: found, unknown: missing, miscased: distinct };
}

/**
 * Returns the first key on the way to a field that differs from it only in case. The kubelet logs that its configuration has an
 * unknown field, and ignores it (pkg/kubelet/kubeletconfig/util/codec/codec.go, DecodeKubeletConfiguration; keys are
 * case-sensitive in sigs.k8s.io/json).
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

function readField(path: string, document: YamlNode | undefined, field: string, name: string): Argument | undefined {
  const node = getNode(document, ...field.split('.'));
  if (node === undefined || isNull(node)) return undefined;
  const at = argumentAt(path, node);
  if (node.kind !== 'mapping') return { name, spelled: field, value: settingText(node), at };
  return field === 'featureGates' ? { name, spelled: field, value: pairsText(node.entries), at } : undefined;
}

/** Formats a mapping as the value of its flag: `NodeSwap=true,MemoryQoS=false`. */
const pairsText = (entries: ReadonlyMap<string, YamlNode>): string =>
  [...entries].map(([key, value]) => `${key}=${settingText(value)}`).join(',');

/** A field without a value is not set. */
const isNull = (node: YamlNode): boolean => node.kind === 'scalar' && node.type === 'null';

/** Formats a setting as the value of its flag: `true`, `10.96.0.10,10.96.0.11`. */
export function settingText(node: YamlNode): string {
  if (node.kind === 'sequence') return node.items.map(settingText).join(',');
  if (node.kind === 'mapping') return '';
  return node.type === 'bool' ? String(isTrue(node)) : withoutSecret(node.text);
}
