/** The completion script for bash 3.2 and later. It needs no other script. */
import type { Choices, CommandLine, CompletedCommand } from './command-line.ts';

/** The text of a script, in which `\${` is that of the shell. */
const shell = ({ raw }: TemplateStringsArray) => raw.join('').replaceAll('\\${', '${');

/** Quotes a word for bash and zsh. */
export const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const listed = (words: readonly string[]) => words.map((word) => (word.includes('*') ? quoted(word) : word)).join(' ');

const head = `# Completion of pki-lint for bash. To load it: source <(pki-lint completion bash)`;

/** Bash splits words at = and :, so they are joined first, and what it has split off is removed from the replies at the end. */
const functions = shell`
# Offers words, each followed by the first parameter. A typed * may have a backslash.
_pki_lint_words() {
  local after=$1 word shown
  shift
  for word; do
    shown=\${word//\*/\\*}
    if [[ $lead$word == "$current"* || $lead$shown == "$current"* ]]; then COMPREPLY+=("$lead$shown$after"); fi
  done
  if [[ -n $after ]]; then compopt -o nospace 2>/dev/null; fi
}

_pki_lint_files() {
  local file typed=\${current#"$lead"}
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$lead$file"); done < <(compgen "$1" -- "\${typed//\\/}")
}

# FORMAT, or FORMAT:FILE
_pki_lint_formats() {
  local typed=\${current#"$lead"}
  if [[ $typed == *:* ]]; then
    lead+=\${typed%%:*}:
    _pki_lint_files -f
  else
    _pki_lint_words '' "$@"
  fi
}

# RULE=SEVERITY
_pki_lint_levels() {
  local typed=\${current#"$lead"}
  if [[ $typed == *=* ]]; then
    lead+=\${typed%%=*}=
    _pki_lint_words '' "$@"
  else
    _pki_lint_words = "\${_pki_lint_rules[@]}" "\${_pki_lint_groups[@]}"
  fi
}

# ROLE,ROLE
_pki_lint_list() {
  local typed=\${current#"$lead"}
  if [[ $typed == *,* ]]; then lead+=\${typed%,*},; fi
  _pki_lint_words '' "$@"
}
`;

const start = shell`
_pki_lint() {
  local current= lead= stem= option= command=lint word= glued= i words=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $glued || ($word == [=:]* && \${#words[@]} -gt 0) ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    glued=
    if [[ $word == *[=:] ]]; then glued=yes; fi
  done
  current=\${words[\${#words[@]} - 1]}
  stem=$current
  if [[ -z $glued ]]; then stem=\${current%"$word"}; fi
  if ((\${#words[@]} > 1)); then
    option=\${words[\${#words[@]} - 2]}
    case \${words[0]} in
      COMMANDS) command=\${words[0]} ;;
    esac
  fi
  if [[ $current == --*=* ]]; then
    option=\${current%%=*}
    lead=$option=
  fi`;

const end = shell`
  for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$stem"}; done
}

complete -F _pki_lint pki-lint
`;

/** The command that offers values. */
function offer(values: Choices, { commands, roles, levels }: CommandLine): string {
  const [rules, groups] = [shell`"\${_pki_lint_rules[@]}"`, shell`"\${_pki_lint_groups[@]}"`];
  switch (values.kind) {
    case 'words':
      return `_pki_lint_words '' ${listed(values.words)}`;
    case 'formats':
      return `_pki_lint_formats ${listed(values.words)}`;
    case 'rules':
      return `_pki_lint_words '' ${rules}`;
    case 'levels':
      return `_pki_lint_levels ${listed(levels)}`;
    case 'selection':
      return `_pki_lint_words '' ${rules} ${groups} ${listed(roles)}`;
    case 'roles':
      return `_pki_lint_list ${listed(roles)}`;
    case 'role':
      return `_pki_lint_words '' ${listed(roles)}; _pki_lint_files -f`;
    case 'commands':
      return `_pki_lint_words '' ${listed(commands.map(({ text }) => text))}`;
    case 'files':
      return '_pki_lint_files -f';
    case 'folders':
      return '_pki_lint_files -d';
    case 'text':
      return ':';
  }
}

/** The branches of a `case`: patterns with the same command are one branch. */
function branches(entries: readonly (readonly [pattern: string, command: string])[], indent: string): string {
  const commands = [...new Set(entries.map(([, command]) => command))];
  return commands
    .map((command) => {
      const patterns = entries.filter((entry) => entry[1] === command).map(([pattern]) => pattern);
      return `${indent}${patterns.join(' | ')}) ${command} ;;`;
    })
    .join('\n');
}

const optionNames = ({ options }: CompletedCommand) => options.flatMap(({ names }) => names);

/** Returns the script. */
export function bashScript(line: CommandLine): string {
  const { commands, rules, groups } = line;
  const names = commands.map(({ text }) => text);
  const ofOptions = commands.flatMap(({ text, options }) =>
    options.flatMap((option) => {
      const { values } = option;
      if (values === undefined) return [];
      return option.names.map((name) => [quoted(`${text} ${name}`), offer(values, line)] as const);
    }),
  );
  const ofCommands = commands.map((one) => [one.text, `_pki_lint_words '' ${listed(optionNames(one))}`] as const);
  const ofOperands = commands.flatMap(({ text, operand }) =>
    operand === undefined ? [] : [[text, offer(operand, line)] as const],
  );
  const body = [
    '  case "$command $option" in',
    branches(ofOptions, '    '),
    '    *)',
    '      if [[ $current == -* ]]; then',
    '        case $command in',
    branches(ofCommands, '          '),
    '        esac',
    '      else',
    `        if ((\${#words[@]} == 1)); then _pki_lint_words '' ${listed(names)}; fi`,
    '        case $command in',
    branches(ofOperands, '          '),
    '        esac',
    '      fi',
    '      ;;',
    '  esac',
  ].join('\n');
  const lists = `_pki_lint_rules=(${listed(rules.map(({ text }) => text))})\n_pki_lint_groups=(${listed(groups)})`;
  return `${head}\n\n${lists}\n${functions}${start.replace('COMMANDS', names.join(' | '))}\n${body}${end}`;
}
