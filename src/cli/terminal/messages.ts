/** The messages of the program and of commander: one style, and only ASCII where the terminal cannot show more. */
import type { OutputConfiguration } from 'commander';
import { asciiOnly } from '../../report/text/ascii.ts';
import { complain, type Terminal, usesAscii, widthOf, writeError, writeOut } from './terminal.ts';

/** The terminal, with messages in ASCII if it cannot show more. */
export function withPlainMessages(terminal: Terminal, argv: readonly string[]): Terminal {
  if (!usesAscii(terminal, argv.includes('--ascii'))) return terminal;
  const { stdout, env, stdin, progress } = terminal;
  return {
    stdout,
    env,
    stdin,
    ...(progress && { progress }),
    get now() {
      return terminal.now;
    },
    get cwd() {
      return terminal.cwd;
    },
    get stderr() {
      const { stderr } = terminal;
      const { isTTY, columns } = stderr;
      return {
        write: (text: string) => stderr.write(asciiOnly(text)),
        ...(isTTY === undefined ? {} : { isTTY }),
        ...(columns === undefined ? {} : { columns }),
      };
    },
  };
}

/** Sends commander's output to the terminal, in the style of our own messages. The first command is the default. */
export function outputOf(
  terminal: Terminal,
  argv: readonly string[],
  commands: readonly string[],
): OutputConfiguration {
  const ascii = usesAscii(terminal, argv.includes('--ascii'));
  return {
    writeOut: (text) => writeOut(terminal, ascii ? asciiOnly(text) : text, 'own'),
    writeErr: (text) => writeError(terminal, text),
    getOutHelpWidth: () => widthOf(terminal),
    getErrHelpWidth: () => widthOf(terminal),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text) => {
      const [message = '', given = ''] = text.trim().split('\n');
      const hint = given.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?');
      // For an option of a different command, commander suggests that same option.
      const [, option = ''] = /^error: unknown option '(--[a-z-]+)'/.exec(message) ?? [];
      const isSame = option !== '' && hint === `did you mean ${option}?`;
      const command = commands.find((name) => name === argv[0]) ?? commands[0];
      const better = `${isSame ? `${option} is for another command: ` : ''}see pki-lint ${command} --help`;
      complain(terminal, message.replace(/^error: /, '').replace(/\.$/, ''), isSame || hint === '' ? better : hint);
    },
  };
}
