#!/usr/bin/env bash
# The step of action.yml. Its inputs are the variables INPUT_*, its outputs go to the file GITHUB_OUTPUT.
set -uo pipefail

mapfile -t paths < <(printf '%s\n' "$INPUT_PATH" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d')
if [ "${#paths[@]}" = 0 ]; then
  echo '::error title=pki-lint::the input "path" is empty: name what to check, one path a line'
  exit 2
fi

# One word a line, so that no quotes are needed and nothing is expanded.
mapfile -t args < <(printf '%s\n' "${INPUT_ARGS:-}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d')

case "$INPUT_SARIF_FILE" in
  *$'\n'*)
    echo '::error title=pki-lint::the input "sarif-file" is more than one line'
    exit 2
    ;;
esac

# A checkout of the action has no bundle.
if [ ! -e "$ACTION_PATH/dist/cli.cjs" ]; then
  (cd "$ACTION_PATH" && npm ci --no-audit --no-fund && npm run build) >&2 || exit 2
fi

# Git keeps no owners and modes, so those of a checkout say nothing about a node.
rules=(--rule 'key/mode*=off' --rule file/mode=off --rule 'file/writable*=off' --rule 'file/owner*=off')

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
formats=(--format table --format github --format "json:$report/report.json")
if [ -n "$INPUT_SARIF_FILE" ]; then formats+=(--format "sarif:$INPUT_SARIF_FILE"); fi

# What is not given is as the policy says.
policy=()
if [ -n "$INPUT_CONFIG" ]; then policy+=(--config="$INPUT_CONFIG"); fi
if [ -n "$INPUT_FAIL_ON" ]; then policy+=(--fail-on="$INPUT_FAIL_ON"); fi

node "$ACTION_PATH/dist/cli.cjs" lint "${rules[@]}" "${formats[@]}" "${policy[@]}" "${args[@]}" -- "${paths[@]}"
code=$?

count() {
  node -p 'const [file, key] = process.argv.slice(1); JSON.parse(require("fs").readFileSync(file, "utf8")).summary[key]' \
    "$report/report.json" "$1"
}
{
  echo "exit-code=$code"
  # Without a report nothing was written in this run: a file with that name is an old one.
  if [ -e "$report/report.json" ]; then
    echo "errors=$(count errors)"
    echo "warnings=$(count warnings)"
    if [ -n "$INPUT_SARIF_FILE" ]; then echo "sarif-file=$INPUT_SARIF_FILE"; fi
  fi
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
