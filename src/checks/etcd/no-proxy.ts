/** Checks that kube-apiserver does not reach etcd through a proxy of its environment. */

import { isGiven } from '../../artifact/arguments.ts';
import { handful } from '../../core/text.ts';
import { isException } from '../../model/facts/no-proxy.ts';
import { urlsOf } from '../../model/handshake/addresses.ts';
import { notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';

export const etcdNoProxyChecks = {
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
