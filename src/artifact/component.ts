/** What runs on a node: programs, their arguments and what they mount. */
import type { Argument } from './argument.ts';
import type { Mount } from './mount.ts';
import type { MiscasedField, StartingUnit } from './oddities.ts';
import type { Place, Placed, SetBy } from './place.ts';
import type { Correction } from './pod-document.ts';
import type { PodOfContainer, Probe } from './probe.ts';

/** The proxy of a program's environment. Its URL may have a password. */
export interface EnvironmentProxy {
  /** `HTTPS_PROXY`, or in small letters. */
  readonly spelled: string;
  /** The value of `NO_PROXY`: undefined if that is not known. */
  readonly exceptions: string | undefined;
}

/** A program with its arguments, from a static pod, a unit or a configuration file. */
export interface Component {
  /** `kube-apiserver`, `etcd`, or what a layout calls its own: the name of the program. */
  readonly name: string;
  /** The manifest or unit, or what starts it without one. */
  readonly at: SetBy;
  /** Image reference of a static pod. */
  readonly image?: string | undefined;
  /**
   * The path or the name of the program that a unit starts, which may have its release: `/opt/kube-1.29.3/bin/kubelet`.
   */
  readonly program?: string | undefined;
  /** In the order in which they apply: later ones take precedence. */
  readonly arguments: readonly Argument[];
  /** Words of its command line that are neither: it does not start with them. */
  readonly operands?: readonly Placed<string>[];
  /** What is wrong with its list of words, if that is written as for a shell or its first word is misspelt. */
  readonly shellCommand?: ShellCommand;
  /** undefined for a program that runs on the host: its paths are those of the node. */
  readonly mounts: readonly Mount[] | undefined;
  /** Fields of its configuration that it ignores, because their case is wrong. */
  readonly miscased?: readonly MiscasedField[];
  /** Why some arguments are unknown (a config file that is not in the input, a shell script). */
  readonly unknown?: string | undefined;
  /** The user that it runs as, if that is known not to be root. */
  readonly user?: RunAs | undefined;
  /** Only if its variables name a proxy for https. */
  readonly proxy?: EnvironmentProxy;
  /** Of one that a unit starts. */
  readonly unit?: StartingUnit;
  /** What the kubelet dials to see whether it works; only of a static pod. */
  readonly probes?: readonly Probe[];
  /** Of a static pod. */
  readonly pod?: PodOfContainer;
}

/** What is in a list of words that does not start the program which was meant. The component is known by that. */
export interface ShellCommand {
  /** The first word, if it has arguments or a backslash in it, or is misspelt: no program has such a name. */
  readonly program?: Placed<string>;
  /** The arguments that end with a backslash, as the component gets them. */
  readonly continued: readonly Argument[];
  /** What lines of the manifest must say instead; none if a person has to write one of them. */
  readonly corrections: readonly Correction[];
  /** Whether a command may remove the backslash at the end of every line that has one. */
  readonly isContinued: boolean;
}

/** A user who is not root, and its groups as far as they are known. */
export interface RunAs {
  /** Its name, or its id. */
  readonly name: string;
  /** undefined if it is not known. */
  readonly uid: number | undefined;
  readonly gids: readonly number[];
  readonly at: Place;
}

/** A file that a program names: in an argument or a variable, or in a configuration file that it names. */
export interface ProgramFile {
  /** Its unit, `node-exporter.service`; the name of a component. */
  readonly program: string;
  /** The component, if the node's are judged. */
  readonly component?: string | undefined;
  /** The flag, variable or field: `--web.cert`. */
  readonly spelled: string;
  /** The canonical name of the argument of a component. */
  readonly flag?: string | undefined;
  readonly path: string;
  readonly at: SetBy;
}
