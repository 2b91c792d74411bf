/** Filling a text's `{placeholders}`. */

/**
 * A template with its placeholders filled in.
 *
 * @param write how a value is written into the text, e.g. quoted for a shell
 * @throws Error for a placeholder that has no value: a fault of the catalogue, which the tests find
 */
export function fill(
  template: string,
  values: Readonly<Record<string, string>>,
  write: (value: string) => string = (value) => value,
): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}} in "${template}"`);
    return write(value);
  });
}

/** A word as a POSIX shell takes it: quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
