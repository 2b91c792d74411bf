/** The checks of the rules `etcd/*`, whose words are in `rules/catalog/etcd.json`. */

import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { normalizePath } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import { handful } from '../../core/text.ts';
import { isException } from '../../model/facts/no-proxy.ts';
import { urlsOf } from '../../model/handshake/addresses.ts';
import { findSlots } from '../../model/roles/slots.ts';
import { unreadable } from '../base/access.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';
import { etcdAddressChecks } from './address.ts';
import { etcdClientsChecks } from './clients.ts';
import { etcdRevocationChecks } from './revocation.ts';

/** The folder in which etcd keeps its data (etcd server/embed/config.go, `--data-dir`), if it is known. */
function dataOf(etcd: Component): string | undefined {
  const argument = lastArgument(etcd, 'data-dir');
  if (etcd.unknown !== undefined || argument?.value === undefined || !argument.value.startsWith('/')) return undefined;
  return normalizePath(argument.value);
}

const etcdDataChecks = {
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

const etcdNoProxyChecks = {
  /**
   * gRPC asks for the proxy of https, whatever the scheme of the server is (google.golang.org/grpc
   * internal/transport/proxy.go, `mapAddress`).
   */
  'etcd/no-proxy': componentCheck('kube-apiserver', function* (component, pki) {
    const { proxy } = component;
    if (proxy === undefined) return;
    if (isGiven(component, 'egress-selector-config-file')) return yield notApplicable('an egress selector says how');
    if (proxy.exceptions === undefined) return yield skip('the value of NO_PROXY is unknown');
    const { exceptions, spelled: variable } = proxy;
    const isProxied = ({ url, host }: { readonly url: string; readonly host: string }) =>
      !isException(exceptions, host, (URL.canParse(url) && new URL(url).port) || '443');
    const servers = urlsOf(pki, component.name, 'etcd-servers').filter(isProxied);
    const [first] = servers;
    if (first === undefined) return;
    const hosts = handful([...new Set(servers.map(({ host }) => host))], 3);
    yield problem(first.at, { hosts, variable }, { key: hosts });
  }),
};

const etcdAccessChecks = {
  'etcd/access': check('node', function* ({ node }) {
    const { services = [] } = node;
    const slots = findSlots({ ...node, components: services });
    for (const service of services) yield* unreadable(service, slots);
  }),
};

export const etcdChecks = {
  ...etcdAccessChecks,
  ...etcdAddressChecks,
  ...etcdClientsChecks,
  ...etcdDataChecks,
  ...etcdNoProxyChecks,
  ...etcdRevocationChecks,
};
