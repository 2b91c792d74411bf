# An etcd of a static pod, as on a machine of an external etcd by kubeadm's way. Sourced by record.sh.

etcd_pki=/etc/kubernetes/pki/etcd
uid=6f1d2c3b4a5968778695a4b3c2d1e0f1
container=4b9c2e1f5e7d7403bec7f23afa1ec14fff71c4ce53d5f91141622279bbf70389
pod_cgroup=/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod$uid.slice/cri-containerd-$container.scope

# manifest 'FOLDER_OR_FILE ...' WORD...
manifest() {
  local mounts="$1 /var/lib/etcd" file=$root/etc/kubernetes/manifests/etcd.yaml one number=0
  shift
  mkdir -p "$(dirname "$file")"
  {
    printf '%s\n' 'apiVersion: v1' 'kind: Pod' 'metadata:' '  name: etcd' '  namespace: kube-system' 'spec:' '  containers:' '  - name: etcd' \
      '    image: registry.k8s.io/etcd:3.5.16-0' '    command:'
    for one in "$@"; do jq -nr --arg word "$one" '"    - " + ($word | tojson)'; done
    printf '%s\n' '    volumeMounts:'
    for one in $mounts; do printf '    - {name: v%d, mountPath: %s}\n' "$((number++))" "$one"; done
    number=0
    printf '%s\n' '  hostNetwork: true' '  volumes:'
    for one in $mounts; do printf '  - {name: v%d, hostPath: {path: %s}}\n' "$((number++))" "$one"; done
  } >"$file"
  chmod 600 "$file"
}

etcd_node_pki() {
  pki "$etcd_pki" "$1"
  leaf "$1" "$root$etcd_pki/healthcheck-client" kube-etcd-healthcheck-client
}
pod_machine() {
  machine "$1"
  old=$work/$1/clients/old new=$work/$1/clients/new
  authority "$old" etcd-ca
  leaf "$old" "$old-client" client
  etcd_node_pki "$old"
  etcd_arguments "$etcd_pki"
}
running_pod() {
  pod_machine "$1"
  manifest "$etcd_pki" etcd "${arguments[@]}"
  pod "$pod_cgroup" "$etcd_pki" etcd "${arguments[@]}"
  sleep 3
}
# The end of the certificate that etcd serves.
serves() {
  inside openssl s_client -connect 127.0.0.1:2379 </dev/null 2>/dev/null | openssl x509 -noout -serial
}
serves_the_file() {
  local said=false
  [ "$(serves)" = "$(openssl x509 -noout -serial -in "$root$etcd_pki/server.crt")" ] && said=true
  truth=$(jq -c --argjson said "$said" '. + {"serves the certificate on disk": $said}' <<<"$truth")
}

running_pod etcd-pod-healthy
ask 'its client' "$old" "$old-client"
serves_the_file
record none '' 'a static pod after its start'

running_pod etcd-pod-renewed-by-rename
now leaf "$old" "$root$etcd_pki/new" cp-1
mv "$root$etcd_pki/new.key" "$root$etcd_pki/server.key"
mv "$root$etcd_pki/new.crt" "$root$etcd_pki/server.crt"
serves_the_file
record none '' 'its leaf replaced by rename in the mounted folder: seen and reread'

running_pod etcd-pod-ca-replaced
now authority "$new" etcd-ca
now leaf "$new" "$new-client" client
now etcd_node_pki "$new"
ask 'old client, trusts the new CA' "$new" "$old-client"
ask 'new client, trusts the new CA' "$new" "$new-client"
record error "etcd $etcd_pki/ca.crt" 'CA and leaves replaced, the pod not restarted'

running_pod etcd-pod-folder-moved
mv "$root$etcd_pki" "$root$etcd_pki.old"
cp -a "$root$etcd_pki.old" "$root$etcd_pki"
now leaf "$old" "$root$etcd_pki/server" cp-1
now leaf "$old" "$root$etcd_pki/peer" cp-1
serves_the_file
record warning "etcd $etcd_pki" 'the mounted folder was moved to etcd.old, and its leaves renewed in a copy: the process sees the moved one'

running_pod etcd-pod-folder-deleted
mv "$root$etcd_pki" "$root$etcd_pki.old"
cp -a "$root$etcd_pki.old" "$root$etcd_pki"
now leaf "$old" "$root$etcd_pki/server" cp-1
rm -r "$root$etcd_pki.old"
record warning "etcd $etcd_pki" 'the mounted folder was moved away and removed: the process has a folder without a name'

singly="$etcd_pki/ca.crt $etcd_pki/server.crt $etcd_pki/server.key $etcd_pki/peer.crt $etcd_pki/peer.key"
pod_machine etcd-pod-files-renamed
manifest "$singly" etcd "${arguments[@]}"
pod "$pod_cgroup" "$singly" etcd "${arguments[@]}"
sleep 3
now leaf "$old" "$work/$name/server" cp-1
cp --preserve=mode "$work/$name/server.key" "$root$etcd_pki/server.key.new"
cp "$work/$name/server.crt" "$root$etcd_pki/server.crt.new"
mv "$root$etcd_pki/server.key.new" "$root$etcd_pki/server.key"
mv "$root$etcd_pki/server.crt.new" "$root$etcd_pki/server.crt"
serves_the_file
record warning "etcd $etcd_pki/server.crt" 'files are mounted singly; a leaf was replaced by rename, and the process sees the old one'

pod_machine etcd-pod-files-in-place
manifest "$singly" etcd "${arguments[@]}"
pod "$pod_cgroup" "$singly" etcd "${arguments[@]}"
sleep 3
now leaf "$old" "$work/$name/server" cp-1
cat "$work/$name/server.key" >"$root$etcd_pki/server.key"
cat "$work/$name/server.crt" >"$root$etcd_pki/server.crt"
serves_the_file
record none '' 'files are mounted singly; a leaf was renewed in place, as kubeadm does it: seen and reread'

pod_machine etcd-pod-shell
line="etcd ${arguments[*]}; true"
manifest "$etcd_pki" /bin/sh -ec "$line"
pod "$pod_cgroup" "$etcd_pki" /bin/sh -ec "$line"
ask 'its client' "$old" "$old-client"
record none '' 'a shell that waits for etcd: two processes of one container, one component'

pod_machine etcd-pod-arguments
manifest "$etcd_pki" etcd "${arguments[@]}" --snapshot-count=10000
pod "$pod_cgroup" "$etcd_pki" etcd "${arguments[@]}" --snapshot-count=10000
sleep 2
manifest "$etcd_pki" etcd "${arguments[@]}" --snapshot-count=5000
# Longer than a kubelet may need to see a manifest and to end the process.
sleep 130
record warning 'etcd --snapshot-count' 'the manifest was changed two minutes ago, and the process has the arguments of before'
