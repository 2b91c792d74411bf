# zsh -f tab.zsh candidates|line SCRIPT FOLDER LINE: presses Tab after a line in an interactive zsh. Prints the candidates,
# or the line as it is then.
zmodload zsh/zpty zsh/zselect
mode=$1 script=$2 folder=$3 line=$4
scratch=$(mktemp -d)
wait_for() {
  repeat 1000; do
    [[ -e $scratch/$1 ]] && return
    zselect -t 2
  done
  print -u2 "zsh did not answer"
  exit 1
}

cat >$scratch/rc <<END
PS1= RPS1= LISTMAX=0
unsetopt prompt_sp
autoload -Uz compinit
compinit -u -d $folder/.zcompdump
source $script
cd $folder
finish() { print -r -- "\$BUFFER" >$scratch/draft; mv $scratch/draft $scratch/line; }
zle -N finish
bindkey '^I' complete-word '^G' finish
END
[[ $mode == line ]] || cat >>$scratch/rc <<END
compadd() {
  local -a matches
  builtin compadd -O matches "\$@"
  ((\$#matches)) && print -rl -- \$matches >>$scratch/candidates
  builtin compadd "\$@"
}
END
print ": >$scratch/ready" >>$scratch/rc

zpty shell 'zsh -f -i'
zpty -w shell "source $scratch/rc"
wait_for ready
: >$scratch/candidates
zpty -w -n shell "$line"$'\t'
zpty -w -n shell $'\a'
wait_for line
zpty -d shell
if [[ $mode == line ]]; then cat $scratch/line; else sort -u $scratch/candidates; fi
rm -r $scratch
