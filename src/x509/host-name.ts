import type { Certificate, SanType } from '../core/certificate.ts';
import { formatIp, parseIp } from './ip-address.ts';
import { lowerAscii } from './text.ts';

/**
 * Returns the error of a Go client that dials `host` and rejects this server certificate; undefined if it accepts it
 * (crypto/x509/verify.go, VerifyHostname and HostnameError). An IP address can be in brackets.
 */
export function verifyHostname(certificate: Certificate, host: string): string | undefined {
  const bare = /^\[.+\]$/s.test(host) ? host.slice(1, -1) : host;
  const ip = parseIp(bare);
  if (ip) {
    const text = formatIp(ip);
    return names(certificate, 'IP').includes(text) ? undefined : explainMismatch(certificate, bare);
  }
  return names(certificate, 'DNS').some(matcherOf(host)) ? undefined : explainMismatch(certificate, host);
}

function names(certificate: Certificate, type: SanType): readonly string[] {
  return (certificate.sans ?? []).filter((san) => san.type === type).map((san) => san.value);
}

/** Wildcards and trailing dots have a meaning only in valid host names. All other names must be equal. */
function matcherOf(host: string): (name: string) => boolean {
  const wanted = lowerAscii(host);
  if (wanted === '' || wanted === '.') return () => false;
  const bare = withoutDot(wanted);
  const isValid = isHostname(bare, false);
  return (name) => {
    const pattern = lowerAscii(name);
    if (pattern === wanted) return true;
    // The expensive check is last, because a certificate can have hundreds of names.
    const mayMatch = isValid && (pattern === bare || pattern.startsWith('*.'));
    return mayMatch && isHostname(pattern, true) && matchHostnames(pattern, bare);
  };
}

const withoutDot = (host: string): string => (host.endsWith('.') ? host.slice(0, -1) : host);

/** crypto/x509/verify.go, validHostname: `_` is allowed, `*` only as the whole first label of a pattern. */
export function isHostname(text: string, pattern: boolean): boolean {
  if (text === '*') return false;
  return text
    .split('.')
    .every((label, i) => (pattern && i === 0 && label === '*') || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(label));
}

function matchHostnames(pattern: string, host: string): boolean {
  const wanted = lowerAscii(withoutDot(host));
  if (pattern === '' || wanted === '') return false;
  const patternLabels = lowerAscii(pattern).split('.');
  const labels = wanted.split('.');
  if (patternLabels.length !== labels.length) return false;
  return patternLabels.every((label, i) => (i === 0 && label === '*') || label === labels[i]);
}

function explainMismatch(certificate: Certificate, host: string): string {
  if (certificate.sans === undefined && matchHostnames(certificate.subject.commonName, host)) {
    return 'x509: certificate relies on legacy Common Name field, use SANs instead';
  }
  const ip = parseIp(host) !== undefined;
  const valid = names(certificate, ip ? 'IP' : 'DNS');
  if (ip && valid.length === 0) {
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  }
  const list = valid.join(', ');
  return list === ''
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${list}, not ${host}`;
}
