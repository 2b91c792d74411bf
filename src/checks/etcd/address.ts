/**
 * Checks whether etcd listens on an address of its node: a manifest that was copied from a different one has that of
 * the other.
 */

import { flagValue, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { fileIn } from '../../artifact/place.ts';
import { canonicalHost, hostOf, isLoopback, readAddress } from '../../model/facts/host.ts';
import { isUnspecified } from '../../model/handshake/addresses.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleId } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { type ArgumentEdit, replaceArgument } from '../base/argument-edit.ts';
import { notApplicable, problem } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';

const listening = ['listen-peer-urls', 'listen-client-urls'];
const advertising = ['initial-advertise-peer-urls', 'advertise-client-urls'];

/** The addresses in URLs that only one machine has. */
function hostsIn(component: Component, flags: readonly string[]): readonly string[] {
  const urls = flags.flatMap((flag) => lastArgument(component, flag)?.value?.split(',') ?? []);
  const hosts = urls.flatMap((url) => canonicalHost(hostOf(url) ?? '') || []);
  return hosts.filter((host) => !isLoopback(host) && !isUnspecified(host));
}

/**
 * The address of the node, and those on which etcd listens instead: kube-apiserver and the certificates of etcd have
 * the first, and none of them the others.
 */
function misplaced(component: Component, { node, roles }: Pki) {
  const own = canonicalHost(flagValue(node, 'kube-apiserver', 'advertise-address') ?? '');
  const hosts = hostsIn(component, listening);
  const leaves = roles.flatMap(({ id, leaf }) =>
    id === roleIds.etcdServer || id === roleIds.etcdPeer ? (leaf ?? []) : [],
  );
  if (own === '' || hosts.length === 0 || hosts.includes(own) || leaves.length === 0) return undefined;
  // The others may reach it in a network of its own by a name, which its certificates have.
  const isNamed = hostsIn(component, advertising).some(
    (host) => readAddress(host) === undefined && leaves.some((leaf) => hasName(leaf, host)),
  );
  if (isNamed) return undefined;
  const isOwn = leaves.every((leaf) => hasName(leaf, own) && !hosts.some((host) => hasName(leaf, host)));
  return isOwn ? { own, hosts } : undefined;
}

/** Replaces the addresses, and in `--initial-cluster` only that of this member. */
function editsOf(component: Component, own: string, hosts: readonly string[]): readonly ArgumentEdit[] {
  const name = lastArgument(component, 'name')?.value ?? '';
  const [host = ''] = hosts;
  if (new Set(hosts).size > 1 || ![name, host, own].every((text) => /^[\w.-]+$/.test(text))) return [];
  const given = [...listening, ...advertising].flatMap((flag) => lastArgument(component, flag) ?? []);
  const changes = given.flatMap((argument) => {
    const urls = (argument.value ?? '').split(',');
    const corrected = urls.map((url) => (hostOf(url) === host ? url.replace(host, own) : url)).join(',');
    return corrected === argument.value
      ? []
      : [replaceArgument(component, argument, `${argument.spelled}=${corrected}`)];
  });
  const manifest = fileIn(component.at);
  const member = manifest && { manifest, script: `s|\\([=,]${name}=https*://\\)${host}:|\\1${own}:|` };
  const initial = lastArgument(component, 'initial-cluster');
  const isMember = initial !== undefined && fileIn(initial.at) === manifest;
  return changes.every((one) => one !== undefined) ? [...changes, ...(member && isMember ? [member] : [])] : [];
}

export const etcdAddressChecks = {
  'etcd/address': componentCheck('etcd', function* (component, pki, cluster = []) {
    const found = misplaced(component, pki);
    if (found === undefined) return;
    const { own, hosts } = found;
    const isTaken = cluster.some(({ node }) =>
      node.components.some(
        (one) =>
          one.name === 'etcd' && one !== component && hostsIn(one, listening).some((host) => hosts.includes(host)),
      ),
    );
    if (isTaken) return yield notApplicable('reported by cluster/manifests');
    const argument = listening.map((flag) => lastArgument(component, flag)).find((one) => one !== undefined);
    const [host = ''] = hosts;
    const data = {
      host,
      own,
      component: component.name,
      error: `listen tcp ${host}:2380: bind: cannot assign requested address`,
    };
    const affects = [roleIds.etcdServer, roleIds.etcdPeer].map((id) => idOnNode(pki, roleId(id)));
    yield problem(argument?.at ?? component.at, data, { affects, edits: editsOf(component, own, hosts) });
  }),
};
