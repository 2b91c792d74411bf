/** A row of `rules/tables/layouts.json`: what a layout has that the documented tables do not, or have otherwise. */
import type { LayoutPlaces, NodePath } from '../../artifact/layout.ts';
import type { NonEmptyString } from '../../core/formats.ts';
import type { ConnectionRow } from '../connections.ts';
import type { ArgumentName, RoleName } from '../names.ts';
import type { RoleId } from '../role-ids.ts';
import type { ArgumentRow, AuthorityRow, CertificateRow, KeyPairRow, KubeconfigRow } from '../tables.ts';

/** A row of the kubeconfigs table, and its path in a layout. */
export type PlacedKubeconfigRow = KubeconfigRow & { readonly path: NodePath };

/** The fields of a documented row that differ, or a whole row with a new role. */
type Change<Row extends { readonly role: RoleName }> = Row | (Partial<Omit<Row, 'role'>> & { readonly role: RoleId });

/** What a layout or a policy changes in the tables. */
export interface TableChanges {
  readonly authorities?: readonly Change<AuthorityRow>[];
  readonly certificates?: readonly Change<CertificateRow>[];
  readonly keyPairs?: readonly Change<KeyPairRow>[];
  readonly kubeconfigs?: readonly Change<PlacedKubeconfigRow>[];
  /** By component and flag. A row with a role has the path of its file, unless it says otherwise. */
  readonly arguments?: readonly (Partial<ArgumentRow> & Pick<ArgumentRow, 'component' | 'flag'>)[];
  readonly connections?: readonly (Partial<ConnectionRow> & Pick<ConnectionRow, 'id'>)[];
  /** The roles, arguments (`component flag`) and connections (by id) that it does not have. */
  readonly without?: readonly (RoleName | ArgumentName)[];
}

/** A row of `rules/tables/layouts.json`. */
export interface LayoutRow extends LayoutPlaces {
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** The name of its table of remedies, which says how to renew roles and restart components. */
  readonly remedies: NonEmptyString;
  readonly changes: TableChanges;
}
