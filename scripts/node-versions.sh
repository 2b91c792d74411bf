#!/usr/bin/env bash
# Builds the program and tests its output under Node 20, 22 and 24, or under the given major versions. Further arguments
# are passed to vitest. Versions other than the Node in the PATH are downloaded from npm into a cache outside the project
# (npm's `node` package would come first in the PATH of every script). Linux only.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

declare -A version_of=([20]=20.20.2 [22]=22.23.3 [24]=24.21.0)
# The page is text, and made by test/cli too: its own tests would take as long as all others.
suites=(test/cli test/corpora.test.ts test/report/*.test.ts test/report/formats/*.test.ts)

majors=()
while [[ ${1-} =~ ^[0-9]+$ ]]; do
  majors+=("$1")
  shift
done
[ "${#majors[@]}" -gt 0 ] || majors=(20 22 24)

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

major_of() { "$1" -p 'process.versions.node.split(".")[0]'; }

# Prints the path of a folder with a Node of this major version.
node_folder() {
  local version=${version_of[$1]-} architecture folder
  [ -n "$version" ] || { echo "no version of Node $1 is chosen in scripts/node-versions.sh" >&2 && return 1; }
  if [ "$(major_of node)" = "$1" ]; then
    dirname "$(command -v node)"
    return
  fi
  case $(uname -m) in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) echo "npm has no Node for $(uname -m)" >&2 && return 1 ;;
  esac
  folder=${XDG_CACHE_HOME:-~/.cache}/pki-lint/node-$version-$architecture
  if [ ! -x "$folder/bin/node" ]; then
    npm pack --silent --pack-destination "$temporary" "node-linux-$architecture@$version" >/dev/null
    mkdir -p "$temporary/node-$version" "$(dirname "$folder")"
    tar -xzf "$temporary/node-linux-$architecture-$version.tgz" -C "$temporary/node-$version" --strip-components=1
    rm -rf "$folder"
    mv "$temporary/node-$version" "$folder"
  fi
  echo "$folder/bin"
}

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
  folder=$(node_folder "$major")
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
