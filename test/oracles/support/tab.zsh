# zsh -f tab.zsh SHELL SCRIPT FOLDER LINE: presses Tab after a line in an interactive bash, fish or zsh with a
# completion script, in a folder, and prints the line as it is then. `zsh-candidates` in place of a shell: prints what
# zsh offers.
zmodload zsh/zpty zsh/zselect
shell=${1%-candidates} script=${(q)2} folder=${(q)3} line=$4
scratch=$(mktemp -d)
wait_for() {
  repeat 1500; do
    [[ -e $scratch/$1 ]] && return
    zselect -t 2
  done
  print -u2 "$shell did not answer"
  exit 1
}

case $shell in
  bash)
    cat >$scratch/rc <<END
PS1=
bind 'set bell-style none'
finish() { printf '%s\n' "\$READLINE_LINE" >$scratch/draft; mv $scratch/draft $scratch/line; }
bind -x '"\C-g": finish'
END
    start="exec bash --noprofile --rcfile $scratch/rc -i"
    ;;
  fish)
    cat >$scratch/rc <<END
function fish_prompt; end
function finish; commandline >$scratch/draft; mv $scratch/draft $scratch/line; end
bind \cg finish
END
    start="exec env TERM=dumb fish --no-config -C 'source $scratch/rc' -i"
    ;;
  zsh)
    cat >$scratch/rc <<END
PS1= RPS1= LISTMAX=0
unsetopt prompt_sp
autoload -Uz compinit
compinit -u -d $folder/.zcompdump
finish() { print -r -- "\$BUFFER" >$scratch/draft; mv $scratch/draft $scratch/line; }
zle -N finish
bindkey '^I' complete-word '^G' finish
END
    [[ $1 == zsh ]] || cat >>$scratch/rc <<END
compadd() {
  local -a matches
  builtin compadd -O matches "\$@"
  ((\$#matches)) && print -rl -- \$matches >>$scratch/candidates
  builtin compadd "\$@"
}
END
    start="exec zsh -f -i"
    ;;
esac
print -r -- "source $script; cd $folder; : >$scratch/ready" >>$scratch/rc

: >$scratch/candidates
zpty shell $start
# Fish waits for the terminal to say what it is.
[[ $shell == fish ]] && zpty -w -n shell $'\e[?62c'
[[ $shell == zsh ]] && zpty -w shell "source $scratch/rc"
wait_for ready
zpty -w -n shell "$line"$'\t'
zpty -w -n shell $'\a'
wait_for line
zpty -d shell
if [[ $1 == *-candidates ]]; then sort -u $scratch/candidates; else cat $scratch/line; fi
rm -rf $scratch
