/** What is known of a node: every fact with its value and its source. Facts are never guessed. */

import type { NodeKind } from '../../core/report.ts';

export interface Source<T> {
  readonly value: T;
  /** `kube-apiserver --advertise-address`, `--node-name`, … */
  readonly source: string;
}

export interface Fact<T> extends Source<T> {
  /** Later sources with a different value. */
  readonly disagreeing: readonly Source<T>[];
}

/** The facts and their values; each has a row in options.ts, and a gatherer in gather.ts. */
export interface FactValues {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  readonly advertiseAddress: string;
  readonly serviceCidrs: readonly string[];
  readonly dnsDomain: string;
  /** A host. On the command line it may have a port; as a fact it has none. */
  readonly controlPlaneEndpoint: string;
  /** Further names that the API server's certificate must carry. */
  readonly sans: readonly string[];
  readonly kubernetesVersion: string;
  /** `stacked`: etcd runs on this node, with its certificates; `external`: etcd runs elsewhere. */
  readonly etcd: 'stacked' | 'external';
}

export type FactName = keyof FactValues;

/** The facts from the command line, which take precedence over all other sources. */
export interface GivenFacts extends Partial<FactValues> {
  /** What an empty node will become. */
  readonly kind?: NodeKind;
}

export type Facts = { readonly [Name in FactName]: Fact<FactValues[Name]> | undefined };
