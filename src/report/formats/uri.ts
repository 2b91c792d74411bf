/** Paths and addresses as URIs. */
import { redact } from '../../core/secrets.ts';

/** Longer paths exist only in crafted archives. */
const maxLength = 8192;

/** Returns a path as a relative URI: percent-encoded, without a scheme, `.` and `..`. */
export function relativeUri(path: string): string {
  const segments = redact(path)
    .slice(0, maxLength)
    .split('/')
    .filter((segment) => !['', '.', '..'].includes(segment));
  return segments.map(encoded).join('/') || 'unknown';
}

/** A half of a surrogate pair cannot be encoded. */
const encoded = (segment: string): string =>
  encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd')).replace(/[!'()*]/g, inHex);

const inHex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Browsers and servers accept longer ones, but no document has one. */
const maxAddress = 2000;

/** Returns an address of the web if it is one, without anything that could end a link; else undefined. */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && url.length <= maxAddress && /^https:\/\/[\w.-]+(?:[/?#][\w./?#%&=:~+,;@-]*)?$/.test(url)
    ? url
    : undefined;
}
