/** The values of flags, as messages show them. */
import type { Argument } from '../../artifact/argument.ts';
import { isSecretive } from '../../core/secrets.ts';
import { shownUrl } from '../../model/facts/host.ts';

/** The longest value that a message shows. */
const longestValue = 80;

const hiddenValue = 'a value that is not shown';

/** Whether the value of a flag is not shown. What is called a header there are names for the front proxy. */
const isHidden = (name: string): boolean => isSecretive(name) && !name.startsWith('requestheader-');

/** A JSON Web Token, or a bootstrap token: someone gave them to a flag that is for something else. */
const token = /(?:^|[^\w-])(?:eyJ[\w-]{10,}\.[\w-]{10,}|[a-z\d]{6}\.[a-z\d]{16}(?![\w.-]))/;

/** Says what a flag has instead of what it should have. Two values that are not shown would read as the same. */
export function changeText(found: readonly Argument[], wanted: readonly Argument[]): string {
  const [has, should] = [shownValues(found), shownValues(wanted)];
  return has === hiddenValue && should === hiddenValue
    ? 'the values differ, and are not shown'
    : `${has} instead of ${should}`;
}

/** Returns the values of a flag, unless one may be a secret. */
function shownValues(all: readonly Argument[]): string {
  if (all.length === 0) return 'none';
  const text = all
    .map(({ value }) => (value === undefined ? 'an unknown value' : shownUrl(value) || 'an empty value'))
    .join(' and ');
  const isShown = text.length <= longestValue && !token.test(text) && !all.some(({ name }) => isHidden(name));
  return isShown ? text : hiddenValue;
}
