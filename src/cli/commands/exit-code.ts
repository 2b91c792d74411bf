/** `--exit-zero`, `--allow-empty`: the exit code where it is not that of the report. */

export interface ExitFlags {
  readonly exitZero?: boolean;
  readonly allowEmpty?: boolean;
}

type ExitCode = 0 | 1 | 2 | 3;

/**
 * Returns a report as `--allow-empty` judges it: nothing to lint is fine. So all formats say that. What could not be
 * read stays an error, whatever the options are: its findings are not known.
 */
export function withEmptiness<Result extends { readonly exitCode: ExitCode }>(
  report: Result,
  { allowEmpty = false }: ExitFlags,
): Result {
  return allowEmpty && report.exitCode === 3 ? { ...report, exitCode: 0 } : report;
}

/** Returns the exit code for one of a report. */
export function exitCodeFor(code: ExitCode, { exitZero = false }: ExitFlags): ExitCode {
  return code === 1 && exitZero ? 0 : code;
}
