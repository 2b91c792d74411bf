/** Secrets in files: a program keeps the pair that it serves as a `kubernetes.io/tls` Secret in JSON. */

/** What such a file begins with: JSON that names the certificate. */
export function looksLikeTlsSecret(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"tls.crt"');
}

/** Returns the certificate and the key of a Secret in PEM, one after the other; undefined if it has none. */
export function pemOfTlsSecret(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const { data } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    const parts = [data?.['tls.crt'], data?.['tls.key']].filter((part) => typeof part === 'string');
    return parts.length === 0 ? undefined : Buffer.concat(parts.flatMap((part) => [decoded(part), newline]));
  } catch {
    // Its message quotes the text, which has a key.
    return undefined;
  }
}

const newline = Buffer.from('\n');

const decoded = (text: string): Uint8Array => Buffer.from(text, 'base64');
