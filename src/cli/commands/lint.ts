/** `pki-lint [lint] [PATH…]` */
import { relative } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { allReporters } from '../../report/index.ts';
import type { ReporterOptions } from '../../report/text/reporter.ts';
import { nameForPrograms } from '../../results/read/labels.ts';
import type { Report } from '../../results/report.ts';
import { optionTable } from '../../tables/option-table.ts';
import { type OutputFlags, valuesOf } from '../parsing/flags.ts';
import { destinations, forbidSharedFiles, traitsOf } from '../parsing/formats.ts';
import { lintOptions } from '../parsing/given-options.ts';
import { repositoryPaths } from '../parsing/repository.ts';
import { annotated } from '../terminal/annotated.ts';
import type { Destination } from '../terminal/destination.ts';
import { append, makeReportFolder } from '../terminal/report-files.ts';
import { filesOf, isSarifFolder, partOf } from '../terminal/sarif-folder.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';
import type { BaselineFlags } from './baseline.ts';
import { configOf, configuredFormats, printConfig } from './config.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import { type ExitFlags, exitCodeFor, withEmptiness } from './exit-code.ts';

export interface LintFlags extends OutputFlags, ExitFlags, BaselineFlags {
  readonly groupBy?: 'cis';
  readonly format?: Destination[];
  readonly printConfig?: boolean;
  readonly junitPasses?: 'subject' | 'rule';
}

type TableValues = Pick<ReporterOptions, keyof typeof optionTable.formats>;
type FormatValues = TableValues & Pick<ReporterOptions, 'junitPasses'>;

/** Lints, writes the report to each destination, and returns the exit code. */
export async function lintCommand(
  { terminal, library }: CommandContext,
  flags: LintFlags,
  paths: readonly string[],
): Promise<number> {
  const config = await configOf(paths, flags, terminal);
  if (flags.printConfig) return printConfig(config, flags, terminal);
  const format = flags.format ?? configuredFormats(config, flags);
  const given = destinations({ ...flags, ...(format && { format }) }, terminal.cwd);
  const requested = format === undefined ? annotated(given, terminal) : given;
  if (flags.quiet && flags.verbose) {
    throw new UserError('--quiet and --verbose cannot be combined', 'leave one of them out');
  }
  const { sarifCategory } = config.output;
  const values: FormatValues = {
    ...(sarifCategory && { sarifCategory }),
    ...valuesOf<TableValues>(optionTable.formats, flags),
    ...(flags.junitPasses && { junitPasses: flags.junitPasses }),
  };
  const shown = new Set(requested.map(({ format }) => traitsOf[format].shows));
  // Documenting all rules takes time.
  const rules = shown.has('rules') ? library.ruleDocs : [];
  const shared = { rules, inRepository: repositoryPaths(terminal), ...values };
  const options = lintOptions(paths, flags, terminal, library, config);
  const baseline = flags.baseline ?? (config.baseline && relative(terminal.cwd, config.baseline));
  const hasBaseline = baseline !== undefined || flags.updateBaseline === true;
  const known = hasBaseline
    ? (await import('./rare.ts')).openBaseline(
        { ...flags, ...(baseline && { baseline }) },
        flags.baseline === undefined,
        options,
        terminal,
      )
    : undefined;
  const { passes, picture, ...linted } = await library.lint({
    ...options,
    ...(shown.has('passes') && { passes: true }),
    ...(flags.groupBy === 'cis' && { cis: true }),
    ...(shown.has('picture') && { picture: true }),
  });
  const report = withEmptiness(known?.(linted) ?? linted, flags);
  const written = requested.flatMap((one) => (isSarifFolder(one) ? filesIn(one, report, terminal) : [one]));
  forbidSharedFiles(written, terminal.cwd);
  warnOfLimit(report, requested, terminal);
  const hasFailed = await deliverNodes(
    report,
    (format, style, node) => {
      const all = { ...style, ...shared };
      if (node !== undefined) {
        return allReporters.report[format](partOf(report, node), { ...all, ...categoryOf(node, report, values) });
      }
      // What one format shows does not change what the others write in the same run.
      const { shows } = traitsOf[format];
      const more = { ...(shows === 'passes' && { passes }), ...(shows === 'picture' && { picture }) };
      return allReporters.report[format]({ ...report, ...more }, all);
    },
    written,
    flags,
    terminal,
  );
  if (requested.some(({ format }) => format === 'github')) await summarize(report, shared, terminal);
  return hasFailed ? 2 : exitCodeFor(report.exitCode, flags);
}

function filesIn(folder: Destination, report: Report, { cwd }: Terminal): readonly Destination[] {
  if (folder.file !== undefined) makeReportFolder(folder.file, cwd);
  return filesOf(folder, report);
}

/** The category of a node's own file is below that of the run. */
function categoryOf(node: string, { nodes }: Report, { sarifCategory }: FormatValues): FormatValues {
  const label = nameForPrograms(node, nodes);
  return { sarifCategory: sarifCategory === undefined ? label : `${sarifCategory}/${label}` };
}

/** GitHub keeps so many results of a file, the most severe ones ("SARIF results exceed one or more limits"). */
const keptResults = 5000;

function warnOfLimit({ findings }: Report, requested: readonly Destination[], terminal: Terminal): void {
  if (findings.length <= keptResults || requested.every(({ format }) => format !== 'sarif')) return;
  complain(
    terminal,
    `GitHub keeps the ${keptResults} most severe results of a SARIF file, and this report has ${findings.length}`,
  );
}

/** GitHub shows none of a longer one ("Workflow commands", "Step isolation and limits"). */
const maxBytes = 1024 * 1024;

/**
 * Appends a report to the summary of the job, if there is one. If that fails, stderr says so: the exit code is about
 * the nodes.
 */
async function summarize(report: Report, shared: Partial<ReporterOptions>, terminal: Terminal): Promise<void> {
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
