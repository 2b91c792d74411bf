import { egressSelectorConfiguration } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';

const apiServer = (flags: Readonly<Record<string, string>>) => (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', flags);

/** Arguments of kube-apiserver that name a file, with those without which they are not read. */
const ofApiServer: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'admission-control-config-file': {},
  'audit-policy-file': {},
  'audit-webhook-config-file': {},
  'authentication-config': {},
  'authentication-token-webhook-config-file': {},
  'authorization-policy-file': { 'authorization-mode': 'Node,RBAC,ABAC' },
  'authorization-webhook-config-file': { 'authorization-mode': 'Node,RBAC,Webhook' },
  'egress-selector-config-file': {},
  'encryption-provider-config': {},
  'oidc-ca-file': { 'oidc-issuer-url': 'https://issuer.test', 'oidc-client-id': 'kubernetes' },
  'token-auth-file': {},
  'tracing-config-file': {},
};

/** In an archive, a file may be missing because it was left out; a link to nothing is missing on the node. */
const withoutConfiguration = (node: NodeTree) =>
  node.remove('/var/lib/kubelet/config.yaml').link('/var/lib/kubelet/config.yaml', '/etc/kubernetes/none.yaml');

const missing: readonly Case[] = [
  ...Object.entries(ofApiServer).map(
    ([flag, more]): Case => ({
      name: `--${flag} names no file`,
      change: apiServer({ [flag]: `${pki}/missing`, ...more }),
      findings: [`argument/file@kube-apiserver --${flag}`],
    }),
  ),
  {
    name: '--authorization-config names no file',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'authorization-mode', undefined);
      apiServer({ 'authorization-config': `${pki}/missing` })(node);
    },
    findings: ['argument/file@kube-apiserver --authorization-config'],
  },
  ...['pv-recycler-pod-template-filepath-hostpath', 'pv-recycler-pod-template-filepath-nfs'].map(
    (flag): Case => ({
      name: `--${flag} names no file`,
      change: (node) => node.replaceFlag('kube-controller-manager', flag, `${pki}/missing`),
      findings: [`argument/file@kube-controller-manager --${flag}`],
    }),
  ),
  {
    name: '--leader-migration-config names no file',
    change: (node) =>
      setFlags(node, 'kube-controller-manager', {
        'leader-migration-config': `${pki}/missing`,
        'enable-leader-migration': 'true',
      }),
    findings: ['argument/file@kube-controller-manager --leader-migration-config'],
  },
  {
    name: 'files that are not read',
    // Later releases refuse an OIDC flag without an issuer.
    node: { release: '1.28' },
    change: (node) => {
      apiServer({ 'oidc-ca-file': `${pki}/missing` })(node);
      node.replaceFlag('kube-controller-manager', 'leader-migration-config', `${pki}/missing`);
    },
    findings: [],
  },
  ...['client-ca-file', 'requestheader-client-ca-file', 'config'].map(
    (flag): Case => ({
      name: `kube-scheduler --${flag} is not mounted`,
      change: (node) => {
        node.write('scheduler.yaml', 'clientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n');
        node.replaceFlag(
          'kube-scheduler',
          flag,
          flag === 'config' ? '/etc/kubernetes/scheduler.yaml' : `${pki}/ca.crt`,
        );
      },
      findings: ['argument/mount@kube-scheduler'],
    }),
  ),
  ...['client-crl-file', 'peer-crl-file'].map(
    (flag): Case => ({
      name: `etcd --${flag} names no file`,
      change: (node) => node.replaceFlag('etcd', flag, `${pki}/etcd/missing`),
      findings: [`argument/file@etcd --${flag}`],
    }),
  ),
  {
    name: 'etcd --config-file names no file',
    change: (node) => node.replaceFlag('etcd', 'config-file', `${pki}/etcd/missing`),
    findings: ['argument/file@etcd --config-file'],
  },
  {
    name: 'the kubelet has no configuration',
    change: withoutConfiguration,
    findings: ['argument/file@kubelet --config'],
  },
  {
    name: 'the kubelet has no configuration yet, because its node did not join',
    node: { worker: true },
    change: (node) => withoutConfiguration(node).remove('kubelet.conf'),
    findings: ['kubeconfig/present@kubelet.conf'],
  },
  {
    name: 'the kubelet has no configuration of its credential providers',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace(/="/, '="--image-credential-provider-config=/etc/kubernetes/missing.yaml '),
      ),
    findings: ['argument/file@kubelet --image-credential-provider-config'],
  },
];

const webhook = (cluster: string, user = '{}') => `kind: Config
current-context: w
contexts: [{ name: w, context: { cluster: w, user: w } }]
clusters: [{ name: w, cluster: { server: 'https://127.0.0.1:8443', ${cluster} } }]
users: [{ name: w, user: ${user} }]
`;

/** A webhook of the audit log, whose kubeconfig lies in the PKI folder. */
const audited = (text: string) => (node: NodeTree) => {
  node.write('pki/webhook.conf', text);
  apiServer({ 'audit-webhook-config-file': `${pki}/webhook.conf` })(node);
};

const contents: readonly Case[] = [
  {
    name: 'the kubeconfig of a webhook is none',
    change: audited('kind: AuditSink\n'),
    findings: [`file/parse@${pki}/webhook.conf`],
  },
  {
    name: 'the CA of a webhook is missing',
    change: audited(webhook(`certificate-authority: ${pki}/missing.crt`)),
    findings: ['argument/file@kube-apiserver --audit-webhook-config-file'],
  },
  {
    name: 'the CA of a webhook is no certificate',
    change: (node) => {
      node.write('pki/webhook-ca.crt', 'no certificate\n');
      audited(webhook('certificate-authority: webhook-ca.crt'))(node);
    },
    findings: [`file/parse@${pki}/webhook-ca.crt`],
  },
  {
    name: 'the CA of an OIDC issuer is no certificate',
    change: (node) => {
      node.write('pki/oidc.crt', 'no certificate\n');
      apiServer({
        'oidc-ca-file': `${pki}/oidc.crt`,
        'oidc-issuer-url': 'https://issuer.test',
        'oidc-client-id': 'kubernetes',
      })(node);
    },
    findings: [`file/parse@${pki}/oidc.crt`],
  },
  {
    name: 'a trust file that others can read, and kube-apiserver not for OIDC',
    change: apiServer({
      'oidc-ca-file': `${pki}/sa.pub`,
      'oidc-issuer-url': 'https://issuer.test',
      'oidc-client-id': 'kubernetes',
    }),
    findings: ['argument/load@kube-apiserver --oidc-ca-file'],
  },
  {
    name: 'a configuration that is not YAML',
    change: (node) => {
      node.write('pki/egress.yaml', 'egressSelections: [\n');
      apiServer({ 'egress-selector-config-file': `${pki}/egress.yaml` })(node);
    },
    findings: [`file/parse@${pki}/egress.yaml`],
  },
];

const used: readonly Case[] = [
  {
    name: 'files that a webhook and an egress selector use, next to the documented ones',
    change: (node) => {
      for (const name of ['webhook-ca', 'egress']) node.write(`pki/${name}.crt`, node.read('pki/front-proxy-ca.crt'));
      audited(webhook(`certificate-authority: ${pki}/webhook-ca.crt`))(node);
      node.write(
        'pki/egress.yaml',
        egressSelectorConfiguration.replace(
          '[]',
          `[{ name: cluster, connection: { proxyProtocol: HTTPConnect, transport: { tcp: { url: 'https://proxy.test:8131', tlsConfig: { caBundle: ${pki}/egress.crt, clientCert: ${pki}/front-proxy-client.crt, clientKey: ${pki}/front-proxy-client.key } } } } }]`,
        ),
      );
      apiServer({ 'egress-selector-config-file': `${pki}/egress.yaml` })(node);
    },
    findings: [],
  },
  {
    name: 'a webhook whose kubeconfig names paths of its container',
    change: (node) => {
      node.write('/srv/webhook/config', webhook('certificate-authority: /webhook/ca.crt', '{ token: secret }'));
      node.write('/srv/webhook/ca.crt', node.read('pki/front-proxy-ca.crt'));
      mount(node, 'kube-apiserver', '/srv/webhook', '/webhook');
      apiServer({ 'audit-webhook-config-file': '/webhook/config' })(node);
    },
    findings: [],
  },
  {
    name: 'public CAs that the image of kube-apiserver contains',
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('mountPath: /etc/ssl/certs', 'mountPath: /x'));
      const file = '/etc/ssl/certs/ca-certificates.crt';
      apiServer({ 'oidc-ca-file': file, 'oidc-issuer-url': 'https://issuer.test', 'oidc-client-id': 'kubernetes' })(
        node,
      );
    },
    findings: [],
  },
];

export const namedFiles: readonly Case[] = [...missing, ...contents, ...used];
