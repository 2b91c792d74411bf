/** Comments, docs, and all that users read are in plain technical English, as described in CONTRIBUTING.md. */
import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { complaintsAbout, type Passage, replacements, userReplacements } from './english.ts';
import { listFiles, readText } from './files.ts';

/** Path prefixes of the folders and files whose comments are checked. */
const covered = [
  ...['.ci/', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/decisions.md'],
  ...['SECURITY.md', 'scripts/', 'src/', 'test/'],
];

/** Path prefixes of what users read: texts in rules and code, and docs. */
const forUsers = ['rules/catalog/', 'rules/tables/', 'rules/schema/', 'src/', 'README.md', 'docs/'];

/** Of these, what is not in the package or no user needs. */
const forDevelopers = [
  'docs/architecture.md',
  'docs/decisions.md',
  ...['catalog', 'citations', 'tables'].map((name) => `rules/schema/${name}.schema.json`),
];

/** Keys of `rules/` whose texts are not printed. */
const unprinted = new Set(['note', 'source', 'code', 'id', 'cite']);

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

const lineOf = (content: string, index: number): number => content.slice(0, index).split('\n').length;

/** Without placeholders, code spans, and what is a name and not a word: ids, paths, flags, targets of links. */
const words = (text: string): string =>
  text.replace(
    /\$?\{[^{}]*\}|&lt;[^<>]*>|\([\w./-]*#[\w-]*\)|`[^`]*`|\S*[\w)][/=]\S*|\w+:\S+|(?<!\w)--?[a-z]\S*/g,
    '…',
  );

/** The texts of a file of rules. */
function jsonTexts(content: string): readonly Passage[] {
  const found: Passage[] = [];
  const visit = (value: unknown, key = ''): void => {
    if (unprinted.has(key)) return;
    if (typeof value === 'string' && value.includes(' ')) {
      found.push({ line: lineOf(content, content.indexOf(JSON.stringify(value))), text: words(value) });
    }
    if (Array.isArray(value)) for (const one of value) visit(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) visit(one, name);
  };
  visit(JSON.parse(content));
  return found;
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
}

/** The texts in code: strings of several words, and headings in capitals. Internal errors are for developers. */
function codeTexts(content: string): readonly Passage[] {
  const found: Passage[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isInternal(node)) return;
    const text = node.quasis?.map(({ value }) => value.cooked).join('{}') ?? node.value;
    if (typeof text === 'string' && /[a-z] |^[A-Z ]+$/.test(text)) {
      found.push({ line: lineOf(content, node.start), text: words(text) });
    }
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  };
  visit(parseAst(content, { lang: 'ts' }) as unknown as SyntaxNode);
  return found;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Whether a node is `new Error(…)`, whose text says which assumption of the code was wrong. */
const isInternal = (node: SyntaxNode): boolean =>
  node.type === 'NewExpression' &&
  'callee' in node &&
  isNode(node.callee) &&
  'name' in node.callee &&
  node.callee.name === 'Error';

/** What users read in a file. */
function userTexts(path: string): readonly Passage[] {
  const content = readText(path);
  if (path.endsWith('.json')) return jsonTexts(content);
  return path.endsWith('.ts')
    ? codeTexts(content)
    : passagesOf(path, content).map(({ line, text }) => ({ line, text: words(text) }));
}

const under = (prefixes: readonly string[]) => (path: string) => prefixes.some((prefix) => path.startsWith(prefix));

test('comments and developer docs use plain English', () => {
  const paths = listFiles().filter(under(covered));
  expect(paths.flatMap((path) => complaintsAbout(path, passagesOf(path, readText(path)), replacements))).toEqual([]);
});

test('users read plain English', () => {
  const paths = listFiles().filter(
    (path) => under(forUsers)(path) && !under(forDevelopers)(path) && /\.(?:json|ts|md)$/.test(path),
  );
  expect(paths.flatMap((path) => complaintsAbout(path, userTexts(path), userReplacements))).toEqual([]);
});

test('a complaint says where the word is and what to write instead', () => {
  const code = "const nobody = 'lest';\n/**\n * Made `anew`, for\n * want of a key.\n */\n";
  const complaints = (path: string, content: string) => complaintsAbout(path, passagesOf(path, content), replacements);
  expect(complaints('src/a.ts', code)).toEqual([
    'src/a.ts:2: "…Made …, for want of a key.…": instead of "for want of" write "without", or "because there is no"',
  ]);
  expect(complaints('run.sh', '#!/bin/sh\necho nobody # mend\n  # Run\n  # anew.\n')).toHaveLength(1);
});

test.each([
  [
    'a text of a rule',
    jsonTexts('{"id": "a b", "title": "The authority of {role}", "note": "its argument"}'),
    'authority',
  ],
  [
    'a text in code',
    codeTexts("const role = 'argument';\nthrow new Error('another key');\nsay('it ends on');\n"),
    'ends on',
  ],
  ['a heading', codeTexts("const head = ['TO', 'HE'];\n"), 'HE'],
])('%s is checked, but no names and nothing for developers', (_, texts, word) => {
  const complaints = complaintsAbout('a', texts, userReplacements);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain(`instead of "${word}"`);
});

test("the components' own words are kept", () => {
  const texts = jsonTexts(
    JSON.stringify(['x509: certificate signed by unknown authority', 'invalid argument "a" for "--b" flag']),
  );
  expect(complaintsAbout('a', texts, userReplacements)).toEqual([]);
});
