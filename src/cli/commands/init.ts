/** `pki-lint init [PATH…]` */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { requireNodes } from '../../api/load-nodes.ts';
import { updateBaseline } from '../../compare/baseline.ts';
import { baselineText } from '../../compare/baseline-file.ts';
import { UserError } from '../../core/errors.ts';
import { copyable } from '../../core/text.ts';
import { asciiOnly } from '../../report/text/ascii.ts';
import { type OutputFlags, timeRows, valuesOf } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { LintOptions } from '../parsing/library.ts';
import { nextCommand } from '../parsing/next-command.ts';
import { writeNewFile } from '../terminal/report-files.ts';
import { type Terminal, usesAscii, writeError, writeOut } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';
import { complainOf } from './deliver.ts';
import { initialPolicy } from './initial-policy.ts';

export interface InitFlags extends OutputFlags {
  readonly preset?: string;
  readonly baseline?: boolean;
}

const fileNames = ['pki-lint.config.yaml', 'pki-lint.config.yml', 'pki-lint.config.json'] as const;
const baselineFile = 'pki-lint.baseline.json';

/**
 * Writes a policy with the facts of the nodes, and what to type next. It never overwrites a file. Returns the exit
 * code.
 */
export async function initCommand(
  { terminal, library }: CommandContext,
  flags: InitFlags,
  paths: readonly string[],
): Promise<number> {
  const file = flags.output ?? fileNames[0];
  const { preset = 'recommended', baseline = false } = flags;
  if (flags.output === undefined) forbidExisting(fileNames, terminal);
  if (baseline) forbidExisting([baselineFile], terminal);
  const { lint } = library;
  const report = await lint({
    ...nodeOptions(paths, flags, terminal, { options: {} }),
    ...valuesOf<Pick<LintOptions, 'at'>>(timeRows, flags),
    failOn: 'never',
  });
  complainOf(report.failures, terminal);
  if (report.exitCode === 0) requireNodes(report.nodes);
  if (report.nodes.length === 0) return report.exitCode;
  const text = initialPolicy(report, { preset, ...(baseline && { baseline: baselineFile }) });
  const written = file === '-' ? [] : [file];
  if (file === '-') writeOut(terminal, text, 'json');
  else writeNewFile(file, terminal.cwd, text);
  if (baseline) {
    const none = { schemaVersion: 1, tool: report.tool.version, findings: [] } as const;
    writeNewFile(
      baselineFile,
      terminal.cwd,
      baselineText(updateBaseline(report, none, [], report.at.slice(0, 10)).baseline),
    );
    written.push(baselineFile);
  }
  // Only the default name is found by itself.
  const next = nextCommand(paths, flags, file === fileNames[0] || file === '-' ? undefined : file);
  const said = [...written.map((one) => `Wrote ${copyable(one)}.`), 'Next:', `  ${copyable(next)}`];
  const lines = usesAscii(terminal, flags.ascii) ? asciiOnly(`${said.join('\n')}\n`) : `${said.join('\n')}\n`;
  // A pipe gets only the policy.
  if (file === '-') writeError(terminal, lines);
  else writeOut(terminal, lines, 'text');
  return 0;
}

function forbidExisting(names: readonly string[], { cwd }: Terminal): void {
  const found = names.find((name) => existsSync(join(cwd, name)));
  if (found === undefined) return;
  throw new UserError(`"${found}" exists already, and is not changed`, 'edit it, or move it away first');
}
