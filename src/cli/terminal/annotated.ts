/** Annotations in a job of GitHub Actions. */
import type { Destination } from './destination.ts';
import { isJob, type JobEnvironment } from './job-log.ts';

/** Returns the default destinations in a job of GitHub Actions: annotations too. Elsewhere they stay as they are. */
export function annotated<Name extends string>(
  all: readonly Destination<Name>[],
  environment: JobEnvironment,
): readonly Destination<Name | 'github'>[] {
  return isJob(environment) ? [...all, { format: 'github', file: undefined }] : all;
}
