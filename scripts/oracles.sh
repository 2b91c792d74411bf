#!/usr/bin/env bash
# Installs the programs that the oracle tests run, if they are missing (Debian; needs root only to install).
set -euo pipefail

declare -A package_of=(
  [etcd]=etcd-server
  [etcdctl]=etcd-client
  [kubectl]=kubernetes-client
  [openssl]=openssl
  [go]=golang-go
  [ip]=iproute2
  [curl]=curl
  [python3]=python3
  [strace]=strace
  [busybox]=busybox
  [mawk]=mawk
  [gawk]=gawk
  [bsdtar]=libarchive-tools
  [setpriv]=util-linux
  [sshd]=openssh-server
  [setfacl]=acl
  [mkfs.ext4]=e2fsprogs
  [fish]=fish
  [zsh]=zsh
  [mandoc]=mandoc
  [pre-commit]=pre-commit
  [git]=git
  [promtool]=prometheus
  [prometheus-node-exporter]=prometheus-node-exporter
  [cmark-gfm]=cmark-gfm
  [xmllint]=libxml2-utils
  [rsync]=rsync
  [ansible-playbook]=ansible-core
  [jq]=jq
  [chromium]=chromium
  [dot]=graphviz
  [systemd-analyze]=systemd
  [qemu-aarch64]=qemu-user
  [skopeo]=skopeo
  [umoci]=umoci
)

# Packages that only these tests need, in a folder of their own.
listed=$(dirname "$0")/../test/oracles/validators
validators=${PKI_LINT_VALIDATORS:-$HOME/.cache/pki-lint/validators}
if ! cmp -s "$listed/package-lock.json" "$validators/installed-lock.json"; then
  mkdir -p "$validators"
  cp "$listed/package.json" "$listed/package-lock.json" "$validators"
  npm ci --prefix "$validators" --no-audit --no-fund >&2
  cp "$listed/package-lock.json" "$validators/installed-lock.json"
fi

# The Node.js in executables.
(cd "$(dirname "$0")" && node --input-type=module --eval \
  "import { embeddedNode } from './executable/node.mjs'; embeddedNode(process.arch);")

missing=()
for program in "${!package_of[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
# Libraries of Kubernetes in Go, which have no program.
for package in golang-k8s-client-go-dev golang-k8s-apiserver-dev golang-k8s-component-base-dev; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
# The releases of Go before and after it knew ML-DSA. They do not replace the `go` in the PATH.
for version in 1.26 1.27; do
  [ -x "/usr/lib/go-$version/bin/go" ] || missing+=("golang-$version-go")
done
# Node 26 loads it.
PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | grep -q 'libatomic\.so\.1 ' || missing+=(libatomic1)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$EUID" != 0 ]; then
  echo "the oracle tests need ${missing[*]}: install them, or run this once as root" >&2
  exit 1
fi

# Server packages start their servers unless this file forbids it (Debian policy 9.3.3.1). The tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
if [[ " ${missing[*]} " == *" golang-1."* ]] && ! apt-cache show golang-1.27-go >/dev/null 2>&1; then
  # Debian has them in its backports: on the mirror from which this machine has its packages.
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  read -r _ mirror key < <(
    # shellcheck disable=SC2016 # apt replaces these names.
    apt-get indextargets --format '$(RELEASE) $(REPO_URI) $(SIGNED_BY)' 'Created-By: Packages' |
      awk -v release="$codename" '$1 == release && !found { print; found = 1 }'
  )
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s-backports\nComponents: main\n' "$mirror" "$codename"
    [[ $key != /* ]] || printf 'Signed-By: %s\n' "$key"
  } >/etc/apt/sources.list.d/pki-lint-backports.sources
  apt-get update -qq </dev/null
fi
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
