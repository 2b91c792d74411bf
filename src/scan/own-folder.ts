/** The PKI root of a node whose layout has no place for it: the folder where components have their certificates. */
import { posix } from 'node:path';
import { flagValue } from '../artifact/arguments.ts';
import type { NodeLayout } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { hostPath } from '../artifact/paths.ts';
import type { Resolve } from './fs/resolve.ts';

/** A node, as far as it is known before its files are read. */
interface Place {
  readonly layout: NodeLayout;
  readonly pki: readonly [string, ...string[]];
  readonly beyondPki: boolean;
}

/** Flags that name a certificate of the cluster. */
const telling: readonly (readonly [component: string, flag: string])[] = [
  ['kube-apiserver', 'client-ca-file'],
  ['kube-apiserver', 'tls-cert-file'],
  ['kubelet', 'client-ca-file'],
];

/** Folders that are not those of one PKI. */
const shared = new Set(['/', '/etc', '/opt', '/root', '/srv', '/var', '/var/lib', '/usr/local', '/etc/ssl/certs']);

/**
 * Returns the folders of certificates. If the one of the layout does not exist, that of an argument takes its place.
 */
export function pkiFoldersOf(
  { layout, pki, beyondPki }: Place,
  components: ScannedNode['components'],
  resolve: Resolve,
): Place['pki'] {
  const isOfLayout = pki[0] === layout.pki && beyondPki;
  if (!layout.pkiAnywhere || !isOfLayout || resolve(pki[0]).state === 'directory') return pki;
  const [named] = telling.flatMap(([name, flag]) => {
    const component = components.find((one) => one.name === name);
    const value = flagValue({ components }, name, flag);
    const folder = component && value?.startsWith('/') ? posix.dirname(hostPath(component, value)) : '/';
    return shared.has(folder) || resolve(folder).state !== 'directory' ? [] : [folder];
  });
  return named === undefined ? pki : [named, ...pki.slice(1)];
}
