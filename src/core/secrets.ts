/** Recognises private keys in texts, so that nothing prints them. */

/** Replaces secrets in the model and in reports. */
const withheld = '(embedded data)';

/** The start of base64 that may be a key's DER; `-----BEGIN` in base64, at each of the three offsets; PEM; DER in hex. */
const suspicious =
  /M[A-P](?:\\{0,2}[\w+/-]){14}|LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO|PRIVATE KEY-----|30\w{2,6}02010[01]/;

const armored = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|$)/gs;
const armoredInBase64 = /(?:LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO)[\w+/=-]*/g;
/** PKCS#1, PKCS#8 or SEC1: see `startsKey`. */
const inHex = /30(?:[0-7][\da-f]|81[\da-f]{2}|82[\da-f]{4})02010[01][\da-f]{24,}/gi;

/**
 * Base64 in any alphabet that can be the start of a SEQUENCE. Each position counts: text can precede a key. A `+` is
 * escaped in names of certificates.
 */
const starts = /M(?=([A-P](?:\\{0,2}[\w+/-]){14}))/g;
/** The rest of base64, which may be wrapped. */
const rest = /[\w+/\\-]*={0,2}(?:\s+[\w+/\\-]{20,}={0,2})*/y;

/**
 * Returns a text without the private keys in it: PEM, PEM in base64, or DER in base64 or hex. Everything that is printed
 * passes through here, whatever file or name it came from.
 */
export function redact(text: string): string {
  if (text.length < 16 || !suspicious.test(text)) return text;
  return withoutDer(text.replace(armored, withheld).replace(armoredInBase64, withheld).replace(inHex, withheld));
}

/** Returns the text, or a replacement if it contains a private key, or seems to be one. */
export function withoutSecret(text: string): string {
  return text.includes('PRIVATE KEY') || redact(text) !== text ? withheld : text;
}

function withoutDer(text: string): string {
  let shown = '';
  let done = 0;
  for (const match of text.matchAll(starts)) {
    if (match.index < done || !startsKey(Buffer.from(`M${match[1]?.replaceAll('\\', '')}`, 'base64'))) continue;
    shown += text.slice(done, match.index) + withheld;
    rest.lastIndex = match.index;
    rest.test(text);
    done = rest.lastIndex;
  }
  return shown + text.slice(done);
}

/** PKCS#1, PKCS#8 and SEC1 start with a SEQUENCE whose first element is the INTEGER 0 or 1 (RFC 8017, 5958, 5915). */
function startsKey(der: Buffer): boolean {
  const long = der[1] ?? 0;
  const at = long < 0x80 ? 2 : 2 + (long & 0x7f);
  return der[0] === 0x30 && der[at] === 0x02 && der[at + 1] === 1 && (der[at + 2] ?? 2) <= 1;
}
