/** Reads what else shows the state of a cluster: Nodes, Leases and bootstrap tokens. */
import type { BootstrapToken, ClusterNode, ComponentLease } from '../../artifact/objects/published.ts';
import { getItems, type YamlNode } from '../parse/yaml-node.ts';
import { type ReadObject, scalarAt, timeAt } from './object.ts';

/** Returns a Node. */
export function readClusterNode({ meta, node }: ReadObject): ClusterNode {
  return {
    name: meta.name,
    at: meta.at,
    addresses: getItems(node, 'status', 'addresses').flatMap((one) => scalarAt(one, 'address') ?? []),
    kubeletVersion: scalarAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '',
  };
}

/** The Leases that are read: those of components. Each Node has one too. */
const components: readonly string[] = ['kube-controller-manager', 'kube-scheduler'];

/** Whether a Lease is that of a component. */
export const isComponentLease = ({ namespace, name }: ReadObject['meta']): boolean =>
  namespace === 'kube-system' && components.includes(name);

/** Returns the Lease of a component. Its holder is `NODE_UUID` (k8s.io/kubernetes cmd/kube-controller-manager). */
export function readLease({ meta, node }: ReadObject): ComponentLease {
  const holder = scalarAt(node, 'spec', 'holderIdentity')?.split('_')[0];
  return { name: meta.name, holder: holder || undefined, renewed: timeAt(node, 'spec', 'renewTime') };
}

const tokenType = 'bootstrap.kubernetes.io/token';
const tokenName = 'bootstrap-token-';

/** Returns a bootstrap token, of which the secret part is not read. */
export function readBootstrapToken({ meta, node }: ReadObject): readonly BootstrapToken[] {
  if (scalarAt(node, 'type') !== tokenType || !meta.name.startsWith(tokenName)) return [];
  const expires = Date.parse(textOfSecret(node, 'expiration') ?? '');
  const signs = textOfSecret(node, 'usage-bootstrap-signing');
  // Only in a dump that leaves out the token, the usage may have been left out too.
  const isWhole = textOfSecret(node, 'token-id') !== undefined || textOfSecret(node, 'token-secret') !== undefined;
  return [
    {
      id: meta.name.slice(tokenName.length),
      created: meta.created,
      expires: Number.isNaN(expires) ? undefined : expires,
      signs: signs === undefined && !isWhole ? undefined : signs === 'true',
    },
  ];
}

/** Returns what a Secret has under a key: text, or base64. */
function textOfSecret(node: YamlNode, key: string): string | undefined {
  const encoded = scalarAt(node, 'data', key);
  return encoded === undefined ? scalarAt(node, 'stringData', key) : Buffer.from(encoded, 'base64').toString('latin1');
}

/** Returns the times in an object that show when it was last changed, in milliseconds since the epoch. */
export function timesIn(node: YamlNode): readonly (number | undefined)[] {
  const changes = getItems(node, 'status', 'conditions').map((one) => timeAt(one, 'lastTransitionTime'));
  const writes = getItems(node, 'metadata', 'managedFields').map((one) => timeAt(one, 'time'));
  return [...changes, ...writes, timeAt(node, 'spec', 'renewTime')];
}
