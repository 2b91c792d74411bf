/** The sources of facts: the command line, flags, the configuration of the installer, kubeconfigs. */
import { argumentOf } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { InstallerConfig } from '../../artifact/installer-config.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { certificatesInPem, type Pem } from '../../artifact/pem-blocks.ts';
import type { Placed, SetBy } from '../../artifact/place.ts';
import { servingCa } from '../../tables/layouts/authorities.ts';
import { kubeconfigPath, type LaidOutNode, pemFilesOf } from '../../tables/layouts/layout.ts';
import { factOptions } from './fact-options.ts';
import type { FactName, FactValues, GivenFacts, Source } from './facts.ts';
import { hostOf } from './host.ts';

/** A value and its source; undefined if the source has no value. */
export type Candidate<T> = Source<T> | undefined;

/** Returns the first certificate in a file, if it has one. Certificates are the last source of facts. */
export type FirstCertificate = (path: string) => Certificate | undefined;

export interface Sources {
  readonly node: LaidOutNode;
  readonly given: GivenFacts;
  readonly first: FirstCertificate;
}

/** Returns a value with its source; undefined if there is no value. */
export function from<T>(source: string, value: T | undefined, at?: SetBy): Candidate<T> {
  return value === undefined ? undefined : { value, source, ...(at && { at }) };
}

/** Returns the value of a fact from the command line. */
export function fromOption<Name extends FactName>(
  facts: { readonly [One in Name]?: FactValues[One] },
  name: Name,
): Candidate<FactValues[Name]> {
  const value = facts[name];
  return value === undefined ? undefined : { value, source: factOptions[name].option };
}

/** Returns the value of a component's flag. */
export function fromFlag(node: LaidOutNode, component: string, flag: string): Candidate<string> {
  const argument = argumentOf(node, component, flag);
  return argument && from(`${component} ${argument.spelled}`, argument.value || undefined, argument.at);
}

/** Converts the value of a candidate; undefined if that is not possible. */
export function mapped<T, U>(candidate: Candidate<T>, convert: (value: T) => U | undefined): Candidate<U> {
  return candidate && from(candidate.source, convert(candidate.value), candidate.at);
}

type ConfigText = {
  [Key in keyof InstallerConfig]-?: InstallerConfig[Key] extends Placed<string> | undefined ? Key : never;
}[keyof InstallerConfig];

/** Returns a value from the configuration of the installer. */
export function fromInstaller(
  { installerConfig }: Pick<ScannedNode, 'installerConfig'>,
  name: ConfigText,
): Candidate<string> {
  return installerConfig && from(installerSource(installerConfig), installerConfig[name]?.value);
}

/** Returns the source of facts from such a configuration. */
export const installerSource = ({ title, at }: InstallerConfig): string => `${title} ${at.path}`;

/** Whether a fact is from the configuration of the installer. */
export function isFromInstaller({ source }: Source<unknown>, { installerConfig }: ScannedNode): boolean {
  return installerConfig !== undefined && source === installerSource(installerConfig);
}

/** Returns the first certificate of a role on this node. */
export function certificateOnNode(node: LaidOutNode, role: string): Certificate | undefined {
  const content = node.files.get(pemFilesOf(node, role).certificate)?.content;
  return certificatesInPem(content?.type === 'pem' ? content.pem : undefined)[0];
}

/** Returns the kubeconfig of a role on this node. */
export function kubeconfigOf(node: LaidOutNode, name: string): Kubeconfig | undefined {
  const content = node.files.get(kubeconfigPath(node.layout, name))?.content;
  return content?.type === 'kubeconfig' ? content.kubeconfig : undefined;
}

/** Whether a kubeconfig trusts the CA of a different cluster. Then its server says nothing about this node. */
function isForeign(node: LaidOutNode, name: string): boolean {
  const keys = (pem: Pem | undefined) => certificatesInPem(pem).map(({ publicKey }) => publicKey.id);
  const content = node.files.get(pemFilesOf(node, servingCa(node.layout)).certificate)?.content;
  const own = new Set(keys(content?.type === 'pem' ? content.pem : undefined));
  const trusted = keys(kubeconfigOf(node, name)?.cluster?.certificateAuthority?.embedded);
  return own.size > 0 && trusted.length > 0 && !trusted.some((key) => own.has(key));
}

/** Returns the host of the API server in a kubeconfig. */
export function serverHost(node: LaidOutNode, name: string): Candidate<string> {
  const cluster = isForeign(node, name) ? undefined : kubeconfigOf(node, name)?.cluster;
  // With tls-server-name, the address is only a way to reach the server, not a name in its certificate.
  return cluster?.server && !cluster.tlsServerName?.value
    ? from(name, hostOf(cluster.server.value), cluster.server.at)
    : undefined;
}
