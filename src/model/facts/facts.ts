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

/** What the command line says of a node; it wins over everything. */
export interface GivenFacts {
  readonly nodeName?: string;
  readonly nodeIps?: readonly string[];
  readonly advertiseAddress?: string;
  readonly serviceCidrs?: readonly string[];
  readonly dnsDomain?: string;
  readonly controlPlaneEndpoint?: string;
  readonly sans?: readonly string[];
  readonly kubernetesVersion?: string;
  /** Where etcd runs. */
  readonly etcd?: 'stacked' | 'external';
  /** What a node is to become that shows nothing yet. */
  readonly kind?: NodeKind;
}

export interface Facts {
  readonly nodeName: Fact<string> | undefined;
  readonly nodeIps: Fact<readonly string[]> | undefined;
  readonly advertiseAddress: Fact<string> | undefined;
  readonly serviceCidrs: Fact<readonly string[]> | undefined;
  readonly dnsDomain: Fact<string> | undefined;
  /** Host alone, without its port. */
  readonly controlPlaneEndpoint: Fact<string> | undefined;
  /** Further names that the API server's certificate must carry. */
  readonly sans: Fact<readonly string[]> | undefined;
  readonly kubernetesVersion: Fact<string> | undefined;
  /** `stacked`: etcd's certificates belong on this node; `external`: etcd runs elsewhere. */
  readonly etcd: Fact<'stacked' | 'external'> | undefined;
}
