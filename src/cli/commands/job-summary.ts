/** The summary of a job of GitHub Actions: a file in Markdown to which its steps append. */
import { UserError } from '../../core/errors.ts';
import { allReporters } from '../../report/index.ts';
import type { ReporterOptions } from '../../report/text/reporter.ts';
import type { Report } from '../../results/report.ts';
import { append } from '../terminal/report-files.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';

/** GitHub shows none of a longer one ("Workflow commands", "Step isolation and limits"). */
const maxBytes = 1024 * 1024;

/**
 * Appends a report to the summary of the job, if there is one. If that fails, stderr says so: the exit code is about
 * the nodes.
 */
export async function summarize(report: Report, shared: Partial<ReporterOptions>, terminal: Terminal): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = terminal.env;
  if (file === undefined || file === '') return;
  const style = { quiet: false, verbose: false, width: 0, color: false };
  try {
    await append(file, terminal.cwd, async (bytes) => {
      const options = { ...style, ...shared, markdownBytes: maxBytes - bytes - 1 };
      const text = await allReporters.report.markdown(report, options);
      if (text === '') throw new UserError(`"${file}" is full`, 'GitHub shows 1 MiB of each step');
      return bytes === 0 ? text : `\n${text}`;
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(terminal, `no job summary: ${error.message}`, error.hint);
  }
}
