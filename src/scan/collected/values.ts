/** Which values of flags and lines may be in a copy without keys. */
import type { Argument } from '../../artifact/argument.ts';
import type { Programs } from '../../artifact/layout.ts';
import type { Place, Placed, SetBy } from '../../artifact/place.ts';
import { givesAccess, keyNotShown } from '../../core/secrets.ts';
import { isMisspelt } from '../../core/text.ts';

/** Decides what may be shown, and counts what is left out. */
export interface Values {
  /** Counts something that is left out. */
  readonly leave: (what: string) => void;
  /** Returns an argument of a component without a value that may be secret. */
  readonly argument: (component: string, argument: Argument) => Argument;
  /** Whether all words of a line are flags that may be shown, the program, or paths. */
  readonly isShownLine: (component: string, line: string) => boolean;
  /** Returns such a line; of any other only that it is not shown. */
  readonly line: (component: string, line: string) => string;
  readonly placedLine: (component: string, line: Placed<string>) => Placed<string>;
}

/** Where systems have files. */
const usualFolders = new Set([
  ...['app', 'apps', 'bin', 'boot', 'data', 'dev', 'etc', 'home', 'host', 'lib', 'lib64', 'media', 'mnt', 'opt'],
  ...['proc', 'root', 'run', 'sbin', 'snap', 'srv', 'sys', 'tmp', 'usr', 'var'],
]);

/** Whether it is a path where systems have files. One in 64 random secrets in base64 begins with a slash too. */
const isUsualPath = (value: string): boolean =>
  value === '/' || (/^\/[\w./@:+-]+$/.test(value) && usualFolders.has(value.split('/', 2)[1] ?? ''));

const isSwitch = (value: string): boolean => /^(?:true|false|\d{1,5}(?:ms|[smhd])|)$/i.test(value);

/** Whether a value says too little to be a secret: a usual path, an IPv4 address, `true`, `10s`, a few digits. */
export const isPlain = (value: string): boolean =>
  isSwitch(value) ||
  isUsualPath(value) ||
  /^(?:[\d.]{1,6}(?:ms|[smhd])?|(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?)$/i.test(value);

/**
 * All of a URL up to its last `@`, whatever characters a password has; but not behind a host with or without a port
 * that ends at a slash, where an `@` is one of the path.
 */
const userinfo = /:\/\/(?!(?:[^/:@\s]*|\[[\da-f:.]*\])(?::\d{1,5})?[/?#])(?:(?!:\/\/)\S)*@/gi;

/**
 * Returns a URL, or several, with `xxxxx` in place of names and passwords, as Go's `URL.Redacted` writes these, and of
 * queries.
 */
export function withoutCredentials(value: string): string {
  const [before = '', ...urls] = value.replaceAll(userinfo, '://xxxxx@').split('://');
  return [before, ...urls.map((url) => url.replace(/\?[^\s,]+/, '?xxxxx'))].join('://');
}

/** Returns a place without the line in it. */
export const withoutLine = <At extends SetBy | Place>(at: At): At =>
  'words' in at || (at as Place).source === undefined ? at : { ...at, source: null };

/** @param leave receives what is left out */
export function openValues(programs: Programs, leave: (what: string) => void): Values {
  const isKnown = (component: string, flag: string) => programs.get(component)?.flags.has(flag) === true;
  const isOpen = (component: string, flag: string) => isKnown(component, flag) && !givesAccess(flag);
  // Of one dash before a long name, pflag reads the first letter as the flag, and the rest as its value.
  const isShown = (component: string, flag: string, value: string) =>
    (givesAccess(flag) ? isSwitch(value) || isUsualPath(value) : isPlain(value)) ||
    isOpen(component, flag) ||
    isOpen(component, `${flag}${value.split('=')[0]}`);

  function argument(component: string, one: Argument): Argument {
    const { name, value, at } = one;
    if (value === undefined) return { ...one, at: withoutLine(at) };
    if (!isShown(component, name, value)) {
      leave('values of flags');
      return { ...one, value: keyNotShown, at: withoutLine(at) };
    }
    const shown = withoutCredentials(value);
    return shown === value ? one : { ...one, value: shown, at: withoutLine(at) };
  }

  function isShownLine(component: string, line: string): boolean {
    let named: string | undefined;
    return line
      .replaceAll(/["',\\[\]]/g, ' ')
      .split(/\s+/)
      .every((word) => {
        const [, flag, value] = /^--?([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
        const of = named;
        named = undefined;
        if (flag === undefined) {
          const isShown = word === component || isPlain(word) || word === '-' || isValue(of, word);
          return isShown || isMisspelt(word, component);
        }
        const name = flag.replaceAll('_', '-');
        if (value === undefined) named = name;
        return value === undefined || isValue(name, value);
      });
    function isValue(flag: string | undefined, value: string): boolean {
      return flag !== undefined && isShown(component, flag, value) && withoutCredentials(value) === value;
    }
  }

  function line(component: string, text: string): string {
    if (isShownLine(component, text)) return text;
    leave('words of command lines');
    return keyNotShown;
  }

  const placedLine = (component: string, one: Placed<string>) => ({ ...one, value: line(component, one.value) });
  return { leave, argument, isShownLine, line, placedLine };
}
