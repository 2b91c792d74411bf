/**
 * A layout in other words: RKE2's is k3s' under its own name, and one with a different data directory is the same
 * elsewhere.
 */

/**
 * Returns a value of JSON in which every text has other words.
 *
 * @param words what is replaced, and by what: where one is a part of another, the longer one counts
 */
export function reworded<Value>(value: Value, words: Readonly<Record<string, string>> | undefined): Value {
  if (words === undefined) return value;
  const all = Object.entries(words).sort(([one], [other]) => other.length - one.length);
  const inText = (text: string) => replaced(text, all);
  const inValue = (one: unknown): unknown => {
    if (typeof one === 'string') return inText(one);
    if (Array.isArray(one)) return one.map(inValue);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, own]) => [inText(key), inValue(own)]));
  };
  return inValue(value) as Value;
}

/** Replaces the first word, and the others only in what is between: what one of them wrote is not read again. */
function replaced(text: string, [first, ...others]: readonly (readonly [from: string, to: string])[]): string {
  if (first === undefined) return text;
  const [from, to] = first;
  // Of most words a text has none.
  if (!text.includes(from)) return replaced(text, others);
  return text
    .split(from)
    .map((part) => replaced(part, others))
    .join(to);
}
