/** The files that components and kubeconfigs name. */
import { posix } from 'node:path';
import type { Argument, Component, NodeFile, ScannedNode } from '../core/artifact.ts';
import type { LeftOut } from '../core/left-out.ts';
import { readNamedCertKey } from '../core/named-cert-key.ts';
import { hostPath } from '../core/paths.ts';
import type { ReadAs } from './components/node-files.ts';

/** The kind of file, by the ending of the argument's name. The first match counts. */
const kindsByEnding: readonly (readonly [RegExp, ReadAs])[] = [
  [/(?:^|-)(?:kubeconfig|webhook-config-file)$/, 'kubeconfig'],
  // Secrets that encrypt etcd: there is nothing else in it to read.
  [/^encryption-provider-config$/, 'any'],
  [/(?:^|-)(?:config-file|authentication-config|authorization-config|credential-provider-config)$/, 'settings'],
  [/(?:^leader-migration-config|-filepath-(?:hostpath|nfs))$/, 'any'],
  [/(?:^|-)(?:ca-?file|cert-?file|key-?file|certificate|certificate-authority|client-key)$/, 'pem'],
  [/^log-file$/, 'text'],
  [/-file$/, 'any'],
];

/** Arguments whose files are secret, by their names. The file that verifies tokens contains public keys. */
const secrets: readonly (readonly [RegExp, LeftOut])[] = [
  [/(?:^|-)(?:kubeconfig|webhook-config-file)$/, 'kubeconfigs'],
  [
    /^(?:encryption-provider-config|token-auth-file)$|^(?!service-account-key-file$).*(?:key-?file|client-key)$/,
    'keys',
  ],
];

/** A file that an argument names. */
interface NamedFile {
  /** Path on the node. */
  readonly path: string;
  readonly as: ReadAs;
  /** What kind of secret it is; undefined if it is none. */
  readonly secret: LeftOut | undefined;
}

/** Returns every file that a component's arguments name. */
export function namedFiles(component: Component): readonly NamedFile[] {
  return component.arguments.flatMap((argument) => {
    const { name, value } = argument;
    if (value === undefined || value === '') return [];
    const as = name === 'tls-sni-cert-key' ? 'pem' : kindsByEnding.find(([ending]) => ending.test(name))?.[1];
    if (as === undefined || as === 'text') return [];
    return pathsIn(argument).flatMap(([path, secret]) => {
      const onNode = hostPath(component, path);
      return onNode.startsWith('/') ? [{ path: onNode, as, secret }] : [];
    });
  });
}

/** The paths of an argument, each with what kind of secret its file is. */
function pathsIn({ name, value = '' }: Argument): readonly (readonly [path: string, secret: LeftOut | undefined])[] {
  if (name !== 'tls-sni-cert-key') return [[value, secrets.find(([ending]) => ending.test(name))?.[1]]];
  const pair = readNamedCertKey(value);
  if ('error' in pair) return [];
  const both = [[pair.certificate, undefined] as const, [pair.key, 'keys'] as const];
  return both.filter(([path]) => path !== '');
}

/** Returns every file that a kubeconfig refers to. */
export function namedByKubeconfig({ content }: NodeFile): readonly string[] {
  if (content?.type !== 'kubeconfig') return [];
  const { cluster, user } = content.kubeconfig;
  return [cluster?.certificateAuthority, user?.certificate, user?.key].flatMap((reference) => reference?.path ?? []);
}

/** Returns the secret files that components and kubeconfigs name, by their paths on the node. */
export function namedSecrets(
  files: ScannedNode['files'],
  components: readonly Component[],
): ReadonlyMap<string, LeftOut> {
  const named = new Map<string, LeftOut>();
  for (const { content } of files.values()) {
    const path = content?.type === 'kubeconfig' ? content.kubeconfig.user?.key?.path : undefined;
    if (path !== undefined) named.set(posix.normalize(path), 'keys');
  }
  for (const { path, secret } of components.flatMap(namedFiles)) if (secret !== undefined) named.set(path, secret);
  return named;
}
