/**
 * The names that values of options can have, with what they mean. The build replaces this module by its value
 * (`scripts/completion-names.mjs`), so that completion loads neither rules nor tables.
 */
import { rules } from '../../tables/catalog.ts';
import { layouts } from '../../tables/layouts/index.ts';

/** All are in the order in which other output lists them. */
export interface Names {
  /** Ids, each with its title. */
  readonly rules: readonly (readonly [id: string, title: string])[];
  readonly roles: readonly string[];
  readonly layouts: readonly string[];
}

export const names: Names = {
  rules: rules.map(({ id, title }) => [id, title]),
  roles: [...new Set(layouts.flatMap(({ roles }) => roles))],
  layouts: layouts.map(({ name }) => name),
};
