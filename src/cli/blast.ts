/** `pki-lint blast WHAT [PATH…]` */
import { blastRadii } from '../report/blast.ts';
import { json } from '../report/json.ts';
import type { BlastFlags } from './flags.ts';
import type { LoadLibrary } from './library.ts';
import { nodeOptions } from './options.ts';
import { type Terminal, usesColor, widthOf } from './terminal.ts';

/** Prints what hangs on a certificate or key; yields the exit code. Throws a UserError where there is no such thing. */
export async function blastCommand(
  what: string,
  paths: readonly string[],
  flags: BlastFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const { blast } = await load();
  const at = flags.at ?? new Date();
  const radii = await blast(what, { ...nodeOptions(paths, flags, terminal), at });
  const { verbose = false } = flags;
  const options = { width: widthOf(terminal), color: usesColor(terminal, flags.color), quiet: false, verbose };
  terminal.stdout.write(flags.format === 'json' ? json(radii) : await blastRadii(radii, at.toISOString(), options));
  return 0;
}
