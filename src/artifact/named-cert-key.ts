/** The grammar of `--tls-sni-cert-key`: `CERT,KEY` or `CERT,KEY:NAME,NAME`. */

export interface NamedCertKey {
  readonly certificate: string;
  readonly key: string;
  /** Empty if the names are those of the certificate. */
  readonly names: readonly string[];
}

/** Parses a value like k8s.io/component-base cli/flag/namedcertkey_flag.go, Set. Returns its error for a wrong one. */
export function readNamedCertKey(value: string): NamedCertKey | { readonly error: string } {
  const colon = value.indexOf(':');
  const names = colon === -1 ? undefined : value.slice(colon + 1).trim();
  if (names === '') return { error: 'empty names list is not allowed' };
  const [certificate, key, ...more] = (colon === -1 ? value : value.slice(0, colon))
    .split(',')
    .map((one) => one.trim());
  if (certificate === undefined || key === undefined || more.length > 0) {
    return { error: 'expected comma separated certificate and key file paths' };
  }
  return { certificate, key, names: names?.split(',').map((name) => name.trim()) ?? [] };
}
