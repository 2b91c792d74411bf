#!/usr/bin/env bash
# Prints the folder with the program of a version of Node: `22` is the release that the tests use, `18.20.8` that one.
# Versions other than the Node in the PATH come from npm, into a cache outside the project (npm's `node` package would
# come first in the PATH of every script). Linux only.
set -euo pipefail

declare -A version_of=([20]=20.20.2 [22]=22.23.3 [24]=24.21.0 [26]=26.12.1)

wanted=$1
if [ "$(node -p 'process.versions.node.split(".")[0]')" = "$wanted" ]; then
  dirname "$(command -v node)"
  exit
fi
version=$wanted
[[ $wanted == *.* ]] || version=${version_of[$wanted]-}
[ -n "$version" ] || { echo "no version of Node $wanted is chosen in scripts/node-folder.sh" >&2 && exit 1; }
case $(uname -m) in
  x86_64) architecture=x64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "npm has no Node for $(uname -m)" >&2 && exit 1 ;;
esac

folder=${XDG_CACHE_HOME:-~/.cache}/pki-lint/node-$version-$architecture
if [ ! -x "$folder/bin/node" ]; then
  mkdir -p "$(dirname "$folder")"
  temporary=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$temporary"' EXIT
  npm pack --silent --pack-destination "$temporary" "node-linux-$architecture@$version" >/dev/null
  mkdir "$temporary/unpacked"
  tar -xzf "$temporary/node-linux-$architecture-$version.tgz" -C "$temporary/unpacked" --strip-components=1
  rm -rf "$folder"
  mv "$temporary/unpacked" "$folder"
fi
# Node 26 is the first that needs a library which Debian does not install by itself.
"$folder/bin/node" --version >/dev/null || { echo "if libatomic.so.1 is missing: apt-get install libatomic1" >&2 && exit 1; }
echo "$folder/bin"
