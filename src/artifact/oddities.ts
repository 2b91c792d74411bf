/** What is odd in files, and names the cause of a fault. */
import type { Place, Placed } from './place.ts';

/**
 * Why blocks of PEM may be missing. `cut-block`: a BEGIN without its END, or bad base64; `glued-blocks`: a BEGIN on the
 * line of the END before it, so that Go finds neither block; `base64-pem`: base64 of PEM; `byte-order-mark`: hides the
 * first BEGIN from Go; `indented-blocks`: so do blanks in front of BEGIN, and without them all is there.
 */
export type PemOddity =
  | 'empty'
  | 'der-certificate'
  | 'der-key'
  | 'pkcs12'
  | 'byte-order-mark'
  | 'cut-block'
  | 'glued-blocks'
  | 'base64-pem'
  | 'indented-blocks'
  | 'no-pem';

/**
 * A field that differs from a known one only in case or in a few letters, or is in the wrong object:
 * `ServerTLSBootstrap`.
 */
export interface MiscasedField {
  readonly written: string;
  /** The known one: a part of a path such as `authentication.x509.clientCAFile`. */
  readonly field: string;
  readonly at: Place;
}

/**
 * A line that systemd ignores, because it is not a setting. Lines in a section that it does not know are not among
 * them.
 */
export interface StrayLine {
  /** What is written, with the lines that continue it. */
  readonly text: string;
  /** From its first to its last character. */
  readonly at: Place;
  /** The line before it, without comments; undefined if that is blank. */
  readonly before: { readonly line: number; readonly ends: LineEnding } | undefined;
}

/** How a line ends that the next one was to continue. */
export type LineEnding = 'without a backslash' | 'with a doubled backslash' | 'with a blank behind its backslash';

/** Why systemd refuses a unit. */
export interface RefusedUnit {
  readonly reason: string;
  readonly at: Place;
  /**
   * Whether a drop-in has a second command without a reset of the first, and if so, whether that has more arguments.
   */
  readonly second?: 'whole' | 'shorter';
}

/** A variable in a flag that the component gets as it is written: `$CONF` in `--kubeconfig=$CONF/kubelet.conf`. */
export interface LiteralVariable {
  readonly name: string;
  readonly flag: string;
  readonly at: Place;
}

/** The program of a unit, which is not in its folder. */
export interface AbsentProgram extends Placed<string> {
  /** A program with its name in another folder. */
  readonly elsewhere: string | undefined;
}

/** The systemd unit that starts a component, as far as something is wrong with it. */
export interface StartingUnit {
  /** `kubelet.service` */
  readonly name: string;
  readonly stray: readonly StrayLine[];
  readonly refused: RefusedUnit | undefined;
  /** Environment files that must exist and do not. */
  readonly missing: readonly Placed<string>[];
  /** Environment files that need not exist and do not, if its command names a variable that nothing sets. */
  readonly optional: readonly string[];
  readonly absent: AbsentProgram | undefined;
  /** Words of its command that begin with the end of a line: in its variable, a backslash before that is doubled. */
  readonly broken: readonly Placed<string>[];
  /** Variables that are set, and that it names inside of a word without braces: they are not expanded. */
  readonly literal: readonly LiteralVariable[];
}
