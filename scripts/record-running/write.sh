# Writes what a machine is as an archive, and what it shows into expect.json. Sourced by record.sh.

# record LEVEL ABOUT WHY: ABOUT is `COMPONENT FILE` pairs, a line each.
record() {
  local level=$1 about=$2 why=$3 index at
  # The moment of the recording is after the last change even in whole seconds.
  sleep 1.2
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  local tree=$work/$name/tree
  mkdir -p "$tree/proc"
  grep ^btime /proc/stat >"$tree/proc/stat"
  write_first "$tree/proc/1"
  for index in "${!pids[@]}"; do write_process "$tree/proc/${pids[index]}" "${pids[index]}" "${cgroups[index]}" "${kinds[index]}"; done
  find "$root" -depth -type d -empty -delete
  rm -rf "$root/var/lib/etcd"
  # pax records have the times in nanoseconds, and ctime.
  (
    cd "$root"
    tar --create --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime --owner=0 --group=0 --sort=name \
      --file="$work/$name/node.tar" $(ls -d etc var usr 2>/dev/null)
  )
  tar --append --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime --owner=0 --group=0 --sort=name \
    --file="$work/$name/node.tar" -C "$tree" proc
  gzip --best --no-name <"$work/$name/node.tar" >"$out/$name.tar.gz"
  jq --arg name "$name" --arg level "$level" --arg about "$about" --arg at "$at" --arg why "$why" --argjson truth "$truth" '
    . + {($name): {
      expect: {level: $level, about: [$about | split("\n")[] | select(. != "") | split(" ") | {component: .[0], file: (.[1] // "")}]},
      at: $at, why: $why, truth: $truth, format: "posix"}}' "$out/expect.json" >"$work/expect.json"
  cp "$work/expect.json" "$out/expect.json"
  stop
  kill "$holder"
  echo "$name: $level $truth" >&2
}

# write_process FOLDER PID CGROUP KIND: of /proc what is needed, without this machine's mounts, parents and control
# groups.
write_process() {
  local folder=$1 pid=$2 cgroup=$3 kind=$4 parent
  # A parent that is not in the recording becomes the first process.
  parent=$(awk '/^PPid:/ {print $2}' "/proc/$pid/status")
  case " ${pids[*]} " in *" $parent "*) ;; *) parent=1 ;; esac
  mkdir -p "$folder"
  cat "/proc/$pid/cmdline" >"$folder/cmdline"
  sed -E 's/^(.*\) .) [0-9]+ [0-9]+ [0-9]+/\1 '"$parent $pid $pid/" "/proc/$pid/stat" >"$folder/stat"
  sed -E 's/^(PPid:\t).*/\1'"$parent"'/; /^(Seccomp|Cpus_|Mems_|Speculation|Sig|Shd|Cap|CoreDumping|THP|untag|x86_|NoNewPrivs|Hugetlb|NSpgid|NSsid|FDSize)/d' \
    "/proc/$pid/status" >"$folder/status"
  if [ "$kind" = container ]; then
    printf '%s\n' '455 384 0:122 / / rw,relatime - overlay overlay rw,uuid=on' '456 455 0:113 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw'
    # What the container mounts of the machine, with places as in the machine's own file system.
    # Of two on one path the later one is seen.
    grep -F "$root/" "/proc/$pid/mountinfo" | awk '$5 !~ /^\/etc\/(etcd|kubernetes)$/ {line[$5] = $0} END {for (path in line) print line[path]}' |
      sort -n | sed "s#$root/#/#"
  else
    awk '$5 == "/" || $5 == "/proc"' "/proc/$pid/mountinfo"
  fi | sed -E 's# /dev/vda rw.*# /dev/vda1 rw#' >"$folder/mountinfo"
  printf '0::%s\n' "$cgroup" >"$folder/cgroup"
}

# The first process of a node, by whose mounts the places of folders in their file systems are known. No systemd ran
# here, so it is hand-made.
write_first() {
  mkdir -p "$1"
  printf '/sbin/init\0' >"$1/cmdline"
  printf '1 (systemd) S 0 1 1 0 -1 4194560 9000 0 80 0 100 60 0 0 20 0 1 0 5 23000000 3000 18446744073709551615%s\n' "$(printf ' 0%.0s' {1..27})" >"$1/stat"
  printf 'Name:\tsystemd\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\nPPid:\t0\nUid:\t0\t0\t0\t0\nNSpid:\t1\n' >"$1/status"
  printf '%s\n' '27 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw' '22 27 0:21 / /proc rw,relatime - proc proc rw' >"$1/mountinfo"
  printf '0::/init.scope\n' >"$1/cgroup"
}
