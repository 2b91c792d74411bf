/** The Roles that an installer makes for those that join: by each, one ConfigMap can be read. */
import table from '../../rules/tables/reading-roles.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

/** A Role of a namespace by which a ConfigMap can be read, and the RoleBinding of the same name. */
export interface ReadingRole {
  readonly name: NonEmptyString;
  readonly namespace: NonEmptyString;
  readonly configMap: NonEmptyString;
  readonly user?: NonEmptyString;
  readonly groups?: readonly NonEmptyString[];
  /** What fails without it. */
  readonly without: NonEmptyString;
}

export const readingRoles: readonly ReadingRole[] = table.rows;
