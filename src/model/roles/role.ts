/** The roles of a node: an authority, a certificate or a kubeconfig of the tables, with what was found out about it. */
import type { Certificate } from '../../core/certificate.ts';
import type { Applicability } from './applicability.ts';
import type { Authority as Found } from './authorities.ts';
import type { CertificateFiles, KubeconfigFiles } from './role-files.ts';

export type Authority = Found & { readonly applies: Applicability };

export interface RoleFindings {
  readonly applies: Applicability;
  /** Whether anything that was seen, or is documented, reads this file: only such files are judged by date. */
  readonly inUse: boolean;
  readonly parent: Authority;
  /** Leaf to anchor, where its authority verifies it for the Go of the node. */
  readonly verified: readonly Certificate[] | undefined;
  /** The role of the authority that really signed it, if it is one of this node's. */
  readonly signedBy: string | undefined;
}

export type CertificateRole = CertificateFiles & RoleFindings;
export type KubeconfigRole = KubeconfigFiles & RoleFindings;
export type Role = CertificateRole | KubeconfigRole;
