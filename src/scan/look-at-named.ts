/** Looks at the files that components and kubeconfigs name. */
import { posix } from 'node:path';
import type { Component, ProgramFile } from '../artifact/component.ts';
import { type NodeFile, namedByKubeconfig, tokenFileOf } from '../artifact/file.ts';
import type { Programs } from '../artifact/layout.ts';
import { folderOf, hostPath } from '../artifact/paths.ts';
import type { Files } from './components/node-files.ts';
import { type NamedFile, namedBySettings, namedFiles } from './named-files.ts';

interface NamedByPrograms {
  readonly ofComponents: readonly ProgramFile[];
  readonly ofOthers: readonly ProgramFile[];
}

interface NamingFiles extends Readonly<Record<'components' | 'others', readonly Component[]>> {
  /** The manifests of static pods. */
  readonly manifestFiles: readonly string[];
}

/**
 * Looks at the files that programs name, in arguments and in configurations, and then at those that kubeconfigs name.
 *
 * @returns those in which certificates, keys or kubeconfigs belong; the others are programs of which only their files
 *   are judged
 */
export function lookAtNamed(
  files: Files,
  { components, others, manifestFiles }: NamingFiles,
  programs: Programs,
): NamedByPrograms {
  const ofComponents = components.flatMap((component) =>
    filesOf(files, component, programs).map((file) => ({ ...file, component: component.name })),
  );
  const ofServices = others.flatMap((component) => filesOf(files, component, programs));
  const ofOthers = [...ofServices, ...manifestFiles.flatMap((manifest) => filesOfPod(files, manifest))];
  for (const file of [...files.all.values()]) {
    for (const path of namedByKubeconfig(file)) files.look(posix.normalize(path), 'pem');
    lookAtToken(files, tokenFileOf(file));
  }
  return { ofComponents, ofOthers };
}

function filesOf(files: Files, component: Component, programs: Programs): readonly ProgramFile[] {
  const found: ProgramFile[] = [];
  const add = (file: NodeFile, { content, spelled, flag, at }: Omit<NamedFile, 'path'>) => {
    const isRead = file.content?.type === 'kubeconfig' || file.content?.type === 'pem';
    if (content !== undefined || isRead) found.push({ program: component.name, spelled, flag, path: file.path, at });
  };
  for (const named of namedFiles(component, programs)) {
    const file = files.look(named.path, named.as);
    add(file, named);
    if (named.as === 'kubeconfig') lookAtReferences(files, component, file);
    for (const inside of namedBySettings(file, named.written)) {
      const prefix = `${named.spelled} `;
      lookAtSettings(files, component, inside, (one, by) => add(one, { ...by, spelled: prefix + by.spelled }));
    }
  }
  return found;
}

/**
 * Looks at a file that a configuration names, and at what that names: the configuration of a plugin has a kubeconfig.
 */
function lookAtSettings(
  files: Files,
  component: Component,
  named: Omit<NamedFile, 'path'>,
  add: (file: NodeFile, named: Omit<NamedFile, 'path'>) => void,
  depth = 1,
): void {
  const path = hostPath(component, named.written);
  if (!path.startsWith('/')) return;
  const file = files.look(path, named.as);
  add(file, named);
  for (const one of namedByKubeconfig(file)) lookInside(files, component, one);
  if (depth === 0) return;
  for (const inside of namedBySettings(file, named.written)) lookAtSettings(files, component, inside, add, depth - 1);
}

/** Looks at the kubeconfigs that containers other than components name, and at what these name. */
function filesOfPod(files: Files, manifest: string): readonly ProgramFile[] {
  const { content } = files.look(manifest, 'manifest');
  const others = content?.type === 'manifest' ? (content.pod.others ?? []) : [];
  return others.flatMap((container) =>
    container.kubeconfigs.flatMap(({ spelled, written, at }): readonly ProgramFile[] => {
      const path = onNodeOf(container, written);
      if (path === undefined) return [];
      files.look(folderOf(path));
      const file = files.look(path, 'kubeconfig');
      lookAtReferences(files, container, file);
      return file.content?.type === 'kubeconfig' ? [{ program: container.name, spelled, path, at }] : [];
    }),
  );
}

/** Looks at what a kubeconfig names, by its paths in the container that reads it. */
function lookAtReferences(files: Files, container: Pick<Component, 'mounts'>, kubeconfig: NodeFile): void {
  for (const path of namedByKubeconfig(kubeconfig)) lookInside(files, container, path);
  lookAtToken(files, onNodeOf(container, tokenFileOf(kubeconfig)));
}

/** Looks at a file of which only its presence counts, and at its folder, which shows whether it was copied. */
function lookAtToken(files: Files, path: string | undefined): void {
  if (path === undefined) return;
  files.look(folderOf(path));
  files.look(path, 'text');
}

/** Looks at a file by its path in the component's container. */
function lookInside(files: Files, component: Pick<Component, 'mounts'>, path: string): void {
  const onNode = onNodeOf(component, path);
  if (onNode !== undefined) files.look(onNode, 'pem');
}

function onNodeOf(component: Pick<Component, 'mounts'>, path: string | undefined): string | undefined {
  const onNode = path === undefined ? undefined : hostPath(component, path);
  return onNode?.startsWith('/') ? onNode : undefined;
}
