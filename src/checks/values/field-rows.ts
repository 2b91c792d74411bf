/** What a component says about the values in its configuration file. */
import type { Component } from '../../artifact/component.ts';
import type { Setting } from '../../artifact/setting.ts';
import type { Pki } from '../../model/roles/pki.ts';

/** A word in a file, and the word that is to be in its place. */
export interface SettingCorrection {
  readonly at: Setting['at'];
  readonly written: string;
  readonly right: string;
  /** The key before it, where its line may have the word for a different key too. */
  readonly key?: string;
}

/** A value that the component refuses. */
export interface ValueFault {
  /** `jwt[0].issuer.url` */
  readonly path: string;
  readonly at: Setting['at'];
  /** Its words (k8s.io/apimachinery pkg/util/validation/field). */
  readonly error: string;
  /** What to write instead. */
  readonly fix: string;
  /** The same, where a command can do it. */
  readonly correction?: SettingCorrection | undefined;
}

/** The file that is judged. */
export interface ValueContext {
  readonly component: Component;
  readonly pki: Pki;
  readonly release: string | undefined;
}

/** Judges the values of a document. */
export type ValueJudge = (document: Setting, context: ValueContext) => Iterable<ValueFault>;
