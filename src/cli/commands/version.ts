/** `pki-lint version`, as in kubectl and kubeadm */
import manifest from '../../../package.json' with { type: 'json' };
import { writeOut } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';

/** Prints the version, and returns the exit code. */
export async function versionCommand({ terminal }: CommandContext): Promise<number> {
  writeOut(terminal, `${manifest.version}\n`, 'line');
  return 0;
}
