/** How to restore what is lost or wrong, as the tables of remedies say it. */
import type { NonEmptyString } from '../../core/formats.ts';
import type { CommandRow, NoteRow } from '../step-rows.ts';

/** How to find the right certificate of a CA. */
export interface Restoring {
  /** Backs up the file that is there. */
  readonly kept: readonly CommandRow[];
  /** Moves away a link that is there: the file to which it leads may belong to something else. */
  readonly moved: readonly CommandRow[];
  /** From a different node of the input, and its key too. */
  readonly held: CommandRow;
  /** Keeps a key that is there, and what to do if no node of the input has the right one. */
  readonly keptKey: readonly CommandRow[];
  readonly putKey: NonEmptyString;
  /** Keeps the key pair of tokens, and gets it from a different node of the input. */
  readonly keptFiles: readonly CommandRow[];
  readonly heldPair: readonly CommandRow[];
  /** Makes a new key pair of tokens where the private key is lost. */
  readonly lostPair: {
    /** What becomes of tokens: the public half is lost too, or is left. */
    readonly refused: NoteRow;
    readonly stillVerified: NoteRow;
    /** Makes the private key on the only control plane, and where there may be others. */
    readonly only: CommandRow;
    readonly oneOfSeveral: CommandRow;
    /** Makes the public half, or adds it to the one that is left. */
    readonly derived: CommandRow;
    readonly added: CommandRow;
  };
  readonly heldKey: CommandRow;
  /** From a kubeconfig that embeds it. */
  readonly embedded: CommandRow;
  /** On the node: `{signed}` is a certificate that it signed. */
  readonly search: CommandRow;
  /** On other nodes: `{keyId}` is its key identifier. */
  readonly compare: CommandRow;
  /** What to do with what was found. */
  readonly put: NonEmptyString;
}
