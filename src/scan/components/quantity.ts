/** Quantities of resources (k8s.io/apimachinery pkg/api/resource). */

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The powers of ten, and of two, that suffixes stand for. */
const decimal = new Map(['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, at) => [suffix, at * 3 - 9]));
const binary = new Map(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, at) => [suffix, (at + 1) * 10]));

/** Longer ones are not written, and are not judged. */
const maxLength = 64;

const parts = /^([+-]?)([0-9]*\.?[0-9]*)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** Returns the error of `ParseQuantity`; undefined for a quantity. */
export function quantityError(written: string): string | undefined {
  const text = written.trim();
  if (text.length > maxLength) return undefined;
  const [, , digits = '', suffix = ''] = parts.exec(text) ?? [];
  if (digits === '' || digits === '.') return wrongFormat;
  return isSuffix(suffix) ? undefined : "unable to parse quantity's suffix";
}

function isSuffix(suffix: string): boolean {
  return decimal.has(suffix) || binary.has(suffix) || /^[eE][-+]?[0-9]+$/.test(suffix);
}

/** Returns the value of a quantity as a number, which is exact enough to compare two; undefined for anything else. */
export function quantityValue(written: string): number | undefined {
  if (quantityError(written) !== undefined || written.length > maxLength) return undefined;
  const [, sign = '', digits = '', suffix = ''] = parts.exec(written.trim()) ?? [];
  const tens = decimal.get(suffix) ?? (/^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : 0);
  const value = Number(digits) * 10 ** tens * 2 ** (binary.get(suffix) ?? 0);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}
