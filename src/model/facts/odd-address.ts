/**
 * Flags with an address of the node that differs from all others: nothing listens there, no certificate contains it,
 * and the other flags and the kubeconfigs agree about a different one. To add such an address to a certificate heals
 * nothing.
 */

import type { Argument } from '../../artifact/argument.ts';
import { argumentOf } from '../../artifact/arguments.ts';
import { remember } from '../../core/collections.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { hostOf, isLoopback, readAddress } from './host.ts';
import { certificateOnNode, serverHost } from './sources.ts';

/** A flag, as `component flag`. */
type Flag = string;

/** A flag with an address of the node, and the role whose certificate must contain that. */
interface OwnAddressFlag {
  readonly component: string;
  readonly flag: string;
  readonly role: string;
}

/** An address that only one flag has. */
export interface OddAddress extends OwnAddressFlag {
  readonly argument: Argument;
  readonly found: string;
  /** What the others have. */
  readonly wanted: string;
}

/**
 * What a node says to others about itself. At which of its addresses a component listens is not judged: a node may have
 * several.
 */
const rows: readonly OwnAddressFlag[] = [
  { component: 'kube-apiserver', flag: 'advertise-address', role: roleIds.apiServer },
  { component: 'etcd', flag: 'advertise-client-urls', role: roleIds.etcdServer },
  { component: 'etcd', flag: 'initial-advertise-peer-urls', role: roleIds.etcdPeer },
];

/** Where a node says which addresses it has. */
const flags: readonly Flag[] = [
  ...rows.map(({ component, flag }) => `${component} ${flag}`),
  'kube-apiserver bind-address',
  'etcd listen-client-urls',
  'etcd listen-peer-urls',
  'kubelet node-ip',
];

const kubeconfigs = [roleIds.controllerManager, roleIds.scheduler, roleIds.admin, roleIds.superAdmin, roleIds.kubelet];

/** Returns the flags of a node whose address differs from all others. */
export const oddAddresses = remember((node: LaidOutNode): readonly OddAddress[] => {
  const said = [
    ...flags.map((flag) => ({ by: flag, addresses: addressesOf(node, flag) })),
    ...kubeconfigs.map((by) => ({ by, addresses: read([serverHost(node, by)?.value ?? '']) })),
  ];
  return rows.flatMap((row) => {
    const own = `${row.component} ${row.flag}`;
    const [found, ...more] = addressesOf(node, own);
    const argument = argumentOf(node, row.component, row.flag);
    const leaf = certificateOnNode(node, row.role);
    if (found === undefined || more.length > 0 || argument === undefined || leaf === undefined) return [];
    const others = said.filter(({ by }) => by !== own);
    if (hasName(leaf, found) || others.some(({ addresses }) => addresses.includes(found))) return [];
    const isSaid = (one: string) => others.filter(({ addresses }) => addresses.includes(one)).length > 1;
    // An address of the other family shows nothing: a node with both may have this one too.
    const isLike = (one: string) => isIpv6(one) === isIpv6(found);
    const all = others.flatMap(({ addresses }) => addresses);
    const wanted = all.find((one) => isLike(one) && hasName(leaf, one) && isSaid(one));
    return wanted === undefined ? [] : [{ ...row, argument, found, wanted }];
  });
});

const isIpv6 = (address: string): boolean => address.includes(':');

/** Whether a flag has an address that is certainly not one of the node. */
export const isOdd = (node: LaidOutNode, component: string, flag: string): boolean =>
  oddAddresses(node).some((one) => one.component === component && one.flag === flag);

/** The addresses in a flag, except those that every machine has. */
function addressesOf(node: LaidOutNode, flag: Flag): readonly string[] {
  const [component = '', name = ''] = flag.split(' ');
  return read((argumentOf(node, component, name)?.value ?? '').split(','));
}

function read(urls: readonly string[]): readonly string[] {
  const addresses = urls.flatMap((url) => readAddress(hostOf(url.trim()) ?? '') ?? []);
  return addresses.filter((address) => !isLoopback(address) && address !== '0.0.0.0' && address !== '::');
}
