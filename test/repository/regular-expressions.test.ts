/** Every regular expression takes linear time: what it is matched with may come from a hostile file. */
import { check } from 'recheck';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { sampled } from '../support/extent.ts';
import { readText, sources as sourceFiles } from './files.ts';

interface Found {
  readonly source: string;
  readonly flags: string;
  readonly path: string;
}

/** A node of a syntax tree (ESTree), as far as it is read here. */
type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function* nodesIn(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  if ('type' in value) yield value;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}

const nodesOf = (path: string): Node[] => [
  ...nodesIn(parseAst(readText(path), { lang: path.endsWith('.ts') ? 'ts' : 'js', sourceType: 'module' }, path)),
];

function literalsIn(path: string): Found[] {
  return nodesOf(path).flatMap(({ type, regex }) => {
    if (type !== 'Literal' || !isNode(regex)) return [];
    return [{ source: String(regex.pattern), flags: String(regex.flags), path }];
  });
}

const isRegExp = ({ type, callee }: Node) =>
  (type === 'NewExpression' || type === 'CallExpression') && isNode(callee) && callee.name === 'RegExp';

const sources = [...sourceFiles(), 'scripts/launcher.cjs'];

/** What is put together at run time, by file: what it looks like. */
const composed: Readonly<Record<string, readonly (readonly [source: string, flags: string])[]>> = {
  'src/core/secrets.ts': [':?\\s{0,9}', '-?', '\\s{0,9}'].map((separator) => [
    '30_(?:[0-7]#|81_##|82_##_##)_02_01_0[01](?:_##){12,}'.replaceAll('#', '[\\da-f]').replaceAll('_', separator),
    'gi',
  ]),
  'src/policy/schema-mistakes.ts': patternsOf('rules/schema/config.schema.json').map((source) => [source, '']),
  'src/report/text/ascii.ts': [
    ['(?<=\\S) · ', 'g'],
    ['(?:^|(?<=[ (]|\\x1b\\[\\d*m))[✖▲✔→](?=[ ):,]|\\x1b|$)', 'g'],
  ],
  'src/results/read/labels.ts': [
    [
      '(?<![\\w./-])fleet\\/cp\\-1(?![\\w/-]|\\.\\w)|(?<=root@)cp\\-1(?=:)|(?<= on )cp\\-1(?=$|[:,;])|(?<= of )cp\\-1(?= →)',
      'g',
    ],
  ],
  'src/scan/components/program.ts': [['(?:^|[\\s/;&|])kube-apiserver(?:$|[\\s;&|])', '']],
  'src/scan/fs/relevance.ts': [
    ['(?:^|/)(?:etc/kubernetes|var/lib/kubelet|systemd/system|etc/default|etc/sysconfig)(?:/|$)', ''],
    ['(?:^|/)(?:proc|sys|dev|var/lib/(?:containerd|containers|docker)|var/cache)/', ''],
  ],
};

/** Every `pattern` of a JSON schema. */
function patternsOf(path: string): string[] {
  const all: string[] = [];
  JSON.parse(readText(path), (key, value: unknown) => {
    if (key === 'pattern' && typeof value === 'string') all.push(value);
    return value;
  });
  return all;
}

/** Patterns that would take longer, and why they cannot. */
const excused: Readonly<Record<string, string>> = {
  '\\$(?:\\$|\\(([^)]*)\\))':
    'components/words.ts: the text ends with a parenthesis, so that every search for one succeeds',
  '^ {0,40}(?:- +)?(?=.{1,200}$)(["\']?)(?:--?[\\w-]+=?|[\\w-]+=|\\w+: +)(?!.*:\\/\\/[^,]*\\/[^,])(["\']?)(?:[\\w./,:+*-]|\\[[\\da-f:]+\\]|\\$\\(\\w+\\))*\\2\\1,?$':
    'parse/document.ts: a line has at most 250 characters',
};

/** Without an unbounded repetition, a match has a greatest length, so that a search takes linear time. */
function isBounded(source: string): boolean {
  const withoutLiterals = source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  return !/[*+]|\{\d+,\}/.test(withoutLiterals);
}

/** Limits by steps and none by time, so that the answer is always the same. */
const limits = {
  ...{ timeout: null, attackTimeout: null, incubationTimeout: null },
  attackLimit: 50_000_000,
  randomSeed: 1,
};

/** What is wrong with a pattern; undefined if it takes linear time. */
async function problemOf({ source, flags }: Pick<Found, 'source' | 'flags'>): Promise<string | undefined> {
  if (isBounded(source)) return undefined;
  const { status, ...rest } = await check(source, flags, limits);
  if (status === 'safe') return undefined;
  return status === 'vulnerable' && 'complexity' in rest ? rest.complexity.summary : status;
}

/**
 * Patterns that were judged, one a line: to judge all takes half a minute of CPU time. The sample judges those that are
 * not here; in full all are judged, and `-u` writes the file.
 */
const judgedFile = 'linear-expressions.txt';
const judged = new Set(readText(`test/repository/${judgedFile}`).split('\n'));

const everyPattern = [...sources.flatMap(literalsIn), ...Object.entries(composed).flatMap(ofFile)];

function ofFile([path, patterns]: [string, readonly (readonly [string, string])[]]): Found[] {
  return patterns.map(([source, flags]) => ({ source, flags, path }));
}

describe('regular expressions', () => {
  it('are put together only where it is known', () => {
    expect(sources.filter((path) => nodesOf(path).some(isRegExp))).toEqual(Object.keys(composed));
  });

  it('are excused only where they are', () => {
    const patterns = new Set(everyPattern.map(({ source }) => source));
    expect(Object.keys(excused).filter((source) => !patterns.has(source))).toEqual([]);
  });

  it('take linear time', { timeout: 900_000 }, async () => {
    expect(everyPattern.length).toBeGreaterThan(300);
    const different = new Map(everyPattern.map((found) => [`/${found.source}/${found.flags}`, found]));
    const asked = [...different].filter(([, { source }]) => !(source in excused || isBounded(source)));
    const problems: string[] = [];
    for (const [shown, found] of asked.filter(([one]) => !sampled(judged.has(one), false))) {
      const problem = await problemOf(found);
      if (problem !== undefined) problems.push(`${found.path}: ${shown}: ${problem}`);
    }
    expect(problems).toEqual([]);
    const text = asked.map(([shown]) => `${shown}\n`).sort();
    if (sampled(false, true)) await expect(text.join('')).toMatchFileSnapshot(judgedFile);
  });

  it('that were judged are still there', () => {
    const patterns = new Set(everyPattern.map(({ source, flags }) => `/${source}/${flags}`));
    expect([...judged].filter((one) => one !== '' && !patterns.has(one))).toEqual([]);
  });

  it.each([
    ['Proc-Type:.*ENCRYPTED', '2nd degree polynomial'],
    ['^\\s*::', '2nd degree polynomial', 'm'],
    ['^(?:a+)+$', 'exponential'],
    ['^[a-z]+$', undefined],
  ])('the checker judges %s: %s', async (source, problem, flags = '') => {
    expect(await problemOf({ source, flags })).toBe(problem);
  });
});
