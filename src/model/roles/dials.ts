/** What the kubeconfigs of a cluster dial, as data. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { SetBy } from '../../artifact/place.ts';

/** A kubeconfig of the input, and the server that it dials. */
export interface Client {
  /** The label of its node. */
  readonly node: string;
  readonly isControlPlane: boolean;
  readonly role: string;
  readonly host: string;
  readonly url: string;
  /** Whether the host is its own node. */
  readonly isOwn: boolean;
}

/** A certificate that names the servers of a control plane. */
export interface NamedCertificate {
  /** The label of the node. */
  readonly node: string;
  readonly leaf: Certificate;
  /** Names that the configuration of the cluster gives to all. */
  readonly configured: readonly string[];
}

/** The address at which a node registers with the servers of its cluster. */
export interface Registration {
  readonly host: string;
  readonly node: string;
  readonly at: SetBy;
}

/** What the kubeconfigs of a cluster dial, and by what its API servers are known. */
export interface Dialling {
  /** Where nodes register that no server names, if all servers are in the input. */
  readonly unnamed: readonly Registration[];
  readonly clients: readonly Client[];
  /** The addresses and names of the API servers themselves, in canonical form. */
  readonly servers: ReadonlySet<string>;
  /** Their certificates. */
  readonly leaves: readonly Certificate[];
  /** The names and addresses of all nodes, in canonical form. */
  readonly machines: ReadonlySet<string>;
  /** The certificates of control planes that name more than their node, by role. */
  readonly named: ReadonlyMap<string, readonly NamedCertificate[]>;
}
