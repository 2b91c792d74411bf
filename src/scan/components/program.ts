/** Which component a command line starts, and with which words. */
import { posix } from 'node:path';
import { splitShell } from './shell.ts';
import type { Environment, Word } from './words.ts';

/** Programs by the names that they were ever started by; `apiserver` and its kin are `hyperkube`'s. */
const components = new Map([
  ['kube-apiserver', 'kube-apiserver'],
  ['kube-controller-manager', 'kube-controller-manager'],
  ['kube-scheduler', 'kube-scheduler'],
  ['etcd', 'etcd'],
  ['kubelet', 'kubelet'],
]);
const hyperkubeNames = new Map([
  ['apiserver', 'kube-apiserver'],
  ['controller-manager', 'kube-controller-manager'],
  ['scheduler', 'kube-scheduler'],
]);

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'busybox']);

/** Programs that start another one: the component is the first of its arguments that names one. */
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

/** Programs that start each other: real command lines nest fewer. */
const maxWrappers = 8;

export interface Program {
  readonly component: string;
  /** What follows the program's name. */
  readonly words: readonly Word[];
  /** Why the words are not all there is to know. */
  readonly unknown?: string;
}

/** The component that a program's path or an image's name stands for; undefined for any other. */
export function componentOfProgram(path: string): string | undefined {
  return components.get(posix.basename(path));
}

/** Whether a manifest bears the name of a component of the control plane. */
export function isNamedAfterPod(file: string): boolean {
  const { name, ext } = posix.parse(file);
  return name !== 'kubelet' && components.has(name) && /^\.(?:ya?ml|json)$/.test(ext);
}

/** The component of an image reference: `registry.k8s.io/kube-apiserver-amd64:v1.36.2@sha256:…`. */
export function componentOfImage(image: string): string | undefined {
  const name = posix.basename(image.replace(/@.*$/, '')).replace(/:.*$/, '');
  return components.get(name) ?? components.get(name.replace(/-(?:amd64|arm64|arm|ppc64le|s390x)$/, ''));
}

/**
 * Finds the component in a command line: straight, through `hyperkube`, through a program that starts another, or
 * through a shell's `-c`. undefined where there is none.
 */
export function findProgram(words: readonly Word[], environment: Environment, depth = 0): Program | undefined {
  const [first] = words;
  const rest = words.slice(1);
  if (depth > maxWrappers) return undefined;
  if (first === undefined) return undefined;
  const name = posix.basename(first.text);
  const component = components.get(name);
  if (component !== undefined) return { component, words: rest };
  if (name === 'hyperkube') {
    const server = rest[0]?.text ?? '';
    const of = hyperkubeNames.get(server) ?? components.get(server);
    return of === undefined ? undefined : { component: of, words: rest.slice(1) };
  }
  if (shells.has(name)) return findInShell(rest, environment, depth);
  if (!wrappers.has(name) && !/^[A-Za-z_]\w*=/.test(first.text)) return undefined;
  const start = rest.findIndex((word) => startsProgram(word.text));
  return start === -1 ? undefined : findProgram(rest.slice(start), environment, depth + 1);
}

function startsProgram(text: string): boolean {
  const name = posix.basename(text);
  return (
    !text.startsWith('-') && (components.has(name) || name === 'hyperkube' || shells.has(name) || wrappers.has(name))
  );
}

/** `sh -c SCRIPT [NAME [ARGUMENT…]]`, `bash -euo pipefail -c SCRIPT`. */
function findInShell(words: readonly Word[], environment: Environment, depth: number): Program | undefined {
  const flag = words.findIndex((word) => /^-[A-Za-z]*c[A-Za-z]*$/.test(word.text));
  const script = words[flag + 1];
  if (flag === -1 || script === undefined) return undefined;
  const commands = splitShell(script.text, script.at, environment);
  const found = commands
    ?.map((command) => findProgram(withPositional(command.words, words.slice(flag + 3)), environment, depth + 1))
    .find(Boolean);
  if (found !== undefined) return found;
  const named = [...components.keys()].find((name) =>
    new RegExp(`(?:^|[\\s/;&|])${name}(?:$|[\\s;&|])`).test(script.text),
  );
  return named === undefined
    ? undefined
    : { component: named, words: [], unknown: 'it is started by a shell script that cannot be followed' };
}

/** `"$@"` and `$*` stand for the words behind the script. */
function withPositional(command: readonly Word[], positional: readonly Word[]): readonly Word[] {
  // Once is enough: more of them would multiply the words.
  const at = command.findIndex((word) => word.text === '$@' || word.text === '$*');
  return at === -1 ? command : [...command.slice(0, at), ...positional, ...command.slice(at + 1)];
}
