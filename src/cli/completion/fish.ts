/** The completion script for fish 3 and later. */
import type { Choices, CommandLine, CompletedOption } from './command-line.ts';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const listed = (words: readonly string[]) =>
  words.map((word) => (/^[\w./-]+$/.test(word) ? word : quoted(word))).join(' ');

const head = `# Completion of pki-lint for fish. To install it:
# pki-lint completion fish > ~/.config/fish/completions/pki-lint.fish`;

const functions = String.raw`
function __pki_lint_is -d 'Whether the command is one of these'
    set -l words (commandline -opc)
    set -l command lint
    if set -q words[2]; and contains -- $words[2] COMMANDS
        set command $words[2]
    end
    contains -- $command $argv
end

function __pki_lint_first -d 'Whether the first word is being typed'
    test (count (commandline -opc)) -eq 1
end

function __pki_lint_value -d 'The value that is being typed, without quotes and the name of its option'
    commandline -ct | string replace -r -- '^--[a-z-]+=' '' | string replace -ra -- '[\\\\\'"]' ''
end

function __pki_lint_formats -d 'FORMAT, or FORMAT:FILE'
    set -l value (__pki_lint_value)
    set -l format (string match -r '^[a-z-]+:' -- $value)
    if test -z "$format"
        printf '%s\n' $argv
        return
    end
    set -l path (string replace -- $format '' $value)
    for file in "$path"*
        test -d $file; and set file $file/
        printf '%s\n' $format$file
    end
end

function __pki_lint_rules
    printf '%s\t%s\n' RULES
end

function __pki_lint_groups
    printf '%s\n' GROUPS
end

function __pki_lint_roles
    printf '%s\n' ROLES
end

function __pki_lint_levels -d 'RULE=SEVERITY'
    set -l rule (string match -r '^[^=]+=' -- (__pki_lint_value))
    if test -n "$rule"
        printf '%s\n' $rule{LEVELS}
    else
        __pki_lint_rules | string replace \t =\t
        __pki_lint_groups | string replace -r '$' =
    end
end

function __pki_lint_list -d 'ROLE,ROLE'
    set -l before (string match -r '^.*,' -- (__pki_lint_value))
    for role in (__pki_lint_roles)
        printf '%s\n' "$before$role"
    end
end
`;

/** The options of `complete` that offer values. */
function offer(values: Choices, { commands }: CommandLine): string {
  const printed = (...words: string[]) => `-x -a ${quoted(words.join(' '))}`;
  switch (values.kind) {
    case 'words':
      return printed(...values.words);
    case 'formats':
      return printed(`(__pki_lint_formats ${values.words.join(' ')})`);
    case 'rules':
      return printed('(__pki_lint_rules)');
    case 'levels':
      return printed('(__pki_lint_levels)');
    case 'selection':
      return printed('(__pki_lint_rules)', '(__pki_lint_groups)', '(__pki_lint_roles)');
    case 'roles':
      return printed('(__pki_lint_list)');
    case 'role':
      return `-a ${quoted('(__pki_lint_roles)')}`;
    case 'commands':
      return printed(...commands.map(({ text }) => text));
    case 'files':
      return '-r -F';
    case 'folders':
      return printed('(__fish_complete_directories (commandline -ct))');
    case 'text':
      return '-x';
  }
}

/** The options of `complete` for the names of an option: `-s f -l format`. */
const named = ({ names }: CompletedOption) =>
  names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');

/** Returns the script. */
export function fishScript(line: CommandLine): string {
  const { commands, rules, groups, roles, levels } = line;
  const names = commands.map(({ text }) => text);
  const filled = functions
    .replace('COMMANDS', names.join(' '))
    .replace('RULES', () => rules.map(({ text, help }) => `\\\n        ${text} ${quoted(help)}`).join(' '))
    .replace('GROUPS', listed(groups))
    .replace('ROLES', listed(roles))
    .replace('LEVELS', levels.join(','));
  // The same option of several commands is one line.
  const lines = new Map<string, string[]>();
  for (const { text, options } of commands) {
    for (const option of options) {
      const values = option.values === undefined ? [] : [offer(option.values, line)];
      const key = [named(option), ...values, `-d ${quoted(option.help)}`].join(' ');
      lines.set(key, [...(lines.get(key) ?? []), text]);
    }
  }
  const operands = commands.flatMap(({ text, operand }) => {
    if (operand?.kind === 'files') return [];
    const offered = operand === undefined ? '-f' : offer(operand, line).replace(/^-x/, '-f');
    return [`complete -c pki-lint -n '__pki_lint_is ${text}' ${offered}`];
  });
  return [
    head,
    filled,
    ...commands.map(({ text, help }) => `complete -c pki-lint -n __pki_lint_first -a ${text} -d ${quoted(help)}`),
    ...operands,
    ...[...lines].map(([key, of]) => `complete -c pki-lint -n '__pki_lint_is ${of.join(' ')}' ${key}`),
    '',
  ].join('\n');
}
