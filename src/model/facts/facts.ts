/** What is known of a node: every fact with its value and where it came from. Unknown stays unknown. */

import type { NodeKind } from '../../core/report.ts';

export interface Source<T> {
  readonly value: T;
  /** `kube-apiserver --advertise-address`, `--node-name`, … */
  readonly source: string;
}

export interface Fact<T> extends Source<T> {
  /** Later sources that say something else. */
  readonly disagreeing: readonly Source<T>[];
}

/** The facts and their values; each has a row in options.ts, and a gatherer in gather.ts. */
export interface FactValues {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  readonly advertiseAddress: string;
  readonly serviceCidrs: readonly string[];
  readonly dnsDomain: string;
  /** A host, which may have a port where it is given; as a fact it has none. */
  readonly controlPlaneEndpoint: string;
  /** Further names that the API server's certificate must carry. */
  readonly sans: readonly string[];
  readonly kubernetesVersion: string;
  /** `stacked`: etcd's certificates belong on this node; `external`: etcd runs elsewhere. */
  readonly etcd: 'stacked' | 'external';
}

export type FactName = keyof FactValues;

/** What the command line says of a node; it wins over everything. */
export interface GivenFacts extends Partial<FactValues> {
  /** What a node is to become that shows nothing yet. */
  readonly kind?: NodeKind;
}

export type Facts = { readonly [Name in FactName]: Fact<FactValues[Name]> | undefined };
