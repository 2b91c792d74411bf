/** Quantities of resources (k8s.io/apimachinery pkg/api/resource). */

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The powers of ten, and of two, that suffixes stand for. */
const decimal = new Map(['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, at) => [suffix, at * 3 - 9]));
const binary = new Map(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, at) => [suffix, (at + 1) * 10]));

/** Longer ones are not written, and are not judged. */
const maxLength = 64;

const number = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)/;

/** The sign, the digits and the suffix of a text; undefined if it does not have this form. */
function partsOf(text: string): readonly [sign: string, digits: string, suffix: string] | undefined {
  const [all = '', sign = '', digits = ''] = number.exec(text) ?? [];
  const suffix = text.slice(all.length);
  return all !== '' && /^[eEinumkKMGTP]*[-+]?\d*$/.test(suffix) ? [sign, digits, suffix] : undefined;
}

/** Returns the error of `ParseQuantity`; undefined for a quantity. */
export function quantityError(written: string): string | undefined {
  const text = written.trim();
  if (text.length > maxLength) return undefined;
  const found = partsOf(text);
  if (found === undefined) return wrongFormat;
  return isSuffix(found[2]) ? undefined : "unable to parse quantity's suffix";
}

function isSuffix(suffix: string): boolean {
  return decimal.has(suffix) || binary.has(suffix) || /^[eE][-+]?[0-9]+$/.test(suffix);
}

/** Returns the value of a quantity as a number, which is exact enough to compare two; undefined for anything else. */
export function quantityValue(written: string): number | undefined {
  if (quantityError(written) !== undefined || written.length > maxLength) return undefined;
  const [sign, digits, suffix] = partsOf(written.trim()) ?? ['', '', ''];
  const tens = decimal.get(suffix) ?? (/^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : 0);
  const value = Number(digits) * 10 ** tens * 2 ** (binary.get(suffix) ?? 0);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}
