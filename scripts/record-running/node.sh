# One machine of a recording: a folder whose etc/etcd, etc/kubernetes and var/lib/etcd are those of a mount namespace,
# in a network namespace of its own. Its processes are real, and so are the times of its files. Sourced by record.sh.

work=$(mktemp -d)
holders=()
trap 'for one in "${holders[@]}"; do kill "$one" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"' EXIT

# A machine with this name.
machine() {
  name=$1
  root=$work/$name/root
  pids=() cgroups=() kinds=() truth='{}'
  mkdir -p "$root"/etc/{etcd/pki,kubernetes,systemd/system,default} "$root"/var/lib/etcd "$work/$name/clients"
  unshare --mount --net --propagation private sleep infinity &
  holder=$!
  holders+=("$holder")
  until [ "$(readlink "/proc/$holder/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.1; done
  sleep 0.3
  inside ip link set lo up
  inside ip address add 192.0.2.10/32 dev lo
  local folder
  for folder in etc/etcd etc/kubernetes var/lib/etcd; do
    inside mkdir -p "/$folder"
    inside mount --bind "$root/$folder" "/$folder"
  done
}

inside() { nsenter --target "$holder" --mount --net -- "$@"; }

# authority FILE NAME: FILE.crt and FILE.key, made a month ago.
authority() {
  mkdir -p "$(dirname "$1")"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -subj "/CN=$2" \
    -not_before "${made:-$(date -u -d '30 days ago' +%y%m%d%H%M%SZ)}" -days 3650 \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature 2>/dev/null
  chmod 600 "$1.key"
}

# leaf AUTHORITY FILE NAME [GROUP]: FILE.crt and FILE.key for both sides of a connection.
leaf() {
  local not_before=${made:-$(date -u -d '30 days ago' +%y%m%d%H%M%SZ)}
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$2.key" -subj "${4:+/O=$4}/CN=$3" 2>/dev/null |
    openssl x509 -req -CA "$1.crt" -CAkey "$1.key" -out "$2.crt" -not_before "$not_before" -days 365 -extfile <(
      printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature,keyEncipherment \
        extendedKeyUsage=serverAuth,clientAuth subjectAltName=DNS:cp-1,DNS:localhost,IP:192.0.2.10,IP:127.0.0.1
    ) 2>/dev/null
  chmod 600 "$2.key"
}

# pki FOLDER AUTHORITY: etcd's pairs and its CA's certificate in a folder of the machine.
pki() {
  mkdir -p "$root$1"
  cp "$2.crt" "$root$1/ca.crt"
  leaf "$2" "$root$1/server" cp-1
  leaf "$2" "$root$1/peer" cp-1
}

# A certificate of now, not of a month ago.
now() { made=$(date -u +%y%m%d%H%M%SZ) "$@"; }

# The arguments of an etcd that has its files in this folder, in `arguments`.
etcd_arguments() {
  arguments=(--name=cp-1 --data-dir=/var/lib/etcd
    --cert-file="$1/server.crt" --key-file="$1/server.key" --client-cert-auth=true --trusted-ca-file="$1/ca.crt"
    --peer-cert-file="$1/peer.crt" --peer-key-file="$1/peer.key" --peer-client-cert-auth=true
    --peer-trusted-ca-file="$1/ca.crt" --listen-client-urls=https://127.0.0.1:2379,https://192.0.2.10:2379
    --advertise-client-urls=https://192.0.2.10:2379 --listen-peer-urls=https://192.0.2.10:2380
    --initial-advertise-peer-urls=https://192.0.2.10:2380 --initial-cluster=cp-1=https://192.0.2.10:2380)
}

# unit NAME WORD...: a unit that starts these words.
unit() {
  local file=$root/etc/systemd/system/$1.service
  shift
  printf '%s\n' '[Unit]' 'Description=etcd' '[Service]' 'Type=notify' ${environment_file:+"EnvironmentFile=$environment_file"} \
    "ExecStart=$*" 'Restart=on-failure' '[Install]' 'WantedBy=multi-user.target' >"$file"
}

# process CGROUP WORD...: starts a process of the machine, waits until etcd serves, and remembers it.
process() {
  local cgroup=$1 log=$work/$name/log.${#pids[@]}
  shift
  nsenter --target "$holder" --mount --net -- "$@" >"$log" 2>&1 &
  holders+=("$!")
  remember "$!" "$cgroup" host
  ready "$log"
}

# What the unit says, as systemd would start it.
start_unit() {
  unit etcd /usr/bin/etcd "$@"
  process /system.slice/etcd.service /usr/bin/etcd "$@"
}

# pod CGROUP 'FOLDER_OR_FILE ...' WORD...: starts a process in namespaces like those of a static pod, which mounts these
# of the machine, and the folder of its data.
pod() {
  local cgroup=$1 mounts="$2 /var/lib/etcd" log=$work/$name/log.${#pids[@]} parent child
  shift 2
  nsenter --target "$holder" --mount --net -- unshare --mount --pid --fork --kill-child --propagation private bash -c '
    root=$1 mounts=$2; shift 2
    # Its own root in a container: a mount below the machine'\''s folder would move along with it.
    mkdir -p /etc/kubernetes; mount -t tmpfs tmpfs /etc/kubernetes
    for one in $mounts; do
      if [ -d "$root$one" ]; then mkdir -p "$one"; else mkdir -p "$(dirname "$one")"; touch "$one"; fi
      mount --bind "$root$one" "$one"
    done
    exec "$@"' bash "$root" "$mounts" "$@" >"$log" 2>&1 &
  parent=$!
  holders+=("$parent")
  ready "$log"
  child=$(pgrep -P "$parent" | head -1)
  remember "$child" "$cgroup" container
  # A shell that waits for etcd: two processes of one container.
  for parent in $(pgrep -P "$child" || true); do remember "$parent" "$cgroup" container; done
}

remember() { pids+=("$1"); cgroups+=("$2"); kinds+=("$3"); }

ready() {
  local tries=0
  until grep -q 'ready to serve client requests\|Starting to serve on' "$1" 2>/dev/null; do
    sleep 0.2
    tries=$((tries + 1))
    if [ $tries -gt 100 ]; then tail -5 "$1" >&2; return 1; fi
  done
}

# Ends the processes of the machine, by their numbers.
stop() {
  local one
  for one in "${pids[@]}"; do kill "$one" 2>/dev/null || true; done
  for one in "${pids[@]}"; do while kill -0 "$one" 2>/dev/null; do sleep 0.1; done; done
  pids=() cgroups=() kinds=()
}

# ask QUESTION AUTHORITY CLIENT: what a real etcdctl with this pair, which trusts this CA, gets from the running etcd.
ask() {
  local said=refused
  inside etcdctl endpoint health --endpoints="${endpoint:-https://127.0.0.1:2379}" --cacert="$2.crt" --cert="$3.crt" --key="$3.key" \
    --dial-timeout=2s --command-timeout=2s >/dev/null 2>&1 && said=accepted
  truth=$(jq -c --arg question "$1" --arg said "$said" '. + {($question): $said}' <<<"$truth")
}
