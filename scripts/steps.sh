# Sourced by .ci/run and scripts/test-full.sh, in the project's folder: runs steps, goes on where one fails, and sums
# up.
set -uo pipefail
exec </dev/null

results=$(mktemp -d)
failed=()
suites=()
times=()
# Steps that run in parallel, and their processes, each of which leads a group of its own.
begun=()
groups=()

end() {
  for group in "${groups[@]}"; do kill -- "-$group" 2>/dev/null; done
  rm -rf "$results"
}
trap end EXIT

# One line of the table of times: the status of a step, its seconds, and its name.
count() {
  [ "$1" = 0 ] || failed+=("$3")
  times+=("$2 $3")
}

timed() {
  local label=$1 began=$SECONDS status=0
  shift
  echo "== $label"
  "$@" || status=$?
  count "$status" $((SECONDS - began)) "$label"
}

step() { timed "$*" "$@"; }

# Two reporters of vitest: one for people, one for counting.
reporters_of() {
  suites+=("$1")
  reporters=(-- --reporter=default --reporter=json --outputFile.json="$results/$1.json")
}

# A step that runs vitest, under a name of its own.
tests() {
  reporters_of "$1"
  shift
  timed "$*" "$@" "${reporters[@]}"
}

# Begins a step that runs in parallel with the next ones, until `finish` shows what it has printed.
in_parallel() {
  local log=$results/parallel-${#begun[@]}
  set -m
  {
    SECONDS=0
    "$@" >"$log.log" 2>&1
    echo "$? $SECONDS" >"$log.end"
  } &
  set +m
  groups+=("$!")
  begun+=("${label:-$*}")
}

# Like `in_parallel`, with vitest as in `tests`.
tests_in_parallel() {
  reporters_of "$1"
  shift
  local label="$*"
  in_parallel "$@" "${reporters[@]}"
}

# Waits for what was begun, and shows it.
finish() {
  local index status seconds
  for index in "${!begun[@]}"; do
    wait "${groups[index]}"
    echo "== ${begun[index]}"
    cat "$results/parallel-$index.log"
    read -r status seconds <"$results/parallel-$index.end" || { status=1 && seconds=0; }
    count "$status" "$seconds" "${begun[index]}"
  done
  begun=()
  groups=()
}

# Prints what failed, the time of each step, and a last line that counts all tests.
sum_up() {
  local options=("${suites[@]/#/--suite=}" "${times[@]/#/--time=}" "${failed[@]/#/--failed=}")
  node scripts/sum-up.mjs "$results" --elapsed="$SECONDS" "${options[@]}"
}
