/** Patterns of rules in a policy: each must match one, and have options of one that it matches. */
import optionTable from '../../rules/tables/rule-options.json' with { type: 'json' };
import { glob } from '../core/glob.ts';
import { nearest } from '../core/text.ts';
import { inQuotes, type Mistake } from './mistake.ts';
import { type Mapping, type Path, pathText, type Tree, treeAt, type ValueOrigin } from './tree.ts';
import { ruleNames } from './validator.ts';

const isPattern = (name: string) => name.includes('*');
const ids = ruleNames.filter((name) => !isPattern(name));
const groups = ruleNames.filter((name) => name.endsWith('/*'));

/** Returns what is wrong with patterns of rules. Names that are not patterns are left to the schema. */
export function patternMistakes(tree: Mapping): readonly Mistake[] {
  const overrides = treeAt(tree, ['overrides']);
  const nodes = overrides?.kind === 'list' ? overrides.items.map((_, index) => ['overrides', index, 'rules']) : [];
  const never = treeAt(tree, ['exceptionPolicy', 'never']);
  return [
    ...[['rules'], ...nodes].flatMap((path) => inSettings(tree, path)),
    ...(never?.kind === 'list' ? never.items.flatMap(inNever) : []),
  ];
}

function inSettings(tree: Mapping, path: Path): readonly Mistake[] {
  const rules = treeAt(tree, path);
  if (rules?.kind !== 'map') return [];
  return [...rules.entries].flatMap(([pattern, { key }]) => {
    if (!isOther(pattern)) return [];
    return ids.some(glob(pattern)) ? foreignOptions(tree, [...path, pattern]) : [matchesNone(pattern, path, key)];
  });
}

const inNever = (item: Tree, index: number): readonly Mistake[] =>
  item.kind === 'value' && isOther(item.written) && !ids.some(glob(item.written))
    ? [matchesNone(item.written, ['exceptionPolicy', 'never', index], item.at)]
    : [];

/**
 * Whether a name is a pattern that the schema does not list. It reports groups that do not exist, and names of a wrong
 * form.
 */
const isOther = (name: string) =>
  /^[a-z0-9/*-]*$/.test(name) && isPattern(name) && !ruleNames.includes(name) && !/^[a-z-]+\/\*$/.test(name);

function matchesNone(pattern: string, path: Path, { file, line }: ValueOrigin): Mistake {
  const near = nearTo(pattern);
  const hint = `${near === undefined ? '' : `did you mean "${near}"? `}pki-lint rules lists them all`;
  return { file, line, message: `${pathText(path)}: ${inQuotes(pattern)} matches no rule`, hint };
}

/** The same pattern in the group that was meant, or that group. */
function nearTo(pattern: string): string | undefined {
  const [, group = '', rest = ''] = /^([^/*]*)(.*)$/s.exec(pattern) ?? [];
  const meant = nearest(`${group}/*`, groups);
  const own = meant?.replace('/*', rest);
  return own !== undefined && own !== pattern && ids.some(glob(own)) ? own : meant;
}

/** An option that no rule of the pattern has would have no effect. */
function foreignOptions(tree: Mapping, path: Path): readonly Mistake[] {
  const setting = treeAt(tree, path);
  if (setting?.kind !== 'map') return [];
  const matches = glob(String(path.at(-1)));
  const own = optionTable.rows.filter(({ rule }) => matches(rule)).map(({ option }) => option);
  const isForeign = (name: string) => !own.includes(name) && optionTable.rows.some(({ option }) => option === name);
  return [...setting.entries].flatMap(
    ([
      name,
      {
        key: { file, line },
      },
    ]) => {
      if (!isForeign(name)) return [];
      const hint = `possible keys: ${['severity', ...new Set(own)].join(', ')}`;
      return [{ file, line, message: `unknown key ${inQuotes(name)} in ${pathText(path)}`, hint }];
    },
  );
}
