import { mount, setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeadm132, kubeadm136, release } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';
import { companyPem, configurationFolder as folder, indented, webhook } from './webhooks.ts';

const authentication = 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/';
const authorization = 'https://kubernetes.io/docs/reference/access-authn-authz/authorization/';

/** The example of the documentation without what excludes each other, with a CA instead of its placeholder. */
const documentedAuthentication = `---
#
# CAUTION: this is an example configuration.
#
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: https://example.com # Same as --oidc-issuer-url.
    discoveryURL: https://discovery.example.com/.well-known/openid-configuration
    certificateAuthority: |
${indented(companyPem, 6)}
    audiences:
    - my-app # Same as --oidc-client-id.
    - my-other-app
    audienceMatchPolicy: MatchAny
  claimValidationRules:
  - claim: hd
    requiredValue: example.com
  - expression: 'claims.exp - claims.nbf <= 86400'
    message: total token lifetime must not exceed 24 hours
  claimMappings:
    username:
      expression: 'claims.username + ":external-user"'
    groups:
      claim: "sub"
      prefix: ""
    uid:
      expression: 'claims.sub'
    extra:
    - key: 'example.com/tenant'
      valueExpression: 'claims.tenant'
  userValidationRules:
  - expression: "!user.username.startsWith('system:')"
    message: 'username cannot used reserved system: prefix'
  - expression: "user.groups.all(group, !group.startsWith('system:'))"
    message: 'groups cannot used reserved system: prefix'
`;

const twoIssuers = `apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: https://token.actions.githubusercontent.com
    audiences: [https://kubernetes.example.test]
  claimMappings:
    username: {claim: sub, prefix: "actions-oidc:"}
- issuer:
    url: https://dex.example.test:32000/dex
    audiences: [kubernetes]
  claimMappings:
    username: {claim: email, prefix: ""}
    groups: {claim: groups, prefix: "oidc:"}
`;

const documentedAuthorization = (kubeconfig: string, version: string) => `apiVersion: apiserver.config.k8s.io/${version}
kind: AuthorizationConfiguration
authorizers:
  - type: Webhook
    name: webhook
    webhook:
      authorizedTTL: 30s
      unauthorizedTTL: 30s
      timeout: 3s
      subjectAccessReviewVersion: v1
      matchConditionSubjectAccessReviewVersion: v1
      failurePolicy: Deny
      connectionInfo:
        type: KubeConfigFile
        kubeConfigFile: ${kubeconfig}
      matchConditions:
      - expression: has(request.resourceAttributes)
      - expression: request.resourceAttributes.namespace == 'kube-system'
      - expression: "!('system:serviceaccounts:kube-system' in request.groups)"
  - type: Node
    name: node
  - type: RBAC
    name: rbac
  - type: Webhook
    name: last
    webhook:
      authorizedTTL: 5m
      unauthorizedTTL: 30s
      timeout: 3s
      subjectAccessReviewVersion: v1
      matchConditionSubjectAccessReviewVersion: v1
      failurePolicy: NoOpinion
      connectionInfo:
        type: KubeConfigFile
        kubeConfigFile: ${kubeconfig}
`;

const authorize = (node: NodeTree, version: string) =>
  configure(
    node,
    'authorization-config',
    `${folder}/authorization.yaml`,
    documentedAuthorization(webhook(node, 'authz', 'https://authz.example.test/authorize'), version),
  ).replaceFlag('kube-apiserver', 'authorization-mode', undefined);

/** Files that say who a user is and what may be done. */
export const hardenedConfigurations: readonly Shape[] = [
  {
    id: 'authentication-documented',
    runs: 'the example of the documentation, with every kind of rule',
    source: `${authentication}#using-authentication-configuration`,
    node: kubeadm136,
    change: (node) => configure(node, 'authentication-config', `${folder}/authn.yaml`, documentedAuthentication),
  },
  {
    id: 'authentication-of-two-issuers',
    runs: 'clusters of 1.32 that let GitHub Actions and people in, by v1beta1',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/templates/apiserver-authentication-config.yaml.j2',
    node: kubeadm132,
    change: (node) => configure(node, 'authentication-config', `${folder}/authn.yaml`, twoIssuers),
  },
  {
    id: 'oidc-with-every-flag',
    runs: 'clusters with all flags of OpenID Connect: algorithms, required claims and prefixes',
    source: `${authentication}#configuring-the-api-server`,
    node: kubeadm136,
    change: (node) => {
      node.write('pki/oidc-ca.crt', companyPem, 0o644);
      setFlags(node, 'kube-apiserver', {
        'oidc-issuer-url': 'https://accounts.example.test',
        'oidc-client-id': 'kubernetes',
        'oidc-username-claim': 'sub',
        'oidc-username-prefix': '-',
        'oidc-groups-claim': 'groups',
        'oidc-groups-prefix': "'oidc:'",
        'oidc-ca-file': '/etc/kubernetes/pki/oidc-ca.crt',
        'oidc-signing-algs': 'RS256,RS512,ES256,PS384',
        'oidc-required-claim': 'hd=example.test',
      });
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text
          .replace(/- --oidc-groups-prefix=.*/, '- "--oidc-groups-prefix=oidc:"')
          .replace(/( +- --oidc-required-claim=).*\n/, '$&$1tenant=main\n'),
      );
    },
  },
  {
    id: 'authorization-documented',
    runs: 'the example of the documentation with two webhooks, Node and RBAC (InClusterConfig is not for kube-apiserver)',
    source: `${authorization}#authz-config-example`,
    node: kubeadm136,
    change: (node) => authorize(node, 'v1'),
  },
  {
    id: 'authorization-documented-1.31',
    runs: 'the same on 1.31 with the version that kubespray writes there',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/templates/apiserver-authorization-config.yaml.j2',
    node: kubeadm132,
    change: (node) => authorize(release(node, { 'kube-apiserver': 'v1.31.4' }), 'v1beta1'),
  },
  {
    id: 'authorization-webhook-by-flags',
    runs: 'clusters that ask a webhook after Node and RBAC, by flags',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/webhook/',
    node: kubeadm136,
    change: (node) => {
      const file = webhook(node, 'authz', 'https://authz.example.test/authorize');
      mount(node, 'kube-apiserver', folder);
      return setFlags(node, 'kube-apiserver', {
        'authorization-mode': 'Node,RBAC,Webhook',
        'authorization-webhook-config-file': file,
        'authorization-webhook-version': 'v1',
        'authorization-webhook-cache-authorized-ttl': '5m',
        'authorization-webhook-cache-unauthorized-ttl': '30s',
      });
    },
  },
];
