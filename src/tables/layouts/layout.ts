/** A layout: the documented tables, as the nodes of one kind have them. */
import { type NodeLayout, type SeparateCas, usualKubeconfigFolder } from '../../artifact/layout.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { NodePath } from '../../artifact/place.ts';
import type { Rule } from '../catalog.ts';
import type { ConnectionRow } from '../connections.ts';
import type { RoleName } from '../name-types.ts';
import type {
  ArgumentRow,
  AuthorityRow,
  BindingRow,
  CertificateRow,
  KeyPairRow,
  OrganizationHistory,
} from '../tables.ts';
import type { Remedies } from './remedies.ts';
import type { Chained, HeldBy, Optional, PlacedKubeconfigRow, Unbound } from './row.ts';

/** What a policy accepts in addition to the names of a row (`src/tables/layouts/policy.ts`). */
export interface Accepting {
  readonly accepted?: {
    readonly commonNames: readonly string[];
    /** Sets of organizations. */
    readonly groups: readonly (readonly string[])[];
    readonly sans: readonly string[];
  };
}

/** What the installer of a layout wrote into the certificates of a role. */
export interface Written {
  /** Its organizations, by releases; empty if they are always the documented ones. */
  readonly history: readonly OrganizationHistory[];
}

/** Common names that will do too. */
interface Named {
  readonly accepts: readonly string[];
}

/** A row of the authorities table in a layout. */
export type PlacedAuthorityRow = AuthorityRow &
  Accepting &
  Named &
  Chained &
  Optional &
  HeldBy &
  Pick<Unbound, 'anyName'>;

/** A row of the kubeconfigs table in a layout. */
export type AcceptingKubeconfigRow = PlacedKubeconfigRow & Accepting & Written;

/** A row of the certificates table in a layout. */
export interface PlacedCertificateRow extends CertificateRow, Accepting, Named, Written, Unbound {
  /** The policy that has the row, as it is shown to people; undefined for a row of the layout. */
  readonly policy?: string;
}

/** A layout with the rows of the documented tables, adapted to it. */
export interface Layout extends NodeLayout {
  readonly separate?: SeparateCas<Layout>;
  readonly movedTo?: (folder: NodePath) => Layout;
  readonly authorities: readonly PlacedAuthorityRow[];
  readonly certificates: readonly PlacedCertificateRow[];
  readonly keyPairs: readonly KeyPairRow[];
  readonly kubeconfigs: readonly AcceptingKubeconfigRow[];
  /**
   * Kubeconfigs that are not in the tables of the documentation: they make connections, and are not checked otherwise.
   */
  readonly undocumented: readonly AcceptingKubeconfigRow[];
  readonly arguments: readonly ArgumentRow[];
  readonly connections: readonly ConnectionRow[];
  readonly remedies: Remedies;
  /** The program that sets up its nodes and renews certificates; undefined if people do it by hand. */
  readonly installer?: string;
  /** Who renews what no program on its nodes does; undefined if people do it by hand. */
  readonly provider?: string;
  readonly bindings: readonly BindingRow[];
  /** The rules that it words otherwise than the catalogue, by id. */
  readonly rules: ReadonlyMap<string, Rule>;
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
export function kubeconfigPath(layout: Layout, role: RoleName): NodePath {
  return layout.kubeconfigs.find((row) => row.role === role)?.path ?? `${usualKubeconfigFolder(layout)}/${role}`;
}
