#!/usr/bin/env bash
# Makes the recordings `etcd-*` and `kubectl-*` of fixtures/running: real processes of the packages etcd-server and
# kubernetes-client of Debian in namespaces of their own, and what a real etcdctl got. Needs root, and the programs of
# scripts/oracles.sh, jq and nsenter. usage: record.sh FOLDER (FOLDER/expect.json is added to)
set -euo pipefail
out=$(realpath "${1:?a folder}")
here=$(dirname "$(realpath "$0")")
[ -e "$out/expect.json" ] || echo '{}' >"$out/expect.json"
. "$here/node.sh"
. "$here/write.sh"
. "$here/units.sh"
. "$here/pods.sh"
