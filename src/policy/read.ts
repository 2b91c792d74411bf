/** Reads a policy, and those that it extends. */
import path from 'node:path';
import { UserError } from '../core/errors.ts';
import { builtInPolicy } from './built-in.ts';
import { mergePolicies } from './merge.ts';
import { errorOf, inQuotes, type Mistake } from './mistake.ts';
import { parsePolicy } from './parse.ts';
import { type Chosen, readPolicyFile } from './policy-file.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import { mergedMistakes, semanticMistakes } from './semantics.ts';
import { type Mapping, type Tree, treeAt, type ValueOrigin } from './tree.ts';

/** A policy with all that it extends. */
export interface EffectivePolicy {
  /** The file as it is shown. */
  readonly file: string;
  readonly tree: Mapping;
  readonly warnings: readonly string[];
}

/** Policies extend others, which extend others: so many, and not more. */
const maxDepth = 8;
/** All files of a policy. */
const maxFiles = 64;

/** What reading the files of one policy shares. */
interface Reader {
  readonly cwd: string;
  readonly config: Chosen;
  readonly mistakes: Mistake[];
  readonly warnings: string[];
  /** Merged policies by the paths of their files. */
  readonly known: Map<string, Mapping>;
}

/**
 * Reads a policy.
 *
 * @throws UserError with everything that is wrong in it, and in the files that it extends
 */
export function readPolicy(config: Chosen, cwd: string): EffectivePolicy {
  const reader: Reader = { cwd, config, mistakes: [], warnings: [], known: new Map() };
  const tree = readFile(reader, config.file, []);
  const mistakes = [
    ...reader.mistakes,
    ...(tree === undefined || reader.mistakes.length > 0 ? [] : mergedMistakes(tree)),
  ];
  if (tree === undefined || mistakes.length > 0) throw errorOf(mistakes);
  return { file: config.file, tree, warnings: reader.warnings };
}

/** Returns a file with what it extends; undefined if it has a mistake. `chain` are the files that extend it. */
function readFile(reader: Reader, file: string, chain: readonly string[]): Mapping | undefined {
  const absolute = path.resolve(reader.cwd, file);
  const { bytes, warning } = readPolicyFile(absolute, file, reader.config);
  if (warning !== undefined) reader.warnings.push(warning);
  const { tree, mistakes } = parsePolicy(bytes, file);
  reader.mistakes.push(...mistakes);
  if (tree === undefined) return undefined;
  reader.mistakes.push(...schemaMistakes(tree), ...semanticMistakes(tree));
  const merged = withExtended(reader, tree, { file, chain: [...chain, absolute] });
  reader.known.set(absolute, merged);
  return merged;
}

/** The policy that extends others: `file` as it is shown, and the paths of the files that lead to it and its own. */
interface Extending {
  readonly file: string;
  readonly chain: readonly string[];
}

/** Later ones outweigh earlier ones, and the policy outweighs all. */
function withExtended(reader: Reader, tree: Mapping, from: Extending): Mapping {
  const named = treeAt(tree, ['extends']);
  const items = named?.kind === 'list' ? named.items : [];
  // The schema reports longer lists.
  const extended = items.length > maxFiles ? [] : items.flatMap((item) => extendedBy(reader, item, from) ?? []);
  const entries = new Map([...tree.entries].filter(([key]) => key !== 'extends' && key !== '$schema'));
  return [...extended, { ...tree, entries }].reduce(mergePolicies);
}

function extendedBy(reader: Reader, item: Tree, from: Extending): Mapping | undefined {
  const name = item.kind === 'value' && typeof item.value === 'string' ? item.value : '';
  const builtIn = builtInPolicy(name);
  if (builtIn !== undefined) return withExtended(reader, builtIn, from);
  // Anything else was reported by the schema.
  if (!/^\.\.?\/.*\.(?:yaml|yml|json)$/.test(name)) return undefined;
  const file = path.join(path.dirname(from.file), name);
  const absolute = path.resolve(reader.cwd, file);
  const wrong = refusalOf(reader, absolute, from);
  if (wrong !== undefined) return complain(reader, item.at, `${inQuotes(name)} ${wrong}`);
  const known = reader.known.get(absolute);
  if (known !== undefined) return known;
  try {
    return readFile(reader, file, from.chain);
  } catch (error) {
    if (!(error instanceof UserError) || error.hint !== undefined) throw error;
    return complain(reader, item.at, error.message);
  }
}

function refusalOf({ known }: Reader, absolute: string, { chain }: Extending): string | undefined {
  if (chain.includes(absolute)) return 'extends this file: a cycle';
  if (chain.length > maxDepth) return `is more than ${maxDepth} files deep`;
  return known.size + chain.length > maxFiles ? `is one of more than ${maxFiles} files` : undefined;
}

function complain({ mistakes }: Reader, { file, line }: ValueOrigin, message: string): undefined {
  mistakes.push({ file, line, message: `extends: ${message}` });
}
