/** The files of certificates that play no role of the documented tables. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { SetBy } from '../../artifact/place.ts';
import type { Slot } from './slots.ts';
import type { PemSource } from './source.ts';

/** What reads a certificate, and where its files are. */
export interface OtherFiles {
  /** What reads it: `kube-apiserver --tls-sni-cert-key`, `kubelet kubelet.crt`; its path if that is not known. */
  readonly id: string;
  /** The component that reads it. */
  readonly component: string | undefined;
  /** The place that names it; its own if nothing does. */
  readonly namedAt: SetBy;
  readonly certificate: PemSource;
  /** undefined for a certificate without a private key, such as a CA that is only trusted. */
  readonly key: PemSource | undefined;
  /** How the kubelet got it, if it is its serving certificate: by an argument, from the cluster, or by itself. */
  readonly kubelet?: 'named' | 'signed' | 'generated';
  /** The arguments that name its files. */
  readonly slots: readonly Slot[];
  /** The certificates of a trust file. */
  readonly pool?: readonly Certificate[];
}

/** The files of the roles and CAs of the tables. */
export interface KnownFiles {
  /** Those with certificates whose dates are judged by their role or CA. */
  readonly judged: ReadonlySet<string>;
  /** Certificates and keys of roles: `CERTIFICATE KEY`. */
  readonly pairs: ReadonlySet<string>;
  /** The fingerprints of the certificates of CAs. */
  readonly authorities: ReadonlySet<string>;
  /** All files of roles, CAs and token keys. */
  readonly all: ReadonlySet<string>;
  /** Whether any of the documented certificates and kubeconfigs is in its place. */
  readonly isDocumented: boolean;
}
