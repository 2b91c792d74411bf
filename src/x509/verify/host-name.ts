import type { Certificate, SanType } from '../../artifact/certificate.ts';
import { formatIp, parseIp } from '../ip-address.ts';
import { lowerAscii } from '../text.ts';

/**
 * Returns the error of a Go client that dials `host` and rejects this server certificate; undefined if it accepts it
 * (crypto/x509/verify.go, VerifyHostname and HostnameError). An IP address can be in brackets.
 */
export function verifyHostname(certificate: Certificate, host: string): string | undefined {
  return hasName(certificate, host) ? undefined : explainMismatch(certificate, withoutBrackets(host));
}

/** Whether a Go client accepts a server certificate for a host. An IP address can be in brackets. */
export function hasName(certificate: Certificate, host: string): boolean {
  const ip = parseIp(withoutBrackets(host));
  const { addresses, patterns } = namesOf(certificate);
  return ip ? addresses.has(formatIp(ip)) : matches(patterns, lowerAscii(host));
}

/** An address without its brackets; any other host is returned as it is. */
function withoutBrackets(host: string): string {
  const bare = /^\[.+\]$/s.test(host) ? host.slice(1, -1) : host;
  return parseIp(bare) ? bare : host;
}

interface Names extends Readonly<Record<'IP' | 'DNS', readonly string[]>> {
  readonly addresses: ReadonlySet<string>;
  /** DNS names in lower case. */
  readonly patterns: ReadonlySet<string>;
}

const namesByCertificate = new WeakMap<Certificate, Names>();

/** The names of a certificate. A certificate can have thousands, and be asked for as many. */
function namesOf(certificate: Certificate): Names {
  const known = namesByCertificate.get(certificate);
  if (known !== undefined) return known;
  const { sans = [] } = certificate;
  const valuesOf = (wanted: SanType) => sans.flatMap(({ type, value }) => (type === wanted ? [value] : []));
  const [IP, DNS] = [valuesOf('IP'), valuesOf('DNS')];
  const names = { IP, DNS, addresses: new Set(IP), patterns: new Set(DNS.map(lowerAscii)) };
  namesByCertificate.set(certificate, names);
  return names;
}

/** Wildcards and trailing dots have a meaning only in valid host names. All other names must be equal. */
function matches(patterns: ReadonlySet<string>, host: string): boolean {
  if (host === '' || host === '.') return false;
  if (patterns.has(host)) return true;
  const bare = withoutDot(host);
  if (!isHostname(bare, false)) return false;
  const dot = bare.indexOf('.');
  return patterns.has(bare) || (dot !== -1 && patterns.has(`*${bare.slice(dot)}`));
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

/** crypto/x509/verify.go, HostnameError.Error, since Go 1.24.11 and 1.25.5. Earlier releases list all names. */
const maxNamesIncluded = 100;

function explainMismatch(certificate: Certificate, host: string): string {
  if (certificate.sans === undefined && matchHostnames(certificate.subject.commonName, host)) {
    return 'x509: certificate relies on legacy Common Name field, use SANs instead';
  }
  const ip = parseIp(host) !== undefined;
  const valid = namesOf(certificate)[ip ? 'IP' : 'DNS'];
  if (ip && valid.length === 0) {
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  }
  if (valid.length >= maxNamesIncluded) {
    return `x509: certificate is valid for ${valid.length} ${ip ? 'IP SANs' : 'names'}, but none matched ${host}`;
  }
  const list = valid.join(', ');
  return list === ''
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${list}, not ${host}`;
}
