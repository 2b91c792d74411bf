/** The values of flags, as messages show them. */
import type { Argument } from '../../artifact/argument.ts';
import { hidden } from '../../core/shown.ts';

/** The longest value that a message shows. */
const longestValue = 80;

const hiddenValue = 'a value that is not shown';

/** Says what a flag has instead of what it should have. Two values that are not shown would read as the same. */
export function changeText(found: readonly Argument[], wanted: readonly Argument[]): string {
  const [has, should] = [shownValues(found), shownValues(wanted)];
  return has === should ? 'the values differ, and are not shown' : `${has} instead of ${should}`;
}

/** Returns the values of a flag, unless one may be a secret. */
function shownValues(all: readonly Argument[]): string {
  if (all.length === 0) return 'none';
  const text = all
    .map(({ value }) => (value === undefined ? 'an unknown value' : value || 'an empty value'))
    .join(' and ');
  const isShown = text.length <= longestValue && !all.some(({ value }) => value === hidden);
  return isShown ? text : hiddenValue;
}
