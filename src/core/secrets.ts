/** Recognises private keys in texts, so that nothing prints them. */

/** Replaces secrets in the model and in reports. */
const withheld = '(embedded data)';

/**
 * The start of base64 or base32 that may be a key's DER; `-----BEGIN ` in base64 and base32, at each of their three and
 * five offsets; PEM; DER in hex.
 */
const suspicious =
  /M[A-P](?:\\{0,2}[\w+/-]){14}|LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO|[Gg][A-Ca-c][A-Za-z2-7]{14}|FUWS2LJN|WS2LJNFV|2LJNFUWU|LJNFUWS2|NFUWS2LK|PRIVATE KEY-----|30(?:[:-]?\s{0,9}\w\w){1,3}[:-]?\s{0,9}02[:-]?\s{0,9}01[:-]?\s{0,9}0[01]/;

const armoredAndEncoded =
  /(?:LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO|FUWS2LJNIJCUOSKO|WS2LJNFVBEKR2JJ|2LJNFUWUERKHJFH|LJNFUWS2QSFI5EU|NFUWS2LKCIVDUST)[\w+/=-]*/g;

/**
 * PKCS#1, PKCS#8 or SEC1 in hex (see `startsKey`), by what may be between bytes: one kind of separator, as a date has
 * several. A fingerprint, which is random, begins like this once in four billion.
 */
const inHex = [':?\\s{0,9}', '-?', '\\s{0,9}'].map((separator) => {
  const form = '30_(?:[0-7]#|81_##|82_##_##)_02_01_0[01](?:_##){12,}';
  return new RegExp(form.replaceAll('#', '[\\da-f]').replaceAll('_', separator), 'gi');
});

/** The same in base32, which may be wrapped: a short, a one-byte and a two-byte length. Nothing has to be decoded. */
const inBase32 =
  /G(?:[AB][A-Z2-7][AQ]EAI[AB]|CA[Q-Z2-7][A-Z2-7]AQBA[A-H]|CB[A-P][A-Z2-7]{2}[AIQY]CAEA)[A-Z2-7]{14,}={0,6}(?:\s+[A-Z2-7]{20,}={0,6})*(?:\n\s{0,9}[A-Z2-7]+={0,6})?/gi;

/**
 * Base64 in any alphabet that can be the start of a SEQUENCE. Each position counts: text can precede a key. A `+` is
 * escaped in names of certificates.
 */
const starts = /M(?=([A-P](?:\\{0,2}[\w+/-]){14,35}))/g;
/** The rest of base64, which may be wrapped. */
const rest = /[\w+/\\-]*={0,2}(?:\s+[\w+/\\-]{20,}={0,2})*/y;

/**
 * Returns a text without the private keys in it: PEM, PEM in base64 or base32, or DER in base64, base32 or hex.
 * Everything that is printed passes through here, whatever file or name it came from.
 */
export function redact(text: string): string {
  if (text.length < 16 || !(suspicious.test(text) || hasLongRun(text))) return text;
  const forms = [armoredAndEncoded, ...inHex, inBase32];
  const shown = withoutDer(forms.reduce((left, form) => left.replace(form, withheld), withoutArmored(text)));
  return shown.replace(longRun, (run) => (hasKeyInside(run) ? withheld : run));
}

const longRun = /[\w+/-]{80,}={0,2}/g;

const shortestRun = 80;

/** The characters of base64 in both alphabets, by their codes. */
const ofRun = Array.from({ length: 128 }, (_, code) => /[\w+/-]/.test(String.fromCharCode(code)));

/** Whether there is a run that may be base64 of base64. Looks back from one character in eighty. */
function hasLongRun(text: string): boolean {
  for (let end = shortestRun - 1; end < text.length; ) {
    let start = end;
    while (start > end - shortestRun && ofRun[text.charCodeAt(start)]) start -= 1;
    if (start === end - shortestRun) return true;
    end = start + shortestRun;
  }
  return false;
}

/** Whether base64 has base64 or PEM with a key in it. */
function hasKeyInside(run: string): boolean {
  const inside = Buffer.from(run, 'base64').toString('latin1');
  return /^[\w+/=\s-]+$/.test(inside) && redact(inside) !== inside;
}

/** Returns the text, or a replacement if it contains a private key, or seems to be one. */
export function withoutSecret(text: string): string {
  return text.includes('PRIVATE KEY') || redact(text) !== text ? withheld : text;
}

/** The dashes that end a BEGIN line. */
const dashes = 5;

/** Replaces PEM from its BEGIN line to the next END line, or to the end of the text. */
function withoutArmored(text: string): string {
  let shown = '';
  let done = 0;
  for (const { 0: begin, index } of text.matchAll(/-----BEGIN [A-Z ]*(?=-----)/g)) {
    if (index < done || !begin.endsWith('PRIVATE KEY')) continue;
    const end = /-----END [A-Z ]*-----/g;
    end.lastIndex = index + begin.length + dashes;
    shown += text.slice(done, index) + withheld;
    done = end.test(text) ? end.lastIndex : text.length;
  }
  return shown + text.slice(done);
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

/**
 * PKCS#1, PKCS#8 and SEC1 start with a SEQUENCE whose first element is the INTEGER 0 or 1 (RFC 8017, 5958, 5915).
 * Encrypted keys start with an algorithm of PKCS#5 or PKCS#12, and PKCS#12 files with the INTEGER 3 and data of PKCS#7
 * (RFC 8018, 7292).
 */
const keyStart = new RegExp(
  '^30L(?:02010[01]|30L06..2a864886f70d01(?:05|0c01)|02010330L06092a864886f70d0107)'.replaceAll(
    'L',
    '(?:[0-7].|80|81..|82.{4}|83.{6})',
  ),
);

/** Whether the first bytes of DER are those of a key. */
export const startsKey = (der: Uint8Array): boolean =>
  keyStart.test(Buffer.from(der.buffer, der.byteOffset, Math.min(der.length, longestStart)).toString('hex'));

/** Bytes of which `keyStart` is not longer. */
const longestStart = 64;

/** Whether the value of a flag or field that is known gives access. One that ends in `-file` has a path. */
export const givesAccess = (name: string): boolean =>
  !name.endsWith('-file') && /token|password|secret|discovery|credential|header$/i.test(name);

/** Instead of what may be a key. */
export const keyNotShown = '(not shown)';

/** The letters of base64, of which those of hex are some. */
const encoded = /[A-Za-z\d+/=]+/g;

/** Whether text may be base64 of 16 bytes or more: it has digits, and letters of both cases. Or it is hex of eight. */
function isRawKey(run: string): boolean {
  if (run.length >= 16 && /^[\da-f]+$/i.test(run)) return true;
  return run.length >= 22 && /[\d+=]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

/** Returns the text without what may be a random key in base64 or hex. */
export function withoutRawKey(text: string): string {
  return text.replace(encoded, (run) => (isRawKey(run) ? keyNotShown : run));
}
