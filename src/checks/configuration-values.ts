/** What a component says about the values in its configuration file. */
import type { Component } from '../core/artifact.ts';
import type { Setting } from '../core/setting.ts';
import type { Pki } from '../model/roles/pki.ts';

/** A value that the component refuses. */
export interface ValueFault {
  /** `jwt[0].issuer.url` */
  readonly path: string;
  readonly at: Setting['at'];
  /** Its words (k8s.io/apimachinery pkg/util/validation/field). */
  readonly error: string;
  /** What to write instead. */
  readonly fix: string;
}

/** The file that is judged. */
export interface ValueContext {
  readonly component: Component;
  readonly pki: Pki;
  readonly release: string | undefined;
}

/** Judges the values of a document. */
export type ValueJudge = (document: Setting, context: ValueContext) => Iterable<ValueFault>;

/** A value of the wrong form. */
export const invalidValue = (path: string, value: string, detail: string) =>
  `${path}: Invalid value: "${value}": ${detail}`;

/** A value that is not there. */
export const requiredValue = (path: string, detail = '') =>
  `${path}: Required value${detail === '' ? '' : `: ${detail}`}`;

/** A value that occurs twice. */
export const duplicateValue = (path: string, value: string) => `${path}: Duplicate value: "${value}"`;

/** A value that is none of those that are known. */
export const unsupportedValue = (path: string, value: string, known: readonly string[]) =>
  `${path}: Unsupported value: "${value}": supported values: ${known.map((one) => `"${one}"`).join(', ')}`;
