/** Static pods: the components that the kubelet starts from the manifests in a folder. */
import { lastArgument, podNames } from '../../core/arguments.ts';
import type { Component } from '../../core/artifact.ts';
import { normalizePath } from '../../core/paths.ts';
import { join } from '../fs/tree.ts';
import type { Files } from './node-files.ts';
import { isNamedAfterPod } from './program.ts';
import type { ArgumentSource } from './source.ts';
import { seekUnit } from './unit.ts';

/** Finds the static pods of a node, in the folder that the kubelet's configuration names. */
export const staticPods: ArgumentSource = {
  find({ files, layout, manifests, isPki }, known) {
    const named = known.flatMap((component) => lastArgument(component, 'pod-manifest-path')?.value || [])[0];
    const folder = normalizePath(manifests ?? named ?? layout.manifests);
    const paths = findManifests(files, folder);
    const read = (manifestPaths: readonly string[]) => manifestPaths.flatMap((path) => podsOf(files, path));
    const components = read(paths.filter((path) => !isPki(path)));
    if (files.look(folder).state === 'directory') lookForOthers(files, folder, components);
    return {
      components,
      manifests: paths,
      manifestFolder: folder,
      later: () => read(paths.filter(isPki)),
    };
  },
};

/**
 * Lists the manifests of a static pod folder: every file in it, except for names that start with a dot
 * (k8s.io/kubernetes pkg/kubelet/config/file_linux.go `listConfig`). The path can also be that of a single manifest.
 */
function findManifests(files: Files, folder: string): readonly string[] {
  if (files.look(folder).state === 'file') return [folder];
  // If a component has two manifests, the one that is named after it comes first, so that it is the one judged.
  const names = files
    .list(folder)
    .filter((name) => !name.startsWith('.'))
    .sort((one, other) => Number(isNamedAfterPod(other)) - Number(isNamedAfterPod(one)));
  return names.map((name) => join(folder, name));
}

/**
 * Looks for what says whether a component without a manifest runs: the usual name of its manifest, which may be outside
 * of the input, and a unit that may start it instead.
 */
function lookForOthers(files: Files, folder: string, components: readonly Component[]): void {
  for (const name of podNames) {
    if (components.some((component) => component.name === name)) continue;
    files.look(join(folder, `${name}.yaml`), 'manifest');
    seekUnit(files, `${name}.service`);
  }
}

function podsOf(files: Files, path: string): readonly Component[] {
  const { content } = files.look(path, 'manifest');
  return content?.type === 'manifest' ? content.components : [];
}
