/**
 * The row of a file of `rules/tables/layouts/`: what a layout has that the documented tables do not, or have otherwise.
 */
import type { LayoutPlaces } from '../../artifact/layout.ts';
import type { NodePath } from '../../artifact/place.ts';
import type { NonEmptyString } from '../../core/formats.ts';
import type { ConnectionRow } from '../connections.ts';
import type { ArgumentName, RoleName } from '../name-types.ts';
import type { RoleId } from '../role-ids.ts';
import type {
  ArgumentRow,
  AuthorityRow,
  BindingRow,
  CertificateRow,
  KeyPairRow,
  KubeconfigRow,
  OrganizationHistory,
} from '../tables.ts';
import type { RuleChange } from './rules.ts';

/** A row of the kubeconfigs table, its path in a layout, and where the layout has further ones. */
export type PlacedKubeconfigRow = KubeconfigRow &
  Pick<Unbound, 'anyName'> & {
    readonly path: NodePath;
    /** None: without those of the layout that it extends. */
    readonly also?: readonly { readonly path: NodePath }[];
    /** Whether one that no documented table has is judged. By default it only dials. */
    readonly judged?: true;
  };

/** The fields of a documented row that differ, or a whole row with a new role. */
type Change<Row extends { readonly role: RoleName }> = Row | (Partial<Omit<Row, 'role'>> & { readonly role: RoleId });

/** Common names that the installer writes instead of the documented one. */
interface Naming {
  readonly accepts?: readonly NonEmptyString[];
}

/** What a CA may be otherwise than the documented ones. */
export interface Optional {
  /** Whether nodes without it are healthy. */
  readonly optional?: true;
}

/** Names of a certificate that the layout leaves open, because the operator chooses them. */
export interface Unbound {
  /** Whether any common name will do where nothing reads it. */
  readonly anyName?: true;
  /** Whether any group will do but that of administrators: only the cluster knows its bindings. */
  readonly anyGroup?: true;
  /** Whether the key usages will do without which its components work. */
  readonly anyUsage?: true;
  /** Whether it has names that end with a dot, which no client looks for, in addition to the same names without it. */
  readonly finalDot?: true;
}

/** How the nodes of a cluster have a CA. */
export interface HeldBy {
  /** Whether each control plane has one of its own. */
  readonly each?: true;
  /** Whether it signs nothing: all control planes present the same certificate to each other, and trust it. */
  readonly presented?: true;
}

/** The file of a CA as its program writes it. */
export interface Chained {
  /** Whether the CAs above it are in its file too: several CAs may have those in common. */
  readonly chained?: true;
}

/** What a layout or a policy changes in the tables. */
export interface TableChanges {
  readonly authorities?: readonly Change<
    AuthorityRow & Naming & Chained & Optional & HeldBy & Pick<Unbound, 'anyName'>
  >[];
  readonly certificates?: readonly Change<CertificateRow & Naming & Unbound>[];
  readonly keyPairs?: readonly Change<KeyPairRow>[];
  readonly kubeconfigs?: readonly Change<PlacedKubeconfigRow>[];
  /** By component and flag. A row with a role that has a path has that of its file, unless it says otherwise. */
  readonly arguments?: readonly (Partial<ArgumentRow> & Pick<ArgumentRow, 'component' | 'flag'>)[];
  readonly connections?: readonly (Partial<ConnectionRow> & Pick<ConnectionRow, 'id'>)[];
  /** The roles, arguments (`component flag`) and connections (by id) that it does not have. */
  readonly without?: readonly (RoleName | ArgumentName)[];
}

/**
 * The organizations that the installer wrote into the certificate of a role, where they are not always the documented
 * ones.
 */
export interface HistoryRow extends OrganizationHistory {
  readonly role: RoleName;
}

/** The row of a file of `rules/tables/layouts/`. */
export interface LayoutRow extends LayoutPlaces {
  readonly changes: TableChanges;
  /** The program that sets up its nodes and renews certificates, such as kubeadm. None: people do it by hand. */
  readonly installer?: NonEmptyString;
  /** Who renews what no program on its nodes does, such as the CA of a managed cluster. None: people do it by hand. */
  readonly provider?: NonEmptyString;
  readonly history?: readonly HistoryRow[];
  /** ClusterRoleBindings that the installer makes for what it writes. */
  readonly bindings?: readonly BindingRow[];
  /** What it says instead of the catalogue, by ids of rules. */
  readonly rules?: Readonly<Record<string, RuleChange>>;
}
