/** Where facts come from: the command line, flags, the kubeadm configuration, kubeconfigs. */
import { lastArgument } from '../../core/arguments.ts';
import type { Component, Kubeconfig, Pem, Placed } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import { kubeconfigPath, type LaidOutNode, pemFilesOf } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { FactName, FactValues, GivenFacts, Source } from './facts.ts';
import { hostOf } from './host.ts';
import { factOptions } from './options.ts';

/** What a source says; undefined where it says nothing. */
export type Candidate<T> = Source<T> | undefined;

/** The certificate that a path holds first, if it does: facts may come from certificates, last of all. */
export type FirstCertificate = (path: string) => Certificate | undefined;

export interface Sources {
  readonly node: LaidOutNode;
  readonly given: GivenFacts;
  readonly first: FirstCertificate;
  readonly component: (name: string) => Component | undefined;
}

/** What the command line says of a fact. */
export function fromOption<Name extends FactName>(
  facts: { readonly [One in Name]?: FactValues[One] },
  name: Name,
): Candidate<FactValues[Name]> {
  const value = facts[name];
  return value === undefined ? undefined : { value, source: factOptions[name].option };
}

export function fromFlag(component: Component | undefined, flag: string): Candidate<string> {
  const argument = component && lastArgument(component, flag);
  return component && argument?.value
    ? { value: argument.value, source: `${component.name} ${argument.spelled}` }
    : undefined;
}

export function mapped<T, U>(candidate: Candidate<T>, change: (value: T) => U | undefined): Candidate<U> {
  const value = candidate && change(candidate.value);
  return candidate && value !== undefined ? { value, source: candidate.source } : undefined;
}

export function fromKubeadm<T>(placed: Placed<T> | undefined): Candidate<T> {
  return placed && { value: placed.value, source: `kubeadm config ${placed.at.path}` };
}

/** A kubeconfig of this node, by its role. */
export function kubeconfigOf(node: LaidOutNode, name: string): Kubeconfig | undefined {
  const content = node.files.get(kubeconfigPath(node.layout, name))?.content;
  return content?.type === 'kubeconfig' ? content.kubeconfig : undefined;
}

/** Whether a kubeconfig trusts another cluster than this one: then its server is no fact of this node. */
function isForeign(node: LaidOutNode, name: string): boolean {
  const keys = (pem: Pem | undefined) =>
    (pem?.blocks ?? []).flatMap((block) => (block.type === 'certificate' ? [block.certificate.publicKey.id] : []));
  const content = node.files.get(pemFilesOf(node, roleIds.clusterCa).certificate)?.content;
  const own = new Set(keys(content?.type === 'pem' ? content.pem : undefined));
  const trusted = keys(kubeconfigOf(node, name)?.cluster?.certificateAuthority?.embedded);
  return own.size > 0 && trusted.length > 0 && !trusted.some((key) => own.has(key));
}

export function serverHost(node: LaidOutNode, name: string): Candidate<string> {
  const cluster = isForeign(node, name) ? undefined : kubeconfigOf(node, name)?.cluster;
  // Behind tls-server-name the address is the way to the server, and no name of it.
  const host = cluster?.server && !cluster.tlsServerName?.value ? hostOf(cluster.server.value) : undefined;
  return host ? { value: host, source: name } : undefined;
}
