/** Objects in which a cluster publishes what all of it uses: CAs, addresses, flags. */
import type { Pem } from '../pem-blocks.ts';
import type { Place, Placed } from '../place.ts';

/** CAs, and where they are. */
export interface PublishedCa {
  readonly at: Place;
  readonly pem: Pem;
}

/** A cluster in a kubeconfig that a ConfigMap contains. */
export interface PublishedCluster {
  readonly at: Place;
  readonly server: string | undefined;
  readonly tlsServerName: string | undefined;
  /** Embedded ones; undefined if there are none. */
  readonly ca: PublishedCa | undefined;
}

/** ConfigMap `cluster-info` of kube-public, by which nodes find the cluster that they join. */
export interface ClusterInfo extends PublishedCluster {
  /** The ids of the bootstrap tokens with which it is signed. */
  readonly signedFor: readonly string[];
}

/** ConfigMap `kube-root-ca.crt` of a namespace, by which its pods verify kube-apiserver. */
export interface RootCa extends PublishedCa {
  readonly namespace: string;
}

/** ConfigMap `extension-apiserver-authentication`, by which extension API servers verify their clients. */
export interface ExtensionAuthentication {
  readonly at: Place;
  readonly clientCa: PublishedCa | undefined;
  readonly requestHeaderCa: PublishedCa | undefined;
  /** The names of front proxies; empty: any name. undefined if it has no such list. */
  readonly allowedNames: Placed<readonly string[]> | undefined;
}

/** The configuration of kubeadm, in ConfigMap `kubeadm-config`. */
export interface StoredConfig {
  /** `ConfigMap kube-system/kubeadm-config` */
  readonly object: string;
  /** Of the text in it. */
  readonly at: Place;
  /** The folder of certificates and keys. */
  readonly folder: string | undefined;
  readonly certSans: readonly string[];
  readonly etcdServerSans: readonly string[];
  readonly etcdPeerSans: readonly string[];
  readonly controlPlaneEndpoint: string | undefined;
  /** Flags by component, without their dashes. */
  readonly extraArgs: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** ConfigMap `kubelet-config`, from which kubeadm writes the configuration of kubelets. */
export interface KubeletConfig {
  readonly at: Place;
  readonly requestsServing: boolean;
}

/** The Lease of a component of which one instance works. */
export interface ComponentLease {
  readonly name: string;
  /** The node of the instance that works; undefined if nothing shows it. */
  readonly holder: string | undefined;
  /** Milliseconds since the epoch. */
  readonly renewed: number | undefined;
}

/** A bootstrap token, without the token. */
export interface BootstrapToken {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly created: number | undefined;
  /** Milliseconds since the epoch; undefined: never. */
  readonly expires: number | undefined;
  /** Whether cluster-info is signed with it; undefined in a dump from which that was left out. */
  readonly signs: boolean | undefined;
}

/** A Node. */
export interface ClusterNode {
  readonly name: string;
  readonly at: Place;
  readonly addresses: readonly string[];
  readonly kubeletVersion: string;
}
