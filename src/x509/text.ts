/** Checks and quotes text like Go. */

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

/** Quotes Latin-1 text (one character for each byte) like `%q` (strconv.Quote): bytes that are not ASCII become hex. */
export function quote(text: string): string {
  let quoted = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    quoted += escapes[char] ?? (code < 0x20 || code > 0x7e ? `\\x${code.toString(16).padStart(2, '0')}` : char);
  }
  return `"${quoted}"`;
}

/** Quotes any text like `%q`. */
export function quoteText(text: string): string {
  let quoted = '';
  for (const char of text) quoted += char < '\x80' ? quote(char).slice(1, -1) : shown(char);
  return `"${quoted}"`;
}

/** A character that is not ASCII, escaped unless strconv.IsPrint. */
function shown(char: string): string {
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Converts only A–Z to lower case (crypto/x509 toLowerCaseASCII). */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Whether Go can split this into the labels of a domain: it is printable ASCII without empty labels, or ''
 * (crypto/x509/verify.go, domainToReverseLabels).
 */
export function isDomain(text: string): boolean {
  return text === '' || text.split('.').every((label) => /^[!-~]+$/.test(label));
}

/**
 * Whether a name satisfies RFC 1034 as required by Go 1.24.8 and 1.25.2, and no other release (their
 * crypto/x509/parser.go, domainNameValid; golang/go#75828).
 */
export function isStrictDomain(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[!-~]{1,63}$/.test(label));
}

/**
 * Returns the labels of a domain from the last to the first, in lower case: `a.example.com` → com, example, a; none for
 * ''.
 */
export function reversedLabels(domain: string): readonly string[] {
  return domain === '' ? [] : lowerAscii(domain).split('.').reverse();
}

export interface Mailbox {
  /** Local part, without quotes and escapes. */
  readonly local: string;
  readonly domain: string;
}

/** Parses a mailbox like Go; undefined if it is invalid (crypto/x509/verify.go, parseRFC2821Mailbox). */
export function parseMailbox(text: string): Mailbox | undefined {
  const written = text.startsWith('"') ? quotedLocalPart(text) : atomLocalPart(text);
  if (written === undefined || text[written.length] !== '@') return undefined;
  const domain = text.slice(written.length + 1);
  const bare = text.startsWith('"') ? written.slice(1, -1) : written;
  return isDomain(domain) ? { local: unescaped(bare), domain } : undefined;
}

const unescaped = (text: string): string => text.replace(/\\([\s\S])/g, '$1');

/** The quoted local part at the start of a text, with its quotes and escapes. */
function quotedLocalPart(text: string): string | undefined {
  // RFC 5321 Quoted-string, with the space in the examples of RFC 3696.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
  return /^"(?:[\x01-\x08\x0b\x0c\x0e-!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"/.exec(text)?.[0];
}

/** The unquoted local part at the start of a text, with its escapes. */
function atomLocalPart(text: string): string | undefined {
  // A backslash escapes any character (RFC 3696).
  const written = /^(?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]|\\[\s\S])*/.exec(text)?.[0] ?? '';
  const local = unescaped(written);
  return local === '' || /^\.|\.$|\.\./.test(local) ? undefined : written;
}
