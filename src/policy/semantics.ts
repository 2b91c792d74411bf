/** What the schema of a policy cannot say. */
import { glob } from '../core/glob.ts';
import { isAboutObjects, rules } from '../tables/catalog.ts';
import { isAddressRange, parseIp } from '../x509/ip-address.ts';
import { inQuotes, type Mistake } from './mistake.ts';
import { patternMistakes } from './patterns.ts';
import { type Mapping, originAt, type Path, pathText, type Tree, treeAt } from './tree.ts';

type Check = (value: Tree, path: Path) => readonly Found[];

/** A mistake, and the path of what it is about. */
type Found = readonly [path: Path, message: string, hint?: string];

/** Returns what is wrong with a policy, besides what the schema says. Values of an unexpected type are left to that. */
export function semanticMistakes(tree: Mapping): readonly Mistake[] {
  const found = checks.flatMap(([pattern, check]) =>
    pathsOf(tree, pattern).flatMap((path) => {
      const value = treeAt(tree, path);
      return value === undefined ? [] : check(value, path).map((one) => mistakeAt(tree, one));
    }),
  );
  return [...found, ...patternMistakes(tree)];
}

function mistakeAt(tree: Mapping, [path, message, hint]: Found): Mistake {
  const { file, line } = originAt(tree, path);
  return { file, line, message: `${pathText(path)}${message}`, hint };
}

/** The paths of a pattern in which `*` stands for every item of a list. */
function pathsOf(tree: Tree, pattern: readonly string[]): readonly Path[] {
  return pattern.reduce<readonly Path[]>(
    (paths, step) =>
      paths.flatMap((path) => {
        if (step !== '*') return [[...path, step]];
        const at = treeAt(tree, path);
        return at?.kind === 'list' ? at.items.map((_, index) => [...path, index]) : [];
      }),
    [[]],
  );
}

const textOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'value' && typeof tree.value === 'string' ? tree.value : undefined;

/** A check of a text that must have a form. */
const mustBe =
  (isValid: (text: string) => boolean, expected: string): Check =>
  (value, path) => {
    const text = textOf(value);
    return text === undefined || isValid(text) ? [] : [[path, `: expected ${expected}, found ${inQuotes(text)}`]];
  };

/** A day in the form of ISO 8601 that exists: 2027-02-30 does not. */
const isDay = (text: string) => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return time !== undefined && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
};

const day =
  (example: string): Check =>
  (value, path) => {
    const text = textOf(value);
    if (text === undefined || isDay(text)) return [];
    const exists = !/^\d{4}-\d{2}-\d{2}$/.test(text);
    return [
      [
        path,
        exists ? `: expected a day such as ${example}, found ${inQuotes(text)}` : `: there is no day ${inQuotes(text)}`,
      ],
    ];
  };

const address = mustBe((text) => parseIp(text) !== undefined, 'an IP address such as 192.0.2.10');
const nodePath = mustBe((text) => /^[/*]/.test(text), 'a path on the node such as /etc/kubernetes/pki/old/*');

/** Ten blanks are not a reason. */
const reason = mustBe((text) => text.length < 10 || text.trim().length >= 10, 'a reason of at least 10 characters');

const isNarrow = (text: string | undefined) => text !== undefined && /[^*]/.test(text);

/** An exception of a rule everywhere is the rule switched off, without anything that counts it. */
const narrow: Check = (value, path) => {
  if (value.kind !== 'map') return [];
  const [rule, file, subject, node, fingerprint, sha256] = [
    'rule',
    'path',
    'subject',
    'node',
    'fingerprint',
    'sha256',
  ].map((key) => textOf(value.entries.get(key)?.value));
  const isExact = isNarrow(node) && node?.includes('*') === false;
  if (!isNarrow(file) && !isNarrow(subject) && !isExact && fingerprint === undefined && sha256 === undefined) {
    const hint = `that is "rules: {${rule ?? 'RULE'}: off}"; to excuse less, add a path, a subject, a fingerprint, a sha256 or the exact name of a node`;
    return [[path, ' is as wide as a rule', hint]];
  }
  return rule === undefined && fingerprint === undefined
    ? [[path, ' has no rule', 'name the exact id of a rule, or a glob such as key/*']]
    : [];
};

/** Objects are on no node: an exception with both would excuse nothing. */
const onNode: Check = (value, path) => {
  const [rule, node] = ['rule', 'node'].map((key) => textOf(treeAt(value, [key])));
  if (rule === undefined || node === undefined) return [];
  const matched = rules.filter(({ id }) => glob(rule)(id));
  if (matched.length === 0 || !matched.every(isAboutObjects)) return [];
  const hint = 'name the object instead, as subject: "KIND NAME"';
  return [[[...path, 'node'], `: ${inQuotes(rule)} is about objects, which are on no node`, hint]];
};

const order: Check = (value, path) => {
  const [since, until] = ['since', 'until'].map((key) => textOf(treeAt(value, [key])));
  const isWrong = since !== undefined && until !== undefined && isDay(since) && isDay(until) && since > until;
  return isWrong ? [[[...path, 'until'], `: ${until} is before ${since}, on which the exception begins`]] : [];
};

/** A mapping that has one of these keys. */
const hasOne =
  (keys: readonly string[], message: string): Check =>
  (value, path) =>
    value.kind !== 'map' || keys.some((key) => value.entries.has(key))
      ? []
      : [[path, message, `add ${keys.slice(0, -1).join(', ')} or ${keys.at(-1)}`]];

const facts = (prefix: readonly string[]): readonly (readonly [readonly string[], Check])[] => [
  [[...prefix, 'nodeIps', '*'], address],
  [[...prefix, 'advertiseAddress'], address],
  [[...prefix, 'serviceCidrs', '*'], mustBe(isAddressRange, 'a range of addresses such as 10.96.0.0/12')],
];

const checks: readonly (readonly [pattern: readonly string[], check: Check])[] = [
  ...facts(['facts']),
  ...facts(['overrides', '*', 'facts']),
  [['accept', '*'], hasOne(['cn', 'o', 'sans'], ' accepts nothing')],
  [['accept', '*', 'reason'], reason],
  [['ignore', 'paths', '*'], nodePath],
  [['overrides', '*'], hasOne(['rules', 'facts'], ' sets nothing')],
  [['exceptions', '*', 'match'], narrow],
  [['exceptions', '*', 'match'], onNode],
  [['exceptions', '*', 'match', 'path'], nodePath],
  [['exceptions', '*', 'reason'], reason],
  [['exceptions', '*', 'until'], day('2027-03-31')],
  [['exceptions', '*', 'since'], day('2026-11-27')],
  [['exceptions', '*'], order],
];

/** Returns what is wrong with a policy and all that it extends, although each file is right. */
export function mergedMistakes(tree: Mapping): readonly Mistake[] {
  const roles = new Map<string, Tree>();
  const twice = pathsOf(tree, ['certificates', '*']).flatMap((path) => {
    const role = treeAt(tree, [...path, 'role']);
    const name = textOf(role) ?? '';
    const earlier = roles.get(name);
    if (role === undefined || earlier === undefined) {
      if (role !== undefined) roles.set(name, role);
      return [];
    }
    const { file, line } = earlier.at;
    return [mistakeAt(tree, [[...path, 'role'], `: ${inQuotes(name)} is also the role of ${file}:${line}`])];
  });
  const isAimless = tree.entries.has('upgradeWindow') && !tree.entries.has('targetVersion');
  const window: Found = [
    ['upgradeWindow'],
    ' has no effect without targetVersion',
    'add targetVersion: latest, or leave it out',
  ];
  return isAimless ? [...twice, mistakeAt(tree, window)] : twice;
}
