/** `pki-lint diff OLD NEW` */

import { readArgumentFile } from '../../api/argument-file.ts';
import { diffReports } from '../../compare/diff.ts';
import { parseReport } from '../../compare/read-report.ts';
import { UserError } from '../../core/errors.ts';
import { allReporters } from '../../report/index.ts';
import type { Severity } from '../../results/finding.ts';
import type { FormatFlags } from '../parsing/flags.ts';
import { repositoryPaths } from '../parsing/repository.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

export interface DiffFlags extends FormatFlags<keyof typeof allReporters.diff> {
  readonly failOn?: Severity | 'never';
}

/** Prints what two reports differ in, and returns the exit code: 1 if something new is severe enough. */
export async function diffCommand(
  { terminal }: CommandContext,
  flags: DiffFlags,
  oldFile: string,
  newFile: string,
): Promise<number> {
  const read = (file: string) => {
    const content = readArgumentFile(file, terminal.cwd)?.text;
    if (content === undefined)
      throw new UserError(`there is no report "${file}"`, 'write one with pki-lint --format json');
    return { file, report: parseReport(content, file) };
  };
  const diff = diffReports(read(oldFile), read(newFile), flags.failOn ?? 'error');
  await print(allReporters.diff, diff, flags, terminal, { inRepository: repositoryPaths(terminal) });
  return diff.exitCode;
}
