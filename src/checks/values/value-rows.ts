/** Which rows of `rules/tables/configuration-values.json` count for a component. */
import { allArguments } from '../../artifact/arguments.ts';
import { readBool } from '../../core/go-values.ts';
import type { FieldValueRow } from '../../tables/configuration-values.ts';
import { isSince } from '../base/component-release.ts';
import type { ValueContext } from './field-rows.ts';

/** The component that reads a value, and its release. */
type ReadBy = Pick<ValueContext, 'component' | 'release'>;

/** Whether a feature gate is on. Flags take precedence over the file. */
function isGateOn(
  { component, release }: ReadBy,
  { name, since }: NonNullable<FieldValueRow['gate']>,
): boolean | undefined {
  const given = allArguments(component, 'feature-gates')
    .flatMap(({ value = '' }) => value.split(','))
    .map((item) => item.trim().split('='))
    .findLast(([gate]) => gate === name);
  if (given !== undefined) return readBool(given[1]?.trim() ?? '');
  return since === undefined ? true : release === undefined ? undefined : isSince(release, since);
}

/** Whether a row is about the release, and the state of its feature gate. */
export function counts({ since, until, gate }: FieldValueRow, by: ReadBy): boolean {
  const { release } = by;
  if ((since ?? until) !== undefined && release === undefined) return false;
  if (release !== undefined && since !== undefined && !isSince(release, since)) return false;
  if (release !== undefined && until !== undefined && isSince(release, until)) return false;
  return gate === undefined || isGateOn(by, gate) === gate.on;
}
