/** Cipher suites and versions of TLS, as flags and configuration files name them. */
import { nearest } from '../../core/text.ts';

/**
 * The names of Go's crypto/tls (CipherSuites and InsecureCipherSuites of 1.26 and 1.27), and two that Kubernetes and
 * etcd kept.
 */
const suites: ReadonlySet<string> = new Set([
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...['RSA', 'ECDSA'].flatMap((key) =>
    [
      'RC4_128_SHA',
      'AES_128_CBC_SHA',
      'AES_256_CBC_SHA',
      'AES_128_CBC_SHA256',
      'AES_128_GCM_SHA256',
      'AES_256_GCM_SHA384',
      'CHACHA20_POLY1305_SHA256',
      'CHACHA20_POLY1305',
    ].map((cipher) => `TLS_ECDHE_${key}_WITH_${cipher}`),
  ),
  'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  ...[
    'RC4_128_SHA',
    '3DES_EDE_CBC_SHA',
    'AES_128_CBC_SHA',
    'AES_256_CBC_SHA',
    'AES_128_CBC_SHA256',
    'AES_128_GCM_SHA256',
    'AES_256_GCM_SHA384',
  ].map((cipher) => `TLS_RSA_WITH_${cipher}`),
]);

/** HTTP/2 requires one of them below TLS 1.3 (golang.org/x/net/http2 server.go, ConfigureServer). */
const required = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'] as const;

/** What HTTP/2 says if both are missing. */
export const http2Error = `http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of ${required.join(' or ')})`;

/** Returns the first name that Go does not have. */
export function unknownSuite(names: readonly string[]): string | undefined {
  return names.find((name) => !suites.has(name));
}

/** Whether HTTP/2 refuses a list of suites. Without a list, the usual ones count. */
export function lacksHttp2Suite(names: readonly string[]): boolean {
  return names.length > 0 && !required.some((name) => names.includes(name));
}

/** Whether a server with a key of this type can serve none of these suites below TLS 1.3. */
export function areForOtherKey(names: readonly string[], key: 'RSA' | 'ECDSA'): boolean {
  const other = key === 'RSA' ? /^TLS_ECDHE_ECDSA_/ : /^TLS_(?:ECDHE_)?RSA_/;
  const below13 = names.filter((name) => name.includes('_WITH_'));
  return below13.length > 0 && below13.every((name) => other.test(name));
}

/** The name in Go of a suite in the notation of OpenSSL: `ECDHE-RSA-AES128-GCM-SHA256`. */
function fromOpenssl(name: string): string | undefined {
  const [, exchange = '', cipher = ''] = /^(ECDHE-RSA|ECDHE-ECDSA)-(.+)$/.exec(name.toUpperCase()) ?? [];
  const text = cipher.replace(/^AES(128|256)/, 'AES-$1').replace(/^CHACHA20-POLY1305$/, '$&-SHA256');
  const found = `TLS_${exchange}_WITH_${text}`.replaceAll('-', '_');
  return suites.has(found) ? found : undefined;
}

/** Returns the suites that were probably meant, with one that HTTP/2 requires; undefined if none of them is known. */
export function meantSuites(names: readonly string[], key: 'RSA' | 'ECDSA' | undefined): readonly string[] | undefined {
  const found = names.flatMap((name) => {
    const plain = name.trim().replaceAll(/["']/g, '');
    if (suites.has(plain)) return plain;
    return fromOpenssl(plain) ?? (plain.length < 20 ? undefined : nearest(plain.toUpperCase(), suites, 3)) ?? [];
  });
  if (found.length === 0) return undefined;
  const added = key === undefined ? required : [key === 'RSA' ? required[0] : required[1]];
  return [...new Set(lacksHttp2Suite(found) ? [...added, ...found] : found)];
}
