/** What is odd in files, and names the cause of a fault. */
import type { Place } from './place.ts';

/**
 * Why blocks of PEM may be missing. `cut-block`: a BEGIN without its END, or bad base64; `glued-blocks`: a BEGIN on the line of
 * the END before it, so that Go finds neither block; `base64-pem`: base64 of PEM; `byte-order-mark`: hides the first BEGIN
 * from Go.
 */
export type PemOddity =
  | 'empty'
  | 'der-certificate'
  | 'der-key'
  | 'byte-order-mark'
  | 'cut-block'
  | 'glued-blocks'
  | 'base64-pem'
  | 'no-pem';

/** A field that differs from a known one only in case or in a few letters, or is in the wrong object: `ServerTLSBootstrap`. */
export interface MiscasedField {
  readonly written: string;
  /** The known one: a part of a path such as `authentication.x509.clientCAFile`. */
  readonly field: string;
  readonly at: Place;
}
