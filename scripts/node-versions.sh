#!/usr/bin/env bash
# Runs the built program and library under Node 20, 22, 24 and 26, or under the given major versions: each must print
# what it prints under the Node in the PATH. With PKI_LINT_TESTS=full the hermetic tests run under each version, with
# the inputs of `npm test`, on a build of its own, but for those of the project itself; further arguments are passed to
# vitest then. Linux only.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

is_full=$([ "${PKI_LINT_TESTS-}" = full ] && echo yes || echo no)
# What is about the project's files does not depend on the version, and no input is for one version alone: all are tried
# under the Node in the PATH.
GLOBIGNORE=test/repository:test/oracles
suites=(test/*)
unset GLOBIGNORE
export PKI_LINT_TESTS=brief

majors=()
while [[ ${1-} =~ ^[0-9]+$ ]]; do
  majors+=("$1")
  shift
done
[ "${#majors[@]}" -gt 0 ] || majors=(20 22 24 26)

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

major_of() { "$1" -p 'process.versions.node.split(".")[0]'; }

# Fails if the program fails or prints anything on stderr.
quietly() {
  local complaints
  complaints=$("$@" 2>&1 >/dev/null) && [ -z "$complaints" ] && return
  echo "$* fails, or prints on stderr: $complaints" >&2
  return 1
}

# Works on a copy, so that dist/ stays the build of the Node in the PATH.
copy_project() {
  mkdir "$1"
  tar -c --exclude=./node_modules --exclude=./dist --exclude=./.git . | tar -x -C "$1"
  ln -s "$PWD/node_modules" "$1/node_modules"
}

use_node() {
  local folder
  folder=$(bash scripts/node-folder.sh "$1")
  export PATH=$folder:$PATH
  echo "== Node $(node -p process.version)"
  [ "$(major_of node)" = "$1" ] || { echo "that is not Node $1" >&2 && return 1; }
}

test_under() {
  local copy=$temporary/$1
  use_node "$1"
  shift
  copy_project "$copy"
  cd "$copy"
  node scripts/build.mjs
  quietly dist/cli.cjs --version
  quietly dist/cli.cjs --help
  quietly dist/cli.cjs fixtures/corpora/kubeadm-1.36-default.tar.gz --at 2026-12-01
  node node_modules/vitest/vitest.mjs run "${suites[@]}" "$@"
}

# Commands of the program that exit with 0 or 1, in words that contain no blanks.
readonly at=2028-01-01 corpora=fixtures/corpora
commands=(
  "--version"
  "--help"
  "$corpora/kubeadm-1.36-default.tar.gz --at $at"
  "$corpora/kubeadm-1.22-default.tar.gz --at $at --format json"
  "$corpora/kubeadm-1.36-ha.tar.gz $corpora/kubeadm-1.36-ha-node2.tar.gz $corpora/kubeadm-1.36-worker.tar.gz --at $at"
  "$corpora/intermediate-root.tar.gz --at $at --format sarif"
  "$corpora/kubeadm-1.36-external-ca.tar.gz --at $at --format html"
  "expiry $corpora/kubeadm-1.36-aged.tar.gz --at $at"
  "connections $corpora/kubeadm-1.36-default.tar.gz --at $at --format json"
  "blast kubernetes-ca $corpora/kubeadm-1.36-default.tar.gz --at $at"
  "issue --rootfs $temporary/kubeadm-1.36-default --renew --at $at --algorithm ecdsa-p256 --format json"
  "explain cert/expired"
)

# What the commands and the library print under the Node in the PATH, with their exit codes.
print_all() {
  local command words status
  for command in "${commands[@]}"; do
    read -ra words <<<"$command"
    status=0
    node dist/cli.cjs "${words[@]}" 2>&1 || status=$?
    echo "== $command exits $status"
    [ "$status" -le 1 ] || return 1
  done
  node --input-type=module --eval "
    import { lint, ruleDocs } from './dist/index.js';
    const { findings } = await lint({ paths: ['$corpora/kubeadm-1.32-default.tar.gz'], at: new Date('$at') });
    console.log(ruleDocs.length, JSON.stringify(findings));" 2>&1
}

compare_under() {
  use_node "$1"
  print_all >"$temporary/$1.txt" || { tail -n 5 "$temporary/$1.txt" >&2 && return 1; }
  cmp "$temporary/own.txt" "$temporary/$1.txt"
  echo "${#commands[@]} commands and the library print what they print under Node $own"
}

if [ "$is_full" = no ]; then
  own=$(major_of node)
  node scripts/build.mjs --if-stale
  tar -xzf "$corpora/kubeadm-1.36-default.tar.gz" -C "$temporary"
  print_all >"$temporary/own.txt" || { tail -n 5 "$temporary/own.txt" >&2 && exit 1; }
  # The one in the PATH is what the others are compared with.
  mapfile -t majors < <(printf '%s\n' "${majors[@]}" | grep -vx "$own")
fi

failed=()
for major in "${majors[@]}"; do
  # Not `|| failed+=…`: bash ignores `set -e` in a command that is followed by `||`.
  set +e
  (set -e && if [ "$is_full" = yes ]; then test_under "$major" "$@"; else compare_under "$major"; fi)
  status=$?
  set -e
  [ "$status" = 0 ] || failed+=("$major")
done
[ "${#failed[@]}" = 0 ] || { echo "failed under Node ${failed[*]}" >&2 && exit 1; }
