/** The files and sockets that a configuration file names. */
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { isInImages } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';

/** Why a component cannot open a file that its configuration names: it is not there, or in none of its volumes. */
export function cannotOpen(path: string, component: Component, { node }: Pki): 'absent' | 'not-mounted' | undefined {
  const onNode = hostPath(component, path);
  if (onNode === 'not-mounted') return isInImages(path) ? undefined : 'not-mounted';
  return onNode.startsWith('/') && seenAt(node, onNode) === 'absent' ? 'absent' : undefined;
}

/** Whether a component has no volume in which another program could make a socket. */
export function lacksSocket(path: string, component: Component): boolean {
  return path.startsWith('/') && hostPath(component, path) === 'not-mounted';
}

/** How to make a file readable for a component. */
export function howToOpen(path: string, why: 'absent' | 'not-mounted', component: string): string {
  if (why === 'absent') return `correct the path, or put the file at ${path}`;
  return `mount the directory of ${path} into the container of ${component}, or correct the path`;
}
