/** What validation says about the fields of an object (k8s.io/apimachinery pkg/util/validation/field/errors.go). */
import { goQuoted } from './go-values.ts';

/** `PATH: KIND: DETAIL` */
export function fieldError(path: string, kind: string, detail = ''): string {
  return `${path}: ${kind}${detail === '' ? '' : `: ${detail}`}`;
}

/** A value of the wrong form. */
export const invalidValue = (path: string, value: string, detail: string) =>
  fieldError(path, `Invalid value: ${goQuoted(value)}`, detail);

/** A value that is not there. */
export const requiredValue = (path: string, detail = '') => fieldError(path, 'Required value', detail);

/** A value that occurs twice. */
export const duplicateValue = (path: string, value: string) => fieldError(path, `Duplicate value: ${goQuoted(value)}`);

/** A value that is none of those that are known. */
export const unsupportedValue = (path: string, value: string, known: readonly string[]) =>
  fieldError(path, `Unsupported value: ${goQuoted(value)}`, `supported values: ${known.map(goQuoted).join(', ')}`);
