/** `--exit-zero`, `--allow-empty`: the exit code where it is not that of the report. */

export interface ExitFlags {
  readonly exitZero?: boolean;
  readonly allowEmpty?: boolean;
}

type ExitCode = 0 | 1 | 2 | 3;

/**
 * Returns the exit code for one of a report. What could not be read stays an error, whatever the options are: its findings
 * are not known.
 */
export function exitCodeFor(code: ExitCode, { exitZero = false, allowEmpty = false }: ExitFlags): ExitCode {
  const isForgiven = (code === 1 && exitZero) || (code === 3 && allowEmpty);
  return isForgiven ? 0 : code;
}
