/** The files that components name. */
import type { Component, NodeFile } from '../core/artifact.ts';
import { hostPath } from '../core/mounts.ts';
import type { ReadAs } from './read.ts';

/** By the end of an argument's name: what the file is for. The first that matches counts. */
const kinds: readonly (readonly [RegExp, ReadAs])[] = [
  [/(?:^|-)kubeconfig$/, 'kubeconfig'],
  [/(?:^|-)(?:ca-?file|cert-?file|key-?file|certificate|certificate-authority|client-key)$/, 'pem'],
  [/^log-file$/, 'text'],
  [/-file$/, 'any'],
];

/** Every file that a component's arguments name, as paths of the node. */
export function namedFiles(component: Component): { readonly path: string; readonly as: ReadAs }[] {
  return component.arguments.flatMap(({ name, value }) => {
    if (value === undefined || value === '') return [];
    const as = name === 'tls-sni-cert-key' ? 'pem' : kinds.find(([ending]) => ending.test(name))?.[1];
    if (as === undefined || as === 'text') return [];
    // `CERT,KEY` or `CERT,KEY:DOMAIN,…` (k8s.io/component-base cli/flag `NamedCertKey`).
    const paths = name === 'tls-sni-cert-key' ? (value.split(':')[0] ?? '').split(',').slice(0, 2) : [value];
    return paths.flatMap((path) => {
      const onNode = hostPath(component, path);
      return onNode.startsWith('/') ? [{ path: onNode, as }] : [];
    });
  });
}

/** Every file that a kubeconfig names by path. */
export function namedByKubeconfig({ content }: NodeFile): readonly string[] {
  if (content?.type !== 'kubeconfig') return [];
  const { cluster, user } = content.kubeconfig;
  return [cluster?.certificateAuthority, user?.certificate, user?.key].flatMap((reference) => reference?.path ?? []);
}
