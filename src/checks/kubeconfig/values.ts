/** Checks of what client-go accepts in a kubeconfig, and of the proxies in it. */

import { flagValue } from '../../artifact/arguments.ts';
import type { CredentialPlugin } from '../../artifact/kubeconfig.ts';
import { hostOf } from '../../model/facts/host.ts';
import { isException } from '../../model/facts/no-proxy.ts';
import { isFrom } from '../../model/facts/release.ts';
import { awaitsBootstrap } from '../../model/roles/applicability.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, check, notApplicable, problem, releaseUnknown, roleProblem, skip } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';

/** The releases of client-go that take a version of the API of exec plugins (plugin/pkg/client/auth/exec/exec.go). */
const execVersions: ReadonlyMap<string, { readonly from?: string; readonly before?: string }> = new Map([
  ['client.authentication.k8s.io/v1alpha1', { before: '1.24.0' }],
  ['client.authentication.k8s.io/v1beta1', {}],
  ['client.authentication.k8s.io/v1', { from: '1.22.0' }],
]);

/** Auth providers that client-go removed. */
const removedProviders = { names: ['azure', 'gcp', 'openstack'], in: '1.26.0' };

/** These link no auth provider at all. Before, they were part of hyperkube, which contained kubectl. */
const withoutProviders = { roles: [roleIds.controllerManager, roleIds.scheduler], from: '1.19.0' };

/** Why a release does not accept the plugin of a component. */
function pluginError({ row }: KubeconfigRole, { kind, name, isInteractive }: CredentialPlugin, release: string) {
  if (kind === 'exec') {
    const { from = release, before } = execVersions.get(name.value) ?? { before: release };
    const isAccepted = isFrom(release, from) && (before === undefined || !isFrom(release, before));
    if (!isAccepted) return `exec plugin: invalid apiVersion "${name.value}"`;
    if (!isInteractive || row.usedBy === 'kubectl') return undefined;
    return 'exec plugin cannot support interactive mode: standard input is not a terminal';
  }
  const isRemoved = removedProviders.names.includes(name.value) && isFrom(release, removedProviders.in);
  const hasNone = withoutProviders.roles.some((role) => role === row.role) && isFrom(release, withoutProviders.from);
  return isRemoved || hasNone ? `no Auth Provider found for name "${name.value}"` : undefined;
}

export const kubeconfigValuesChecks = {
  'kubeconfig/value': kubeconfigCheck(function* (role, pki): Generator<CheckResult> {
    const { invalid, user } = role.kubeconfig;
    const plugin = user?.plugin;
    const release = pki.facts.kubernetesVersion?.value;
    if (invalid !== undefined) return yield roleProblem(role, { error: invalid.value }, { at: invalid.at });
    if (plugin === undefined || user === undefined) return;
    if (release === undefined) return yield releaseUnknown;
    const error = pluginError(role, plugin, release);
    if (error !== undefined) yield roleProblem(role, { error }, { at: plugin.name.at });
  }),

  /** What can be parsed is judged like kubelet.conf. */
  'kubeconfig/bootstrap': check('node', function* ({ node }) {
    if (!awaitsBootstrap({ node })) return yield notApplicable('the kubelet requests no first certificate');
    const path = flagValue(node, 'kubelet', 'bootstrap-kubeconfig') ?? '';
    const content = node.files.get(path)?.content;
    if (content?.type !== 'malformed') return;
    const { error, line } = content;
    yield problem({ path, ...(line !== undefined && { line }) }, { path, error });
  }),

  /** A proxy-url replaces the proxy of the environment (client-go transport, TLSConfigFor and Config.Proxy). */
  'kubeconfig/no-proxy': kubeconfigCheck(function* (role) {
    const { proxyUrl, server } = role.kubeconfig.cluster ?? {};
    const proxy = role.slot?.component.proxy;
    const url = server && URL.canParse(server.value) ? new URL(server.value) : undefined;
    const host = url && hostOf(url.href);
    if (proxy === undefined || server === undefined || host === undefined || url?.protocol !== 'https:') return;
    if (proxyUrl !== undefined) return yield notApplicable('reported by kubeconfig/proxy');
    if (proxy.exceptions === undefined) return yield skip('the value of NO_PROXY is unknown');
    if (isException(proxy.exceptions, host, url.port || '443')) return;
    const component = role.row.usedBy;
    const data = { component, found: server.value, host, variable: proxy.spelled };
    yield roleProblem(role, data, { at: server.at, key: host });
  }),

  'kubeconfig/proxy': kubeconfigCheck(function* (role) {
    const { usedBy: component } = role.row;
    if (component === 'kubectl') return yield notApplicable('not used by a component');
    const { proxyUrl, server } = role.kubeconfig.cluster ?? {};
    if (proxyUrl === undefined) return;
    const data = { component, found: proxyUrl.value, server: server?.value ?? '' };
    yield roleProblem(role, data, { at: proxyUrl.at });
  }),
};
