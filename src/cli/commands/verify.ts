/** `pki-lint verify CERT --ca FILE` */
import { type VerificationOptions, verifyFile } from '../../api/verify.ts';
import { allReporters } from '../../report/index.ts';
import { optionTable } from '../../tables/option-table.ts';
import { type FormatFlags, valuesOf } from '../parsing/flags.ts';
import { complain } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

export interface VerifyFlags extends FormatFlags<keyof typeof allReporters.verification> {
  readonly ca: string[];
}

/**
 * Prints the chain by which a Go program would trust a certificate, or why it would not, and returns the exit code.
 *
 * @throws UserError for a file that cannot be read or contains no certificate
 */
export async function verifyCommand({ terminal }: CommandContext, flags: VerifyFlags, path: string): Promise<number> {
  const verification = verifyFile(path, {
    ...valuesOf<Omit<VerificationOptions, 'cwd' | 'onWarning'>>(optionTable.verify, flags),
    ca: flags.ca,
    cwd: terminal.cwd,
    onWarning: (message) => complain(terminal, message),
  });
  await print(allReporters.verification, verification, flags, terminal);
  return verification.verdict.ok ? 0 : 1;
}
