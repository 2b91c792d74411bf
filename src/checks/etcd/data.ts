/** Checks that the data of etcd outlives its container. */

import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { normalizePath } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import { check, notApplicable, problem } from '../base/check.ts';

/** The folder in which etcd keeps its data (etcd server/embed/config.go, `--data-dir`), if it is known. */
function dataOf(etcd: Component): string | undefined {
  const argument = lastArgument(etcd, 'data-dir');
  if (etcd.unknown !== undefined || argument?.value === undefined || !argument.value.startsWith('/')) return undefined;
  return normalizePath(argument.value);
}

export const etcdDataChecks = {
  'etcd/data': check('component', function* (component) {
    if (component.name !== 'etcd' || component.mounts === undefined)
      return yield notApplicable('not etcd in a container');
    const data = dataOf(component);
    if (data === undefined) return yield notApplicable('its data directory is not known');
    const contains = (folder: string) => data === folder || data.startsWith(`${folder === '/' ? '' : folder}/`);
    if (component.mounts.some(({ mountPath }) => contains(normalizePath(mountPath)))) return;
    const argument = lastArgument(component, 'data-dir');
    const near = component.mounts.find(
      ({ hostPath = '', mountPath }) => /etcd/.test(hostPath) && !/pki|cert|ssl/.test(`${hostPath}${mountPath}`),
    );
    const held =
      near === undefined ? '' : `, and the volume ${near.hostPath} of the node is mounted at ${near.mountPath}`;
    yield problem(argument?.at ?? component.at, { component: 'etcd', data, held, path: setByText(component.at) });
  }),
};
