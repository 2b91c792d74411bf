/** The completion script for zsh 5. */

import { quoted } from './bash.ts';
import type { Choices, CommandLine, CompletedOption } from './command-line.ts';

const head = `#compdef pki-lint
# Completion of pki-lint for zsh. To install it: pki-lint completion zsh > "\${fpath[1]}/_pki-lint"`;

const functions = `
# FORMAT, or FORMAT:FILE
_pki_lint_formats() {
  if compset -P 1 '*:'; then _files; else compadd -- "$@"; fi
}

_pki_lint_rules() {
  local -a rules=(
RULES
  )
  _describe -t rules rule rules "$@"
}

_pki_lint_groups() {
  local -a groups=(GROUPS)
  _describe -t groups group groups "$@"
}

_pki_lint_roles() {
  local -a roles=(ROLES)
  _describe -t roles role roles "$@"
}

# RULE=SEVERITY
_pki_lint_levels() {
  if compset -P 1 '*='; then
    compadd -- LEVELS
  else
    _pki_lint_rules -S = -q
    _pki_lint_groups -S = -q
  fi
}

_pki_lint_selection() {
  _pki_lint_rules
  _pki_lint_groups
  _pki_lint_roles
}

# ROLE,ROLE
_pki_lint_list() {
  compset -P '*,'
  _pki_lint_roles -S , -q
}

_pki_lint_role() {
  _pki_lint_roles
  _files
}

_pki_lint_commands() {
  local -a commands=(
COMMANDS
  )
  _describe -t commands command commands
}

_pki_lint_first() {
  _pki_lint_commands
  _files
}

_pki-lint() {
  local command=lint first=_pki_lint_first
  if ((CURRENT > 2)); then
    first=_files
    case $words[2] in
      NAMES)
        command=$words[2]
        shift words
        ((CURRENT--))
        ;;
    esac
  fi
  case $command in
`;

const end = `  esac
}

if [[ $funcstack[1] == _pki-lint ]]; then _pki-lint "$@"; else compdef _pki-lint pki-lint; fi
`;

/** The action of _arguments that offers values. With a space in front, nothing is added to its command. */
function offer(values: Choices): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'formats':
      return ` _pki_lint_formats ${values.words.join(' ')}`;
    case 'roles':
      return ' _pki_lint_list';
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'text':
      return ' ';
    default:
      return ` _pki_lint_${values.kind}`;
  }
}

const escaped = (text: string) => text.replace(/[\\:[\]]/g, '\\$&');

/** The specifications of an option for _arguments: `'(-o --output)'{-o+,--output=}'[write to this file]:file:_files'`. */
function specification({ names, help, values, metavar, isRepeatable }: CompletedOption): string {
  const value = values === undefined ? '' : `:${escaped(metavar)}:${offer(values)}`;
  const text = quoted(`[${escaped(help)}]${value}`);
  const marked = names.map((name) => {
    if (values === undefined) return name;
    return name.startsWith('--') ? `${name}=` : `${name}+`;
  });
  const spelled = marked.length > 1 ? `{${marked.join(',')}}` : (marked[0] ?? '');
  if (isRepeatable) return `'*'${spelled}${text}`;
  return names.length > 1 ? `'(${names.join(' ')})'${spelled}${text}` : `${spelled}${text}`;
}

/** Returns the script. */
export function zshScript(line: CommandLine): string {
  const { commands, rules, groups, roles, levels } = line;
  const described = (words: CommandLine['rules']) =>
    words.map(({ text, help }) => `    ${quoted(`${text}:${help}`)}`).join('\n');
  const filled = functions
    .replace('RULES', () => described(rules))
    .replace('GROUPS', groups.map(quoted).join(' '))
    .replace('ROLES', roles.join(' '))
    .replace('LEVELS', levels.join(' '))
    .replace('COMMANDS', () => described(commands))
    .replace('NAMES', commands.map(({ text }) => text).join(' | '));
  const branches = commands.map(({ text, options, operand }, index) => {
    const first = index === 0 ? [`"1: :$first"`] : [];
    const rest = operand === undefined ? [] : [quoted(`*: :${offer(operand)}`)];
    const all = [...options.map(specification), ...first, ...rest];
    return `    ${text})\n      _arguments -S \\\n${all.map((one) => `        ${one}`).join(' \\\n')}\n      ;;`;
  });
  return `${head}\n${filled}${branches.join('\n')}\n${end}`;
}
