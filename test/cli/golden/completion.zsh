#compdef pki-lint
# Completion of pki-lint for zsh. To install it: pki-lint completion zsh > "${fpath[1]}/_pki-lint"

# FORMAT, or FORMAT:FILE
_pki_lint_formats() {
  if compset -P 1 '*:'; then _files; else compadd -- "$@"; fi
}

_pki_lint_rules() {
  local -a rules=(
    'cert/issuer:Each certificate is signed by the authority that the table names'
    'key/mode:Keys are private'
  )
  _describe -t rules rule rules "$@"
}

_pki_lint_groups() {
  local -a groups=('cert/*' 'key/*')
  _describe -t groups group groups "$@"
}

_pki_lint_roles() {
  local -a roles=(kubernetes-ca etcd-ca front-proxy-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client kube-apiserver kube-apiserver-kubelet-client front-proxy-client service-account admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf k0s-api kube-proxy.conf konnectivity.conf server-ca localhost-ca external-ca control-plane-ca kubelet-client-ca admin-ca service-ca ingress-ca kube-apiserver-localhost kube-apiserver-external metrics-server observability route-controller-manager router-default kubelet-server cluster-policy-controller.kubeconfig route-controller-manager.kubeconfig etcd-peer-ca supervisor-port supervisor.kubeconfig api-server.kubeconfig cloud-controller.kubeconfig agent-controller.kubeconfig dqlite etcd-manager-ca-main etcd-peers-ca-main etcd-clients-ca-main etcd-manager-ca-events etcd-peers-ca-events etcd-clients-ca-events etcd-manager-ca-cilium etcd-peers-ca-cilium etcd-clients-ca-cilium kube-apiserver-healthcheck-client)
  _describe -t roles role roles "$@"
}

# RULE=SEVERITY
_pki_lint_levels() {
  if compset -P 1 '*='; then
    compadd -- off error warning info
  else
    _pki_lint_rules -S = -q
    _pki_lint_groups -S = -q
  fi
}

_pki_lint_selection() {
  _pki_lint_rules
  _pki_lint_groups
  _pki_lint_roles
}

# ROLE,ROLE
_pki_lint_list() {
  compset -P '*,'
  _pki_lint_roles -S , -q
}

_pki_lint_role() {
  _pki_lint_roles
  _files
}

_pki_lint_commands() {
  local -a commands=(
    'lint:check nodes (the default command)'
    'expiry:list everything that expires, and who renews it'
    'connections:show which component connects to which, and why it fails'
    'blast:show what breaks if a certificate or key is lost or stolen'
    'facts:show what is known about a node, and from which file'
    'expect:show the files that the documentation requires on a node'
    'issue:plan what is missing or expired, and with --write create it'
    'verify:verify one certificate as the components do'
    'init:write the policy of a gate'
    'diff:compare two JSON reports: what is new, worse or fixed'
    'exceptions:list the exceptions of the policy, and when they expire'
    'rules:list all rules'
    'explain:explain one rule: what it means, why it matters, how to fix it'
    'keys:find private keys in files that must not contain any'
    'completion:print the completion script of a shell'
    'help:show all options of a command'
  )
  _describe -t commands command commands
}

_pki_lint_first() {
  _pki_lint_commands
  _files
}

_pki-lint() {
  local command=lint first=_pki_lint_first
  if ((CURRENT > 2)); then
    first=_files
    case $words[2] in
      lint | expiry | connections | blast | facts | expect | issue | verify | init | diff | exceptions | rules | explain | keys | completion | help)
        command=$words[2]
        shift words
        ((CURRENT--))
        ;;
    esac
  fi
  case $command in
    lint)
      _arguments -S \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --expires-within='[warn of certificates that expire within this time\: 30d, 12h, 2w (default\: 30d)]:time: ' \
        --target-version='[also check each step of an upgrade to this release; latest\: the newest one known]:version: ' \
        --upgrade-window='[how long the upgrade may take (default\: 90d)]:time: ' \
        --profile='[kubeadm\: as documented, accepting what kubeadm writes; documented\: exactly as documented on kubernetes.io (default\: kubeadm)]:name:(kubeadm documented)' \
        --fail-on='[exit 1 if any finding is at least this severe\: error, warning, info or never (default\: error)]:severity:(error warning info never)' \
        --require-complete'[exit 1 if anything could not be checked]' \
        '*'--rule='[set the severity of a rule or of a pattern such as '\''san/*'\''\: off, info, warning or error; repeatable, later ones win]:id=severity: _pki_lint_levels' \
        '*'--only='[report only this rule, pattern such as '\''cert/*'\'', or role; repeatable]:what: _pki_lint_selection' \
        --baseline='[findings that this file knows do not count]:file:_files' \
        --update-baseline'[write what is found to the file of --baseline, and remove what is fixed]' \
        --exit-zero'[exit 0 in spite of findings; errors still exit 2, and the report does not change]' \
        --allow-empty'[exit 0 if there is nothing to check; stderr says so]' \
        --print-config'[print the policy in force with the origin of each value, as YAML or --format json, and exit]' \
        '*'{-f+,--format=}'[table, concise, json, csv, sarif, junit, gitlab, github, markdown, ndjson, openmetrics, cyclonedx or html, to stdout or a file; repeatable]:format\[\:file\]: _pki_lint_formats table concise json csv sarif junit gitlab github markdown ndjson openmetrics cyclonedx html' \
        --junit-passes='[in junit, a passing case for each subject (default) or, for fleets, for each rule]:each:(subject rule)' \
        --sarif-category='[category of the SARIF file, if several are uploaded for one commit]:name: ' \
        --show-suppressed'[also show findings that exceptions excuse, marked as such]' \
        --group-by='[cis\: also list the items of the CIS Kubernetes Benchmark about PKI files and flags, on each node]:what:(cis)' \
        '(-q --quiet)'{-q,--quiet}'[print only errors]' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-V --version)'{-V,--version}'[print the version]' \
        '(-h --help)'{-h,--help}'[print this help]' \
        "1: :$first" \
        '*: :_files'
      ;;
    expiry)
      _arguments -S \
        --within='[exit 1 if anything in use expires within this time\: 60d, 12h, 2w]:time: ' \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --exit-zero'[exit 0 in spite of findings; errors still exit 2, and the report does not change]' \
        --allow-empty'[exit 0 if there is nothing to check; stderr says so]' \
        '*'{-f+,--format=}'[table, json or csv, to stdout or a file; repeatable]:format\[\:file\]: _pki_lint_formats table json csv' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    connections)
      _arguments -S \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --exit-zero'[exit 0 in spite of findings; errors still exit 2, and the report does not change]' \
        --allow-empty'[exit 0 if there is nothing to check; stderr says so]' \
        '*'{-f+,--format=}'[table, json, or a graph\: mermaid, dot; to stdout or a file; repeatable]:format\[\:file\]: _pki_lint_formats table json mermaid dot' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    blast)
      _arguments -S \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: : _pki_lint_role'
      ;;
    facts)
      _arguments -S \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    expect)
      _arguments -S \
        --profile='[kubeadm or documented]:name:(kubeadm documented)' \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    issue)
      _arguments -S \
        --write'[carry out the plan; without it nothing is changed]' \
        --only='[only these roles]:role,...: _pki_lint_list' \
        --renew'[also reissue what has expired or expires soon]' \
        --within='[with --renew\: how soon (default\: 30d)]:time: ' \
        --replace='[reissue these roles although their files exist]:role,...: _pki_lint_list' \
        --keep-key'[keep the keys of what is reissued]' \
        --fix-modes'[correct the file modes that lint reports]' \
        --yes'[confirm replacing a CA, or creating a CA or token key on a node of an existing cluster]' \
        --algorithm='[algorithm of new keys\: rsa-2048, rsa-3072, rsa-4096, ecdsa-p256, ecdsa-p384 (default\: rsa-2048)]:name:(rsa-2048 rsa-3072 rsa-4096 ecdsa-p256 ecdsa-p384)' \
        --days='[validity of new certificates (default\: 365)]:n: ' \
        --ca-days='[validity of new CAs (default\: 3650)]:n: ' \
        --backdate='[how much earlier the validity begins (default\: 5m)]:time: ' \
        --profile='[names as kubeadm writes them (kubeadm), or as documented (documented)]:name:(kubeadm documented)' \
        --at='[issue as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --root-ca'[create one root CA above the three CAs, in --root-dir]' \
        --root-dir='[folder of that root CA, off the node]:dir:_files -/' \
        --ca-dir='[folder of the CAs and their keys, off the node]:dir:_files -/' \
        --csr='[create keys and certificate requests there, for an external CA to sign]:dir:_files -/' \
        --import='[install the certificates that the external CA signed from there]:dir:_files -/' \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    verify)
      _arguments -S \
        '*'--ca='[file with CA certificates to trust, required; repeatable]:file:_files' \
        '*'--intermediates='[file with intermediate certificates; repeatable]:file:_files' \
        --host='[host name or IP address that the certificate must be valid for]:name: ' \
        '*'--usage='[server, client, any, or an extended key usage by name or OID; repeatable, one of them suffices (default\: server)]:usage:(server client any anyExtendedKeyUsage serverAuth clientAuth codeSigning emailProtection ipsecEndSystem ipsecTunnel ipsecUser timeStamping OCSPSigning msServerGatedCrypto nsServerGatedCrypto msCommercialCodeSigning msKernelCodeSigning)' \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --go='[apply the rules of this release of Go\: 1.24, 1.24.11 (default\: the newest one known)]:version: ' \
        --kubernetes-version='[apply the rules of the Go that built this release of Kubernetes]:version: ' \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    init)
      _arguments -S \
        --preset='[the built-in policy to extend\: recommended, strict, cis-1.12, cis-2.0 or upgrade (default\: recommended)]:name:(recommended strict cis-1.12 cis-2.0 upgrade)' \
        --baseline'[also write what is found now to pki-lint.baseline.json]' \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    diff)
      _arguments -S \
        --fail-on='[exit 1 if any finding is at least this severe\: error, warning, info or never (default\: error)]:severity:(error warning info never)' \
        '(-f --format)'{-f+,--format=}'[table, json, markdown or github]:format:(table json markdown github)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    exceptions)
      _arguments -S \
        --at='[judge as of this time\: 2026-12-01, 2026-12-01T08\:00\:00Z, or +90d from now]:time: ' \
        --exit-zero'[exit 0 in spite of findings; errors still exit 2, and the report does not change]' \
        --allow-empty'[exit 0 if there is nothing to check; stderr says so]' \
        '*'{-f+,--format=}'[table, json or csv, to stdout or a file; repeatable]:format\[\:file\]: _pki_lint_formats table json csv' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        --config='[use this policy instead of the nearest pki-lint.config.yaml, .yml or .json]:file:_files' \
        --no-config'[use no policy]' \
        --layout='[layout of the nodes, if their files do not show which\: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …]:name: ' \
        --rootfs='[root of the node'\''s file system]:dir:_files -/' \
        --manifests='[folder of the static pod manifests]:dir:_files -/' \
        --kubeconfigs='[folder of the kubeconfigs]:dir:_files -/' \
        --kubelet-dir='[the kubelet'\''s folder]:dir:_files -/' \
        --kubeadm-config='[file with the kubeadm configuration]:file:_files' \
        --node-name='[name of the node]:name: ' \
        --node-ip='[addresses of the node]:ip,...: ' \
        --advertise-address='[address of its API server]:ip: ' \
        --service-cidr='[ranges of service addresses]:cidr,...: ' \
        --dns-domain='[domain of the cluster]:domain: ' \
        --control-plane-endpoint='[host and port by which clients reach the API servers]:host\:port: ' \
        --san='[additional names of the API server]:name,...: ' \
        --kubernetes-version='[release of its components]:version: ' \
        --etcd='[stacked (on control-plane nodes) or external]:where:(stacked external)' \
        --etcd-members='[one or several members of etcd]:how-many:(one several)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    rules)
      _arguments -S \
        '(-f --format)'{-f+,--format=}'[table or json]:format:(table json)' \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        '(-h --help)'{-h,--help}'[print this help]'
      ;;
    explain)
      _arguments -S \
        '(-o --output)'{-o+,--output=}'[write to this file instead of stdout]:file:_files' \
        '(-v --verbose)'{-v,--verbose}'[print everything\: passed and skipped checks, full lists]' \
        --ascii'[print only ASCII (default where the locale is not UTF-8)]' \
        --color='[color the output\: auto, always or never]:when:(auto always never)' \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: : _pki_lint_rules'
      ;;
    keys)
      _arguments -S \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :_files'
      ;;
    completion)
      _arguments -S \
        '(-h --help)'{-h,--help}'[print this help]' \
        '*: :(bash zsh fish)'
      ;;
    help)
      _arguments -S \
        '*: : _pki_lint_commands'
      ;;
  esac
}

if [[ $funcstack[1] == _pki-lint ]]; then _pki-lint "$@"; else compdef _pki-lint pki-lint; fi
