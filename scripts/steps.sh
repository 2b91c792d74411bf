# Sourced by .ci/run and scripts/test-full.sh, in the project's folder: runs steps, goes on where one fails, and sums
# up.
set -uo pipefail
exec </dev/null

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=()
suites=()
times=()

timed() {
  local label=$1 began=$SECONDS
  shift
  echo "== $label"
  "$@" || failed+=("$label")
  times+=("$((SECONDS - began)) $label")
}

step() { timed "$*" "$@"; }

# A step that runs vitest, under a name of its own. Two reporters: one for people, one for counting.
tests() {
  local name=$1
  suites+=("$name")
  shift
  timed "$*" "$@" -- --reporter=default --reporter=json --outputFile.json="$results/$name.json"
}

# Prints what failed, the time of each step, and a last line that counts all tests.
sum_up() {
  node scripts/sum-up.mjs "$results" "${suites[@]/#/--suite=}" "${times[@]/#/--time=}" "${failed[@]/#/--failed=}"
}
