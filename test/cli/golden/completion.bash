# Completion of pki-lint for bash. To load it: source <(pki-lint completion bash)

_pki_lint_rules=(cert/issuer key/mode)
_pki_lint_groups=('cert/*' 'key/*')

# Offers words, each followed by the first parameter. A typed * may have a backslash.
_pki_lint_words() {
  local after=$1 word shown
  shift
  for word; do
    shown=${word//\*/\\*}
    if [[ $lead$word == "$current"* || $lead$shown == "$current"* ]]; then COMPREPLY+=("$lead$shown$after"); fi
  done
  if [[ -n $after ]]; then compopt -o nospace 2>/dev/null; fi
}

_pki_lint_files() {
  local file typed=${current#"$lead"}
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$lead$file"); done < <(compgen "$1" -- "${typed//\\/}")
}

# FORMAT, or FORMAT:FILE
_pki_lint_formats() {
  local typed=${current#"$lead"}
  if [[ $typed == *:* ]]; then
    lead+=${typed%%:*}:
    _pki_lint_files -f
  else
    _pki_lint_words '' "$@"
  fi
}

# RULE=SEVERITY
_pki_lint_levels() {
  local typed=${current#"$lead"}
  if [[ $typed == *=* ]]; then
    lead+=${typed%%=*}=
    _pki_lint_words '' "$@"
  else
    _pki_lint_words = "${_pki_lint_rules[@]}" "${_pki_lint_groups[@]}"
  fi
}

# ROLE,ROLE
_pki_lint_list() {
  local typed=${current#"$lead"}
  if [[ $typed == *,* ]]; then lead+=${typed%,*},; fi
  _pki_lint_words '' "$@"
}

_pki_lint() {
  local current= lead= stem= option= command=lint word= glued= i words=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $glued || ($word == [=:]* && ${#words[@]} -gt 0) ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    glued=
    if [[ $word == *[=:] ]]; then glued=yes; fi
  done
  current=${words[${#words[@]} - 1]}
  stem=$current
  if [[ -z $glued ]]; then stem=${current%"$word"}; fi
  if ((${#words[@]} > 1)); then
    option=${words[${#words[@]} - 2]}
    case ${words[0]} in
      lint | expiry | connections | blast | facts | expect | issue | verify | init | diff | exceptions | rules | explain | keys | completion | help) command=${words[0]} ;;
    esac
  fi
  if [[ $current == --*=* ]]; then
    option=${current%%=*}
    lead=$option=
  fi
  case "$command $option" in
    'lint --at' | 'lint --expires-within' | 'lint --target-version' | 'lint --upgrade-window' | 'lint --sarif-category' | 'lint --layout' | 'lint --node-name' | 'lint --node-ip' | 'lint --advertise-address' | 'lint --service-cidr' | 'lint --dns-domain' | 'lint --control-plane-endpoint' | 'lint --san' | 'lint --kubernetes-version' | 'expiry --within' | 'expiry --at' | 'expiry --layout' | 'expiry --node-name' | 'expiry --node-ip' | 'expiry --advertise-address' | 'expiry --service-cidr' | 'expiry --dns-domain' | 'expiry --control-plane-endpoint' | 'expiry --san' | 'expiry --kubernetes-version' | 'connections --at' | 'connections --layout' | 'connections --node-name' | 'connections --node-ip' | 'connections --advertise-address' | 'connections --service-cidr' | 'connections --dns-domain' | 'connections --control-plane-endpoint' | 'connections --san' | 'connections --kubernetes-version' | 'blast --at' | 'blast --layout' | 'blast --node-name' | 'blast --node-ip' | 'blast --advertise-address' | 'blast --service-cidr' | 'blast --dns-domain' | 'blast --control-plane-endpoint' | 'blast --san' | 'blast --kubernetes-version' | 'facts --layout' | 'facts --node-name' | 'facts --node-ip' | 'facts --advertise-address' | 'facts --service-cidr' | 'facts --dns-domain' | 'facts --control-plane-endpoint' | 'facts --san' | 'facts --kubernetes-version' | 'expect --layout' | 'expect --node-name' | 'expect --node-ip' | 'expect --advertise-address' | 'expect --service-cidr' | 'expect --dns-domain' | 'expect --control-plane-endpoint' | 'expect --san' | 'expect --kubernetes-version' | 'issue --within' | 'issue --days' | 'issue --ca-days' | 'issue --backdate' | 'issue --at' | 'issue --layout' | 'issue --node-name' | 'issue --node-ip' | 'issue --advertise-address' | 'issue --service-cidr' | 'issue --dns-domain' | 'issue --control-plane-endpoint' | 'issue --san' | 'issue --kubernetes-version' | 'verify --host' | 'verify --at' | 'verify --go' | 'verify --kubernetes-version' | 'init --at' | 'init --layout' | 'init --node-name' | 'init --node-ip' | 'init --advertise-address' | 'init --service-cidr' | 'init --dns-domain' | 'init --control-plane-endpoint' | 'init --san' | 'init --kubernetes-version' | 'exceptions --at' | 'exceptions --layout' | 'exceptions --node-name' | 'exceptions --node-ip' | 'exceptions --advertise-address' | 'exceptions --service-cidr' | 'exceptions --dns-domain' | 'exceptions --control-plane-endpoint' | 'exceptions --san' | 'exceptions --kubernetes-version') : ;;
    'lint --profile' | 'expect --profile' | 'issue --profile') _pki_lint_words '' kubeadm documented ;;
    'lint --fail-on' | 'diff --fail-on') _pki_lint_words '' error warning info never ;;
    'lint --rule') _pki_lint_levels off error warning info ;;
    'lint --only') _pki_lint_words '' "${_pki_lint_rules[@]}" "${_pki_lint_groups[@]}" kubernetes-ca etcd-ca front-proxy-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client kube-apiserver kube-apiserver-kubelet-client front-proxy-client service-account admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf k0s-api kube-proxy.conf konnectivity.conf server-ca localhost-ca external-ca control-plane-ca kubelet-client-ca admin-ca service-ca ingress-ca kube-apiserver-localhost kube-apiserver-external metrics-server observability route-controller-manager router-default kubelet-server cluster-policy-controller.kubeconfig route-controller-manager.kubeconfig etcd-peer-ca supervisor-port supervisor.kubeconfig api-server.kubeconfig cloud-controller.kubeconfig agent-controller.kubeconfig dqlite etcd-manager-ca-main etcd-peers-ca-main etcd-clients-ca-main etcd-manager-ca-events etcd-peers-ca-events etcd-clients-ca-events etcd-manager-ca-cilium etcd-peers-ca-cilium etcd-clients-ca-cilium kube-apiserver-healthcheck-client ;;
    'lint --baseline' | 'lint -o' | 'lint --output' | 'lint --config' | 'lint --kubeadm-config' | 'expiry -o' | 'expiry --output' | 'expiry --config' | 'expiry --kubeadm-config' | 'connections -o' | 'connections --output' | 'connections --config' | 'connections --kubeadm-config' | 'blast -o' | 'blast --output' | 'blast --config' | 'blast --kubeadm-config' | 'facts -o' | 'facts --output' | 'facts --config' | 'facts --kubeadm-config' | 'expect -o' | 'expect --output' | 'expect --config' | 'expect --kubeadm-config' | 'issue -o' | 'issue --output' | 'issue --config' | 'issue --kubeadm-config' | 'verify --ca' | 'verify --intermediates' | 'verify -o' | 'verify --output' | 'init -o' | 'init --output' | 'init --config' | 'init --kubeadm-config' | 'diff -o' | 'diff --output' | 'exceptions -o' | 'exceptions --output' | 'exceptions --config' | 'exceptions --kubeadm-config' | 'rules -o' | 'rules --output' | 'explain -o' | 'explain --output') _pki_lint_files -f ;;
    'lint -f' | 'lint --format') _pki_lint_formats table concise json csv sarif junit gitlab github markdown ndjson openmetrics cyclonedx html ;;
    'lint --junit-passes') _pki_lint_words '' subject rule ;;
    'lint --group-by') _pki_lint_words '' cis ;;
    'lint --color' | 'expiry --color' | 'connections --color' | 'blast --color' | 'facts --color' | 'expect --color' | 'issue --color' | 'verify --color' | 'init --color' | 'diff --color' | 'exceptions --color' | 'rules --color' | 'explain --color') _pki_lint_words '' auto always never ;;
    'lint --rootfs' | 'lint --manifests' | 'lint --kubeconfigs' | 'lint --kubelet-dir' | 'expiry --rootfs' | 'expiry --manifests' | 'expiry --kubeconfigs' | 'expiry --kubelet-dir' | 'connections --rootfs' | 'connections --manifests' | 'connections --kubeconfigs' | 'connections --kubelet-dir' | 'blast --rootfs' | 'blast --manifests' | 'blast --kubeconfigs' | 'blast --kubelet-dir' | 'facts --rootfs' | 'facts --manifests' | 'facts --kubeconfigs' | 'facts --kubelet-dir' | 'expect --rootfs' | 'expect --manifests' | 'expect --kubeconfigs' | 'expect --kubelet-dir' | 'issue --root-dir' | 'issue --ca-dir' | 'issue --csr' | 'issue --import' | 'issue --rootfs' | 'issue --manifests' | 'issue --kubeconfigs' | 'issue --kubelet-dir' | 'init --rootfs' | 'init --manifests' | 'init --kubeconfigs' | 'init --kubelet-dir' | 'exceptions --rootfs' | 'exceptions --manifests' | 'exceptions --kubeconfigs' | 'exceptions --kubelet-dir') _pki_lint_files -d ;;
    'lint --etcd' | 'expiry --etcd' | 'connections --etcd' | 'blast --etcd' | 'facts --etcd' | 'expect --etcd' | 'issue --etcd' | 'init --etcd' | 'exceptions --etcd') _pki_lint_words '' stacked external ;;
    'lint --etcd-members' | 'expiry --etcd-members' | 'connections --etcd-members' | 'blast --etcd-members' | 'facts --etcd-members' | 'expect --etcd-members' | 'issue --etcd-members' | 'init --etcd-members' | 'exceptions --etcd-members') _pki_lint_words '' one several ;;
    'expiry -f' | 'expiry --format' | 'exceptions -f' | 'exceptions --format') _pki_lint_formats table json csv ;;
    'connections -f' | 'connections --format') _pki_lint_formats table json mermaid dot ;;
    'blast -f' | 'blast --format' | 'facts -f' | 'facts --format' | 'expect -f' | 'expect --format' | 'issue -f' | 'issue --format' | 'verify -f' | 'verify --format' | 'rules -f' | 'rules --format') _pki_lint_words '' table json ;;
    'issue --only' | 'issue --replace') _pki_lint_list kubernetes-ca etcd-ca front-proxy-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client kube-apiserver kube-apiserver-kubelet-client front-proxy-client service-account admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf k0s-api kube-proxy.conf konnectivity.conf server-ca localhost-ca external-ca control-plane-ca kubelet-client-ca admin-ca service-ca ingress-ca kube-apiserver-localhost kube-apiserver-external metrics-server observability route-controller-manager router-default kubelet-server cluster-policy-controller.kubeconfig route-controller-manager.kubeconfig etcd-peer-ca supervisor-port supervisor.kubeconfig api-server.kubeconfig cloud-controller.kubeconfig agent-controller.kubeconfig dqlite etcd-manager-ca-main etcd-peers-ca-main etcd-clients-ca-main etcd-manager-ca-events etcd-peers-ca-events etcd-clients-ca-events etcd-manager-ca-cilium etcd-peers-ca-cilium etcd-clients-ca-cilium kube-apiserver-healthcheck-client ;;
    'issue --algorithm') _pki_lint_words '' rsa-2048 rsa-3072 rsa-4096 ecdsa-p256 ecdsa-p384 ;;
    'verify --usage') _pki_lint_words '' server client any anyExtendedKeyUsage serverAuth clientAuth codeSigning emailProtection ipsecEndSystem ipsecTunnel ipsecUser timeStamping OCSPSigning msServerGatedCrypto nsServerGatedCrypto msCommercialCodeSigning msKernelCodeSigning ;;
    'init --preset') _pki_lint_words '' recommended strict cis-1.12 cis-2.0 upgrade ;;
    'diff -f' | 'diff --format') _pki_lint_words '' table json markdown github ;;
    *)
      if [[ $current == -* ]]; then
        case $command in
          lint) _pki_lint_words '' --at --expires-within --target-version --upgrade-window --profile --fail-on --require-complete --rule --only --baseline --update-baseline --exit-zero --allow-empty --print-config -f --format --junit-passes --sarif-category --show-suppressed --group-by -q --quiet -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -V --version -h --help ;;
          expiry) _pki_lint_words '' --within --at --exit-zero --allow-empty -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          connections | exceptions) _pki_lint_words '' --at --exit-zero --allow-empty -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          blast) _pki_lint_words '' --at -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          facts) _pki_lint_words '' -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          expect) _pki_lint_words '' --profile -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          issue) _pki_lint_words '' --write --only --renew --within --replace --keep-key --fix-modes --yes --algorithm --days --ca-days --backdate --profile --at --root-ca --root-dir --ca-dir --csr --import -f --format -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          verify) _pki_lint_words '' --ca --intermediates --host --usage --at --go --kubernetes-version -f --format -o --output -v --verbose --ascii --color -h --help ;;
          init) _pki_lint_words '' --preset --baseline --at -o --output -v --verbose --ascii --color --config --no-config --layout --rootfs --manifests --kubeconfigs --kubelet-dir --kubeadm-config --node-name --node-ip --advertise-address --service-cidr --dns-domain --control-plane-endpoint --san --kubernetes-version --etcd --etcd-members -h --help ;;
          diff) _pki_lint_words '' --fail-on -f --format -o --output -v --verbose --ascii --color -h --help ;;
          rules) _pki_lint_words '' -f --format -o --output -v --verbose --ascii --color -h --help ;;
          explain) _pki_lint_words '' -o --output -v --verbose --ascii --color -h --help ;;
          keys | completion) _pki_lint_words '' -h --help ;;
          help) _pki_lint_words ''  ;;
        esac
      else
        if ((${#words[@]} == 1)); then _pki_lint_words '' lint expiry connections blast facts expect issue verify init diff exceptions rules explain keys completion help; fi
        case $command in
          lint | expiry | connections | facts | expect | issue | verify | init | diff | exceptions | keys) _pki_lint_files -f ;;
          blast) _pki_lint_words '' kubernetes-ca etcd-ca front-proxy-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client kube-apiserver kube-apiserver-kubelet-client front-proxy-client service-account admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf k0s-api kube-proxy.conf konnectivity.conf server-ca localhost-ca external-ca control-plane-ca kubelet-client-ca admin-ca service-ca ingress-ca kube-apiserver-localhost kube-apiserver-external metrics-server observability route-controller-manager router-default kubelet-server cluster-policy-controller.kubeconfig route-controller-manager.kubeconfig etcd-peer-ca supervisor-port supervisor.kubeconfig api-server.kubeconfig cloud-controller.kubeconfig agent-controller.kubeconfig dqlite etcd-manager-ca-main etcd-peers-ca-main etcd-clients-ca-main etcd-manager-ca-events etcd-peers-ca-events etcd-clients-ca-events etcd-manager-ca-cilium etcd-peers-ca-cilium etcd-clients-ca-cilium kube-apiserver-healthcheck-client; _pki_lint_files -f ;;
          explain) _pki_lint_words '' "${_pki_lint_rules[@]}" ;;
          completion) _pki_lint_words '' bash zsh fish ;;
          help) _pki_lint_words '' lint expiry connections blast facts expect issue verify init diff exceptions rules explain keys completion help ;;
        esac
      fi
      ;;
  esac
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$stem"}; done
}

complete -F _pki_lint pki-lint
