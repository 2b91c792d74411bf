#!/usr/bin/env bash
# Builds the program and tests its output under Node 20, 22, 24 and 26, or under the given major versions. Further
# arguments are passed to vitest. With PKI_LINT_TESTS=full all tests run, but for those of the project itself. Linux only.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

# The whole program by its command line, and what differs most between versions: reading certificates.
suites=(test/cli test/corpora.test.ts test/x509)
# What is about the project's files does not depend on the version, and what is random is tested in full without it.
if [ "${PKI_LINT_TESTS-}" = full ]; then
  GLOBIGNORE=test/repository:test/oracles
  suites=(test/*)
  unset GLOBIGNORE PKI_LINT_TESTS
fi

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

run_under() {
  local major=$1 folder copy=$temporary/$1
  shift
  folder=$(bash scripts/node-folder.sh "$major")
  copy_project "$copy"
  cd "$copy"
  export PATH=$folder:$PATH
  echo "== Node $(node -p process.version)"
  [ "$(major_of node)" = "$major" ] || { echo "that is not Node $major" >&2 && return 1; }
  node scripts/build.mjs
  quietly dist/cli.cjs --version
  quietly dist/cli.cjs --help
  quietly dist/cli.cjs fixtures/corpora/kubeadm-1.36-default.tar.gz --at 2026-12-01
  node node_modules/vitest/vitest.mjs run "${suites[@]}" "$@"
}

failed=()
for major in "${majors[@]}"; do
  # Not `|| failed+=…`: bash ignores `set -e` in a command that is followed by `||`.
  set +e
  (set -e && run_under "$major" "$@")
  status=$?
  set -e
  [ "$status" = 0 ] || failed+=("$major")
done
[ "${#failed[@]}" = 0 ] || { echo "failed under Node ${failed[*]}" >&2 && exit 1; }
