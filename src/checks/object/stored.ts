/** Rules about the configurations that an installer keeps in a cluster: what its next upgrade would change. */
import { lastArgument, podNames, requestsServingCertificates } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { StoredConfig } from '../../artifact/objects/published.ts';
import { inFolder } from '../../artifact/paths.ts';
import { handful } from '../../core/text.ts';
import { expectedHosts } from '../../model/dialling/expected.ts';
import { canonicalHost, hostOf, isLoopback } from '../../model/facts/host.ts';
import { errorOfName, servingChains } from '../../model/objects/api-servers.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { furtherFlags } from '../../tables/dumped-objects.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, list, notApplicable, problem, skip } from '../base/check.ts';
import { checkEach, installedBy, withoutControlPlane } from './published.ts';
import { unissuedNames } from './unissued-names.ts';

const configsOf = ({ storedConfigs }: ClusterObjects) => storedConfigs;
const kubeletConfigsOf = ({ kubeletConfigs }: ClusterObjects) => kubeletConfigs;

export const storedChecks = {
  'object/stored-flags': checkEach(configsOf, function* (config, dump) {
    const nodes = installedBy(dump);
    if (nodes.length === 0) return yield withoutControlPlane;
    const flags = nodes.flatMap((pki) => strayFlags(pki, config).map((flag) => ({ ...flag, node: pki.name })));
    for (const { component, flag } of flags.filter((one) => flags.find((other) => other.key === one.key) === one)) {
      const on = flags.filter((one) => one.flag === flag && one.component === component).map(({ node }) => node);
      const values = { component, flag, nodes: list(on) };
      yield problem(config.at, values, { object: config.object, key: `${component} ${flag}` });
    }
  }),
  'object/stored-names': checkEach(configsOf, function* (config, dump) {
    const nodes = installedBy(dump);
    if (nodes.length === 0) return yield withoutControlPlane;
    for (const pki of nodes) yield* strayNames(pki, config);
  }),
  'object/unissued-names': checkEach(configsOf, unissuedNames),
  'object/stored-endpoint': checkEach(configsOf, function* (config, dump) {
    const { controlPlaneEndpoint: endpoint = '', at, object } = config;
    const host = hostOf(endpoint);
    if (host === undefined) return yield notApplicable('it has no controlPlaneEndpoint');
    if (servingChains(dump).length === 0) return yield withoutControlPlane;
    const error = errorOfName(host, dump);
    if (error !== undefined) yield problem(at, { endpoint, error }, { object });
  }),
  'object/kubelet-config': checkEach(kubeletConfigsOf, function* ({ at, requestsServing }, { nodes }) {
    if (nodes.length === 0) return yield skip('no node of its cluster is in the input');
    const own = nodes.filter(({ node, layout }) => layout.installer && requestsServingCertificates(node));
    if (requestsServing || own.length === 0) return;
    const names = own.map(({ name }) => name);
    yield problem(at, { nodes: handful(names, 3) }, { object: 'ConfigMap kube-system/kubelet-config' });
  }),
} as const;

interface StrayFlag {
  readonly component: string;
  readonly flag: string;
  readonly key: string;
}

/** The flags of a node that were set by hand: neither by the installer, nor by its configuration. */
function strayFlags(pki: Pki, config: StoredConfig): readonly StrayFlag[] {
  const stray = new Map<string, StrayFlag>();
  const add = ({ name: component }: Component, flag: string, value = '') => {
    if (config.extraArgs.get(component)?.get(flag) === value || !isPod(component)) return;
    const key = `${component} ${flag}`;
    stray.set(key, { component, flag, key });
  };
  for (const { row, component, argument, path } of pki.slots) {
    // Where etcd is, and by which CA it is known, is not in extraArgs.
    if (argument === undefined || row.holds === 'text' || /^etcd-/.test(row.flag)) continue;
    const usual = row.path === null ? undefined : inFolder(config.folder ?? pki.layout.pki, row.path);
    if (path === undefined || (path !== usual && path !== usualIn(pki, row.path)))
      add(component, row.flag, argument.value);
  }
  for (const component of pki.node.components)
    for (const flag of furtherFlags) {
      const argument = lastArgument(component, flag);
      if (argument !== undefined) add(component, flag, argument.value);
    }
  return [...stray.values()];
}

const isPod = (component: string): boolean => podNames.some((name) => name === component);

const usualIn = ({ layout }: Pki, path: string | null): string | undefined =>
  path === null ? undefined : inFolder(layout.pki, path);

/** The names in the certificate of an API server that a new one would not get. */
function* strayNames(
  pki: Pki,
  { certSans, controlPlaneEndpoint = '', at, object }: StoredConfig,
): Iterable<CheckResult> {
  const role = pki.roles.find(({ id }) => id === roleIds.apiServer);
  if (role?.kind !== 'certificate' || role.leaf === undefined) return;
  const { hosts, unknown } = expectedHosts(role.row, pki);
  if (unknown.length > 0) return yield skip(`not known: ${list(unknown)}`);
  const kept = new Set([...hosts, ...certSans, hostOf(controlPlaneEndpoint) ?? ''].map(canonicalHost));
  const names = (role.leaf.sans ?? []).filter(({ type }) => type === 'DNS' || type === 'IP').map(({ value }) => value);
  const lost = names.filter((name) => !kept.has(canonicalHost(name)) && !isLoopback(name));
  if (lost.length === 0) return;
  const values = { names: handful(lost, 5), node: pki.name, path: role.path };
  yield problem(at, values, { object, key: pki.name });
}
