/** What could not be linted, and why. */
import { UserError } from '../core/errors.ts';
import { fromSystem } from './fs/roots.ts';

/** A PATH that could not be linted, or not all of it. */
export interface ScanFailure {
  /** As typed. */
  readonly path: string;
  /** Does not contain the path. */
  readonly message: string;
  readonly hint: string | null;
  /** 2: it could not be read; 3: it contains nothing to lint; 0: what is next to its nodes was not linted. */
  readonly exitCode: 0 | 2 | 3;
}

/** Reports an unexpected exception while one node is linted. It must not stop the linting of the others. */
export function internalError(error: unknown): UserError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new UserError(`internal error: ${message}`, 'this is a bug in pki-lint, please report it');
}

export function scanFailure(given: string, error: unknown): ScanFailure {
  const known = fromSystem(error) ?? internalError(error);
  return { path: given, message: known.message, hint: known.hint ?? null, exitCode: known.exitCode };
}
