# An etcd of a unit, with its files in /etc/etcd/pki. Sourced by record.sh.

ca=/etc/etcd/pki/ca.crt

# A machine whose files an authority signed that is not on it (old), and a client of this one.
unit_machine() {
  machine "$1"
  old=$work/$1/clients/old new=$work/$1/clients/new
  authority "$old" etcd-ca
  leaf "$old" "$old-client" client
  pki /etc/etcd/pki "$old"
  etcd_arguments /etc/etcd/pki
}
running_machine() {
  unit_machine "$1"
  start_unit "${arguments[@]}"
  sleep 3
}
new_authority() {
  now authority "$new" etcd-ca
  now leaf "$new" "$new-client" client
}
questions() {
  ask 'old client, trusts the new CA' "$new" "$old-client"
  ask 'new client, trusts the new CA' "$new" "$new-client"
}

running_machine etcd-healthy
ask 'its client' "$old" "$old-client"
record none '' 'after a start'

running_machine etcd-ca-replaced
new_authority
now pki /etc/etcd/pki "$new"
questions
record error "etcd $ca" "CA and leaves replaced consistently, etcd not restarted"

running_machine etcd-ca-replaced-restarted
new_authority
now pki /etc/etcd/pki "$new"
sleep 2
stop
start_unit "${arguments[@]}"
questions
record none '' 'CA and leaves replaced consistently, etcd restarted'

running_machine etcd-restored-identical
cp -a "$root/etc/etcd/pki" "$work/backup"
rm "$root"/etc/etcd/pki/*
cp -p "$work"/backup/* "$root/etc/etcd/pki/"
rm -r "$work/backup"
ask 'its client' "$old" "$old-client"
record info '' 'all of pki restored with cp -p from a backup that is identical'

# An older backup: the process has what was newer, and the times of both cases are alike.
unit_machine etcd-restored-older
authority "$new" etcd-ca
leaf "$new" "$new-client" client
cp -a "$root/etc/etcd/pki" "$work/backup"
pki /etc/etcd/pki "$new"
sleep 1
start_unit "${arguments[@]}"
sleep 3
cp -p "$work"/backup/* "$root/etc/etcd/pki/"
rm -r "$work/backup"
ask 'client of the CA on disk, trusts it' "$old" "$old-client"
ask 'client of the CA before, trusts the CA on disk' "$old" "$new-client"
record info "etcd $ca" 'all of pki restored with cp -p from an older backup with another CA: its times are like those of an identical one'

running_machine etcd-mode-changed
chmod -R go-rwx "$root/etc/etcd/pki"
ask 'its client' "$old" "$old-client"
record info '' 'chmod -R after the start: no content was changed'

unit_machine etcd-ca-touched
cp -p "$old.key" "$root/etc/etcd/pki/ca.key"
start_unit "${arguments[@]}"
sleep 3
touch "$root$ca"
ask 'its client' "$old" "$old-client"
record none '' 'ca.crt touched after the start: ca.key beside it is older and fits, so it is the same CA'

running_machine etcd-ca-touched-leaves-fit
touch "$root$ca"
ask 'its client' "$old" "$old-client"
record none '' 'ca.crt touched after the start: leaves that are older than the start verify with it, so it is the same CA'

running_machine etcd-leaves-renewed
now leaf "$old" "$root/etc/etcd/pki/server" cp-1
now leaf "$old" "$root/etc/etcd/pki/peer" cp-1
ask 'its client' "$old" "$old-client"
record none '' 'both leaves renewed by the same CA: etcd reads them at every handshake'

running_machine etcd-bundle
new_authority
cat "$new.crt" >>"$root$ca"
ask 'old client' "$old" "$old-client"
ask 'new client' "$old" "$new-client"
record warning "etcd $ca" 'the new CA appended to the bundle, not restarted: the next stage of the rotation would fail'

running_machine etcd-bundle-restarted
new_authority
cat "$new.crt" >>"$root$ca"
sleep 2
stop
start_unit "${arguments[@]}"
ask 'old client' "$old" "$old-client"
ask 'new client' "$old" "$new-client"
record none '' 'the new CA appended to the bundle, then restarted'

running_machine etcd-bundle-too-early
new_authority
cat "$new.crt" >>"$root$ca"
now leaf "$new" "$root/etc/etcd/pki/server" cp-1
now leaf "$new" "$root/etc/etcd/pki/peer" cp-1
ask 'old client, trusts both' "$root/etc/etcd/pki/ca" "$old-client"
ask 'new client, trusts both' "$root/etc/etcd/pki/ca" "$new-client"
record error "etcd $ca" 'the new CA appended, and both leaves already of the new CA, nothing restarted: etcd refuses the peers and clients of the new CA'

running_machine etcd-unit-changed
cp -p "$root$ca" "$root/etc/etcd/pki/clients-ca.crt"
new_arguments=("${arguments[@]/#--trusted-ca-file=*/--trusted-ca-file=/etc/etcd/pki/clients-ca.crt}")
unit etcd /usr/bin/etcd "${new_arguments[@]}"
# Longer than a user needs to restart etcd after this.
sleep 130
record warning 'etcd --trusted-ca-file' 'the unit was changed after the start: the process has another --trusted-ca-file'

unit_machine etcd-unit-spelled
printf 'ETCD_MORE="--snapshot-count=10000  --max-wals 5"\n' >"$root/etc/default/etcd"
spelled=$(printf '%s \\\n  ' "${arguments[@]/#--name=cp-1/-name \"cp-1\"}")
environment_file=-/etc/default/etcd unit etcd /usr/bin/etcd "$spelled\$ETCD_MORE"
process /system.slice/etcd.service /usr/bin/etcd -name cp-1 "${arguments[@]:1}" --snapshot-count=10000 --max-wals 5
record none '' 'the same arguments: quotes, continued lines, a variable, one hyphen, values as words of their own'

unit_machine etcd-environment
printf 'ETCD_%s\n' $(printf '%s\n' "${arguments[@]#--}" | sed -E 's/^([^=]*)/\U\1/; :a s/^([^=]*)-/\1_/; ta') >"$root/etc/default/etcd"
environment_file=/etc/default/etcd unit etcd /usr/bin/etcd
process /system.slice/etcd.service env $(cat "$root/etc/default/etcd") /usr/bin/etcd
sleep 3
ask 'its client' "$old" "$old-client"
record none '' 'all settings by ETCD_* of an EnvironmentFile: nothing is in the arguments'

unit_machine etcd-environment-ca-replaced
printf 'ETCD_%s\n' $(printf '%s\n' "${arguments[@]#--}" | sed -E 's/^([^=]*)/\U\1/; :a s/^([^=]*)-/\1_/; ta') >"$root/etc/default/etcd"
environment_file=/etc/default/etcd unit etcd /usr/bin/etcd
process /system.slice/etcd.service env $(cat "$root/etc/default/etcd") /usr/bin/etcd
sleep 3
new_authority
now pki /etc/etcd/pki "$new"
questions
record error "etcd $ca" 'all settings by ETCD_*; CA and leaves replaced, not restarted'

# etcd's configuration file, which it reads once.
configuration() {
  cat >"$root/etc/etcd/etcd.yml" <<YAML
name: cp-1
data-dir: /var/lib/etcd
listen-client-urls: https://127.0.0.1:2379,https://192.0.2.10:2379
advertise-client-urls: https://192.0.2.10:2379
listen-peer-urls: https://192.0.2.10:2380
initial-advertise-peer-urls: https://192.0.2.10:2380
initial-cluster: cp-1=https://192.0.2.10:2380
client-transport-security:
  cert-file: /etc/etcd/pki/server.crt
  key-file: /etc/etcd/pki/server.key
  client-cert-auth: true
  trusted-ca-file: /etc/etcd/pki/ca.crt
peer-transport-security:
  cert-file: /etc/etcd/pki/peer.crt
  key-file: /etc/etcd/pki/peer.key
  client-cert-auth: true
  trusted-ca-file: /etc/etcd/pki/ca.crt
YAML
}
unit_machine etcd-configuration-ca-replaced
configuration
start_unit --config-file=/etc/etcd/etcd.yml
sleep 3
new_authority
now pki /etc/etcd/pki "$new"
questions
record error "etcd $ca" 'the CA of a configuration file replaced with its leaves, not restarted'

unit_machine etcd-configuration-changed
configuration
start_unit --config-file=/etc/etcd/etcd.yml
sleep 3
cp -p "$root$ca" "$root/etc/etcd/pki/clients-ca.crt"
sed -i '0,/trusted-ca-file: .*/s//trusted-ca-file: \/etc\/etcd\/pki\/clients-ca.crt/' "$root/etc/etcd/etcd.yml"
sleep 130
record warning 'etcd /etc/etcd/etcd.yml' 'the configuration file was changed after the start; it is read once'

unit_machine etcd-revocation-list
crl() {
  local folder=$work/$name/crl
  rm -rf "$folder"
  mkdir -p "$folder"
  touch "$folder/index.txt"
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s/index.txt\ndefault_md=sha256\ndefault_crl_days=300\n' "$folder" >"$folder/ca.conf"
  if [ $# -gt 0 ]; then openssl ca -config "$folder/ca.conf" -cert "$old.crt" -keyfile "$old.key" -revoke "$1.crt" 2>/dev/null; fi
  openssl ca -config "$folder/ca.conf" -cert "$old.crt" -keyfile "$old.key" -gencrl -out "$folder/crl.pem" 2>/dev/null
  # etcd reads a revocation list in DER only.
  openssl crl -in "$folder/crl.pem" -outform DER -out "$root/etc/etcd/pki/crl.der"
}
crl
start_unit "${arguments[@]}" --client-crl-file=/etc/etcd/pki/crl.der
sleep 3
leaf "$old" "$old-revoked" revoked
ask 'before' "$old" "$old-revoked"
crl "$old-revoked"
ask 'after its revocation' "$old" "$old-revoked"
ask 'its client' "$old" "$old-client"
record none '' 'the revocation list was replaced: etcd reads it at every connection'

# Two etcds of one machine, each with its unit, as kOps has them.
running_machine etcd-two-units
second=("${arguments[@]//238/338}")
second=("${second[@]//237/337}")
second=("${second[@]/#--data-dir=*/--data-dir=/var/lib/etcd/events}")
unit etcd-events /usr/bin/etcd "${second[@]}"
process /system.slice/etcd-events.service /usr/bin/etcd "${second[@]}"
record none '' 'two units, two etcds with other ports and folders'

running_machine etcd-two-copies
second=("${arguments[@]//238/338}")
second=("${second[@]//237/337}")
second=("${second[@]/#--data-dir=*/--data-dir=/var/lib/etcd/copy}")
process /user.slice/user-0.slice/session-4.scope etcd "${second[@]}"
record warning 'etcd' 'a second etcd with the same files was started by hand beside the one of the unit'

# In its pod it sees its own files at the same paths.
running_machine etcd-of-an-application
second=("${arguments[@]//238/338}")
second=("${second[@]//237/337}")
second=("${second[@]/#--data-dir=*/--data-dir=/var/lib/etcd/application}")
pod /kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod3f0b6d2c_52cf_4f57_9d5c_1c0f9a7c5e21.slice/cri-containerd-1f4b9c2e1f5e7d7403bec7f23afa1ec14fff71c4ce53d5f91141622279bbf703.scope \
  '' etcd "${second[@]}"
sleep 1
now leaf "$old" "$root/etc/etcd/pki/server" cp-1
record none '' "a second etcd is in an application's pod, whose UID has dashes"

machine kubectl-proxy
old=$work/kubectl-proxy/clients/old
authority "$old" kubernetes
leaf "$old" "$old-server" kube-apiserver
leaf "$old" "$old-client" kubernetes-admin kubeadm:cluster-admins
admin_conf() {
  kubectl config --kubeconfig "$root/etc/kubernetes/admin.conf" set-cluster kubernetes --server=https://192.0.2.10:6443 \
    --certificate-authority="$old.crt" --embed-certs >/dev/null
  kubectl config --kubeconfig "$root/etc/kubernetes/admin.conf" set-credentials kubernetes-admin \
    --client-certificate="$old-client.crt" --client-key="$old-client.key" --embed-certs >/dev/null
  kubectl config --kubeconfig "$root/etc/kubernetes/admin.conf" set-context default --cluster=kubernetes --user=kubernetes-admin >/dev/null
  kubectl config --kubeconfig "$root/etc/kubernetes/admin.conf" use-context default >/dev/null
}
admin_conf
inside openssl s_server -accept 192.0.2.10:6443 -cert "$old-server.crt" -key "$old-server.key" -CAfile "$old.crt" -Verify 1 -www >/dev/null 2>&1 &
holders+=("$!")
process /user.slice/user-0.slice/session-4.scope kubectl proxy --kubeconfig=/etc/kubernetes/admin.conf
# The serial number of the client certificate that the server was shown.
holds() { inside curl -sS --noproxy '*' http://127.0.0.1:8001/ | grep -A1 -i -m1 'serial number' | tr -d '[:space:]'; }
before=$(holds)
now leaf "$old" "$old-client" kubernetes-admin kubeadm:cluster-admins
admin_conf
sleep 1
after=$(holds)
truth=$(jq -c --arg before "$before" --arg after "$after" '{"shows the certificate of before": ($before != "" and $before == $after)}' <<<"$truth")
record none '' 'kubectl runs with an admin.conf that was renewed since: it is no component of the node'
