/** Looks at the files that components and kubeconfigs name. */
import { posix } from 'node:path';
import type { Component, ProgramFile } from '../artifact/component.ts';
import type { Programs } from '../artifact/layout.ts';
import { hostPath } from '../artifact/paths.ts';
import type { Files } from './components/node-files.ts';
import { type NamedFile, namedByKubeconfig, namedBySettings, namedFiles } from './named-files.ts';

/**
 * Looks at the files that components name, in arguments and in configurations, and then at those that kubeconfigs name.
 *
 * @returns those of components in which certificates, keys or kubeconfigs belong
 */
export function lookAtNamed(files: Files, components: readonly Component[], programs: Programs): ProgramFile[] {
  const found: ProgramFile[] = [];
  const add = ({ name }: Component, path: string, { content, spelled, flag, at }: Omit<NamedFile, 'path'>) => {
    if (content !== undefined) found.push({ program: name, component: name, spelled, flag, path, at });
  };
  for (const component of components) {
    for (const named of namedFiles(component, programs)) {
      add(component, named.path, named);
      const file = files.look(named.path, named.as);
      if (named.as === 'kubeconfig') for (const path of namedByKubeconfig(file)) lookInside(files, component, path);
      for (const inside of namedBySettings(file, named.written)) {
        lookAtSettings(files, component, inside, (path, one) =>
          add(component, path, { ...one, spelled: `${named.spelled} ${one.spelled}` }),
        );
      }
    }
  }
  for (const file of [...files.all.values()]) {
    for (const path of namedByKubeconfig(file)) files.look(posix.normalize(path), 'pem');
  }
  return found;
}

/** Looks at a file that a configuration names, and at what that names: the configuration of a plugin has a kubeconfig. */
function lookAtSettings(
  files: Files,
  component: Component,
  named: Omit<NamedFile, 'path'>,
  add: (path: string, named: Omit<NamedFile, 'path'>) => void,
  depth = 1,
): void {
  const path = hostPath(component, named.written);
  if (!path.startsWith('/')) return;
  add(path, named);
  const file = files.look(path, named.as);
  for (const one of namedByKubeconfig(file)) lookInside(files, component, one);
  if (depth === 0) return;
  for (const inside of namedBySettings(file, named.written)) lookAtSettings(files, component, inside, add, depth - 1);
}

/** Looks at a file by its path in the component's container. */
function lookInside(files: Files, component: Component, path: string): void {
  const onNode = hostPath(component, path);
  if (onNode.startsWith('/')) files.look(onNode, 'pem');
}
