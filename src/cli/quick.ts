/**
 * What is answered without the rest of the program, in a bundle of its own: `pki-lint __complete WORD…`, which
 * completion scripts run at each Tab, the version, and the short help. `test/repository/quick.test.ts` lists the
 * modules that this one reaches.
 */
import { writeSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import { asciiOnly } from '../report/text/ascii.ts';
import { commands } from './commands/index.ts';
import { complete } from './completion/complete.ts';
import { names } from './completion/names.ts';
import { programHelp } from './parsing/help.ts';
import { usesAscii, widthOf } from './terminal/terminal.ts';

/**
 * Answers a command line on stdout, and returns whether it did. Of completion, no error is reported: it would appear in
 * the line that is being typed. Of the others, the rest of the program reports it.
 *
 * @param argv the arguments of the command line, without node and the script
 */
export function answer(argv: readonly string[]): boolean {
  const isCompletion = argv[0] === '__complete';
  try {
    const text = isCompletion ? complete(argv.slice(1), commands, names) : textOf(argv);
    if (text === undefined) return false;
    for (let left = Buffer.from(text); left.length > 0; left = left.subarray(writeSync(1, left)));
    return true;
  } catch {
    return isCompletion;
  }
}

function textOf([option, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined;
  if (option === 'version' || option === '--version' || option === '-V') return `${manifest.version}\n`;
  if (option !== '--help' && option !== '-h') return undefined;
  const { stdout, env } = process;
  const help = programHelp(commands, widthOf(process));
  return usesAscii({ stdout, env }) ? asciiOnly(help) : help;
}
