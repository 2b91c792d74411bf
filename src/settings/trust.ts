/** Whether a file that decides what is reported may be trusted: others must not be able to change it. */

interface Owned {
  readonly mode: number;
  readonly uid: number;
}

/**
 * Returns why a user should not trust a file; undefined if they may. Like sudo and ssh, root trusts only its own files,
 * which no one else may write. Other users trust their own and those of root.
 *
 * @param file the file, and what leads to it if that is a link
 * @param me the user; undefined where there are no users
 */
export function riskOf(file: Owned, link: Pick<Owned, 'uid'>, me: number | undefined): string | undefined {
  if (me === undefined) return undefined;
  if (me === 0 && (file.mode & 0o022) !== 0) return 'others may write it';
  const stranger = [file.uid, link.uid].find((uid) => uid !== 0 && uid !== me);
  return stranger === undefined ? undefined : `it belongs to the user ${stranger}`;
}
