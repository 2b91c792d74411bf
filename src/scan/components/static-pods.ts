/** Static pods: the components that the kubelet starts from the manifests in a folder. */

import { lastArgument, podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Programs } from '../../artifact/layout.ts';
import { normalizePath } from '../../artifact/paths.ts';
import { fileIn } from '../../artifact/place.ts';
import { join } from '../fs/tree.ts';
import type { Files } from './node-files.ts';
import { isNamedAfterPod } from './program.ts';
import type { ArgumentSource, Search } from './source.ts';
import { seekUnit } from './unit-files.ts';

/**
 * Finds the static pods of a node: in the folder that the kubelet's configuration names and, because they are to be
 * started, those in the usual folder that the kubelet does not read.
 */
export const staticPods: ArgumentSource = {
  find(search, known) {
    const { files, layout, manifests, isPki } = search;
    const setting = settingOf(known);
    const named = manifests ?? setting.folder ?? layout.manifests;
    if (named === undefined) return { components: [] };
    const folder = normalizePath(named);
    const read = (paths: readonly string[]) => paths.flatMap((path) => podsOf(files, path));
    const own = findManifests(files, folder, layout.programs);
    const sure = own.filter((path) => !isPki(path));
    const idle = setting.isKnown && manifests === undefined ? idleManifests(search, setting.folder, folder, sure) : [];
    const paths = [...new Set([...own, ...idle])];
    const components = read(paths.filter((path) => !isPki(path)));
    lookAtVolumes(files, paths);
    if (files.look(folder).state === 'directory') lookForOthers(files, folder, components);
    return {
      components,
      manifests: paths,
      manifestFolder: folder,
      idle,
      later: () => read(paths.filter(isPki)),
    };
  },
};

/** Where the kubelet reads static pods from; no folder if no setting names one, or none that is known. */
interface Setting {
  readonly folder: string | undefined;
  /** Whether nothing else can name a different one. */
  readonly isKnown: boolean;
}

/**
 * Reads the kubelet's setting. A relative path in its file is one from the folder of the file (`resolveRelativePaths`).
 */
function settingOf(known: readonly Component[]): Setting {
  const kubelet = known.find(({ name }) => name === 'kubelet');
  const argument = kubelet && lastArgument(kubelet, 'pod-manifest-path');
  const isKnown = kubelet !== undefined && kubelet.unknown === undefined && argument?.unknownVariable === undefined;
  if (argument === undefined || !argument.value) return { folder: undefined, isKnown };
  const { value, spelled, at } = argument;
  const isFromFile = !spelled.startsWith('-') && !value.startsWith('/');
  return { folder: normalizePath(isFromFile ? `${fileIn(at) ?? ''}/../${value}` : `/${value}`), isKnown };
}

/**
 * The manifests of components in the usual folder that the kubelet does not read, as far as it does not have them
 * elsewhere.
 */
function idleManifests(
  { files, layout }: Search,
  setting: string | undefined,
  folder: string,
  own: readonly string[],
): readonly string[] {
  const names = (path: string) => podsOf(files, path).map(({ name }) => name);
  if (setting === undefined) return own.filter((path) => names(path).length > 0);
  if (layout.manifests === undefined || folder === normalizePath(layout.manifests)) return [];
  if (files.look(folder).state === 'unreadable') return [];
  if (files.seek(layout.manifests, 'any')?.state !== 'directory') return [];
  const running = new Set(own.flatMap(names));
  // One of the same name that the kubelet reads may be damaged.
  const isRead = (path: string) => own.some((other) => baseName(other) === baseName(path));
  const others = findManifests(files, layout.manifests, layout.programs).filter((path) => !isRead(path));
  return others.filter((path) => names(path).some((name) => !running.has(name)));
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Lists the manifests of a static pod folder: every file in it, except for names that start with a dot
 * (k8s.io/kubernetes pkg/kubelet/config/file_linux.go `listConfig`). The path can also be that of a single manifest.
 */
function findManifests(files: Files, folder: string, programs: Programs): readonly string[] {
  if (files.look(folder).state === 'file') return [folder];
  // If a component has two manifests, the one that is named after it comes first, so that it is the one judged.
  const names = files
    .list(folder)
    .filter((name) => !name.startsWith('.'))
    .sort((one, other) => Number(isNamedAfterPod(other, programs)) - Number(isNamedAfterPod(one, programs)));
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

/**
 * Looks at the paths of volumes that must be there, and at the folders that they are in. The kubelet creates others.
 */
function lookAtVolumes(files: Files, manifests: readonly string[]): void {
  const checked = manifests.flatMap((path) => {
    const { content } = files.look(path, 'manifest');
    return content?.type === 'manifest' ? (content.pod.checked ?? []) : [];
  });
  for (const { path, type } of checked.slice(0, maxVolumes)) {
    if (!mustExist.has(type)) continue;
    files.look(path.slice(0, path.lastIndexOf('/')) || '/');
    files.look(path, 'text');
  }
}

const mustExist = new Set(['Directory', 'File', 'Socket']);

/** Pods of a control plane have far fewer. */
const maxVolumes = 100;

function podsOf(files: Files, path: string): readonly Component[] {
  const { content } = files.look(path, 'manifest');
  return content?.type === 'manifest' ? content.components : [];
}
