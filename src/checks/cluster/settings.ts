/** Checks that releases and settings of the nodes are compatible. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { groupBy } from '../../core/collections.ts';
import { addressesOf } from '../../model/cluster/evidence.ts';
import { kubeconfigServer } from '../../model/dialling/kubeconfig-server.ts';
import { isLoopback, readAddress } from '../../model/facts/host.ts';
import { isCertifiedFor, oddServiceRange, serviceRangeFlag } from '../../model/facts/odd-service-range.ts';
import { releaseOfImage } from '../../model/facts/release.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleId } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { onlyEdit, setArgument } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { type Odd, oddData, oddOnes, oddValues } from '../base/odd-nodes.ts';
import { type CommonSetting, commonSettings } from './common-settings.ts';

/** The components of that name whose image has a release. */
function running(nodes: readonly Pki[], name: string) {
  return nodes.flatMap((pki) => {
    const component = componentNamed(pki.node, name);
    const release = releaseOfImage(component?.image ?? '');
    const minor = /^1\.(\d+)\./.exec(release ?? '')?.[1];
    return component && release && minor ? [{ pki, component, release, minor: Number(minor) }] : [];
  });
}

/** kubeadm points controller manager and scheduler at their own node's API server. */
function dialsItself(pki: Pki, name: string): boolean {
  const kubeconfig = pki.roles.find((role) => role.kind === 'kubeconfig' && role.row.usedBy === name);
  const hosts = kubeconfig?.kind === 'kubeconfig' ? kubeconfigServer(kubeconfig) : [];
  return hosts.every(({ host }) => isLoopback(host) || addressesOf(pki).has(readAddress(host) ?? host));
}

type Running = ReturnType<typeof running>[number];

function tooFar(one: Running, other: Running, wanted: string) {
  const { component, pki } = one;
  const releases = { release: `v${one.release}`, otherRelease: `v${other.release}` };
  const data = { component: component.name, node: pki.name, other: other.pki.name, ...releases, wanted };
  return problem(component.at, data, { on: { node: pki, subject: component.name } });
}

/** The value of a setting; undefined if there is no API server, or if the value is unknown. */
function settingOf(pki: Pki, { flag, instead, value }: CommonSetting): string | undefined {
  const apiserver = componentNamed(pki.node, 'kube-apiserver');
  if (apiserver === undefined || apiserver.unknown !== undefined) return undefined;
  const given = apiserver.arguments.filter(({ name }) => name === flag || name === instead);
  return given.some((argument) => argument.value === undefined) ? undefined : value(apiserver, pki);
}

/** What a report shows: `--authentication-config` names files that may be different at the same path. */
function shownValues(odd: Odd, { shown }: CommonSetting, value: (node: Pki) => string) {
  const describe = (pki: Pki) => {
    const apiserver = componentNamed(pki.node, 'kube-apiserver');
    return (apiserver && shown?.(apiserver)) ?? value(pki);
  };
  const values = oddValues(odd, describe);
  return values.found === values.wanted ? { ...values, found: `${values.found} with other content` } : values;
}

/**
 * The nodes whose certificate shows that the range of their API server is wrong: it has the first address of what other
 * API servers have. The Service kubernetes keeps that address, so that a new certificate would not help.
 */
function shownByCertificate(nodes: readonly Pki[], value: (node: Pki) => string): readonly Odd[] {
  const alike = groupBy(nodes, value);
  return nodes.flatMap((node) => {
    const found = [...alike].find(([range]) => isCertifiedFor(node.node, range, value(node)));
    return found === undefined ? [] : [{ node, others: found[1], hint: '' }];
  });
}

/** What a setting breaks on which only people can decide. */
const nothing = { explains: [], affects: [] };

/** The fix of such a node, and what it heals: its certificate, and its pods, which dial the address at all servers. */
function rangeSetTo(range: string, apiserver: Component, pki: Pki, servers: readonly Pki[]) {
  const certificate = (server: Pki) => idOnNode(server, roleId(roleIds.apiServer));
  const edits = onlyEdit(setArgument(apiserver, serviceRangeFlag, range, pki.node));
  return { fix: 'shown', edits, affects: [certificate(pki)], explains: servers.map(certificate) };
}

export const clusterSettingsChecks = {
  /** The version skew policy, for components with an image. The release of a kubelet is in no file. */
  'cluster/skew': check('cluster', function* ({ nodes }) {
    const servers = running(nodes, 'kube-apiserver').toSorted((one, other) => one.minor - other.minor);
    const [oldest, newest] = [servers[0], servers.at(-1)];
    if (servers.length < 2 || !oldest || !newest) return yield notApplicable('fewer than two releases are known');
    if (newest.minor - oldest.minor > 1) return yield tooFar(oldest, newest, 'at most one minor release apart');
    for (const name of ['kube-controller-manager', 'kube-scheduler']) {
      for (const client of running(nodes, name)) {
        const dialled = servers.filter((server) => server.pki === client.pki || !dialsItself(client.pki, name));
        const older = dialled.find((server) => server.minor < client.minor);
        const newer = dialled.find((server) => server.minor - client.minor > 1);
        if (older) yield tooFar(client, older, 'not newer than any kube-apiserver that it connects to');
        else if (newer) yield tooFar(client, newer, 'at most one minor release older than kube-apiserver');
      }
    }
  }),

  'cluster/setting': check('cluster', function* ({ nodes }) {
    for (const setting of commonSettings) {
      const { flag, instead, breaks } = setting;
      // A range of one API server alone is reported by argument/service-range.
      const isOdd = (pki: Pki) => flag === serviceRangeFlag && oddServiceRange(pki.node) !== undefined;
      const known = nodes.filter((node) => settingOf(node, setting) !== undefined && !isOdd(node));
      const value = (node: Pki) => settingOf(node, setting) ?? '';
      const byCertificate = flag === serviceRangeFlag ? shownByCertificate(known, value) : [];
      const odds =
        byCertificate.length > 0
          ? byCertificate
          : oddOnes(known, { agree: (one, other) => value(one) === value(other) });
      for (const odd of odds) {
        const { node } = odd;
        const apiserver = componentNamed(node.node, 'kube-apiserver');
        const argument = apiserver?.arguments.findLast(({ name }) => name === flag || name === instead);
        const at = argument?.at ?? apiserver?.at ?? { path: node.node.pki };
        const values = shownValues(odd, setting, value);
        const data = { ...oddData(odd), ...values, component: 'kube-apiserver', flag: `--${flag}`, breaks };
        const isShown = odds === byCertificate && apiserver !== undefined;
        const { explains, ...heals } = isShown ? rangeSetTo(values.wanted, apiserver, node, known) : nothing;
        const on = { node, subject: `kube-apiserver --${flag}`, explains };
        yield problem(at, data, { key: flag, on, ...heals });
      }
    }
  }),
};
