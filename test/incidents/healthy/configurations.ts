import { mount, setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { authentication, configure, encryption, identity, keyed, secretOf } from '../../support/configurations.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { auditPolicy } from './configuration-texts.ts';
import type { Shape } from './shape.ts';

const enc = '/etc/kubernetes/enc/enc.yaml';
const auth = '/etc/kubernetes/auth/config.yaml';

const encrypts = (text: string) => (node: NodeTree) => configure(node, 'encryption-provider-config', enc, text);
const keys = { a: secretOf('a'), b: secretOf('b') };

const company = certificatePem(makeAuthority('the CA of an identity provider').certificate)
  .trim()
  .split('\n')
  .map((line) => `      ${line}\n`)
  .join('');

const probes = 'anonymous:\n  enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n  - path: /healthz\n';

const admission = `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: restricted
      enforce-version: latest
    exemptions:
      namespaces: [kube-system]
- name: EventRateLimit
  path: eventconfig.yaml
- name: ImagePolicyWebhook
  configuration:
    imagePolicy:
      kubeConfigFile: /etc/not/enabled.kubeconfig
`;

/** Configuration files as they are documented, and on the way from one key to the next. */
export const configurations: readonly Shape[] = [
  {
    id: 'oidc-by-file-with-ca',
    runs: 'clusters with an identity provider of the company, in a file with its CA as PEM',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration',
    change: (node) =>
      configure(
        node,
        'authentication-config',
        auth,
        authentication(
          `    url: https://login.example.test/realm\n    discoveryURL: https://10.0.0.9:8443/.well-known/openid-configuration\n    audiences: [kubernetes, kubectl]\n    audienceMatchPolicy: MatchAny\n    certificateAuthority: |\n${company}`,
          probes,
        ),
      ),
  },
  {
    id: 'oidc-by-file-v1beta1',
    runs: 'clusters whose file was written for 1.30, with expressions',
    source: 'https://kubernetes.io/blog/2024/04/25/structured-authentication-moves-to-beta/',
    change: (node) =>
      configure(
        node,
        'authentication-config',
        auth,
        "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\njwt:\n- issuer:\n    url: https://example.com\n    audiences:\n    - my-app\n  claimValidationRules:\n  - expression: 'claims.hd == \"example.com\"'\n    message: the hosted domain must be example.com\n  claimMappings:\n    username:\n      expression: 'claims.username'\n    groups:\n      expression: 'claims.groups.split(\",\")'\n    uid:\n      expression: 'claims.sub'\n    extra:\n    - key: 'example.com/tenant'\n      valueExpression: 'claims.tenant'\n  userValidationRules:\n  - expression: \"!user.username.startsWith('system:')\"\n    message: username cannot use a reserved prefix\n",
      ),
  },
  {
    id: 'authentication-without-issuers',
    runs: 'Talos: anonymous requests to the health checks only, and an empty list of issuers',
    source: 'https://docs.siderolabs.com/talos/v1.11/reference/configuration/v1alpha1/config',
    change: (node) =>
      configure(
        node,
        'authentication-config',
        auth,
        `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n${probes}jwt: []\n`,
      ),
  },
  {
    id: 'authorization-webhook',
    runs: 'clusters that ask a webhook after Node and RBAC, with its kubeconfig next to the file',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization',
    change: (node) => {
      node.write(
        '/etc/kubernetes/auth/webhook.kubeconfig',
        'apiVersion: v1\nkind: Config\nclusters:\n- name: webhook\n  cluster:\n    server: https://127.0.0.1:8181/authorize\n    certificate-authority-data: ' +
          Buffer.from(certificatePem(makeAuthority('the CA of a webhook').certificate)).toString('base64') +
          '\nusers:\n- name: apiserver\n  user: {}\ncontexts:\n- name: webhook\n  context: {cluster: webhook, user: apiserver}\ncurrent-context: webhook\n',
        0o600,
      );
      configure(
        node,
        'authorization-config',
        auth,
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n  - type: Webhook\n    name: webhook\n    webhook:\n      authorizedTTL: 30s\n      unauthorizedTTL: 30s\n      timeout: 3s\n      subjectAccessReviewVersion: v1\n      matchConditionSubjectAccessReviewVersion: v1\n      failurePolicy: Deny\n      connectionInfo:\n        type: KubeConfigFile\n        kubeConfigFile: /etc/kubernetes/auth/webhook.kubeconfig\n      matchConditions:\n      - expression: has(request.resourceAttributes)\n      - expression: "!(\'system:serviceaccounts:kube-system\' in request.groups)"\n  - type: Node\n    name: node\n  - type: RBAC\n    name: rbac\n',
      );
      node.replaceFlag('kube-apiserver', 'authorization-mode', undefined);
    },
  },
  {
    id: 'encryption-kms-v2',
    runs: 'clusters with a KMS plugin of version 2 on the same node, and a key for the way out',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/',
    change: (node) => {
      encrypts(
        `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources:\n      - secrets\n      - configmaps\n      - pandas.awesome.bears.example\n    providers:\n      - kms:\n          apiVersion: v2\n          name: myKmsPluginFoo\n          endpoint: unix:///var/run/kmsplugin/socket.sock\n          timeout: 3s\n      - aescbc:\n          keys:\n          - name: key1\n            secret: ${keys.a}\n      - identity: {}\n  - resources: ['*.apps']\n    providers:\n      - aesgcm:\n          keys:\n          - name: key3\n            secret: ${Buffer.from('b'.repeat(16)).toString('base64')}\n`,
      )(node);
      node.directory('/var/run/kmsplugin');
      mount(node, 'kube-apiserver', '/var/run/kmsplugin');
    },
  },
  {
    id: 'encryption-kubespray',
    runs: 'kubespray with kube_encrypt_secret_data: secretbox, then identity',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/templates/secrets_encryption.yaml.j2',
    change: (node) =>
      encrypts(
        encryption(keyed({ key: keys.a }, 'secretbox') + identity, 'v1', 'EncryptionConfig').replace(
          '[secrets]',
          '\n    - secrets',
        ),
      )(node),
  },
  {
    id: 'encryption-rke2',
    runs: 'the file of RKE2, in JSON',
    source: 'https://docs.rke2.io/security/secrets_encryption',
    change: (node) =>
      encrypts(
        `{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"aescbckey","secret":"${keys.a}"}]}},{"identity":{}}]}]}`,
      )(node),
  },
  {
    id: 'encryption-rotation-new-key-second',
    runs: 'three control planes while a key is changed: two of them have the new key already, second, and one writes with it only later',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#rotating-a-decryption-key',
    node: () => encrypts(encryption(keyed({ key1: keys.a, key2: keys.b }) + identity))(controlPlane(1)),
    beside: () => [
      encrypts(encryption(keyed({ key1: keys.a, key2: keys.b }) + identity))(controlPlane(2)),
      encrypts(encryption(keyed({ key1: keys.a }) + identity))(controlPlane(3)),
    ],
  },
  {
    id: 'encryption-rotation-new-key-first',
    runs: 'three control planes in the middle of the rotation: one of them writes with the new key, which all have',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#rotating-a-decryption-key',
    node: () => encrypts(encryption(keyed({ key2: keys.b, key1: keys.a }) + identity))(controlPlane(1)),
    beside: () => [
      encrypts(encryption(keyed({ key1: keys.a, key2: keys.b }) + identity))(controlPlane(2)),
      encrypts(encryption(keyed({ key1: keys.a, key2: keys.b }) + identity))(controlPlane(3)),
    ],
  },
  {
    id: 'encryption-rotation-old-key-leaves',
    runs: 'three control planes at the end of the rotation: the old key, with which none writes, is gone from one of them',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#rotating-a-decryption-key',
    node: () => encrypts(encryption(keyed({ key2: keys.b }) + identity))(controlPlane(1)),
    beside: () => [
      encrypts(encryption(keyed({ key2: keys.b, key1: keys.a }) + identity))(controlPlane(2)),
      encrypts(encryption(keyed({ key2: keys.b, key1: keys.a }) + identity))(controlPlane(3)),
    ],
  },
  {
    id: 'encryption-prepared',
    runs: 'the first step to encryption: identity comes first, so all control planes still write without it',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#encrypt-your-data',
    node: () => encrypts(encryption(identity + keyed({ key1: keys.a })))(controlPlane(1)),
    beside: () => [controlPlane(2)],
  },
  {
    id: 'audit-as-documented',
    runs: 'the audit policy of the documentation',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy',
    change: (node) => configure(node, 'audit-policy-file', '/etc/kubernetes/audit/policy.yaml', auditPolicy),
  },
  {
    id: 'admission-files',
    runs: 'Pod Security by file, EventRateLimit with a file next to it, and a plugin that is not enabled',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/',
    change: (node) => {
      node.write(
        '/etc/kubernetes/admission/eventconfig.yaml',
        'apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n- type: Server\n  qps: 5000\n  burst: 20000\n',
        0o600,
      );
      configure(node, 'admission-control-config-file', '/etc/kubernetes/admission/config.yaml', admission);
      setFlags(node, 'kube-apiserver', { 'enable-admission-plugins': 'NodeRestriction,EventRateLimit' });
    },
  },
  {
    id: 'scheduler-profiles',
    runs: 'kube-scheduler with a configuration of its own, with two profiles',
    source: 'https://kubernetes.io/docs/reference/scheduling/config/',
    change: (node) =>
      configure(
        node,
        'config',
        '/etc/kubernetes/config/scheduler.yaml',
        'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\nleaderElection:\n  leaderElect: true\n  leaseDuration: 15s\nprofiles:\n- schedulerName: default-scheduler\n  pluginConfig:\n  - name: NodeResourcesFit\n    args:\n      scoringStrategy:\n        type: MostAllocated\n- schedulerName: no-scoring-scheduler\n  plugins:\n    preScore:\n      disabled:\n      - name: "*"\n    multiPoint:\n      enabled:\n      - name: MyPlugin\n        weight: 2\n',
        { component: 'kube-scheduler' },
      ),
  },
  {
    id: 'tracing-and-tokens',
    runs: 'traces to a collector on the node, and static tokens with groups',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/system-traces/',
    change: (node) => {
      configure(
        node,
        'tracing-config-file',
        '/etc/kubernetes/tracing/config.yaml',
        'apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\n# default value\n#endpoint: localhost:4317\nsamplingRatePerMillion: 100\n',
      );
      node.write('pki/tokens.csv', 'abcdef0123456789,alice,1000,"dev,ops"\n\nfedcba9876543210,bob,1001\n', 0o600);
      node.replaceFlag('kube-apiserver', 'token-auth-file', '/etc/kubernetes/pki/tokens.csv');
    },
  },
  {
    id: 'kubelet-hardened',
    runs: 'kubelets with the settings of the CIS benchmark, and with fields of newer releases',
    source: 'https://docs.rke2.io/security/hardening_guide',
    change: (node) =>
      node.edit(
        '/var/lib/kubelet/config.yaml',
        (text) =>
          `${text}protectKernelDefaults: true\nmakeIPTablesUtilChains: true\neventRecordQPS: 0\nstreamingConnectionIdleTimeout: 5m0s\ntlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\npodPidsLimit: 4096\nseccompDefault: true\nevictionHard: {memory.available: 100Mi}\nclientCertificateKeyAlgorithm: ECDSA-P256\nfeatureGates: {NodeSwap: true}\n`,
      ),
  },
];
