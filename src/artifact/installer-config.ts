/** What is read of the configuration of an installer. */
import type { Place, Placed } from './place.ts';

/** The option that names the file. */
export const configOption = '--kubeadm-config';

/** The settings of such a configuration that other files do not contain. */
export interface InstallerConfig {
  readonly at: Place;
  /** What reports call it, before its path: `kubeadm config`. */
  readonly title: string;
  readonly nodeName?: Placed<string>;
  readonly advertiseAddress?: Placed<string>;
  readonly kubernetesVersion?: Placed<string>;
  readonly controlPlaneEndpoint?: Placed<string>;
  readonly dnsDomain?: Placed<string>;
  readonly serviceSubnet?: Placed<string>;
  readonly certSans: readonly Placed<string>[];
  readonly etcdServerSans: readonly Placed<string>[];
  readonly etcdPeerSans: readonly Placed<string>[];
  readonly externalEtcd: boolean;
  /** The tag of etcd's image, if it is not the one that the installer chooses. */
  readonly etcdImageTag?: Placed<string>;
  /** Whether it is for a node that joins a cluster. */
  readonly joins: boolean;
  /** Port of the API server of this node. */
  readonly bindPort?: Placed<string>;
  /** Name of the cluster in kubeconfigs. */
  readonly clusterName?: Placed<string>;
  readonly certificatesDir?: Placed<string>;
  /** Algorithm of new keys: `RSA-2048`, `ECDSA-P256`, … (v1beta4). */
  readonly encryptionAlgorithm?: Placed<string>;
  /** Durations in Go's format: `8760h0m0s` (v1beta4). */
  readonly certificateValidityPeriod?: Placed<string>;
  readonly caCertificateValidityPeriod?: Placed<string>;
}
