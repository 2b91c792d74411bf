/** `--baseline` and `--update-baseline` of `pki-lint lint`. */

import { readArgumentFile } from '../../api/argument-file.ts';
import { type UpdatedBaseline, updateBaseline, withBaseline } from '../../compare/baseline.ts';
import { baselineText, parseBaseline } from '../../compare/baseline-file.ts';
import { UserError } from '../../core/errors.ts';
import { count } from '../../core/text.ts';
import type { Baseline } from '../../results/baseline.ts';
import type { Report } from '../../results/report.ts';
import type { LintOptions } from '../parsing/library.ts';
import { writeReport } from '../terminal/report-files.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';

export interface BaselineFlags {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
}

const none: Baseline = { schemaVersion: 1, tool: '', findings: [] };

/**
 * Reads the baseline, and returns a function that excuses what it knows in a report. With `--update-baseline`, that
 * function writes the baseline first.
 *
 * @param isOfPolicy whether the policy names it, and not the command line
 * @throws UserError if the baseline is absent or malformed, or if the policy names one that a stranger can change
 */
export function openBaseline(
  { baseline: file, updateBaseline: isUpdate = false }: BaselineFlags,
  isOfPolicy: boolean,
  options: LintOptions,
  terminal: Terminal,
): (report: Report) => Report {
  const { only, policy, requireComplete = false } = options;
  if (file === undefined) {
    throw new UserError('--update-baseline needs a file', 'name it: --baseline pki-lint.baseline.json');
  }
  if (isUpdate && only !== undefined) {
    const advice = 'leave out --only: what was not checked would count as fixed';
    throw new UserError('--update-baseline and --only cannot be combined', advice);
  }
  const given = readArgumentFile(file, terminal.cwd);
  const content = given?.text;
  if (given?.risk !== undefined) {
    if (isOfPolicy) throw new UserError(`${file}: ${given.risk}, so it is not used`, `name it: --baseline ${file}`);
    complain(terminal, `${file}: ${given.risk}, although it decides what counts`);
  }
  if (content === undefined && !isUpdate) {
    throw new UserError(`there is no baseline "${file}"`, 'to write it: --update-baseline');
  }
  const known = content === undefined ? none : parseBaseline(content, file);
  const never = policy?.exceptionPolicy.never ?? [];
  const use = { file, never, isPartial: only !== undefined, requireComplete };
  return (report) => {
    if (!isUpdate) return withBaseline(report, { ...use, baseline: known });
    const updated = updateBaseline(report, known, never, report.at.slice(0, 10));
    writeReport(file, terminal.cwd, baselineText(updated.baseline), false);
    explain(updated, file, terminal);
    return withBaseline(report, { ...use, baseline: updated.baseline });
  };
}

/** Says what changed. New and fixed findings are never set off against each other. */
function explain(updated: UpdatedBaseline, file: string, terminal: Terminal): void {
  const { added, rose, removed, unchanged, kept, refused } = updated;
  const worse = rose === 0 ? '' : ` (${rose} worse than before)`;
  const rest = kept === 0 ? '' : `; ${count(kept, 'entry', 'entries')} kept: not in the input, or not checked`;
  complain(terminal, `${file}: +${added} new${worse}, −${removed} fixed, =${unchanged} unchanged${rest}`);
  if (refused.length === 0) return;
  complain(
    terminal,
    `not put into the baseline: ${refused.join(', ')}`,
    'findings about exceptions, and what exceptionPolicy.never of the policy names, are never excused',
  );
}
