/** Texts from files in Markdown: they are neither markup, HTML, mentions nor links, on GitHub and on GitLab. */
import { printable } from '../../core/text.ts';
import { webAddress } from './uri.ts';

/** What has a meaning in Markdown or HTML, within a line that does not begin with it. */
const markup = /[&<>\\`*_~[\]|#@!$^]|:(?=\/\/)|(?<=www)\./gi;

/**
 * What refers to something in text that is rendered already, where escapes do not count: people, issues, labels,
 * commits of GitHub and GitLab (@a, #1, !1, ~a, $1, %1, &1, ^a, GH-1), and the names of emojis (`:ab:`, also in an IPv6
 * address).
 */
const reference = /[@#!~$%&^](?=[\w"'])|\bGH(?=-\d)|:(?=(?:100|1234|\d*[a-z_+-][\w+-]*):)/gi;

/** Breaks a reference, and is not seen. */
const invisible = '\u200b';

/**
 * Returns a text, printable, with numeric character references, which are characters in Markdown as well as in HTML and
 * never markup (CommonMark 0.31, 2.5).
 */
export function markdownText(text: string, most?: number): string {
  return printable(text, most)
    .replace(reference, (found) => `${found}${invisible}`)
    .replace(markup, inReference)
    .replaceAll(invisible, '&#8203;');
}

const inReference = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Returns a link, or only its text if the address is not one of the web. */
export function markdownLink(text: string, url: string | undefined): string {
  const address = webAddress(url);
  return address === undefined ? markdownText(text) : `[${markdownText(text)}](${address})`;
}

/** Returns lines as a block of code for a shell, which ends only after all of them. */
export function markdownCode(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence].join('\n');
}

/** Returns a table. The cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
