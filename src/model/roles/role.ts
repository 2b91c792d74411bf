/** The roles of a node: an authority, a certificate or a kubeconfig of the tables, with what is known of it. */
import type { Certificate } from '../../core/certificate.ts';
import type { Applicability } from './applicability.ts';
import type { AuthorityFiles } from './authorities.ts';
import type { CertificateFiles, KubeconfigFiles } from './role-files.ts';

export type Authority = AuthorityFiles & { readonly applies: Applicability };

export interface RoleFindings {
  readonly applies: Applicability;
  /** Whether a component that was seen, or is documented, reads this file: only such files are checked for expiry. */
  readonly inUse: boolean;
  readonly parent: Authority;
  /** Leaf to anchor, if its authority verifies it for the Go of the node. */
  readonly verified: readonly Certificate[] | undefined;
  /** The role of the authority that signed it, if it is one of this node's. */
  readonly signedBy: string | undefined;
}

export type CertificateRole = CertificateFiles & RoleFindings;
export type KubeconfigRole = KubeconfigFiles & RoleFindings;
export type Role = CertificateRole | KubeconfigRole;
