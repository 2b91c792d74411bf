/**
 * The scripts that complete `pki-lint` in shells. Each asks `pki-lint __complete` (`complete.ts`) and offers what it
 * answers.
 */

/** The text of a script, in which `\${` is that of the shell. */
const shell = ({ raw }: TemplateStringsArray) => raw.join('').replaceAll('\\${', '${').replaceAll('\\`', '`');

/**
 * For bash 3.2 and later. Bash splits words at = and :, and replaces only what follows. So the line is split here into
 * words without their quotes, and what bash keeps is removed from the replies.
 */
const bash = shell`# Completion of pki-lint for bash. To load it: source <(pki-lint completion bash)

# Splits a text into words without quotes, the last of which is being typed. Nothing in it is expanded.
_pki_lint_split() {
  local text=$1 character quote= word= is_word=
  words=()
  while [[ -n $text ]]; do
    character=\${text:0:1}
    text=\${text:1}
    case $quote$character in
      \\ | \"\\)
        word+=\${text:0:1}
        text=\${text:1}
        is_word=yes
        ;;
      \' | \")
        quote=$character
        is_word=yes
        ;;
      \'\' | \"\") quote= ;;
      ' ' | $'\t' | $'\n')
        if [[ -n $is_word ]]; then words+=("$word"); fi
        word=
        is_word=
        ;;
      *)
        word+=$character
        is_word=yes
        ;;
    esac
  done
  words+=("$word")
}

_pki_lint() {
  local words current kept line lead= directive=4 replies=() kind=-f path home=
  COMPREPLY=()
  _pki_lint_split "$2"
  kept=\${words[\${#words[@]} - 1]}
  _pki_lint_split "\${COMP_LINE:0:COMP_POINT}"
  current=\${words[\${#words[@]} - 1]}
  kept=\${current%"$kept"}
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      directive=\${line%%$'\t'*}
      directive=\${directive#:}
      if [[ $line == *$'\t'* ]]; then lead=\${line#*$'\t'}; fi
    else
      line=\${line%%$'\t'*}
      replies+=("\${line//\*/\\*}")
    fi
  done < <(pki-lint __complete "\${words[@]:1}" 2>/dev/null)
  if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
  if ! ((directive & 4)); then
    compopt -o filenames 2>/dev/null
    if ((directive & 16)); then kind=-d; fi
    path=\${current#"$lead"}
    if [[ -z $lead && $path == '~/'* ]]; then home=$HOME; fi
    while IFS= read -r line; do
      if [[ -n $home ]]; then line="~\${line#"$home"}"; fi
      replies+=("$line")
    done < <(compgen "$kind" -- "$home\${path#\${home:+\~}}")
  fi
  for line in "\${replies[@]}"; do
    line=$lead$line
    COMPREPLY+=("\${line#"$kept"}")
  done
}

complete -F _pki_lint pki-lint
`;

const zsh = shell`#compdef pki-lint
# Completion of pki-lint for zsh. To install it: pki-lint completion zsh > "\${fpath[1]}/_pki-lint"

_pki-lint() {
  local line lead directive=4
  local -a described plain suffix
  for line in "\${(@f)$(pki-lint __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :*)
        directive=\${\${line%%$'\t'*}#:}
        [[ $line == *$'\t'* ]] && lead=\${line#*$'\t'}
        ;;
      *$'\t'*) described+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}") ;;
      ?*) plain+=("$line") ;;
    esac
  done
  if [[ -n $lead ]]; then compset -P "\${(b)lead}" || compset -P '*[=:,]'; fi
  if ((directive & 2)); then suffix=(-S ''); fi
  local found=1
  if (($#described)); then _describe -t values value described "\${suffix[@]}" && found=0; fi
  if (($#plain)); then compadd "\${suffix[@]}" -- "\${plain[@]}" && found=0; fi
  if ((directive & 16)); then
    _files -/ && found=0
  elif ! ((directive & 4)); then
    _files && found=0
  fi
  return found
}

if [[ $funcstack[1] == _pki-lint ]]; then _pki-lint "$@"; else compdef _pki-lint pki-lint; fi
`;

/** For fish 3 and later. */
const fish = shell`# Completion of pki-lint for fish. To install it:
# pki-lint completion fish > ~/.config/fish/completions/pki-lint.fish

function __pki_lint_answer -d 'What can be typed, each with the start of the word, which fish replaces as a whole'
    set -l words (commandline -opc)
    set -l raw (commandline -ct)
    set -l current (string unescape -- $raw; or string replace -ra '[\'"\\\\]' '' -- $raw)
    set -l answer (pki-lint __complete $words[2..] "$current" 2>/dev/null)
    string match -qr '^:[0-9]+' -- "$answer[-1]"; or return
    set -l last (string split -m 1 \t -- $answer[-1])
    set -l directive (string sub -s 2 -- $last[1])
    set -l lead "$last[2]"
    printf '%s\n' $lead$answer[1..-2]
    test (math "bitand($directive, 4)") -eq 0; or return
    # Without quotes, so that fish reads ~ and variables as elsewhere.
    set -l path (string sub -s (math 1 + (string length -- "$lead")) -- "$raw")
    if test (string sub -l (string length -- "$lead") -- "$raw") != "$lead"
        set path (string sub -s (math 1 + (string length -- "$lead")) -- "$current" | string escape)
    end
    set -l files (complete -C "'' $path")
    test (math "bitand($directive, 16)") -eq 0; or set files (string match -r '.*/$' -- $files)
    printf '%s\n' $lead$files
end

complete -c pki-lint -f -a '(__pki_lint_answer)'
`;

export const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };
