# Completion of pki-lint for fish. To install it:
# pki-lint completion fish > ~/.config/fish/completions/pki-lint.fish

function __pki_lint_is -d 'Whether the command is one of these'
    set -l words (commandline -opc)
    set -l command lint
    if set -q words[2]; and contains -- $words[2] lint expiry connections blast facts expect issue verify init diff exceptions rules explain keys completion help
        set command $words[2]
    end
    contains -- $command $argv
end

function __pki_lint_first -d 'Whether the first word is being typed'
    test (count (commandline -opc)) -eq 1
end

function __pki_lint_value -d 'The value that is being typed, without quotes and the name of its option'
    commandline -ct | string replace -r -- '^--[a-z-]+=' '' | string replace -ra -- '[\\\\\'"]' ''
end

function __pki_lint_formats -d 'FORMAT, or FORMAT:FILE'
    set -l value (__pki_lint_value)
    set -l format (string match -r '^[a-z-]+:' -- $value)
    if test -z "$format"
        printf '%s\n' $argv
        return
    end
    set -l path (string replace -- $format '' $value)
    for file in "$path"*
        test -d $file; and set file $file/
        printf '%s\n' $format$file
    end
end

function __pki_lint_rules
    printf '%s\t%s\n' \
        cert/issuer 'Each certificate is signed by the authority that the table names' \
        key/mode 'Keys are private'
end

function __pki_lint_groups
    printf '%s\n' 'cert/*' 'key/*'
end

function __pki_lint_roles
    printf '%s\n' kubernetes-ca etcd-ca front-proxy-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client kube-apiserver kube-apiserver-kubelet-client front-proxy-client service-account admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf k0s-api kube-proxy.conf konnectivity.conf server-ca localhost-ca external-ca control-plane-ca kubelet-client-ca admin-ca service-ca ingress-ca kube-apiserver-localhost kube-apiserver-external metrics-server observability route-controller-manager router-default kubelet-server cluster-policy-controller.kubeconfig route-controller-manager.kubeconfig etcd-peer-ca supervisor-port supervisor.kubeconfig api-server.kubeconfig cloud-controller.kubeconfig agent-controller.kubeconfig dqlite etcd-manager-ca-main etcd-peers-ca-main etcd-clients-ca-main etcd-manager-ca-events etcd-peers-ca-events etcd-clients-ca-events etcd-manager-ca-cilium etcd-peers-ca-cilium etcd-clients-ca-cilium kube-apiserver-healthcheck-client
end

function __pki_lint_levels -d 'RULE=SEVERITY'
    set -l rule (string match -r '^[^=]+=' -- (__pki_lint_value))
    if test -n "$rule"
        printf '%s\n' $rule{off,error,warning,info}
    else
        __pki_lint_rules | string replace \t =\t
        __pki_lint_groups | string replace -r '$' =
    end
end

function __pki_lint_list -d 'ROLE,ROLE'
    set -l before (string match -r '^.*,' -- (__pki_lint_value))
    for role in (__pki_lint_roles)
        printf '%s\n' "$before$role"
    end
end

complete -c pki-lint -n __pki_lint_first -a lint -d 'check nodes (the default command)'
complete -c pki-lint -n __pki_lint_first -a expiry -d 'list everything that expires, and who renews it'
complete -c pki-lint -n __pki_lint_first -a connections -d 'show which component connects to which, and why it fails'
complete -c pki-lint -n __pki_lint_first -a blast -d 'show what breaks if a certificate or key is lost or stolen'
complete -c pki-lint -n __pki_lint_first -a facts -d 'show what is known about a node, and from which file'
complete -c pki-lint -n __pki_lint_first -a expect -d 'show the files that the documentation requires on a node'
complete -c pki-lint -n __pki_lint_first -a issue -d 'plan what is missing or expired, and with --write create it'
complete -c pki-lint -n __pki_lint_first -a verify -d 'verify one certificate as the components do'
complete -c pki-lint -n __pki_lint_first -a init -d 'write the policy of a gate'
complete -c pki-lint -n __pki_lint_first -a diff -d 'compare two JSON reports: what is new, worse or fixed'
complete -c pki-lint -n __pki_lint_first -a exceptions -d 'list the exceptions of the policy, and when they expire'
complete -c pki-lint -n __pki_lint_first -a rules -d 'list all rules'
complete -c pki-lint -n __pki_lint_first -a explain -d 'explain one rule: what it means, why it matters, how to fix it'
complete -c pki-lint -n __pki_lint_first -a keys -d 'find private keys in files that must not contain any'
complete -c pki-lint -n __pki_lint_first -a completion -d 'print the completion script of a shell'
complete -c pki-lint -n __pki_lint_first -a help -d 'show all options of a command'
complete -c pki-lint -n '__pki_lint_is blast' -a '(__pki_lint_roles)'
complete -c pki-lint -n '__pki_lint_is rules' -f
complete -c pki-lint -n '__pki_lint_is explain' -f -a '(__pki_lint_rules)'
complete -c pki-lint -n '__pki_lint_is completion' -f -a 'bash zsh fish'
complete -c pki-lint -n '__pki_lint_is help' -f -a 'lint expiry connections blast facts expect issue verify init diff exceptions rules explain keys completion help'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast verify init exceptions' -l at -x -d 'judge as of this time: 2026-12-01, 2026-12-01T08:00:00Z, or +90d from now'
complete -c pki-lint -n '__pki_lint_is lint' -l expires-within -x -d 'warn of certificates that expire within this time: 30d, 12h, 2w (default: 30d)'
complete -c pki-lint -n '__pki_lint_is lint' -l target-version -x -d 'also check each step of an upgrade to this release; latest: the newest one known'
complete -c pki-lint -n '__pki_lint_is lint' -l upgrade-window -x -d 'how long the upgrade may take (default: 90d)'
complete -c pki-lint -n '__pki_lint_is lint' -l profile -x -a 'kubeadm documented' -d 'kubeadm: as documented, accepting what kubeadm writes; documented: exactly as documented on kubernetes.io (default: kubeadm)'
complete -c pki-lint -n '__pki_lint_is lint diff' -l fail-on -x -a 'error warning info never' -d 'exit 1 if any finding is at least this severe: error, warning, info or never (default: error)'
complete -c pki-lint -n '__pki_lint_is lint' -l require-complete -d 'exit 1 if anything could not be checked'
complete -c pki-lint -n '__pki_lint_is lint' -l rule -x -a '(__pki_lint_levels)' -d 'set the severity of a rule or of a pattern such as \'san/*\': off, info, warning or error; repeatable, later ones win'
complete -c pki-lint -n '__pki_lint_is lint' -l only -x -a '(__pki_lint_rules) (__pki_lint_groups) (__pki_lint_roles)' -d 'report only this rule, pattern such as \'cert/*\', or role; repeatable'
complete -c pki-lint -n '__pki_lint_is lint' -l baseline -r -F -d 'findings that this file knows do not count'
complete -c pki-lint -n '__pki_lint_is lint' -l update-baseline -d 'write what is found to the file of --baseline, and remove what is fixed'
complete -c pki-lint -n '__pki_lint_is lint expiry connections exceptions' -l exit-zero -d 'exit 0 in spite of findings; errors still exit 2, and the report does not change'
complete -c pki-lint -n '__pki_lint_is lint expiry connections exceptions' -l allow-empty -d 'exit 0 if there is nothing to check; stderr says so'
complete -c pki-lint -n '__pki_lint_is lint' -l print-config -d 'print the policy in force with the origin of each value, as YAML or --format json, and exit'
complete -c pki-lint -n '__pki_lint_is lint' -s f -l format -x -a '(__pki_lint_formats table concise json csv sarif junit gitlab github markdown ndjson openmetrics cyclonedx html)' -d 'table, concise, json, csv, sarif, junit, gitlab, github, markdown, ndjson, openmetrics, cyclonedx or html, to stdout or a file; repeatable'
complete -c pki-lint -n '__pki_lint_is lint' -l junit-passes -x -a 'subject rule' -d 'in junit, a passing case for each subject (default) or, for fleets, for each rule'
complete -c pki-lint -n '__pki_lint_is lint' -l sarif-category -x -d 'category of the SARIF file, if several are uploaded for one commit'
complete -c pki-lint -n '__pki_lint_is lint' -l show-suppressed -d 'also show findings that exceptions excuse, marked as such'
complete -c pki-lint -n '__pki_lint_is lint' -l group-by -x -a 'cis' -d 'cis: also list the items of the CIS Kubernetes Benchmark about PKI files and flags, on each node'
complete -c pki-lint -n '__pki_lint_is lint' -s q -l quiet -d 'print only errors'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue verify init diff exceptions rules explain' -s o -l output -r -F -d 'write to this file instead of stdout'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue verify init diff exceptions rules explain' -s v -l verbose -d 'print everything: passed and skipped checks, full lists'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue verify init diff exceptions rules explain' -l ascii -d 'print only ASCII (default where the locale is not UTF-8)'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue verify init diff exceptions rules explain' -l color -x -a 'auto always never' -d 'color the output: auto, always or never'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l config -r -F -d 'use this policy instead of the nearest pki-lint.config.yaml, .yml or .json'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l no-config -d 'use no policy'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l layout -x -d 'layout of the nodes, if their files do not show which: kubeadm, k3s, rke2, microk8s, k0s, kops, systemd …'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l rootfs -x -a '(__fish_complete_directories (commandline -ct))' -d 'root of the node\'s file system'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l manifests -x -a '(__fish_complete_directories (commandline -ct))' -d 'folder of the static pod manifests'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l kubeconfigs -x -a '(__fish_complete_directories (commandline -ct))' -d 'folder of the kubeconfigs'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l kubelet-dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'the kubelet\'s folder'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l kubeadm-config -r -F -d 'file with the kubeadm configuration'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l node-name -x -d 'name of the node'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l node-ip -x -d 'addresses of the node'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l advertise-address -x -d 'address of its API server'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l service-cidr -x -d 'ranges of service addresses'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l dns-domain -x -d 'domain of the cluster'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l control-plane-endpoint -x -d 'host and port by which clients reach the API servers'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l san -x -d 'additional names of the API server'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l kubernetes-version -x -d 'release of its components'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l etcd -x -a 'stacked external' -d 'stacked (on control-plane nodes) or external'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue init exceptions' -l etcd-members -x -a 'one several' -d 'one or several members of etcd'
complete -c pki-lint -n '__pki_lint_is lint' -s V -l version -d 'print the version'
complete -c pki-lint -n '__pki_lint_is lint expiry connections blast facts expect issue verify init diff exceptions rules explain keys completion' -s h -l help -d 'print this help'
complete -c pki-lint -n '__pki_lint_is expiry' -l within -x -d 'exit 1 if anything in use expires within this time: 60d, 12h, 2w'
complete -c pki-lint -n '__pki_lint_is expiry exceptions' -s f -l format -x -a '(__pki_lint_formats table json csv)' -d 'table, json or csv, to stdout or a file; repeatable'
complete -c pki-lint -n '__pki_lint_is connections' -s f -l format -x -a '(__pki_lint_formats table json mermaid dot)' -d 'table, json, or a graph: mermaid, dot; to stdout or a file; repeatable'
complete -c pki-lint -n '__pki_lint_is blast facts expect issue verify rules' -s f -l format -x -a 'table json' -d 'table or json'
complete -c pki-lint -n '__pki_lint_is expect' -l profile -x -a 'kubeadm documented' -d 'kubeadm or documented'
complete -c pki-lint -n '__pki_lint_is issue' -l write -d 'carry out the plan; without it nothing is changed'
complete -c pki-lint -n '__pki_lint_is issue' -l only -x -a '(__pki_lint_list)' -d 'only these roles'
complete -c pki-lint -n '__pki_lint_is issue' -l renew -d 'also reissue what has expired or expires soon'
complete -c pki-lint -n '__pki_lint_is issue' -l within -x -d 'with --renew: how soon (default: 30d)'
complete -c pki-lint -n '__pki_lint_is issue' -l replace -x -a '(__pki_lint_list)' -d 'reissue these roles although their files exist'
complete -c pki-lint -n '__pki_lint_is issue' -l keep-key -d 'keep the keys of what is reissued'
complete -c pki-lint -n '__pki_lint_is issue' -l fix-modes -d 'correct the file modes that lint reports'
complete -c pki-lint -n '__pki_lint_is issue' -l yes -d 'confirm replacing a CA, or creating a CA or token key on a node of an existing cluster'
complete -c pki-lint -n '__pki_lint_is issue' -l algorithm -x -a 'rsa-2048 rsa-3072 rsa-4096 ecdsa-p256 ecdsa-p384' -d 'algorithm of new keys: rsa-2048, rsa-3072, rsa-4096, ecdsa-p256, ecdsa-p384 (default: rsa-2048)'
complete -c pki-lint -n '__pki_lint_is issue' -l days -x -d 'validity of new certificates (default: 365)'
complete -c pki-lint -n '__pki_lint_is issue' -l ca-days -x -d 'validity of new CAs (default: 3650)'
complete -c pki-lint -n '__pki_lint_is issue' -l backdate -x -d 'how much earlier the validity begins (default: 5m)'
complete -c pki-lint -n '__pki_lint_is issue' -l profile -x -a 'kubeadm documented' -d 'names as kubeadm writes them (kubeadm), or as documented (documented)'
complete -c pki-lint -n '__pki_lint_is issue' -l at -x -d 'issue as of this time: 2026-12-01, 2026-12-01T08:00:00Z, or +90d from now'
complete -c pki-lint -n '__pki_lint_is issue' -l root-ca -d 'create one root CA above the three CAs, in --root-dir'
complete -c pki-lint -n '__pki_lint_is issue' -l root-dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'folder of that root CA, off the node'
complete -c pki-lint -n '__pki_lint_is issue' -l ca-dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'folder of the CAs and their keys, off the node'
complete -c pki-lint -n '__pki_lint_is issue' -l csr -x -a '(__fish_complete_directories (commandline -ct))' -d 'create keys and certificate requests there, for an external CA to sign'
complete -c pki-lint -n '__pki_lint_is issue' -l import -x -a '(__fish_complete_directories (commandline -ct))' -d 'install the certificates that the external CA signed from there'
complete -c pki-lint -n '__pki_lint_is verify' -l ca -r -F -d 'file with CA certificates to trust, required; repeatable'
complete -c pki-lint -n '__pki_lint_is verify' -l intermediates -r -F -d 'file with intermediate certificates; repeatable'
complete -c pki-lint -n '__pki_lint_is verify' -l host -x -d 'host name or IP address that the certificate must be valid for'
complete -c pki-lint -n '__pki_lint_is verify' -l usage -x -a 'server client any anyExtendedKeyUsage serverAuth clientAuth codeSigning emailProtection ipsecEndSystem ipsecTunnel ipsecUser timeStamping OCSPSigning msServerGatedCrypto nsServerGatedCrypto msCommercialCodeSigning msKernelCodeSigning' -d 'server, client, any, or an extended key usage by name or OID; repeatable, one of them suffices (default: server)'
complete -c pki-lint -n '__pki_lint_is verify' -l go -x -d 'apply the rules of this release of Go: 1.24, 1.24.11 (default: the newest one known)'
complete -c pki-lint -n '__pki_lint_is verify' -l kubernetes-version -x -d 'apply the rules of the Go that built this release of Kubernetes'
complete -c pki-lint -n '__pki_lint_is init' -l preset -x -a 'recommended strict cis-1.12 cis-2.0 upgrade' -d 'the built-in policy to extend: recommended, strict, cis-1.12, cis-2.0 or upgrade (default: recommended)'
complete -c pki-lint -n '__pki_lint_is init' -l baseline -d 'also write what is found now to pki-lint.baseline.json'
complete -c pki-lint -n '__pki_lint_is diff' -s f -l format -x -a 'table json markdown github' -d 'table, json, markdown or github'
