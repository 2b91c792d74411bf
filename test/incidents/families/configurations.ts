import { X509Certificate } from 'node:crypto';
import { adding, nodeOf } from '../../cases/configuration/k3s-nodes.ts';
import { mount } from '../../cases/manifest-edits.ts';
import { controlPlane } from '../../support/cluster.ts';
import { authentication, configure, encryption, identity, keyed, secretOf } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { revocationList, revocationListPem } from '../../support/revocation-list.ts';
import type { Role } from '../../support/roles.ts';
import type { Incident } from '../incident.ts';

const enc = '/etc/kubernetes/enc/enc.yaml';
const auth = '/etc/kubernetes/auth/config.yaml';

const encrypts = (text: string) => (node: NodeTree) => configure(node, 'encryption-provider-config', enc, text);
const authenticates = (text: string) => (node: NodeTree) => configure(node, 'authentication-config', auth, text);

/** The serial number of a certificate, in hex. */
const serialOf = (node: NodeTree, role: Role) => new X509Certificate(node.certificate(role)).serialNumber;

const issuer = '    url: https://login.example.test\n    audiences: [kubernetes]\n';

const authorizes = (text: string) => (node: NodeTree) =>
  configure(node, 'authorization-config', auth, text).replaceFlag('kube-apiserver', 'authorization-mode', undefined);

/** An authorizer that asks a webhook, with a connection in YAML. */
const webhook = (connection: string) => `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Node
  name: node
- type: RBAC
  name: rbac
- type: Webhook
  name: opa
  webhook:
    timeout: 3s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo:
${connection}`;

const scheduler = (version: string, more = '') =>
  `apiVersion: kubescheduler.config.k8s.io/${version}\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n${more}`;

const schedules = (text: string) => (node: NodeTree) =>
  configure(node, 'config', '/etc/kubernetes/config/scheduler.yaml', text, { component: 'kube-scheduler' });

const kubelet = '/var/lib/kubelet/config.yaml';

/** Files that flags name, and that their component does not take, or not as they were meant. */
export const configurations: readonly Incident[] = [
  {
    id: 'authentication-anonymous-too-early',
    title: 'anonymous in an AuthenticationConfiguration of 1.30',
    source: 'https://github.com/kubernetes/kubernetes/issues/127883',
    happened:
      'kube-apiserver 1.30 exited with "strict decoding error: unknown field "anonymous"". The field came with 1.31; the documentation of the newest release was followed.',
    node: { release: '1.32' },
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/:v1\.32\.\d+/, ':v1.30.4'));
      authenticates(authentication(issuer, 'anonymous:\n  enabled: true\n', 'v1beta1'))(node);
    },
    finds: ['error configuration/field@kube-apiserver --authentication-config'],
    fix: [],
  },
  {
    id: 'authentication-file-blank',
    title: 'The authentication configuration was rendered as an empty object',
    source: 'https://github.com/joryirving/home-ops/pull/9866',
    happened:
      "After a migration of Talos, --authentication-config named a file with nothing but {}. All three API servers exited: \"failed to load authentication configuration … Object 'Kind' is missing in '{}'\". A document with the kind was added.",
    change: authenticates('{}\n'),
    finds: ['error configuration/version@kube-apiserver --authentication-config'],
    fix: [],
  },
  {
    id: 'authentication-ca-misplaced',
    title: 'certificateAuthority next to the issuer instead of in it',
    source: 'https://github.com/kubernetes/website/pull/46402',
    happened:
      'The example in the blog of Kubernetes had certificationAuthority in the wrong place and misspelled. kube-apiserver decodes the file strictly: copied as it was, it stopped it.',
    change: authenticates(
      `${authentication(issuer)}  certificationAuthority: |\n    -----BEGIN CERTIFICATE-----\n    MIIB\n    -----END CERTIFICATE-----\n`,
    ),
    finds: ['error configuration/field@kube-apiserver --authentication-config'],
    fix: [],
  },
  {
    id: 'authentication-ca-is-a-path',
    title: 'certificateAuthority with the path of the CA',
    source: 'https://github.com/gardener/gardener/issues/9858',
    happened:
      'Users moved from --oidc-ca-file to a file, and kept the path. certificateAuthority takes PEM; a path contains no certificate, and kube-apiserver exits. Gardener gave it a field of its own because of that.',
    change: authenticates(authentication(`${issuer}    certificateAuthority: /etc/kubernetes/pki/oidc-ca.crt\n`)),
    finds: ['error configuration/value@kube-apiserver --authentication-config'],
    fix: [],
  },
  {
    id: 'authorization-kubeconfig-type',
    title: 'connectionInfo.type KubeConfig, as the documentation had it',
    source: 'https://github.com/kubernetes/kubernetes/issues/127911',
    happened:
      'The example of the documentation said type: KubeConfig. kube-apiserver exited: "authorizers[0].connectionInfo.type: Unsupported value … supported values: "InClusterConfig", "KubeConfigFile"".',
    change: authorizes(
      webhook('      type: KubeConfig\n      kubeConfigFile: /etc/kubernetes/auth/webhook.kubeconfig\n'),
    ),
    finds: ['error configuration/value@kube-apiserver --authorization-config'],
    fix: [],
  },
  {
    id: 'authorization-kubeconfig-absent',
    title: 'The kubeconfig of an authorizing webhook is in no volume',
    source: 'https://github.com/kubermatic/kubermatic/pull/13930',
    happened:
      'An authorization configuration needs a kubeconfig for its webhook, and both have to be in the container. Without the second one kube-apiserver exits with "error loading file: stat …: no such file or directory".',
    change: authorizes(webhook('      type: KubeConfigFile\n      kubeConfigFile: /etc/webhooks/opa.kubeconfig\n')),
    finds: ['error configuration/value@kube-apiserver --authorization-config'],
    fix: [],
  },
  {
    id: 'encryption-variable',
    title: 'A variable for the key was never replaced',
    source: 'https://github.com/opsnull/follow-me-install-kubernetes-cluster/issues/587',
    happened:
      'The file was written without the shell that should have replaced the variable. kube-apiserver exited: "could not obtain secret for named key key1: illegal base64 data at input byte 0".',
    change: encrypts(
      encryption(keyed({ key1: ['$', '{ENCRYPTION_KEY}'].join('') }) + identity, 'v1', 'EncryptionConfig'),
    ),
    finds: ['error configuration/value@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'encryption-not-base64',
    title: 'The key has a minus: it is base64 for URLs',
    source: 'https://github.com/Azure/acs-engine/issues/3247',
    happened:
      'kube-apiserver refused to start, because the key of the encryption was not proper base64: the generator had written a minus, which only base64 for URLs has.',
    change: encrypts(encryption(keyed({ key1: 'yXTlx7BDn0D6s41br2vp1-oNbSAo6mM8WFucwqednGI=' }) + identity)),
    finds: ['error configuration/value@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'encryption-key-blank',
    title: 'A shell with a different syntax left the key empty',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/629',
    happened:
      'The file was made in fish, where a variable is written in a different way. kube-apiserver exited: "resources[0].providers[0].aescbc.keys[0].secret: Invalid value: "REDACTED": secrets must be base64 encoded".',
    change: encrypts(encryption(keyed({ key1: '{$ENCRYPTION_KEY}' }) + identity)),
    finds: ['error configuration/field@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'encryption-key-length',
    title: 'secretbox with a key of 16 bytes',
    source:
      'https://github.com/kubernetes/kubernetes/blob/fa7ba8e2f963aad48acbd0aee416f9743af443f5/staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go',
    happened:
      'kube-apiserver exits: "secret is not of the expected length, got 16, expected one of [32]". AES takes 16, 24 or 32 bytes, secretbox only 32.',
    change: encrypts(
      encryption(keyed({ key1: Buffer.from('a'.repeat(16)).toString('base64') }, 'secretbox') + identity),
    ),
    finds: ['error configuration/value@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'encryption-unindented',
    title: 'The lists of the encryption configuration lost their indentation',
    source: 'https://github.com/kubernetes/kubernetes/pull/124912',
    happened:
      'Until 1.30 a field that kube-apiserver did not know was ignored, and the file did something else than it said. Since 1.31 it exits with a strict decoding error.',
    change: encrypts(
      `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  provider:\n${keyed({ key1: secretOf('a') })}${identity}`,
    ),
    finds: ['error configuration/field@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'encryption-keys-differ',
    title: 'Each master generated a key of its own',
    source: 'https://github.com/kontena/pharos-cluster/issues/260',
    happened:
      'All masters had different keys under the same name. Pods got "Couldn\'t get secret …: Internal error occurred: invalid padding on input" whenever the API server that read was not the one that had written. The key of the first master was copied to the others.',
    node: () => encrypts(encryption(keyed({ key1: secretOf('b') }) + identity))(controlPlane(2)),
    beside: () => [encrypts(encryption(keyed({ key1: secretOf('a') }) + identity))(controlPlane(1))],
    finds: ['error cluster/encryption@kube-apiserver --encryption-provider-config of cp-1'],
    fix: [],
  },
  {
    id: 'encryption-on-one-node',
    title: 'Encryption is on at one control plane and not at the other',
    source: 'https://github.com/ondat/trousseau/issues/245',
    happened:
      'kubectl get secret gave the Secret, or "illegal base64 data at input byte 3", depending on which API server was asked: on one of the control planes encryption was not activated.',
    node: () => encrypts(encryption(keyed({ key1: secretOf('a') }) + identity))(controlPlane(1)),
    beside: () => [controlPlane(2)],
    finds: ['error cluster/encryption@kube-apiserver --encryption-provider-config of cp-2'],
    fix: [],
  },
  {
    id: 'kms-socket-not-mounted',
    title: 'The directory of the KMS socket is not mounted any more',
    source: 'https://github.com/kubernetes-sigs/aws-encryption-provider/issues/79',
    happened:
      'From kops 1.22 on, /srv/kubernetes is not mounted into kube-apiserver. It never became ready: "dial unix /srv/kubernetes/socket.sock: connect: no such file or directory".',
    change: encrypts(
      encryption(
        `  - kms:\n      apiVersion: v2\n      name: aws-encryption-provider\n      endpoint: unix:///srv/kubernetes/socket.sock\n${identity}`,
      ),
    ),
    finds: ['error configuration/socket@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'kms-v1-disabled',
    title: 'KMS v1 in 1.29, without its feature gate',
    source: 'https://github.com/aws/eks-anywhere/pull/7613',
    happened:
      'KMS v1 is disabled by default since Kubernetes 1.29. kube-apiserver exits: "KMSv1 is deprecated … Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature". The gate was added to the templates.',
    change: (node) => {
      encrypts(
        encryption(
          `  - kms:\n      name: aws-encryption-provider\n      endpoint: unix:///var/run/kmsplugin/socket.sock\n      cachesize: 1000\n      timeout: 3s\n${identity}`,
        ),
      )(node);
      node.directory('/var/run/kmsplugin');
      mount(node, 'kube-apiserver', '/var/run/kmsplugin');
    },
    finds: ['error configuration/value@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'kms-cache-of-nothing',
    title: 'KMS with a cache size of 0',
    source: 'https://github.com/Azure/aks-engine/pull/2769',
    happened:
      'With KMS enabled, kube-apiserver 1.18 did not start: "resources[0].providers[0].kms.cachesize: Invalid value: 0: cachesize should be a positive value, or negative to disable". The templates had written 0 for a cache of the default size.',
    node: { release: '1.28' },
    change: (node) => {
      encrypts(
        encryption(
          `  - kms:\n      name: azurekmsprovider\n      endpoint: unix:///opt/azurekms.socket\n      cachesize: 0\n${identity}`,
        ),
      )(node);
      node.directory('/opt');
      mount(node, 'kube-apiserver', '/opt');
    },
    finds: ['error configuration/value@kube-apiserver --encryption-provider-config'],
    fix: [],
  },
  {
    id: 'audit-policy-without-kind',
    title: 'An audit policy of comments and rules, without kind and apiVersion',
    source: 'https://github.com/kubernetes/kubernetes/issues/51565',
    happened:
      'A policy needs kind and apiVersion since 1.8. kube-apiserver ends with "loading audit policy file: failed decoding: Object \'Kind\' is missing"; before, it had logged "Loaded 0 audit policy rules".',
    change: (node) =>
      configure(
        node,
        'audit-policy-file',
        '/etc/kubernetes/audit/policy.yaml',
        '# Log all requests at the Metadata level.\n',
      ),
    finds: ['error configuration/version@kube-apiserver --audit-policy-file'],
    fix: [],
  },
  {
    id: 'egress-socket-not-mounted',
    title: 'kube-apiserver does not see the socket of konnectivity',
    source: 'https://github.com/k0sproject/k0s/issues/350',
    happened:
      'kube-apiserver logged "failed to create connection to uds name /run/mke/konnectivity-server.sock, error: dial unix /run/mke/konnectivity-server.sock: connect: no such file or directory", and reached no node.',
    change: (node) =>
      configure(
        node,
        'egress-selector-config-file',
        '/etc/kubernetes/konnectivity/egress.yaml',
        'apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: cluster\n  connection:\n    proxyProtocol: GRPC\n    transport:\n      uds:\n        udsName: /run/mke/konnectivity-server.sock\n',
      ),
    finds: ['error configuration/socket@kube-apiserver --egress-selector-config-file'],
    fix: [],
  },
  {
    id: 'egress-group',
    title: 'EgressSelectorConfiguration with the group of the other files',
    source: 'https://github.com/kubernetes/kubernetes/pull/128011',
    happened:
      'apiserver.config.k8s.io/v1beta1 was never a version of EgressSelectorConfiguration, which is in apiserver.k8s.io. Before 1.32 only the kind was compared; since then kube-apiserver exits. Even a test of Kubernetes had it.',
    change: (node) =>
      configure(
        node,
        'egress-selector-config-file',
        '/etc/kubernetes/konnectivity/egress.yaml',
        'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: cluster\n  connection:\n    proxyProtocol: Direct\n',
      ),
    finds: ['error configuration/version@kube-apiserver --egress-selector-config-file'],
    fix: [],
  },
  {
    id: 'egress-master',
    title: 'The egress selection is still called master',
    source: 'https://github.com/kubernetes/website/pull/34839',
    happened:
      'The guide had the name master, which became controlplane; since 1.22 the old name is not supported, and kube-apiserver exits with "failed to validate egress selector configuration".',
    change: (node) =>
      configure(
        node,
        'egress-selector-config-file',
        '/etc/kubernetes/konnectivity/egress.yaml',
        'apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: master\n  connection:\n    proxyProtocol: Direct\n',
      ),
    finds: ['error configuration/value@kube-apiserver --egress-selector-config-file'],
    fix: [],
  },
  {
    id: 'admission-kubeconfig-absent',
    title: 'The kubeconfig of ImagePolicyWebhook does not exist',
    source: 'https://github.com/kodekloudhub/certified-kubernetes-security-specialist-cks-course/issues/15',
    happened:
      'The exercise named /etc/admission-controllers/admission-kubeconfig.yaml, which was not there. With the plugin enabled, kube-apiserver did not come up.',
    change: (node) => {
      configure(
        node,
        'admission-control-config-file',
        '/etc/admission-controllers/admission-configuration.yaml',
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: ImagePolicyWebhook\n  configuration:\n    imagePolicy:\n      kubeConfigFile: /etc/admission-controllers/admission-kubeconfig.yaml\n      allowTTL: 50\n      defaultAllow: false\n',
      );
      node.replaceFlag('kube-apiserver', 'enable-admission-plugins', 'NodeRestriction,ImagePolicyWebhook');
    },
    finds: ['error configuration/value@kube-apiserver --admission-control-config-file'],
    fix: [],
  },
  {
    id: 'admission-file-twice',
    title: 'An AdmissionConfiguration in the file of its plugin',
    source: 'https://github.com/canonical/microk8s/issues/3280',
    happened:
      'The plugin PodSecurity got a file of its own, but that had an AdmissionConfiguration with the plugin in it again: "couldn\'t init admission plugin "PodSecurity": no kind "AdmissionConfiguration" is registered for version "apiserver.config.k8s.io/v1"".',
    change: (node) => {
      const head =
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: PodSecurity\n';
      const inner =
        '  configuration:\n    apiVersion: pod-security.admission.config.k8s.io/v1\n    kind: PodSecurityConfiguration\n    defaults:\n      enforce: baseline\n';
      node.write('pki/cluster-level-pss.yaml', head + inner, 0o600);
      configure(
        node,
        'admission-control-config-file',
        '/etc/kubernetes/pki/admission.yaml',
        `${head}  path: cluster-level-pss.yaml\n`,
      );
    },
    finds: ['error configuration/value@kube-apiserver --admission-control-config-file'],
    fix: [],
  },
  {
    id: 'rke2-port-of-the-api',
    title: 'An RKE2 node that joins at port 6443',
    source: 'https://github.com/rancher/rke2/issues/165',
    happened:
      'A node was set up with the URL of the API, https://10.0.7.10:6443, and did not show up. Every two seconds its log had "failed to get CA certs […] 401 Unauthorized": servers of RKE2 take in nodes at port 9345.',
    node: () =>
      nodeOf('RKE2 server with etcd', 0, { '/etc/rancher/rke2/config.yaml': adding('server: https://10.0.7.10:6443') }),
    finds: ['warning configuration/joining-port@server-1'],
    fix: [],
  },
  {
    id: 'rke2-old-profile',
    title: 'profile: cis-1.23 after an upgrade of RKE2 to 1.30',
    source: 'https://github.com/rancher/rke2/issues/5780',
    happened:
      'RKE2 1.30 ends with "cis-1.23 profile is deprecated. Please use \'cis\' instead.": what was a warning before is fatal since this release.',
    node: () => nodeOf('RKE2 server with etcd', 0, { '/etc/rancher/rke2/config.yaml': adding('profile: cis-1.23') }),
    finds: ['error configuration/setting-value@server-1'],
    fix: ['systemctl daemon-reload'],
  },
  {
    id: 'audit-version',
    title: 'audit.k8s.io/v1beta1 after an upgrade',
    source: 'https://github.com/rancher/rke2/issues/3813',
    happened:
      'kube-apiserver 1.24 exited: "loading audit policy file: failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v1beta1"". The policy was written for an older release.',
    change: (node) =>
      configure(
        node,
        'audit-policy-file',
        '/etc/kubernetes/audit/policy.yaml',
        'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: Metadata\n',
      ),
    finds: ['error configuration/version@kube-apiserver --audit-policy-file'],
    fix: [],
  },
  {
    id: 'audit-verb',
    title: 'verb instead of verbs in an audit policy',
    source: 'https://github.com/gardener/gardener/issues/12126',
    happened:
      'kube-apiserver logged "Audit policy contains errors, falling back to lenient decoding: strict decoding error: unknown field "rules[0].verb"", and logged all requests that the rule was to leave out.',
    change: (node) =>
      configure(
        node,
        'audit-policy-file',
        '/etc/kubernetes/audit/policy.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  nonResourceURLs: [/]\n  verb: [get]\n- level: Metadata\n',
      ),
    finds: ['warning configuration/ignored@kube-apiserver --audit-policy-file'],
    fix: [],
  },
  {
    id: 'scheduler-v1beta3',
    title: 'KubeSchedulerConfiguration v1beta3 in 1.29',
    source: 'https://github.com/openshift/cluster-kube-scheduler-operator/pull/508',
    happened:
      'kubescheduler.config.k8s.io/v1beta3 was removed in 1.29: kube-scheduler ends with "no kind "KubeSchedulerConfiguration" is registered for version "kubescheduler.config.k8s.io/v1beta3"". The file was changed to v1.',
    change: schedules(scheduler('v1beta3')),
    finds: ['error configuration/version@kube-scheduler --config'],
    fix: [],
  },
  {
    id: 'scheduler-unreserve',
    title: 'A plugin configuration with an extension point that was removed',
    source: 'https://github.com/kubernetes-sigs/scheduler-plugins/issues/168',
    happened:
      'kube-scheduler ended with "strict decoder error … found unknown field: unreserve": the instructions were for an older release.',
    change: schedules(
      scheduler(
        'v1',
        'profiles:\n- schedulerName: default-scheduler\n  plugins:\n    unreserve:\n      enabled:\n      - name: Coscheduling\n',
      ),
    ),
    finds: ['error configuration/field@kube-scheduler --config'],
    fix: [],
  },
  {
    id: 'kubelet-nil',
    title: 'nil in the configuration of the kubelet',
    source: 'https://github.com/opsnull/follow-me-install-kubernetes-cluster/issues/458',
    happened:
      'evictionSoft: nil is a text in YAML and not an empty map. The kubelet ended: "failed to load Kubelet config file …, error failed to decode". {} helped.',
    change: (node) => node.edit(kubelet, (text) => `${text}evictionSoft: nil\n`),
    finds: ['error configuration/field@kubelet --config'],
    fix: [],
  },
  {
    id: 'kubelet-duration-number',
    title: 'A duration without a unit in the configuration of the kubelet',
    source: 'https://github.com/kubernetes/kubeadm/issues/2904',
    happened:
      'kubelets ended with "failed to load kubelet config file … error failed to decode: json: cannot unmarshal string into Go struct field …": a duration was written in a form that the kubelet of that version does not take.',
    change: (node) => node.edit(kubelet, (text) => `${text}nodeStatusReportFrequency: 60\n`),
    finds: ['error configuration/field@kubelet --config'],
    fix: [],
  },
  {
    id: 'etcd-client-revoked',
    title: 'The revocation list of etcd has the certificate of kube-apiserver',
    source: 'https://github.com/etcd-io/etcd/pull/8124',
    happened:
      'etcd rejects connections by a list of revoked certificates, of which it compares only the serial numbers: "transport: certificate serial … revoked". A certificate that is still in use must not be in it.',
    change: (node) =>
      node
        .write('pki/etcd/revoked.crl', revocationList(serialOf(node, 'kube-apiserver-etcd-client')))
        .replaceFlag('etcd', 'client-crl-file', '/etc/kubernetes/pki/etcd/revoked.crl'),
    finds: ['error etcd/revoked@etcd'],
    fix: [],
  },
  {
    id: 'etcd-revocation-list-in-pem',
    title: 'etcd 3.6 gets its revocation list in PEM',
    source:
      'https://github.com/etcd-io/etcd/blob/09cf881db3e286a9fb86d2e70010c09be9b667a2/client/pkg/transport/listener_tls.go',
    happened:
      'openssl writes revocation lists in PEM. etcd reads the file in every handshake with x509.ParseRevocationList, which takes DER only: all clients with a certificate are refused, with "x509: malformed crl".',
    change: (node) =>
      node
        .write('pki/etcd/revoked.crl', revocationListPem('1234'))
        .replaceFlag('etcd', 'client-crl-file', '/etc/kubernetes/pki/etcd/revoked.crl'),
    finds: ['error etcd/revocation-list@etcd'],
    fix: ['mkdir', 'cp', 'openssl'],
  },
  {
    id: 'authorizers-without-node',
    title: 'An AuthorizationConfiguration with RBAC only',
    source: 'https://github.com/kubernetes/kubernetes/issues/52711',
    happened:
      'Since 1.8, system:node is bound to no group. "If you are using RBAC, you must either enable the Node authorizer mode as well, or grant the system:node role to your nodes": until then kubelets are forbidden to list pods and nodes. A file with authorizers is no exception.',
    change: authorizes(
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- type: RBAC\n  name: rbac\n',
    ),
    finds: ['warning argument/weak@kube-apiserver'],
    fix: [],
  },
  {
    id: 'tokens-with-two-columns',
    title: 'A token file without the column of the uid',
    source:
      'https://github.com/kubernetes/kubernetes/blob/11004393201d5c166c115161a6f740f750319bcb/staging/src/k8s.io/apiserver/pkg/authentication/token/tokenfile/tokenfile.go',
    happened:
      'kube-apiserver exits: "token file \'/etc/kubernetes/pki/tokens.csv\' must have at least 3 columns (token, user name, user uid), found 2".',
    change: (node) =>
      node
        .write('pki/tokens.csv', 'abcdef,alice,1000\nghijkl,bob\n', 0o600)
        .replaceFlag('kube-apiserver', 'token-auth-file', '/etc/kubernetes/pki/tokens.csv'),
    finds: ['error configuration/value@kube-apiserver --token-auth-file'],
    fix: [],
  },
];
