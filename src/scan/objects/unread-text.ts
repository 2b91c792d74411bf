/** Why text is not read as objects of a cluster, in words for the person who made it. */
import { UserError } from '../../core/errors.ts';
import { isObjectText } from './outside.ts';

/** How PowerShell writes what its `>` gets, and how it writes what is read here. */
export const utf16Error = 'it is UTF-16, as > of PowerShell writes it: write UTF-8 with | Out-File -Encoding utf8';

/** Whether bytes begin with the byte order mark of UTF-16. */
export const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

const expected = [
  'give a directory, or an archive made with tar,',
  'or what kubectl get -o yaml or -o json prints: objects with apiVersion and kind',
];

/**
 * Returns the error of a file that is text, and no archive; undefined if it does not look like objects at all.
 *
 * @param first bytes from its beginning
 */
export function errorOfText(first: Uint8Array): UserError | undefined {
  if (isUtf16(first)) return new UserError(`not read: ${utf16Error}`);
  const isScript = first[0] === 0x23 && first[1] === 0x21;
  if (isObjectText(first) && !isScript) return new UserError('YAML or JSON without objects of a cluster', expected);
  const beginning = first.subarray(0, 4096);
  // An archive may have a file with objects at its beginning.
  const isLater = !beginning.includes(0) && /^"?apiVersion"?:/m.test(Buffer.from(beginning).toString());
  return isLater
    ? new UserError('other text before objects of a cluster', 'remove what precedes apiVersion')
    : undefined;
}
