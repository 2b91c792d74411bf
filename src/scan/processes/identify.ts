/** Which component a process is: by the program that it was started as, and the file that it runs. */
import type { Programs } from '../../artifact/layout.ts';
import { unversionedName } from '../../artifact/paths.ts';

/** A command line of a component. */
export interface ComponentCommand {
  readonly component: string;
  /** Without the program. */
  readonly words: readonly string[];
}

/**
 * Bytes of the name of a program that the kernel keeps (TASK_COMM_LEN of the kernel's include/linux/sched.h, without
 * the NUL).
 */
const nameBytes = 15;

/** All components in one program, until Kubernetes 1.18; its first argument says which. */
const hyperkube = 'hyperkube';

/** Returns the words of a `cmdline`: there is a NUL after each (proc_pid_cmdline(5)). */
export function wordsOf(cmdline: string): readonly string[] {
  return cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0');
}

/**
 * Returns a function that says whether a process may be a component by the name that the kernel keeps, which is not
 * enough to be one.
 */
export function candidateNames(programs: Programs): (name: string) => boolean {
  const names = [...programs.keys(), hyperkube];
  return (name) => {
    const own = withoutWrapping(name);
    return names.some((one) => own.startsWith(one) || (name.length >= nameBytes && one.startsWith(own)));
  };
}

/**
 * Returns the component that a command line is of; undefined for other programs, also for those that name one in an
 * argument, and for programs that start it: `/go-runner … kube-apiserver …`, `sh -c`, `tini --`. Their child is the
 * component.
 *
 * @param executable the file that it runs; undefined if that is not known
 */
export function identify(
  [first, ...rest]: readonly string[],
  executable: string | undefined,
  programs: Programs,
): ComponentCommand | undefined {
  if (first === undefined || rest.some((word) => onlyTells.has(word))) return undefined;
  const name = programName(first);
  if (executable !== undefined && programName(executable.replace(/ \(deleted\)$/, '')) !== name) return undefined;
  if (name !== hyperkube) return programs.has(name) ? { component: name, words: rest } : undefined;
  const [given = '', ...words] = rest;
  const component = [...programs].find(([own, { hyperkube: alias }]) => own === given || alias === given)?.[0];
  return component === undefined ? undefined : { component, words };
}

/** Programs that only start others in a container, and stay as its first process. */
const starters = new Set(['catatonit', 'docker-init', 'dumb-init', 'go-runner', 'tini']);

/**
 * Like `identify`, for the command line of a container, whose first process may be a program that starts the component.
 */
export function identifyStarted(words: readonly string[], programs: Programs): ComponentCommand | undefined {
  const [first = ''] = words;
  if (!starters.has(programName(first))) return identify(words, undefined, programs);
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-') && programs.has(programName(word)));
  return at === -1 ? undefined : identify(words.slice(at), undefined, programs);
}

/** Flags with which a component only writes a text, and ends: what inventories and people call. */
const onlyTells: ReadonlySet<string> = new Set(['--help', '--version', '-h', '-version']);

const programName = (path: string): string => withoutWrapping(unversionedName(path)).replace(/-wrapped$/, '');

/** `makeWrapper` of Nixpkgs renames a program to `.NAME-wrapped`, and starts it by a script of its name. */
const withoutWrapping = (name: string): string => name.replace(/^\./, '');
