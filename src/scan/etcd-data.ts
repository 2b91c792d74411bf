/** Finds out whether an etcd has ever run on a node. */
import { lastArgument } from '../artifact/arguments.ts';
import type { Component } from '../artifact/component.ts';
import type { NodeLayout } from '../artifact/layout.ts';
import { hostPath } from '../artifact/paths.ts';
import { isVacant, type Resolve } from './fs/resolve.ts';
import { join } from './fs/tree.ts';

/**
 * The folder that etcd makes when it first starts (etcd server/storage/datadir, ToMemberDir), in the usual place and
 * where an argument says. What is in it is not looked at.
 */
export function etcdDataIn(layout: NodeLayout, components: readonly Component[], resolve: Resolve): string | undefined {
  const named = components
    .filter(({ name }) => name === 'etcd')
    .map((etcd) => hostPath(etcd, lastArgument(etcd, 'data-dir')?.value ?? ''));
  const folders = [...named, layout.etcdData ?? ''].filter((path) => path.startsWith('/'));
  // One that may not be looked into counts: that nothing is there is not known.
  const members = folders.map((folder) => join(folder, 'member'));
  return members.find((path) => !isVacant(resolve, path));
}
