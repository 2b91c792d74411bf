/**
 * What of a text may be shown, if the text may have a secret. What may not is replaced where the text is read: after a
 * scan nothing has it, and nothing can print it.
 */

/** Stands for what is not shown. No command can contain it (`core/command/fill.ts`). */
export const hidden = '…';

/** Whether a part of a text is hidden. */
export const isHidden = (text: string | undefined): boolean => text?.includes(hidden) === true;

/** A JSON Web Token, or a bootstrap token. */
const token = /(?:^|[^\w-])(?:eyJ[\w-]{10,}\.[\w-]{10,}|[a-z\d]{6}\.[a-z\d]{16}(?![\w.-]))/;

/** Whether a text has a token: someone may have given it to a flag that is for something else. */
export const hasToken = (text: string): boolean => token.test(text);

/** Where systems have files. */
const usualFolders = new Set([
  ...['app', 'apps', 'bin', 'boot', 'data', 'dev', 'etc', 'home', 'host', 'lib', 'lib64', 'media', 'mnt', 'opt'],
  ...['proc', 'root', 'run', 'sbin', 'snap', 'srv', 'sys', 'tmp', 'usr', 'var'],
]);

/** Whether it is a path where systems have files. One in 64 random secrets in base64 begins with a slash too. */
const isUsualPath = (value: string): boolean =>
  /^\/(?:[\w-]{1,40}\.[a-z]{1,4})?$/.test(value) ||
  (/^\/[\w./@:+-]+$/.test(value) && usualFolders.has(value.split('/', 2)[1] ?? ''));

/**
 * Whether a value says too little to be a secret: a usual path, an IPv4 address or a range, `true`, `1h30m`, a few
 * digits.
 */
export const isPlain = (value: string): boolean =>
  isUsualPath(value) ||
  /^(?:true|false|(?:\d{1,5}(?:\.\d{1,3})?(?:ms|[smhd]))+|[\d.]{0,6})$/i.test(value) ||
  /^(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2}|:\d{1,5})?$/.test(value);

/** A host, and perhaps a port. */
const authority = /^(?:[\w.-]+|\[[\da-f:.]+(?:%\w+)?\])?(?::\d{1,5})?$/i;

const plainPath = /^(?:\/[\w.~-]*)*$/;

/**
 * Returns what follows the scheme of a URL without what may be secret.
 *
 * @param isStrict whether a part of a password may be here: then everything is hidden if it does not begin with a host
 */
function withoutCredentials(rest: string, isStrict: boolean): string {
  if (!isStrict && !/[@?#]/.test(rest)) return rest;
  const at = rest.lastIndexOf('@');
  // It may be in a query as well as in a password.
  if (/[/?#]/.test(rest.slice(0, at + 1))) return hidden;
  const [before, after] = at === -1 ? ['', rest] : [`${hidden}@`, rest.slice(at + 1)];
  const place = after.split(/[?#]/, 1)[0] ?? '';
  const query = after.slice(place.length);
  const host = place.split('/', 1)[0] ?? '';
  const path = place.slice(host.length);
  if (!authority.test(host)) return hidden;
  const shownPath = plainPath.test(path) ? path : `/${hidden}`;
  return before + host + shownPath + (query.length < 2 ? query : `${query[0]}${hidden}`);
}

/** Separates the URLs of a list. */
const isSeparator = (character: string | undefined): boolean => character !== undefined && /[,;\s]/.test(character);

/** The name of a URL in a list, and its scheme: `cp-1=https`. */
const scheme = /^(?:[\w.-]+=)?[a-z][a-z\d+.-]*$/i;

/** Returns where each URL of a text begins, with its name, and where what follows its scheme begins. */
function startsOf(text: string): readonly (readonly [begin: number, rest: number])[] {
  const starts: [number, number][] = [];
  let done = 0;
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', done)) {
    let begin = at;
    while (begin > done && /[\w+.=-]/.test(text[begin - 1] ?? '')) begin -= 1;
    const isStart = begin === 0 || isSeparator(text[begin - 1]);
    done = at + '://'.length;
    if (isStart && scheme.test(text.slice(begin, at))) starts.push([begin, done]);
  }
  return starts;
}

/**
 * Returns one or more URLs, or addresses without a scheme, and hides users, passwords, queries and fragments, and what
 * cannot be parsed. A text without any of these is returned as it is.
 */
export function shownUrl(text: string): string {
  if (text.startsWith('/') || !/:\/\/|[@?#]/.test(text)) return text;
  const starts = startsOf(text);
  const [first] = starts;
  // What looks like a scheme may be in a password, too.
  if (first === undefined || (first[0] > 0 && text.includes('@'))) return withoutScheme(text);
  const all = partsOf(text, starts);
  // What looks like the next URL may be in a password, or in a query.
  const isClear =
    all.length === 1 ||
    all.every(({ start, body }) => start.endsWith('unix://') || (usualScheme.test(start) && clear.test(body)));
  const urls = (isClear ? all : partsOf(text, [first])).map(({ start, body, after }) => {
    // An abstract socket begins with an @.
    const shown = start.endsWith('unix://') ? body : withoutCredentials(body, text.includes('@'));
    return start + shown + after;
  });
  const before = text.slice(0, first[0]);
  return (before === '' ? '' : withoutScheme(before)) + urls.join('');
}

/** The name of a URL in a list, and a scheme that is not a password. */
const usualScheme = /^(?:[\w.-]+=)?(?:https?|grpcs?|tcp|unixs?):\/\/$/i;

/** What follows the scheme of a URL, with nothing in it that is ambiguous. */
const clear = /^(?:[^@/?#\s]*@)?(?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?|:\d{1,5})(?:\/[\w.~-]*)*$/i;

/** Returns each URL of a text: its start, with name and scheme, the rest, and what separates it from the next. */
const partsOf = (text: string, starts: ReturnType<typeof startsOf>) =>
  starts.map(([begin, rest], number) => {
    const next = starts[number + 1]?.[0] ?? text.length;
    let end = next;
    while (end > rest && isSeparator(text[end - 1])) end -= 1;
    return { start: text.slice(begin, rest), body: text.slice(rest, end), after: text.slice(end, next) };
  });

/** `user:password@host:1`, and `host:1?token=x`; an `@` alone is also in names such as `me@example.com`. */
function withoutScheme(text: string): string {
  const at = text.lastIndexOf('@');
  const isUser = at !== -1 && (text.slice(0, at).includes(':') || /:\d/.test(text.slice(at)));
  return isUser || /:\d{1,5}[?#]/.test(text) || /[?#]\w{0,40}=/.test(text) ? withoutCredentials(text, true) : text;
}
