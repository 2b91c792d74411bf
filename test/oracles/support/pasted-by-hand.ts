/** The fixes that the test of pasted fixes cannot try, or cannot see the end of, and why. */

const edited = 'decided in a manifest or a configuration, where a person edits the line';
const ofCa = 'a CA is replaced or restored by a person: nothing on the node has the right one';
const elsewhere = 'what issued the certificate is not on the node, or nothing says which copy is right';
const ofCluster = 'nodes differ, and a person knows which of them is right';
const eitherEnd = 'either end of the connection may be wrong';
const looked = 'first a person looks at what is there';
const backup = 'the right file is in a backup or on a different node';
const ofPolicy = 'a person edits the policy, or the comment';
const lastCopy = 'whether a key is the last copy is known only where the control planes are';
const restarted = 'k3s makes it again when it restarts, and the test has no k3s';
const runs = 'what runs is changed, and not a file: a person sees why it does';
const newKey = 'a new key is needed, and everything that uses the old one must change in order';

/** Rules of which some first alternative has no command that changes anything. */
export const onlyNotes: Readonly<Record<string, string>> = {
  'argument/authorization': edited,
  'argument/conflict': edited,
  'argument/file': edited,
  'argument/load': edited,
  'argument/mistyped': edited,
  'argument/mount': edited,
  'argument/pair': edited,
  'argument/recommended': edited,
  'argument/required': edited,
  'argument/target': edited,
  'argument/target-minor': edited,
  'argument/value': edited,
  'argument/weak': edited,
  'authority/distinct': ofCa,
  'authority/expired': ofCa,
  'authority/impersonation': ofCa,
  'authority/issued': ofCa,
  'authority/key-size': ofCa,
  'authority/key-type': ofCa,
  'authority/key-usable': ofCa,
  'authority/lifetime': ofCa,
  'authority/may-sign': ofCa,
  'authority/not-yet-valid': ofCa,
  'authority/order': ofCa,
  'authority/overlap': ofCa,
  'authority/present': ofCa,
  'cert/dates-minor': elsewhere,
  'cert/ends-soon': elsewhere,
  'cert/expired': elsewhere,
  'cert/issuer-namesake': elsewhere,
  'cert/key': elsewhere,
  'cert/master': elsewhere,
  'cert/not-yet-valid': elsewhere,
  'cert/pair': elsewhere,
  'cert/present-minor': elsewhere,
  'cluster/authority': ofCluster,
  'cluster/critical-settings': ofCluster,
  'cluster/encryption': ofCluster,
  'cluster/front-proxy': ofCluster,
  'cluster/issuer': ofCluster,
  'cluster/manifests': ofCluster,
  'cluster/node-name': ofCluster,
  'cluster/own-keys': ofCluster,
  'cluster/service-account': ofCluster,
  'cluster/setting': ofCluster,
  'cluster/skew': ofCluster,
  'configuration/authority': elsewhere,
  'configuration/field': edited,
  'configuration/socket': edited,
  'configuration/syntax': edited,
  'configuration/value': edited,
  'configuration/version': edited,
  'connection/client-trust': eitherEnd,
  'connection/credential': eitherEnd,
  'connection/identity': eitherEnd,
  'connection/server-name': eitherEnd,
  'connection/server-trust': eitherEnd,
  'connection/transport': eitherEnd,
  'etcd/data': backup,
  'etcd/open': edited,
  'etcd/open-local': edited,
  'etcd/revocation-list': looked,
  'etcd/revoked': looked,
  'fact/node-name': edited,
  'file/kind': looked,
  'file/parse': backup,
  'file/stray': looked,
  'key/misplaced': newKey,
  'key/published': newKey,
  'key/shared': newKey,
  'key/on-worker': lastCopy,
  'kubeconfig/administrator': edited,
  'kubeconfig/context': edited,
  'kubelet/anonymous': edited,
  'kubelet/authorization': edited,
  'kubelet/not-serving': looked,
  'kubelet/open': edited,
  'kubelet/read-only-port': edited,
  'kubelet/rotation': edited,
  'kubelet/serving-pair': edited,
  'manifest/command': edited,
  'manifest/document': edited,
  'manifest/field': edited,
  'manifest/host-path': edited,
  'manifest/image': edited,
  'manifest/not-run': edited,
  'manifest/other-field': edited,
  'manifest/parse': edited,
  'manifest/pod': edited,
  'manifest/reference': edited,
  'manifest/probe': edited,
  'manifest/stray': looked,
  'manifest/unit': looked,
  'manifest/volume': edited,
  'node/clock': looked,
  'node/folder': backup,
  'policy/comment': ofPolicy,
  'policy/expired': ofPolicy,
  'policy/facts': ofPolicy,
  'policy/forbidden': ofPolicy,
  'policy/left-out': ofPolicy,
  'policy/unused': ofPolicy,
  'process/kubelet-down': runs,
  'process/second': runs,
  'san/given': elsewhere,
  'service-account/verified': edited,
  'unit/optional-file': backup,
  'upgrade/downgrade': ofCluster,
  'upgrade/etcd': ofCluster,
};

const byUpgrade = 'kubeadm upgrade writes the manifest from extraArgs, which a person has changed';

/** Fixes that were pasted and leave something to a person, as `RULE: CASE`. */
export const unfinished: Readonly<Record<string, string>> = {
  'file/parse: one of two keys that verify tokens cannot be read, which is one fault':
    'the private half of that key is not on the node',
  'manifest/pod: the kubelet refuses a bool in a list of arguments':
    'as a text, the word is refused by the component: a finding of its own',
  'argument/required: issuer-required': 'a person chooses the issuer',
  'argument/required: a component lacks two arguments': 'a person chooses the issuer',
  'argument/recommended: aggregation-off': 'flags of which only one is missing are findings of their own',
  'argument/required: one serving key on two nodes, of which one does not serve with it':
    'only what serves with a key is reported for it',
  'argument/newer: every flag of which the table says that it is newer, on 1.22':
    'each of these flags is a finding of its own',
  'cert/expired: kubelet-conf-not-renewed': 'the credential that the kubelet renews is not in the input',
  'upgrade/outlasted: what ends within the time of the upgrade, and is renewed by it but for the kubelet':
    'the credential that the kubelet renews is not in the input',
  'argument/load: certificate and key in the place of each other': 'each of the two flags is a finding of its own',
  'argument/load: the flags for a certificate and its key are switched':
    'each of the two flags is a finding of its own',
  'kubelet/field: serverTLSBootstrap of the kubelet is written in the wrong case, and kube-apiserver verifies kubelets':
    'a person approves the request of the kubelet',
  'kubelet/serving-usage: the kubelet serves with its client certificate, and kube-apiserver verifies it':
    'a person approves the request of the kubelet',
  'authority/overlap: one-ca-for-clients-and-front-proxy': edited,
  'connection/server-trust: kubelet-certificate-not-verifiable': 'a person approves the request of the kubelet',
  'cert/present: copied-without-certificate': 'what else is missing is known only when the node is known',
  'cluster/authority: a worker that belongs to another CA': 'it joins a cluster, which the test does not have',
  'key/shared: tokens-signed-with-tls-keys': 'a person copies the new pair to the other nodes and changes the flags',
  'manifest/missing: the same, with only one kubeconfig of a control plane': 'only kubeconfigs were in the input',
  'kubeconfig/present-admin: the same, with only one kubeconfig of a control plane':
    'only kubeconfigs were in the input',
  'kubeconfig/present: the same, with only one kubeconfig of a control plane': 'only kubeconfigs were in the input',
  'cert/pair: two CAs are swapped, and a leaf has a foreign key': 'the fix that is printed first puts the CAs back',
  'cert/present: the client certificate for an external etcd is missing':
    'signed on a host of that etcd, which the test does not have',
  'kubelet/default-pair: kube-apiserver verifies kubelets, and what the kubelet serves is no certificate':
    'what the kubelet signs itself is not verified: that shows only when it serves again',
  'manifest/missing: the same, with an empty folder of manifests': 'only kubeconfigs were in the input',
  'cert/group: the client of kubelets of 1.28 is in a group that may be bound':
    'the binding is an object of the cluster',
  'cert/group: the client of kubelets of 1.32 is in a group that may be bound':
    'the binding is an object of the cluster',
  'cert/group: the client of kubelets of 1.36 is in a group that may be bound':
    'the binding is an object of the cluster',
  'cert/group: kubeadm 1.28 does not bind the group of later releases': 'the binding is an object of the cluster',
  'kubeconfig/present: the kubelet has no configuration yet, because its node did not join':
    'the node did not join yet',
  'authority/key-size: a CA of P-256, where a policy requires P-384':
    'kubeadm takes the algorithm of its own configuration',
  'cert/ends-soon: the kubelet has not rotated: less than a tenth is left': 'the kubelet renews by itself',
  'argument/removed: etcd-of-the-next-release': byUpgrade,
  'argument/gate: two feature gates that are locked: one finding': edited,
  'argument/removed: a flag that every kubelet lacks which the API server supports': edited,
  'argument/removed: a flag that the next kubelet lacks, and kubeadm has not written': edited,
  'argument/gate: gate-before-the-upgrade': byUpgrade,
  'argument/gate: a feature gate that the next release but one does not know': byUpgrade,
  'argument/gate: gate-of-the-kubelet': edited,
  'argument/gate: gate-of-volumes-on-the-kubelet': edited,
  'argument/removed: kubelet-network-plugin': edited,
  'argument/removed: kubelet-container-runtime': edited,
  'argument/removed: kubelet-log-dir': edited,
  'argument/removed: kubelet-pod-volumes': edited,
  'argument/removed: kubelet-pause-image': edited,
  'kubelet/open: a kubelet without a configuration file is open': edited,
  'kubelet/read-only-port: a kubelet without a configuration file is open': edited,
  'unit/stray: lines that are not settings, and take no flag away': edited,
  'unit/refused: a quotation mark in the command that is not closed': edited,
  'unit/environment-file: an environment file that does not exist, and one that need not':
    'a person restores the file or removes the line',
  'unit/program: a program that is not among the others': 'a person installs the program or corrects its path',
  'configuration/unknown-setting: k3s with a misspelt setting': restarted,
  'configuration/not-applied: k3s with a name that no certificate has': restarted,
  'configuration/unknown-option: k3s with an unknown flag': edited,
  'configuration/setting-value: k3s with a switch that is not true or false': edited,
  'configuration/token: k3s with a token of another CA': edited,
  'configuration/incomplete: k3s with an agent without the URL of a server': edited,
  'cert/expired: that certificate has expired too, and lacks the addresses that are dialled':
    'a renewal keeps the names, so the API server is ready when the finding about them is fixed too',
};
