/**
 * Returns a function that matches texts with a pattern in which `*` stands for any characters, or none. Patterns come
 * from users, so each match takes linear time; a regular expression of several `*` does not.
 */
export function glob(pattern: string): (text: string) => boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return (text) => text === pattern;
  const middle = rest.filter((part) => part !== '');
  return (text) => {
    const last = text.length - end.length;
    if (!text.startsWith(start) || !text.endsWith(end)) return false;
    let at = start.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= last;
  };
}
