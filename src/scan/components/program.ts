/** Which component a command line starts, and with which words. */
import { posix } from 'node:path';
import { splitShell } from './shell.ts';
import type { Environment, Word } from './words.ts';

/** Components by the name of their program. */
const components = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd', 'kubelet']);

/** Further names of components as the first argument of `hyperkube`. */
const hyperkubeNames = new Map([
  ['apiserver', 'kube-apiserver'],
  ['controller-manager', 'kube-controller-manager'],
  ['scheduler', 'kube-scheduler'],
]);

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'busybox']);

/** Programs that start another program: the first of their arguments that is a program. */
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

/** The programs that `findProgram` recognises at the start of a command line. */
const followed = new Set([...components, 'hyperkube', ...shells, ...wrappers]);

/** How deeply nested programs that start each other may be. */
const maxWrappers = 8;

export interface Program {
  readonly component: string;
  /** The words after the name of the program. */
  readonly words: readonly Word[];
  /** Why there may be more words. */
  readonly unknown?: string;
}

/** The component of a program's path or an image's name; undefined for any other program. */
export function componentOfProgram(path: string): string | undefined {
  const name = posix.basename(path);
  return components.has(name) ? name : undefined;
}

/** Whether a manifest has the name of a component of the control plane. */
export function isNamedAfterPod(file: string): boolean {
  const { name, ext } = posix.parse(file);
  return name !== 'kubelet' && components.has(name) && /^\.(?:ya?ml|json)$/.test(ext);
}

/** The component of an image reference: `registry.k8s.io/kube-apiserver-amd64:v1.36.2@sha256:…`. */
export function componentOfImage(image: string): string | undefined {
  const name = posix.basename(image.replace(/@.*$/, '')).replace(/:.*$/, '');
  return componentOfProgram(name.replace(/-(?:amd64|arm64|arm|ppc64le|s390x)$/, ''));
}

/**
 * Finds the component that a command line starts: directly, through `hyperkube`, through a program that starts another,
 * or through a shell's `-c`. undefined if there is none.
 */
export function findProgram(words: readonly Word[], environment: Environment, depth = 0): Program | undefined {
  const [first] = words;
  const rest = words.slice(1);
  if (depth > maxWrappers || first === undefined) return undefined;
  const name = posix.basename(first.text);
  if (components.has(name)) return { component: name, words: rest };
  if (name === 'hyperkube') {
    const server = rest[0]?.text ?? '';
    const component = hyperkubeNames.get(server) ?? server;
    return components.has(component) ? { component, words: rest.slice(1) } : undefined;
  }
  if (shells.has(name)) return findInShell(rest, environment, depth);
  if (!wrappers.has(name) && !/^[A-Za-z_]\w*=/.test(first.text)) return undefined;
  const start = rest.findIndex(({ text }) => !text.startsWith('-') && followed.has(posix.basename(text)));
  return start === -1 ? undefined : findProgram(rest.slice(start), environment, depth + 1);
}

/** `sh -c SCRIPT [NAME [ARGUMENT…]]`, `bash -euo pipefail -c SCRIPT`. */
function findInShell(words: readonly Word[], environment: Environment, depth: number): Program | undefined {
  const flag = words.findIndex((word) => /^-[A-Za-z]*c[A-Za-z]*$/.test(word.text));
  const script = words[flag + 1];
  if (flag === -1 || script === undefined) return undefined;
  const commands = splitShell(script.text, script.at, environment);
  const found = commands
    ?.map((command) => findProgram(withPositional(command, words.slice(flag + 3)), environment, depth + 1))
    .find(Boolean);
  if (found !== undefined) return found;
  const named = [...components].find((name) => new RegExp(`(?:^|[\\s/;&|])${name}(?:$|[\\s;&|])`).test(script.text));
  return named === undefined
    ? undefined
    : { component: named, words: [], unknown: 'it is started by a shell script that cannot be followed' };
}

/** The command with `"$@"` or `$*` replaced by the words after the script. */
function withPositional(command: readonly Word[], positional: readonly Word[]): readonly Word[] {
  // Only once: several of them would multiply the words.
  const at = command.findIndex((word) => word.text === '$@' || word.text === '$*');
  return at === -1 ? command : [...command.slice(0, at), ...positional, ...command.slice(at + 1)];
}
