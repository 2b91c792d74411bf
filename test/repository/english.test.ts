/** Comments and developer docs are in plain technical English, as described in CONTRIBUTING.md. */
import { expect, test } from 'vitest';
import { listFiles, readText } from './files.ts';

/** Path prefixes of the folders and files whose comments are checked. */
const covered = ['.ci/', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/decisions.md', 'scripts/', 'src/', 'test/'];

/** Words and phrases that a native speaker would not write, and what to write instead. Code spans are not checked. */
const replacements: readonly (readonly [pattern: RegExp, write: string])[] = [
  [/\banew\b/, '"again", "reissue", "recreate", or "a new …"'],
  [/\bwho(?:so)?ever\b|\bwhomever\b/, '"anyone who", "the user", "any component that", or the passive'],
  [/\bnobody\b/, '"no one", "no component", "no client", or "is not …"'],
  [/\b(?:some|any|every)body\b/, '"someone", "anyone", "every user", "every client"'],
  [/\blest\b/, '"so that … not"'],
  [/\bmend(?:s|ed|ing)?\b/, '"fix"'],
  [/\bbeside\b/, '"next to" (place) or "in addition to" (list)'],
  [/\b(?:thereby|therein|thereof|wherein|whereby|whence)\b/, 'a second sentence'],
  [/\btold\b/, '"reported", "printed", "passed", or "unless … says otherwise"'],
  [/\btells\b/, '"reports", "says", "shows", or "distinguishes"'],
  [/\bfor want of\b/, '"without", or "because there is no"'],
  [/\b(?:which|that|it|what|who) (?:is|are|was) no\b(?! longer)/, '"is not a …"'],
  [/\b(?:another|other) [\w-]+ than\b|\bothers? than those\b/, '"a different … from"'],
  [/\b(?:certificate|CA|leaf|leaves|credential|authority)s? (?:has |have )?end(?:s|ed)?\b/, '"expires"'],
  [/\bends? (?:in \d|so soon|soon|last)\b/, '"expires"'],
  [/\bstands? (?:in (?!for)|at |on |there|alone|below|above|behind|next)/, '"is in", "is at", "is listed in"'],
  [/\btak(?:e|es|en|ing) back\b|\btook back\b/, '"roll back", "undo", "revoke"'],
  [/\b(?:take|takes|taken) for granted\b/, '"assume"'],
  [/\bask(?:s|ed)? of\b/, '"applies to", "is checked for", "asks for"'],
  [/\bin the place of\b/, '"instead of", or "replaces"'],
  [/\bunasked\b/, '"by default", or "without being asked"'],
  [/\bof (?:ours|theirs)\b/, '"our own", or "of pki-lint"'],
  [/\bthie(?:f|ves)\b/, '"attacker"'],
  [/\b(?:he|him|his|himself)\b/, '"they", "the attacker", "the holder"'],
  [/\b(?:shall|ought)\b/, '"must", "should", or "will"'],
  [/\b(?:in truth|in vain|comes? to pass|of (?:its|their) own accord|a namesake)\b/, 'the plain word'],
  [/\bkin\b/, '"related …"'],
];

interface Passage {
  readonly line: number;
  readonly text: string;
}

const slashes = /(?<=^|[\s({,;])(?:\/\*[\s\S]*?\*\/|\/\/.*(?:\n\s*\/\/.*)*)/gm;
const hashes = /^\s*#(?!!).*(?:\n\s*#.*)*/gm;

/** The pattern of comments, or of paragraphs in Markdown, by file name. */
function passagePattern(path: string): RegExp | undefined {
  if (/\.(?:ts|[mc]js|go)$/.test(path)) return slashes;
  if (/\.sh$|^\.ci\//.test(path)) return hashes;
  return path.endsWith('.md') ? /(?:.+\n)+/g : undefined;
}

/** Comments or paragraphs, each as one line without code spans and comment markers. */
function passagesOf(path: string, content: string): readonly Passage[] {
  const pattern = passagePattern(path);
  if (pattern === undefined) return [];
  return [...content.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/.+/g, '')).matchAll(pattern)].map(
    ({ 0: text, index }) => ({
      line: content.slice(0, index).split('\n').length,
      text: text
        .replace(/`[^`\n]*`/g, '…')
        .replace(/^\s*(?:\/?\*+\/?|\/\/|#)/gm, '')
        .replace(/\s+/g, ' '),
    }),
  );
}

/** One line for each match: where it is, and what to write instead. */
function complaintsAbout(path: string, content: string): readonly string[] {
  return passagesOf(path, content).flatMap(({ line, text }) =>
    replacements.flatMap(([pattern, write]) => {
      const match = new RegExp(pattern, 'i').exec(text);
      if (match === null) return [];
      const context = text.slice(Math.max(0, match.index - 30), match.index + match[0].length + 30).trim();
      return [`${path}:${line}: "…${context}…": instead of "${match[0].trim()}" write ${write}`];
    }),
  );
}

test('comments and developer docs use plain English', () => {
  const paths = listFiles().filter((path) => covered.some((prefix) => path.startsWith(prefix)));
  expect(paths.flatMap((path) => complaintsAbout(path, readText(path)))).toEqual([]);
});

test('a complaint says where the word is and what to write instead', () => {
  const code = "const nobody = 'lest';\n/**\n * Made `anew`, for\n * want of a key.\n */\n";
  expect(complaintsAbout('src/a.ts', code)).toEqual([
    'src/a.ts:2: "…Made …, for want of a key.…": instead of "for want of" write "without", or "because there is no"',
  ]);
  expect(complaintsAbout('run.sh', '#!/bin/sh\necho nobody # mend\n  # Run\n  # anew.\n')).toHaveLength(1);
});
