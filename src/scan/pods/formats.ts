/** Formats of values in a pod, with the words of Kubernetes (k8s.io/apimachinery pkg/util/validation). */
import type { PodFormat } from '../../artifact/pod-table.ts';

/** Each returns the words about a value; undefined for one that is right. */
export const formatErrors: Readonly<Record<PodFormat, (text: string, isString: boolean) => string | undefined>> = {
  count: (text) => (/^-\d{1,20}$/.test(text) ? 'must be greater than or equal to 0' : undefined),
  id: (text) => rangeError(text, 0, 2_147_483_647),
  port: (text) => rangeError(text, 1, 65_535),
  label: (text) => tooLong(text, 63) ?? (label.test(text) ? undefined : notLabel),
  // The kubelet appends the name of the node, which is not known to be short.
  'pod-name': (text) => tooLong(text, 251) ?? (isSubdomain(`${text}-node`) ? undefined : notSubdomain),
  'port-name': portNameError,
  'port-or-name': (text, isString) => (isString ? portNameError(text) : rangeError(text, 1, 65_535)),
  'no-backsteps': (text) => (text.split('/').includes('..') ? "must not contain '..'" : undefined),
};

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const isSubdomain = (text: string): boolean => text.split('.').every((part) => label.test(part));

const notLabel =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const notSubdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function tooLong(text: string, most: number): string | undefined {
  return text.length > most ? `must be no more than ${most === 251 ? 253 : most} characters` : undefined;
}

function rangeError(text: string, least: number, most: number): string | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return value < least || value > most ? `must be between ${least} and ${most}, inclusive` : undefined;
}

function portNameError(text: string): string | undefined {
  if (text.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(text)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  return /[a-z]/.test(text) ? undefined : 'must contain at least one letter (a-z)';
}
