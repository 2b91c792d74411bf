/** The row of a file of `rules/tables/layouts/`: what a layout has that the documented tables do not, or have otherwise. */
import type { LayoutPlaces, NodePath } from '../../artifact/layout.ts';
import type { NonEmptyString } from '../../core/formats.ts';
import type { RoleName } from '../names.ts';
import type { BindingRow, OrganizationHistory } from '../tables.ts';
import type { RuleChange } from './rules.ts';

/**
 * A path relative to the PKI root, or absolute.
 *
 * @pattern ^[A-Za-z0-9._/-]+$
 */
export type FilePath = string;

/** The files and names of a role that differ from the documented tables. Fields that are left out are as documented. */
export interface LayoutFiles {
  readonly role: RoleName;
  /** For an authority or a certificate. */
  readonly certificate?: FilePath;
  readonly key?: FilePath;
  /** For a key pair. */
  readonly private?: FilePath;
  readonly public?: FilePath;
  /** For a kubeconfig. */
  readonly kubeconfig?: NodePath;
  readonly cn?: NonEmptyString;
  readonly accepts?: readonly NonEmptyString[];
  readonly o?: readonly NonEmptyString[];
  readonly hosts?: readonly NonEmptyString[];
}

/** The organizations that the installer wrote into the certificate of a role, where they are not always the documented ones. */
export interface HistoryRow extends OrganizationHistory {
  readonly role: RoleName;
}

/** The row of a file of `rules/tables/layouts/`. */
export interface LayoutRow extends LayoutPlaces {
  readonly files: readonly LayoutFiles[];
  /** Documented roles that nodes with this layout do not have. */
  readonly without: readonly RoleName[];
  /** The program that sets up its nodes and renews certificates, such as kubeadm. None: people do it by hand. */
  readonly installer?: NonEmptyString;
  readonly history?: readonly HistoryRow[];
  /** ClusterRoleBindings that the installer makes for what it writes. */
  readonly bindings?: readonly BindingRow[];
  /** What it says instead of the catalogue, by ids of rules. */
  readonly rules?: Readonly<Record<string, RuleChange>>;
}
