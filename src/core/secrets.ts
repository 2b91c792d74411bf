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
const starts = /M(?=([A-P](?:\\{0,2}[\w+/-]){14}))/g;
/** The rest of base64, which may be wrapped. */
const rest = /[\w+/\\-]*={0,2}(?:\s+[\w+/\\-]{20,}={0,2})*/y;

/**
 * Returns a text without the private keys in it: PEM, PEM in base64 or base32, or DER in base64, base32 or hex.
 * Everything that is printed passes through here, whatever file or name it came from.
 */
export function redact(text: string): string {
  if (text.length < 16 || !suspicious.test(text)) return text;
  const forms = [armoredAndEncoded, ...inHex, inBase32];
  return withoutDer(forms.reduce((shown, form) => shown.replace(form, withheld), withoutArmored(text)));
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

/** PKCS#1, PKCS#8 and SEC1 start with a SEQUENCE whose first element is the INTEGER 0 or 1 (RFC 8017, 5958, 5915). */
function startsKey(der: Buffer): boolean {
  const long = der[1] ?? 0;
  const at = long < 0x80 ? 2 : 2 + (long & 0x7f);
  return der[0] === 0x30 && der[at] === 0x02 && der[at + 1] === 1 && (der[at + 2] ?? 2) <= 1;
}

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
