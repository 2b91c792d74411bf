import { dialEtcdOf, mount, setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const authentication = 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/';
const identityProvider = certificatePem(makeAuthority('the CA of an identity provider').certificate);

/** Writes a configuration file in a folder that is mounted, and names it. */
export function configure(node: NodeTree, flag: string, file: string, text: string, mode = 0o600): NodeTree {
  const folder = file.slice(0, file.lastIndexOf('/'));
  node.write(file, text, mode);
  if (!folder.startsWith(pki)) mount(node, 'kube-apiserver', folder);
  return node.replaceFlag('kube-apiserver', flag, file);
}

const authenticationFile = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
  - path: /livez
  - path: /readyz
jwt:
- issuer:
    url: https://login.example.test
    audiences: [kubernetes]
  claimMappings:
    username:
      claim: email
      prefix: 'oidc:'
`;

const authorizationFile = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Node
  name: node
- type: RBAC
  name: rbac
`;

const webhookFile = (authority: string) => `apiVersion: v1
kind: Config
clusters:
- name: authenticator
  cluster:
    certificate-authority-data: ${Buffer.from(authority).toString('base64')}
    server: https://127.0.0.1:21362/authenticate
users:
- name: apiserver
contexts:
- name: webhook
  context: {cluster: authenticator, user: apiserver}
current-context: webhook
`;

const encryptionFile = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox:
      keys:
      - name: key1
        secret: c2VjcmV0IGlzIHNlY3VyZSwgb3IgaXMgaXQ/Pz8/Pz8=
  - identity: {}
`;

const egressFile = `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: GRPC
    transport:
      uds:
        udsName: /etc/kubernetes/konnectivity-server/konnectivity-server.socket
`;

/** What people switch on in the control plane. */
export const settings: readonly Shape[] = [
  {
    id: 'structured-authentication',
    runs: 'clusters that describe their identity providers in a file, and allow anonymous requests to health checks only',
    source: authentication,
    change: (node) =>
      configure(node, 'authentication-config', '/etc/kubernetes/auth/authentication.yaml', authenticationFile),
  },
  {
    id: 'structured-authorization',
    runs: 'clusters that describe their authorizers in a file; kubeadm then leaves --authorization-mode out',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authorization/',
    change: (node) =>
      configure(node, 'authorization-config', '/etc/kubernetes/auth/authorization.yaml', authorizationFile).replaceFlag(
        'kube-apiserver',
        'authorization-mode',
        undefined,
      ),
  },
  {
    id: 'oidc',
    runs: 'clusters whose users come from Dex or Keycloak, with a CA of the company',
    source: `${authentication}#openid-connect-tokens`,
    change: (node) => {
      node.write('pki/oidc-ca.crt', identityProvider, 0o644);
      setFlags(node, 'kube-apiserver', {
        'oidc-issuer-url': 'https://dex.example.test:32000/dex',
        'oidc-client-id': 'kubernetes',
        'oidc-ca-file': `${pki}/oidc-ca.crt`,
        'oidc-username-claim': 'email',
        'oidc-groups-claim': 'groups',
      });
    },
  },
  {
    id: 'authentication-webhook',
    runs: 'clusters that ask aws-iam-authenticator on the same node who a token belongs to',
    source: 'https://github.com/kubernetes-sigs/aws-iam-authenticator',
    change: (node) =>
      configure(
        node,
        'authentication-token-webhook-config-file',
        '/etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml',
        webhookFile(identityProvider),
      ),
  },
  {
    id: 'audit',
    runs: 'clusters with an audit log',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/',
    change: (node) => {
      configure(
        node,
        'audit-policy-file',
        '/etc/kubernetes/audit/policy.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
      );
      setFlags(node, 'kube-apiserver', {
        'audit-log-path': '/var/log/kubernetes/audit/audit.log',
        'audit-log-maxage': '30',
      });
      node.directory('/var/log/kubernetes/audit');
      mount(node, 'kube-apiserver', '/var/log/kubernetes/audit');
    },
  },
  {
    id: 'encryption-at-rest',
    runs: 'clusters that encrypt their Secrets in etcd',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/',
    change: (node) => configure(node, 'encryption-provider-config', '/etc/kubernetes/enc/enc.yaml', encryptionFile),
  },
  {
    id: 'konnectivity',
    runs: 'control planes that reach their nodes through konnectivity',
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/',
    change: (node) =>
      configure(
        node,
        'egress-selector-config-file',
        '/etc/kubernetes/konnectivity-server/egress-selector-configuration.yaml',
        egressFile,
      ),
  },
  {
    id: 'two-issuers',
    runs: 'self-hosted clusters with IAM roles for service accounts: a public issuer signs, the earlier one is still accepted',
    source: 'https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/SELF_HOSTED_SETUP.md',
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/( +- --service-account-issuer=)(.*)\n/, '$1https://s3.example.test/cluster\n$1$2\n'),
      );
      node.replaceFlag(
        'kube-apiserver',
        'api-audiences',
        'https://kubernetes.default.svc.cluster.local,sts.amazonaws.com',
      );
      node.replaceFlag('kube-apiserver', 'service-account-jwks-uri', 'https://s3.example.test/cluster/keys.json');
    },
  },
  {
    id: 'metrics-for-prometheus',
    runs: 'kube-prometheus on kubeadm: components and etcd publish their metrics on all addresses',
    source: 'https://github.com/prometheus-operator/kube-prometheus/blob/main/docs/kube-prometheus-on-kubeadm.md',
    change: (node) => {
      for (const name of ['kube-controller-manager', 'kube-scheduler'])
        node.replaceFlag(name, 'bind-address', '0.0.0.0');
      node.replaceFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381');
    },
  },
  {
    id: 'bind-address',
    runs: 'API servers with a flag to listen on all addresses, which they do anyway',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/626',
    change: (node) => setFlags(node, 'kube-apiserver', { 'bind-address': '0.0.0.0', 'anonymous-auth': 'true' }),
  },
  {
    id: 'etcd-on-other-ports',
    runs: 'etcd on the ports of kops, 4001 and 2380, because others were taken',
    source: 'https://github.com/kopeio/etcd-manager/issues/305',
    change: (node) => {
      node.replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:4001,https://192.0.2.10:4001');
      node.replaceFlag('etcd', 'advertise-client-urls', 'https://192.0.2.10:4001');
      node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://127.0.0.1:4001');
    },
  },
  {
    id: 'etcd-on-all-addresses',
    runs: 'etcd that listens on all addresses, so that other clients reach it',
    source: 'https://github.com/kubernetes/kubeadm/issues/882',
    change: (node) => node.replaceFlag('etcd', 'listen-client-urls', 'https://0.0.0.0:2379'),
  },
  {
    id: 'external-etcd',
    runs: 'control planes whose etcd is a cluster of its own',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/',
    node: { externalEtcd: true },
  },
  {
    id: 'external-etcd-of-another-team',
    runs: 'external etcd with a CA, files and users of the team that runs it',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/',
    node: { externalEtcd: ['https://etcd-1.db.example.test:2379', 'https://etcd-2.db.example.test:2379'] },
    change: (node) => {
      const own = makeAuthority('etcd of the database team');
      dialEtcdOf(node, own);
    },
  },
];
