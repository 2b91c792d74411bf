#!/usr/bin/env bash
# Installs the programs that the oracle tests ask, where they are missing (Debian; needs root only then).
set -euo pipefail

declare -A package_of=(
  [etcd]=etcd-server
  [etcdctl]=etcd-client
  [kubectl]=kubernetes-client
  [openssl]=openssl
  [go]=golang-go
  [ip]=iproute2
)

missing=()
for program in "${!package_of[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done

if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
fi
