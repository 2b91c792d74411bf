/** A layout: the documented tables, as the nodes of one kind have them. */
import type { NodeLayout, NodePath } from '../../artifact/layout.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { ConnectionRow } from '../connections.ts';
import type { RoleName } from '../names.ts';
import type { ArgumentRow, AuthorityRow, CertificateRow, KeyPairRow } from '../tables.ts';
import type { Remedies } from './remedies.ts';
import type { PlacedKubeconfigRow } from './row.ts';

/** What a policy accepts in addition to the names of a row (`src/tables/layouts/policy.ts`). */
export interface Accepting {
  readonly accepted?: {
    readonly commonNames: readonly string[];
    /** Sets of organizations. */
    readonly groups: readonly (readonly string[])[];
    readonly sans: readonly string[];
  };
}

/** A row of the authorities table in a layout. */
export type PlacedAuthorityRow = AuthorityRow & Accepting;

/** A row of the kubeconfigs table in a layout. */
export type AcceptingKubeconfigRow = PlacedKubeconfigRow & Accepting;

/** A row of the certificates table in a layout. */
export interface PlacedCertificateRow extends CertificateRow, Accepting {
  /** The policy that has the row, as it is shown to people; undefined for a row of the layout. */
  readonly policy?: string;
}

/** A layout with the rows of the documented tables, adapted to it. */
export interface Layout extends NodeLayout {
  readonly authorities: readonly PlacedAuthorityRow[];
  readonly certificates: readonly PlacedCertificateRow[];
  readonly keyPairs: readonly KeyPairRow[];
  readonly kubeconfigs: readonly AcceptingKubeconfigRow[];
  /**
   * Kubeconfigs that are not in the tables of the documentation: they make connections, and are not checked otherwise.
   */
  readonly undocumented: readonly PlacedKubeconfigRow[];
  readonly arguments: readonly ArgumentRow[];
  readonly connections: readonly ConnectionRow[];
  readonly remedies: Remedies;
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** All its roles, in the order of the tables. */
  readonly roles: readonly RoleName[];
}

/** A scanned node with the tables of its layout. */
export type LaidOutNode = ScannedNode<Layout>;

/** The tables of a layout whose rows are roles. */
export type RoleTables = Pick<Layout, 'authorities' | 'certificates' | 'keyPairs' | 'kubeconfigs'>;

/** Returns the paths of a certificate or an authority in a node's layout; '' if the layout does not have the role. */
export function pemFilesOf(
  node: Pick<LaidOutNode, 'layout' | 'pki'>,
  role: RoleName | undefined,
): { readonly certificate: string; readonly key: string } {
  const { authorities, certificates } = node.layout;
  const row = [...authorities, ...certificates].find((one) => one.role === role);
  if (row === undefined) return { certificate: '', key: '' };
  return { certificate: inFolder(node.pki, row.certificate), key: inFolder(node.pki, row.key) };
}

/** Returns the path of a kubeconfig in a layout. */
export function kubeconfigPath({ kubeconfigs, kubeconfigFolder }: Layout, role: RoleName): NodePath {
  return kubeconfigs.find((row) => row.role === role)?.path ?? `${kubeconfigFolder}/${role}`;
}
