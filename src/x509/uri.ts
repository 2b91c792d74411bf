import { ParseError } from './der.ts';
import { quote } from './text.ts';

/**
 * Returns the host (with port, unescaped) of a URI. Rejects what Go's url.Parse rejects (net/url/url.go). `text` is
 * ASCII. Throws a ParseError with the error of net/url.
 */
export function uriHost(text: string): string {
  const cut = text.indexOf('#');
  const uri = cut < 0 ? text : text.slice(0, cut);
  const host = within(uri, () => hostOf(uri));
  if (cut >= 0) within(text, () => undoEscapes(text.slice(cut + 1), 'plain'));
  return host;
}

/** Returns what Go's url.Parse says about a text that is not a URL. */
export function urlFault(text: string): string | undefined {
  try {
    uriHost(text);
    return undefined;
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

function within<T>(uri: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof ParseError ? new ParseError(`parse ${quote(uri)}: ${error.message}`) : error;
  }
}

function hostOf(uri: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(uri)) throw new ParseError('net/url: invalid control character in URL');
  if (uri === '*') return '';
  if (uri.startsWith(':')) throw new ParseError('missing protocol scheme');
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(uri)?.[0] ?? '';
  const query = uri.indexOf('?', scheme.length);
  const rest = uri.slice(scheme.length, query < 0 ? undefined : query);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return '';
    if (/^[^/]*:/.test(rest)) throw new ParseError('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    undoEscapes(rest, 'plain');
    return '';
  }
  const slash = rest.indexOf('/', 2);
  const host = authorityHost(rest.slice(2, slash < 0 ? undefined : slash));
  if (slash >= 0) undoEscapes(rest.slice(slash), 'plain');
  return host;
}

function authorityHost(authority: string): string {
  const at = authority.lastIndexOf('@');
  const host = hostWithPort(authority.slice(at + 1));
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (/[^A-Za-z0-9\-._:~!$&'()*+,;=%@]/.test(user)) throw new ParseError('net/url: invalid userinfo');
    const colon = user.indexOf(':');
    undoEscapes(colon < 0 ? user : user.slice(0, colon), 'plain');
    if (colon >= 0) undoEscapes(user.slice(colon + 1), 'plain');
  }
  return host;
}

function hostWithPort(host: string): string {
  if (!host.startsWith('[')) {
    const colon = host.lastIndexOf(':');
    if (colon >= 0) checkPort(host.slice(colon));
    return undoEscapes(host, 'host');
  }
  const end = host.lastIndexOf(']');
  if (end < 0) throw new ParseError("missing ']' in host");
  checkPort(host.slice(end + 1));
  const zone = host.slice(0, end).indexOf('%25');
  if (zone < 0) return undoEscapes(host, 'host');
  return (
    undoEscapes(host.slice(0, zone), 'host') +
    undoEscapes(host.slice(zone, end), 'zone') +
    undoEscapes(host.slice(end), 'host')
  );
}

function checkPort(text: string): void {
  if (!/^(?::\d*)?$/.test(text)) throw new ParseError(`invalid port ${quote(text)} after host`);
}

const hostChar = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]$/;

/** Unescapes %XX (to Latin-1). Rejects escapes and characters that a host cannot contain (net/url unescape). */
function undoEscapes(text: string, mode: 'plain' | 'host' | 'zone'): string {
  return text.replace(/%[\s\S]{0,2}|[^%]/g, (part) => {
    if (!part.startsWith('%')) {
      if (mode !== 'plain' && !hostChar.test(part))
        throw new ParseError(`invalid character ${quote(part)} in host name`);
      return part;
    }
    if (!/^%[0-9a-fA-F]{2}$/.test(part)) throw new ParseError(`invalid URL escape ${quote(part)}`);
    const char = String.fromCharCode(Number.parseInt(part.slice(1), 16));
    const refused =
      part !== '%25' && (mode === 'host' ? char < '\x80' : mode === 'zone' && char !== ' ' && !hostChar.test(char));
    if (refused) throw new ParseError(`invalid URL escape ${quote(part)}`);
    return char;
  });
}
