/** Files that a kubeconfig names, and that are not in the container of the component which reads it. */
import type { Component } from '../../artifact/component.ts';
import { type Kubeconfig, type ReferenceKind, referencesOf } from '../../artifact/kubeconfig.ts';
import { folderOf, hostPath, inFolder } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { isInImages } from '../../model/roles/slots.ts';
import { type Seen, seenAt } from '../../model/roles/source.ts';

export interface HiddenReference {
  readonly kind: ReferenceKind | 'token';
  /** `clusters[kubernetes].certificate-authority` */
  readonly entry: string;
  readonly at: Place;
  /** The path in the container, where nothing is. */
  readonly path: string;
  /** The path on the node, and what is there. */
  readonly onNode: string;
  readonly seen: Seen;
}

/**
 * Returns the files of a kubeconfig's current context that no volume of a component contains: client-go then rejects
 * the kubeconfig (client-go tools/clientcmd/validation.go, validateClusterInfo, validateAuthInfo; of a token
 * client_config.go, getUserIdentificationPartialConfig). What does not exist on the node either is reported as that.
 *
 * @param written the path of the kubeconfig in the container: relative ones start at its folder (ResolveLocalPaths)
 */
export function hiddenReferences(component: Component, written: string, { node }: Pki): readonly HiddenReference[] {
  const content = node.files.get(hostPath(component, written))?.content;
  if (component.mounts === undefined || content?.type !== 'kubeconfig') return [];
  return namedFiles(content.kubeconfig).flatMap(({ onNode, relative, ...named }) => {
    const path = relative === undefined ? onNode : inFolder(folderOf(written), relative);
    const seen = seenAt(node, onNode);
    if (hostPath(component, path) !== 'not-mounted' || isInImages(path)) return [];
    return seen === 'absent' && named.kind !== 'token' ? [] : [{ ...named, path, onNode, seen }];
  });
}

function namedFiles(kubeconfig: Kubeconfig) {
  const { name = '', tokenFile } = kubeconfig.user ?? {};
  const token = tokenFile && {
    ...{ kind: 'token' as const, entry: `users[${name}].tokenFile`, at: tokenFile.at },
    ...{ onNode: tokenFile.value, relative: tokenFile.relative },
  };
  const references = referencesOf(kubeconfig).flatMap(({ kind, reference: { entry, at, path, relative } }) =>
    path === undefined ? [] : [{ kind, entry, at, onNode: path, relative }],
  );
  return token === undefined ? references : [...references, token];
}
