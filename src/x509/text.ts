/** Text as Go checks and quotes it. */

/** Whether every byte is ASCII (crypto/x509 isIA5String). */
export function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** Latin-1 text (a character a byte) in double quotes, as `%q` prints it (strconv.Quote): bytes beyond ASCII in hex. */
export function quote(text: string): string {
  let quoted = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    quoted += escapes[char] ?? (code < 0x20 || code > 0x7e ? `\\x${code.toString(16).padStart(2, '0')}` : char);
  }
  return `"${quoted}"`;
}

/** Lower-case for A–Z only (crypto/x509 toLowerCaseASCII). */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Whether Go splits this into the labels of a domain: printable ASCII, no empty label but for '' itself
 * (crypto/x509/verify.go, domainToReverseLabels).
 */
export function isDomain(text: string): boolean {
  return text === '' || text.split('.').every((label) => /^[!-~]+$/.test(label));
}

/** Whether this is a mailbox as Go reads one (crypto/x509/verify.go, parseRFC2821Mailbox). */
export function isMailbox(text: string): boolean {
  const local = text.startsWith('"') ? quotedLocalPart(text) : atomLocalPart(text);
  return local !== undefined && text[local] === '@' && isDomain(text.slice(local + 1));
}

/** Index after a quoted local part. */
function quotedLocalPart(text: string): number | undefined {
  // RFC 5321 Quoted-string, with the space that RFC 3696 shows.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
  return /^"(?:[\x01-\x08\x0b\x0c\x0e-!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"/.exec(text)?.[0].length;
}

/** Index after an unquoted local part. */
function atomLocalPart(text: string): number | undefined {
  // A backslash takes any character after it (RFC 3696).
  const match = /^(?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]|\\[\s\S])*/.exec(text)?.[0] ?? '';
  const local = match.replace(/\\([\s\S])/g, '$1');
  if (local === '' || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  return text[match.length] === '\\' ? undefined : match.length;
}
