/** What is known about a node. Each fact has a value and a source. Facts are never guessed. */

import type { SetBy } from '../../artifact/place.ts';
import type { NodeKind } from '../../results/reported-node.ts';

export interface Source<T> {
  readonly value: T;
  /** `kube-apiserver --advertise-address`, `--node-name`, … */
  readonly source: string;
  /** Where it is written, if that is a flag, a manifest or a kubeconfig of the node. */
  readonly at?: SetBy | undefined;
}

export interface Fact<T> extends Source<T> {
  /** Later sources with a different value. */
  readonly disagreeing: readonly Source<T>[];
}

/** The facts, and the types of their values. Each has a row in options.ts and a gatherer in gather.ts. */
export interface FactValues {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  readonly advertiseAddress: string;
  readonly serviceCidrs: readonly string[];
  readonly dnsDomain: string;
  /** A host. Only on the command line can it have a port. */
  readonly controlPlaneEndpoint: string;
  /** Additional SANs that the API server's certificate must have. */
  readonly sans: readonly string[];
  readonly kubernetesVersion: string;
  /** `stacked`: etcd runs on this node, with its certificates; `external`: etcd runs elsewhere. */
  readonly etcd: 'stacked' | 'external';
  /** Whether the etcd of the cluster has one member. No file of a node shows that it has only one. */
  readonly etcdMembers: 'one' | 'several';
}

export type FactName = keyof FactValues;

/** The facts from the command line, which take precedence over all other sources. */
export interface GivenFacts extends Partial<FactValues> {
  /** The kind of node that an empty one is to become. */
  readonly kind?: NodeKind;
}

export type Facts = { readonly [Name in FactName]: Fact<FactValues[Name]> | undefined } & {
  /** The release of etcd on this node, which is not that of Kubernetes. */
  readonly etcdVersion?: Fact<string>;
  /** A name that no Node can have: that of this node is unknown. */
  readonly impossibleName?: Source<string>;
};
