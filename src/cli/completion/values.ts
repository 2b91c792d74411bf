/** What can be typed as the value of an option, and as an argument. */
import { choicesOf, levels } from '../parsing/choices.ts';
import type { CommandOption } from '../parsing/flags.ts';
import type { Names } from './names.ts';

export interface Choice {
  readonly text: string;
  readonly help?: string;
}

/** What is offered for a word. The shell knows its files, so they are not listed. */
export interface Offer {
  readonly candidates: readonly Choice[];
  /** Whether files, or folders alone, are offered as well. */
  readonly files?: 'all' | 'folders';
  /** How the word begins, which the candidates do not repeat: `--format=`, `json:`. */
  readonly lead?: string;
  /** Whether more of the word follows a candidate. */
  readonly goesOn?: boolean;
}

/** Returns what is offered for a value of which this has been typed. */
type Values = (typed: string, names: Names) => Offer;

const words = (texts: readonly string[]): Offer => ({ candidates: texts.map((text) => ({ text })) });

const nothing: Values = () => words([]);
const files: Values = () => ({ candidates: [], files: 'all' });
const folders: Values = () => ({ candidates: [], files: 'folders' });
const oneOf =
  (texts: readonly string[]): Values =>
  () =>
    words(texts);

const rules: Values = (_, names) => ({ candidates: names.rules.map(([text, help]) => ({ text, help })) });

/** All rules, and `cert/*` for those with a prefix. */
const rulesAndGroups = (names: Names): readonly Choice[] => [
  ...rules('', names).candidates,
  ...[...new Set(names.rules.map(([id]) => id.replace(/\/.*/, '/*')))].map((text) => ({ text })),
];

/** `ID=SEVERITY` */
const severities: Values = (typed, names) => {
  const end = typed.indexOf('=') + 1;
  if (end > 0) return { ...words(levels), lead: typed.slice(0, end) };
  const candidates = rulesAndGroups(names).map(({ text, ...rest }) => ({ text: `${text}=`, ...rest }));
  return { candidates, goesOn: true };
};

/** A rule, a group of rules, or a role. */
const selection: Values = (_, names) => ({
  candidates: [...rulesAndGroups(names), ...words(names.roles).candidates],
});

/** `ROLE,ROLE`, each once. */
const roleList: Values = (typed, { roles }) => {
  const lead = typed.slice(0, typed.lastIndexOf(',') + 1);
  const chosen = lead.split(',');
  return { ...words(roles.filter((role) => !chosen.includes(role))), lead };
};

/** `FORMAT` or `FORMAT:FILE` */
const destinations =
  (formats: readonly string[]): Values =>
  (typed) => {
    const end = typed.indexOf(':') + 1;
    return end === 0 ? words(formats) : { candidates: [], files: 'all', lead: typed.slice(0, end) };
  };

/** By what the help calls the value of an option. */
const byMetavar: Readonly<Record<string, Values>> = {
  '<file>': files,
  '<dir>': folders,
  '<id=severity>': severities,
  '<role,...>': roleList,
  '<what>': selection,
};

/** By the notation of an argument. */
const byArgument: Readonly<Record<string, Values>> = {
  '[PATH...]': files,
  '[PATH]': files,
  '<CERT>': files,
  '<FILE...>': files,
  '<OLD>': files,
  '<NEW>': files,
  '<RULE>': rules,
  '[PREFIX]': rules,
  '<WHAT>': (_, { roles }) => ({ ...words(roles), files: 'all' }),
  '<SHELL>': oneOf(['bash', 'zsh', 'fish']),
};

const hasChoices = (type: string): type is keyof typeof choicesOf => Object.hasOwn(choicesOf, type);

/** Returns what can be typed as the value of an option. */
export function valuesOfOption({ type = '', choices, metavar = '' }: CommandOption): Values {
  if (type === 'destinations') return destinations(choices ?? []);
  if (type === 'layout') return (_, { layouts }) => words(layouts);
  const listed = choices ?? (hasChoices(type) ? choicesOf[type] : undefined);
  return listed === undefined ? (byMetavar[metavar] ?? nothing) : oneOf(listed);
}

/** Returns what can be typed as an argument, `<RULE>`. */
export const valuesOfArgument = (argument: string): Values => byArgument[argument] ?? nothing;
