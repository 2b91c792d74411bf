/** kOps: what ends, what was replaced on one instance only, and what a spec sets. */
import { editKubeconfig } from '../../support/credential.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import { hosts } from '../kits/profiles.ts';
import { error, formerCa, formerCaPem, type KitFault, swap, warning } from './fault.ts';

const ended = { notAfter: '2026-11-20T00:00:00Z' };
const begun = { notBefore: '2025-09-01T00:00:00Z' };
const later = { notBefore: '2026-12-20T00:00:00Z' };
const cp = 'kops control plane';
const node = 'kops node';
const all = 'kops control planes and node';
const srv = '/srv/kubernetes';
const api = `${srv}/kube-apiserver`;
const pki = '/etc/kubernetes/pki';
const apiManifest = '/etc/kubernetes/manifests/kube-apiserver.manifest';

const otherTokens = keyNamed('kops other tokens', 'RSA-2048');
const otherTokenFiles = {
  [`${api}/service-account.key`]: privateKeyPem(otherTokens),
  [`${api}/service-account.pub`]: publicKeyPem(otherTokens),
  [`${srv}/kube-controller-manager/service-account.key`]: privateKeyPem(otherTokens),
};

const expired: readonly KitFault[] = [
  {
    name: 'all certificates of a kubelet have ended after 455 days',
    kit: node,
    change: { certificates: { 'kubelet-server 7': ended, 'kubelet 7': ended } },
    expects: error(/kubelet/),
    source: 'kubernetes/kops#15970',
  },
  {
    name: 'the credential of a kubelet has ended',
    kit: node,
    change: { certificates: { 'kubelet 7': ended } },
    expects: error(/kubelet\.conf|kubelet\/kubeconfig/),
    source: 'kubernetes/kops#17409',
  },
  {
    name: "the API server's client certificate for etcd has ended",
    kit: cp,
    change: { certificates: { 'etcd-client': ended } },
    expects: error(/etcd-client/),
    source: 'kubernetes/kops#12620',
  },
  {
    name: "the API server's client certificate for etcd ends within days",
    kit: cp,
    change: { certificates: { 'etcd-client': { ...begun, notAfter: '2026-12-09T00:00:00Z' } } },
    expects: warning(/etcd-client/),
    source: 'kubernetes/kops#12985',
  },
  {
    name: 'the certificate of the API server has ended',
    kit: cp,
    change: { certificates: { 'kube-apiserver': ended } },
    expects: error(/server\.crt|kube-apiserver/),
    source: 'kubernetes/kops#8774',
  },
  {
    name: "a client certificate's end is near: the API server counts it",
    kit: cp,
    change: { certificates: { 'kube-controller-manager': { ...begun, notAfter: '2026-12-05T00:00:00Z' } } },
    expects: warning(/controller-manager/),
    source: 'kubernetes/kops#11224',
  },
  {
    name: 'a CA of members of etcd has ended',
    kit: cp,
    change: { certificates: { 'etcd-peers-ca-main': ended } },
    expects: error(/etcd-peers-ca/),
    source: 'kubernetes/kops#8959: etcd-manager issues nothing that verifies, and members refuse each other',
  },
  {
    name: 'the CA of etcd-manager has ended',
    kit: cp,
    change: { certificates: { 'etcd-manager-ca-events': ended } },
    expects: error(/etcd-manager-ca/),
    source: 'kubernetes/kops#11527',
  },
  {
    name: 'the CA of the clients of etcd has ended',
    kit: cp,
    change: { certificates: { 'etcd-clients-ca': ended } },
    expects: error(/etcd-ca|etcd-clients-ca/),
    source: 'docs/advisories/etcd-manager-certificate-expiration.md of kOps (kubernetes/kops#9030)',
  },
  {
    name: 'the CA of the etcd of the network plugin has ended',
    kit: 'kops control plane with cilium',
    change: { certificates: { 'etcd-peers-ca-cilium': ended } },
    expects: error(/etcd-peers-ca-cilium/),
    source: 'as for the other clusters of etcd',
  },
  {
    name: 'the CA of the cluster has ended',
    kit: cp,
    change: { certificates: { 'kubernetes-ca': ended } },
    expects: error(/kubernetes-ca/),
    source: 'kubernetes/kops#10498: nothing but kops create keypair makes another one',
  },
  {
    name: 'the CA of aggregation has ended',
    kit: cp,
    change: { certificates: { 'apiserver-aggregator-ca': ended } },
    expects: error(/front-proxy-ca|aggregator-ca/),
    source: 'kube-apiserver: x509: certificate has expired or is not yet valid',
  },
  {
    name: 'what answers probes for the API server has a certificate that has ended',
    kit: cp,
    change: { certificates: { healthcheck: ended } },
    expects: error(/healthcheck/),
    source: 'nodeup/pkg/model/kube_apiserver_healthcheck.go: the kubelet restarts the API server again and again',
  },
  {
    name: 'the credential of kube-proxy has ended',
    kit: node,
    change: { certificates: { 'kube-proxy 7': ended } },
    expects: error(/kube-proxy/),
    source: 'kube-proxy: Unauthorized',
  },
  {
    name: 'the clock of the instance that issued was ahead',
    kit: cp,
    change: { certificates: { 'kube-apiserver': later } },
    expects: error(/server\.crt|kube-apiserver/),
    source: 'nodeup issues before the clock is right: x509: certificate is not yet valid',
  },
];

const replaced: readonly KitFault[] = [
  {
    name: 'the etcd of a control plane verifies clients by another CA',
    kit: cp,
    change: { files: { [`${api}/etcd-ca.crt`]: formerCaPem } },
    expects: error(/etcd-ca|etcd-cafile/),
    source: 'kubernetes/kops#12343: x509: certificate signed by unknown authority',
  },
  {
    name: 'the client certificate for etcd is of a former CA',
    kit: cp,
    change: { certificates: { 'etcd-client': { issuer: formerCa } } },
    expects: error(/etcd-client|etcd-ca/),
    source: 'kubernetes/kops#8959: remote error: tls: bad certificate',
  },
  {
    name: 'the API server has a certificate of a former CA',
    kit: cp,
    change: { certificates: { 'kube-apiserver': { issuer: formerCa } } },
    expects: error(/kube-apiserver/),
    source: 'kubernetes/kops#964: x509: certificate signed by unknown authority',
  },
  {
    name: 'a node has the CA of a former cluster',
    kit: all,
    change: [{}, {}, {}, { files: { [`${srv}/ca.crt`]: formerCaPem } }],
    expects: error(/ca\.crt|kubernetes-ca/),
    source: 'kubernetes/kops#12343: a node that was not replaced after distrust',
  },
  {
    name: 'a kubelet trusts a CA that is not of the cluster any more',
    kit: all,
    change: [
      ...[{}, {}, {}],
      {
        files: { '/var/lib/kubelet/kubeconfig': (text) => editKubeconfig(text, { certificateAuthority: formerCaPem }) },
      },
    ],
    expects: error(/kubelet/),
    source: 'kubernetes/kops#14480: kubelets of instances that nodeup did not finish',
  },
  {
    name: 'the credential of a kubelet is of a former CA',
    kit: all,
    change: [{}, {}, {}, { certificates: { 'kubelet 7': { issuer: formerCa } } }],
    expects: error(/kubelet/),
    source: 'kubernetes/kops#12032: Unauthorized after kops distrust keypair',
  },
  {
    name: 'control planes sign tokens with different keys',
    kit: all,
    change: [{}, { files: otherTokenFiles }],
    expects: error(/service-account/),
    source: 'kubernetes/kops#9531: invalid bearer token, error in cryptographic primitive',
  },
  {
    name: 'the controller manager signs tokens with a key that the API server does not verify',
    kit: cp,
    change: { files: { [`${srv}/kube-controller-manager/service-account.key`]: privateKeyPem(otherTokens) } },
    expects: error(/service-account/),
    source: 'kubernetes/kops#9534',
  },
  {
    name: 'one control plane has another CA for aggregation',
    kit: all,
    change: [{}, { certificates: { 'apiserver-aggregator-ca': { key: 'P-256' } } }],
    expects: warning(/front-proxy-ca/),
    source: 'x509: certificate signed by unknown authority at extension API servers',
  },
  {
    name: 'the CA of aggregation is not the one that signed',
    kit: cp,
    change: { files: { [`${api}/apiserver-aggregator-ca.crt`]: formerCaPem } },
    expects: error(/front-proxy|aggregator/),
    source: 'kubernetes-sigs/metrics-server#267: Unauthorized',
  },
  {
    name: 'the controller manager signs with a CA that nothing trusts',
    kit: cp,
    change: { files: { [`${srv}/kube-controller-manager/ca.crt`]: formerCaPem } },
    expects: error(/kube-controller-manager|ca\.crt/),
    source: 'kube-controller-manager: tls: private key does not match public key',
  },
];

const keysAndFiles: readonly KitFault[] = [
  {
    name: 'the key of the API server is of another certificate',
    kit: cp,
    change: { certificates: { 'kube-apiserver': { key: 'P-256', writeKey: false } } },
    expects: error(/server\.(?:key|crt)/),
    source: 'kube-apiserver: tls: private key does not match public key',
  },
  {
    name: 'the serving key of the kubelet is of another certificate',
    kit: node,
    change: { certificates: { 'kubelet-server 7': { key: 'P-256', writeKey: false } } },
    expects: error(/kubelet-server/),
    source: 'kubelet: tls: private key does not match public key',
  },
  {
    name: 'the key of a CA of etcd is of another CA',
    kit: cp,
    change: { certificates: { 'etcd-peers-ca-main': { key: 'P-256', writeKey: false } } },
    expects: warning(/etcd-peers-ca/),
    source: 'etcd-manager: cannot issue: the key does not belong to the CA',
  },
  {
    name: 'every user can read the key of the CA',
    kit: cp,
    change: { modes: { [`${srv}/kube-controller-manager/ca.key`]: 0o644 } },
    expects: error(/ca\.key/),
    source: 'who reads it can sign for system:masters',
  },
  {
    name: 'every user can read the key of a CA of etcd',
    kit: cp,
    change: { modes: { [`${pki}/etcd-manager-main/etcd-clients-ca.key`]: 0o644 } },
    expects: error(/etcd-clients-ca\.key/),
    source: 'who reads it can read and write all data of the cluster',
  },
  {
    name: 'the file of the CA is gone from a node',
    kit: node,
    change: { files: { [`${srv}/ca.crt`]: null } },
    expects: error(/ca\.crt/),
    source: 'kubelet: unable to load client CA file /srv/kubernetes/ca.crt',
  },
  {
    name: 'the API server of kOps presents a different name to kubelets',
    kit: 'kops control plane',
    change: { certificates: { 'kubelet-api': { subject: [['CN', 'kube-apiserver']] } } },
    expects: error(/"kube-apiserver", not kubelet-api/),
    source: 'the addon kubelet-api.rbac.addons.k8s.io binds the user kubelet-api to system:kubelet-api-admin',
  },
  {
    name: 'a file of the API server is gone',
    kit: cp,
    change: { files: { [`${api}/kubelet-api.crt`]: null } },
    expects: error(/kubelet-api\.crt/),
    source: 'kube-apiserver: open /srv/kubernetes/kube-apiserver/kubelet-api.crt: no such file or directory',
  },
];

const specs: readonly KitFault[] = [
  {
    name: 'the unit of the kubelet gets no flags',
    kit: cp,
    change: { files: { '/etc/sysconfig/kubelet': swap('DAEMON_ARGS=', 'DAEMON_ARG=') } },
    expects: error(/kubelet --kubeconfig is not set/),
    source: 'the kubelet runs without an API server: its configuration has no field for the kubeconfig',
  },
  {
    name: 'the API server lacks the internal name that nodes dial',
    kit: all,
    change: [
      { certificates: { 'kube-apiserver': { sans: hosts('kubernetes.default.svc', '100.64.0.1', '127.0.0.1') } } },
    ],
    expects: error(/api\.internal\.demo\.example\.com/),
    source: 'kubernetes/kops#10343: x509: certificate is valid for …, not …',
  },
  {
    name: 'the API server lacks the loopback address that its own components dial',
    kit: cp,
    change: {
      certificates: {
        'kube-apiserver': { sans: hosts('kubernetes.default.svc', '100.64.0.1', 'api.demo.example.com') },
      },
    },
    expects: error(/127\.0\.0\.1/),
    source: 'kubernetes/kops#6451',
  },
  {
    name: 'the API server lacks the address of the node, as always',
    kit: cp,
    change: {},
    expects: null,
    source: 'kubernetes/kops#8409: nothing but a scraper dials it',
  },
  {
    name: 'a flag of the spec is gone from the release',
    kit: cp,
    change: { flags: { 'kube-apiserver': { 'cloud-provider': 'external' } } },
    expects: error(/cloud-provider/),
    source: 'kubernetes/kops#5766 and #6449: unknown flag, and the first instance of the update does not come back',
  },
  {
    name: 'a flag of the kubelet is gone from the release',
    kit: node,
    change: { flags: { kubelet: { 'container-runtime': 'remote' } } },
    expects: error(/container-runtime/),
    source: 'kubernetes/kops#6020, for another component: unknown flag',
  },
  {
    name: 'a flag of the spec names a file that is not there',
    kit: cp,
    change: { flags: { 'kube-apiserver': { 'client-ca-file': `${srv}/custom-ca.crt` } } },
    expects: error(/custom-ca\.crt/),
    source: 'kube-apiserver: unable to load client CA provider: open …: no such file or directory',
  },
  {
    name: 'the spec lets only another name speak for users',
    kit: cp,
    change: { flags: { 'kube-apiserver': { 'requestheader-allowed-names': 'front-proxy-client' } } },
    expects: error(/aggregator|allowed-names/),
    source: 'x509: subject with cn=aggregator is not in the allowed list',
  },
  {
    name: 'the manifest was edited by hand and is no YAML any more',
    kit: cp,
    change: { files: { [apiManifest]: swap('kind: Pod', 'kind: Pod\n\tname: x') } },
    expects: error(/kube-apiserver/),
    source: 'kubelet: could not process manifest file',
  },
];

export const kopsFaults: readonly KitFault[] = [...expired, ...replaced, ...keysAndFiles, ...specs];
