/** A rule that a subject fails. */
import { type Place, placeOn } from '../../artifact/place.ts';
import type { Problem } from '../../checks/base/check.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Impact, Related } from '../../results/finding.ts';
import type { Rule } from '../../tables/catalog.ts';
import type { Subject } from './subjects.ts';

/** Whether it is about a node. */
export const isOnNode = (one: Excusable): one is Failure => 'node' in one.pki;

/** Under which conditions something fails that does not fail today. */
export interface Preview {
  /** The beginning of its message: `with v1.37.0`. */
  readonly prefix: string;
  /** Replaces the rule's own. */
  readonly impact?: Impact;
  /** The step of an upgrade with which it begins; undefined for what can fail today. */
  readonly step?: string;
  /** Whether it may not fail either: then it is at most a warning. */
  readonly uncertain: boolean;
  /** The connections that break because of it. */
  readonly broken: readonly Related[];
}

/** A problem at a place that every report can show. */
export interface PlacedProblem extends Omit<Problem, 'at'> {
  readonly at: Place;
  /** The words of what sets the argument at fault, if no file does. */
  readonly setBy?: string;
}

/** Returns a problem at its place, or at the PKI root if words say what sets the argument at fault. */
export function placed({ at, ...problem }: Problem, { node }: Pki): PlacedProblem {
  return { ...problem, at: placeOn(node, at), ...('words' in at && { setBy: at.words }) };
}

/** What of a failure decides whether an exception matches it. One of an object is on no node. */
export interface Excusable {
  /** The name is '' if it is on no node. */
  readonly pki: Pick<Pki, 'name'>;
  readonly rule: Rule;
  readonly subject: Pick<Subject, 'name' | 'path' | 'value'>;
  readonly problem: Pick<PlacedProblem, 'at' | 'certificate'>;
}

export interface Failure extends Excusable {
  /** The node that it is about. */
  readonly pki: Pki;
  readonly subject: Subject;
  readonly problem: PlacedProblem;
  readonly preview?: Preview;
}
