/** Values that only the command line has, from their text; each throws a UserError that shows how the value should look. */

import { UserError } from '../core/errors.ts';
import { didYouMean } from '../core/option.ts';
import { extendedKeyUsageNames } from '../x509/oids.ts';

/** A release of Go: `1.24`, `go1.24.11`. */
export function goVersion(option: string, text: string): string {
  if (!/^(?:go)?1\.\d{1,3}(?:\.\d{1,3})?$/.test(text)) {
    throw new UserError(`${option} is "${text}", which is no release of Go`, 'try 1.24, or 1.24.11');
  }
  return text;
}

const shortUsages: Readonly<Record<string, string>> = { server: 'serverAuth', client: 'clientAuth', any: 'any' };

/** `server`, `client`, `any`, the RFC 5280 name of an extended key usage, or its OID. */
export function usage(option: string, text: string): string {
  const names = Object.values(extendedKeyUsageNames);
  if (Object.hasOwn(shortUsages, text)) return shortUsages[text] ?? text;
  if (names.includes(text) || /^[0-2](?:\.\d+)+$/.test(text)) return text;
  const hint = `${didYouMean(text, [...Object.keys(shortUsages), ...names])}it is server, client, any, codeSigning … or an OID`;
  throw new UserError(`${option} is "${text}"`, hint);
}
