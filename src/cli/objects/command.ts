/** `pki-lint objects` */

import type { OutputFlags } from '../parsing/flags.ts';
import { writeReport } from '../terminal/report-files.ts';
import { complain, type Terminal, writeOut } from '../terminal/terminal.ts';
import { dumpScript, listsSecrets } from './script.ts';

/** Prints the script that reads the objects of a cluster, or writes it to a file, and returns the exit code. */
export async function objectsCommand(
  { terminal }: { readonly terminal: Terminal },
  { output = '-' }: OutputFlags,
): Promise<number> {
  complain(terminal, listsSecrets);
  if (output === '-') writeOut(terminal, dumpScript(), 'own');
  else writeReport(output, terminal.cwd, dumpScript(), false);
  return 0;
}
