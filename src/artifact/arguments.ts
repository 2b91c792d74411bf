/** Looks up components, and their flags by canonical names. */

import { readBool } from '../core/go-values.ts';
import type { Argument } from './argument.ts';
import type { Component } from './component.ts';
import type { ScannedNode } from './node.ts';
import { inFolder } from './paths.ts';
import type { NodePath } from './place.ts';

/** The components that kubeadm runs as static pods. */
export const podNames = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const;
export type PodName = (typeof podNames)[number];

/** Returns the component with this name. If there are two manifests of a component, the first one is judged. */
export function componentNamed(node: Pick<ScannedNode, 'components'>, name: string): Component | undefined {
  return node.components.find((component) => component.name === name);
}

/**
 * Returns the last argument for a flag that does not accumulate: it takes effect. `name` is canonical: `tls-cert-file`.
 */
export function lastArgument(component: Component, name: string): Argument | undefined {
  return component.arguments.findLast((argument) => argument.name === name);
}

/**
 * Returns the argument that takes effect for a flag of a component; undefined if the node has no such component or
 * flag.
 */
export function argumentOf(
  node: Pick<ScannedNode, 'components'>,
  component: string,
  flag: string,
): Argument | undefined {
  const found = componentNamed(node, component);
  return found && lastArgument(found, flag);
}

/** Returns the value of a flag of a component; undefined if the flag is not set, or its value is empty or unknown. */
export function flagValue(node: Pick<ScannedNode, 'components'>, component: string, flag: string): string | undefined {
  return argumentOf(node, component, flag)?.value || undefined;
}

/** Returns the folder of the kubelet. */
export function kubeletFolder(node: Pick<ScannedNode, 'components' | 'layout'>): NodePath {
  return flagValue(node, 'kubelet', 'root-dir') ?? node.layout.kubelet.folder;
}

/** Returns the folder of the kubelet's certificates. */
export function kubeletCertificates(node: Pick<ScannedNode, 'components' | 'layout'>): NodePath {
  return flagValue(node, 'kubelet', 'cert-dir') ?? node.layout.kubelet.certificates;
}

/** Whether the kubelet of a node requests its serving certificate from the cluster (`serverTLSBootstrap`). */
export function requestsServingCertificates(node: Pick<ScannedNode, 'components'>): boolean {
  const kubelet = componentNamed(node, 'kubelet');
  return kubelet !== undefined && isOn(kubelet, 'rotate-server-certificates');
}

/**
 * Returns where the kubelet keeps the serving pair that the cluster signs for it, in one file, or the one that it
 * makes.
 */
export function kubeletServingPair(
  node: Pick<ScannedNode, 'components' | 'layout'>,
  isSigned: boolean,
): readonly [certificate: NodePath, key: NodePath] {
  const { server, selfSigned } = node.layout.kubelet;
  const inCertificates = (name: string) => inFolder(kubeletCertificates(node), name);
  return isSigned
    ? [inCertificates(server), inCertificates(server)]
    : [inCertificates(selfSigned.certificate), inCertificates(selfSigned.key)];
}

/** Returns all arguments for a flag that accumulates, in order. */
export function allArguments(component: Component, name: string): readonly Argument[] {
  return component.arguments.filter((argument) => argument.name === name);
}

/** Whether a flag is set, even if its value is unknown. An empty value counts as not set. */
export function isGiven(component: Component, name: string): boolean {
  const argument = lastArgument(component, name);
  return argument !== undefined && argument.value !== '';
}

/** Whether a component certainly has no such argument. */
export function isWithout(component: Component, name: string): boolean {
  return component.unknown === undefined && lastArgument(component, name) === undefined;
}

/** Whether a bool flag is true, as Go's strconv.ParseBool reads it; `fallback` if the flag is not set. */
export function isOn(component: Component, name: string, fallback = false): boolean {
  const argument = lastArgument(component, name);
  return argument === undefined ? fallback : readBool(argument.value ?? '') === true;
}

/** Returns the values of a flag that accumulates and whose values are CSV (pflag StringSlice). */
export function listedValues(component: Component, name: string): readonly string[] {
  return allArguments(component, name).flatMap(({ value = '' }) => (value === '' ? [] : fieldsOf(value)));
}

/** The fields of a line of CSV, quoted or not (Go's encoding/csv). */
function fieldsOf(line: string): readonly string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}

/** A value of `--tls-sni-cert-key`: `CERT,KEY` or `CERT,KEY:NAME,NAME`. */
export interface NamedCertKey {
  readonly certificate: string;
  readonly key: string;
  /** Empty if the names are those of the certificate. */
  readonly names: readonly string[];
}

/** Parses a value like k8s.io/component-base cli/flag/namedcertkey_flag.go, Set. Returns its error for a wrong one. */
export function readNamedCertKey(value: string): NamedCertKey | { readonly error: string } {
  const colon = value.indexOf(':');
  const names = colon === -1 ? undefined : value.slice(colon + 1).trim();
  if (names === '') return { error: 'empty names list is not allowed' };
  const [certificate, key, ...more] = (colon === -1 ? value : value.slice(0, colon))
    .split(',')
    .map((one) => one.trim());
  if (certificate === undefined || key === undefined || more.length > 0) {
    return { error: 'expected comma separated certificate and key file paths' };
  }
  return { certificate, key, names: names?.split(',').map((name) => name.trim()) ?? [] };
}
