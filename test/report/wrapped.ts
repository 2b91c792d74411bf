/** Returns the lines of a report that are wrapped: all but commands, which are indented, and addresses. */
export function wrappedLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => !/^(?: {2}| {4})(?:\S+\/|[a-z-]+ )(?! )|https:/.test(line));
}
