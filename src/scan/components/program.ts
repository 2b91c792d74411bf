/** Finds the component that a command line starts, and its arguments. */
import { posix } from 'node:path';
import { imageName } from '../../artifact/image.ts';
import type { Programs } from '../../artifact/layout.ts';
import { unversionedName } from '../../artifact/paths.ts';
import { splitShell } from './shell.ts';
import { type Budget, type Environment, lineBudget, type Word } from './words.ts';

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'busybox']);

/** Programs that start another one: the first of their arguments that names a known program. */
const wrappers = new Set([
  'exec',
  'env',
  'nice',
  'ionice',
  'chrt',
  'taskset',
  'numactl',
  'timeout',
  'nohup',
  'setsid',
  'time',
  'tini',
  'dumb-init',
  'catatonit',
  'go-runner',
]);

/** Programs that start a component. */
const starters = new Set(['hyperkube', ...shells, ...wrappers]);

/** The maximum number of programs that start each other. */
const maxWrappers = 8;

export interface Program {
  readonly component: string;
  /** Its path or its name, as it is written: `/opt/kubernetes/bin/kube-apiserver-v1.29.3`. An entry point has none. */
  readonly path?: string;
  /** The words after the name of the program. */
  readonly words: readonly Word[];
  /** Why there may be more words. */
  readonly unknown?: string;
}

/** Returns the component for the path of a program or the name of an image; undefined for any other program. */
export function componentOfProgram(path: string, programs: Programs): string | undefined {
  const name = posix.basename(path);
  return programs.has(name) ? name : undefined;
}

/** Whether a manifest is named after a component that may be in it. */
export function isNamedAfterPod(file: string, programs: Programs): boolean {
  const { name, ext } = posix.parse(file);
  return name !== 'kubelet' && programs.has(name) && /^\.(?:ya?ml|json)$/.test(ext);
}

/** Returns the component of an image reference: `registry.k8s.io/kube-apiserver-amd64:v1.36.2@sha256:…`. */
export function componentOfImage(image: string, programs: Programs): string | undefined {
  return componentOfProgram(imageName(image), programs);
}

/**
 * Finds the component that a command line starts: directly, or through `hyperkube`, a wrapper, or a shell's `-c`.
 * Returns undefined if there is none.
 */
export function findProgram(
  words: readonly Word[],
  environment: Environment,
  programs: Programs,
  budget = lineBudget(),
): Program | undefined {
  return follow(words, { environment, programs, depth: 0, budget });
}

/** What is known on the way through wrappers and shells. */
interface Way {
  readonly environment: Environment;
  readonly programs: Programs;
  /** The number of programs that start each other so far. */
  readonly depth: number;
  /** Characters of scripts, and words put into them, that may still be read: scripts can start each other often. */
  readonly budget: Budget;
}

function follow(words: readonly Word[], way: Way): Program | undefined {
  const [first] = words;
  if (way.depth > maxWrappers || first === undefined) return undefined;
  const { programs } = way;
  const rest = words.slice(1);
  const next = { ...way, depth: way.depth + 1 };
  const name = unversionedName(first.text);
  if (programs.has(name)) return { component: name, path: first.text, words: rest };
  if (name === 'hyperkube') {
    const server = rest[0]?.text ?? '';
    const [component] = [...programs].find(([own, { hyperkube }]) => server === own || server === hyperkube) ?? [];
    return component === undefined ? undefined : { component, path: first.text, words: rest.slice(1) };
  }
  if (shells.has(name)) return findInShell(rest, next);
  if (!wrappers.has(name) && !/^[A-Za-z_]\w*=/.test(first.text)) return undefined;
  const isProgram = (base: string) => programs.has(base) || starters.has(base);
  const start = rest.findIndex(({ text }) => !text.startsWith('-') && isProgram(unversionedName(text)));
  return start === -1 ? undefined : follow(rest.slice(start), next);
}

/** Parses `sh -c SCRIPT [NAME [ARGUMENT…]]`, `bash -euo pipefail -c SCRIPT`. */
function findInShell(words: readonly Word[], way: Way): Program | undefined {
  const flag = words.findIndex((word) => /^-[A-Za-z]+$/.test(word.text) && word.text.includes('c'));
  const script = words[flag + 1];
  if (flag === -1 || script === undefined) return undefined;
  const positional = words.slice(flag + 3);
  way.budget.left -= script.text.length;
  const commands = way.budget.left < 0 ? [] : splitShell(script.text, script.at, way.environment);
  for (const command of commands ?? []) {
    const found = follow(withPositional(command, positional, way), way);
    if (found !== undefined) return found;
  }
  const named = [...way.programs.keys()].find((name) =>
    new RegExp(`(?:^|[\\s/;&|])${name}(?:[-_]v?\\d[\\w.+-]*)?(?:$|[\\s;&|])`).test(script.text),
  );
  return named === undefined
    ? undefined
    : {
        component: named,
        path: named,
        words: [],
        unknown: 'it is started by a shell script that pki-lint cannot follow',
      };
}

/** Replaces `"$@"` or `$*` in a command with the words after the script. */
function withPositional(command: readonly Word[], positional: readonly Word[], { budget }: Way): readonly Word[] {
  // Only the first one: with several, the number of words could grow exponentially.
  const at = command.findIndex((word) => word.text === '$@' || word.text === '$*');
  if (at !== -1) budget.left -= positional.length;
  return at === -1 || budget.left < 0 ? command : [...command.slice(0, at), ...positional, ...command.slice(at + 1)];
}
