/** A row of `rules/tables/layouts.json`: what a layout has that the documented tables do not, or have otherwise. */
import type { LayoutPlaces, NodePath } from '../../artifact/layout.ts';
import type { NonEmptyList, NonEmptyString } from '../../core/formats.ts';
import type { RoleName } from '../names.ts';

/**
 * A path relative to the PKI root, or absolute.
 *
 * @pattern ^[A-Za-z0-9._/-]+$
 */
export type FilePath = string;

/** The files of a role. */
interface FilesOfRole {
  /** For an authority or a certificate. */
  readonly certificate?: FilePath;
  readonly key?: FilePath;
  /** For a key pair. */
  readonly private?: FilePath;
  readonly public?: FilePath;
  /** For a kubeconfig. */
  readonly kubeconfig?: NodePath;
}

/** The files and names of a role that differ from the documented tables. Fields that are left out are as documented. */
export interface LayoutFiles extends FilesOfRole {
  readonly role: RoleName;
  /** Where further files of the role are. A role of an authority has none. */
  readonly also?: NonEmptyList<FilesOfRole>;
  readonly cn?: NonEmptyString;
  readonly accepts?: readonly NonEmptyString[];
  readonly o?: readonly NonEmptyString[];
  readonly hosts?: readonly NonEmptyString[];
}

/** A row of `rules/tables/layouts.json`. */
export interface LayoutRow extends LayoutPlaces {
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** The name of its table of remedies, which says how to renew roles and restart components. */
  readonly remedies: NonEmptyString;
  readonly files: readonly LayoutFiles[];
  /** Documented roles that nodes with this layout do not have. */
  readonly without: readonly RoleName[];
}
