/** What the help of a command has after its options: variables of the environment, exit codes and examples. */
import { examples } from './examples.ts';
import type { HelpedCommand } from './help.ts';

interface Variables {
  readonly names: string;
  readonly help: string;
  /** The commands that read them have this option. */
  readonly option: string;
  /** A command that has the option for another purpose. */
  readonly except?: string;
}

/** In the order of the help. */
export const variables: readonly Variables[] = [
  {
    names: 'PKI_LINT_CONFIG',
    help: 'the policy; --config and --no-config take precedence',
    option: '--config',
    except: 'init',
  },
  { names: 'COLUMNS', help: 'width of the output, in columns', option: '--color' },
  {
    names: 'NO_COLOR, FORCE_COLOR',
    help: 'no colors, or always colors; --color takes precedence',
    option: '--color',
  },
  {
    names: 'LC_ALL, LC_CTYPE, LANG',
    help: 'whether more than ASCII is printed; --ascii takes precedence',
    option: '--ascii',
  },
  { names: 'CI', help: 'if it is set, a terminal does not show progress', option: '--rootfs' },
  {
    names: 'GITHUB_ACTIONS',
    help: 'in a job of GitHub: lint adds annotations, and no other line is a command',
    option: '--color',
  },
];

/** Returns the text after the options of a command. */
export function afterOptions({ name, options }: Pick<HelpedCommand, 'name' | 'options'>): string {
  const own = new Set(options().flatMap((rows) => Object.values(rows).map(({ option }) => option)));
  const read = variables.filter(({ option, except }) => own.has(option) && except !== name);
  const lines = read.map(({ names, help }) => `  ${names.padEnd(22)}  ${help}`);
  const environment = lines.length === 0 ? '' : `\n${['Environment variables:', ...lines].join('\n')}\n`;
  return `${environment}${examples[name] ?? ''}`;
}
