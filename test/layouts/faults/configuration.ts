/** What configurations of k3s and RKE2 say wrong: their files, drop-ins, units and variables. */
import type { KitName } from '../kits/index.ts';
import { error, type KitFault, warning } from './fault.ts';

const folder = (p: 'k3s' | 'rke2') => `/etc/rancher/${p}`;
const k3s = `${folder('k3s')}/config.yaml`;
const rke2 = `${folder('rke2')}/config.yaml`;
const dropIn = (name: string) => `${folder('k3s')}/config.yaml.d/${name}`;
const unit = '/etc/systemd/system/k3s.service';
const agentVariables = '/etc/systemd/system/k3s-agent.service.env';

const adding = (lines: string) => (text: string) => `${text}${lines}\n`;
const skipped = 'pkg/configfilearg/parser.go: Unknown flag found in config.yaml, skipping';
const undefinedFlag = 'github.com/urfave/cli: flag provided but not defined';

/** A line at the end of the configuration of a server. */
const inServer = (name: string, lines: string, expects: KitFault['expects'], source: string): KitFault => ({
  name,
  kit: 'k3s server with etcd' as KitName,
  change: { files: { [k3s]: adding(lines) } },
  expects,
  source,
});

const inRke2 = (name: string, lines: string, expects: KitFault['expects'], source: string): KitFault => ({
  name,
  kit: 'RKE2 server with etcd' as KitName,
  change: { files: { [rke2]: adding(lines) } },
  expects,
  source,
});

/** Further words of the command of a server. */
const inCommand = (name: string, words: readonly string[], expects: KitFault['expects'], source: string): KitFault => ({
  name,
  kit: 'k3s server with etcd' as KitName,
  change: {
    files: {
      [unit]: (text: string) =>
        text.replace(/^( *)server \\$/m, (line) => [line, ...words.map((word) => `\t'${word}' \\`)].join('\n')),
    },
  },
  expects,
  source,
});

/** The same settings on the second of three servers. */
const onOneServer = (name: string, lines: string, expects: KitFault['expects'], source: string): KitFault => ({
  name,
  kit: 'k3s servers and an agent' as KitName,
  change: [{}, { files: { [k3s]: adding(lines) } }, {}, {}],
  expects,
  source,
});

const misspelt: readonly KitFault[] = [
  inServer('tls-san is misspelt', 'tls-sans:\n- api.example.com', warning(/ignores tls-sans .*tls-san\?/), skipped),
  inServer('tls-san has an underscore', 'tls_san: api.example.com', warning(/ignores tls_san/), skipped),
  inServer(
    'addresses of IPv6 have a setting of their own',
    'cluster-cidr-ipv6: 2001:cafe:42::/56',
    warning(/cluster-cidr-ipv6.*cluster-cidr/),
    'k3s-io/k3s#7995',
  ),
  inServer(
    'the backend of flannel is misspelt',
    'flannel-backend-type: host-gw',
    warning(/flannel-backend-type/),
    'k3s-io/k3s#7995',
  ),
  inServer(
    'the mode of the kubeconfig is misspelt',
    'write-kubeconfig-modes: "0644"',
    warning(/write-kubeconfig-modes/),
    'k3s-io/k3s#4509',
  ),
  inServer(
    'flags of the API server have a plural',
    'kube-apiserver-args:\n- anonymous-auth=false',
    warning(/kube-apiserver-args/),
    skipped,
  ),
  inServer(
    'encryption of Secrets is misspelt',
    'secret-encryption: true',
    warning(/secret-encryption.*secrets-encryption/),
    'k3s-io/k3s#1558',
  ),
  inRke2('the profile is misspelt', 'profiles: cis', warning(/profiles/), skipped),
  inRke2(
    'a k3s setting that RKE2 does not have is meant to be another',
    'disable-kubeproxy: true',
    warning(/disable-kubeproxy/),
    skipped,
  ),
];

const refused: readonly KitFault[] = [
  inCommand('the command has a misspelt flag', ['--tls-sans', 'api.example.com'], error(/tls-sans/), 'k3d-io/k3d#295'),
  inCommand(
    'a flag of the command is of the API server',
    ['--anonymous-auth=false'],
    error(/anonymous-auth/),
    undefinedFlag,
  ),
  {
    name: 'an agent gets a flag of servers',
    kit: 'k3s agent' as KitName,
    change: {
      files: {
        '/etc/systemd/system/k3s-agent.service': (text: string) =>
          text.replace(/^( *)agent \\$/m, "$1agent \\\n\t'--tls-san' \\\n\t'api.example.com' \\"),
      },
    },
    expects: error(/tls-san/),
    source: 'xunleii/terraform-module-k3s#238',
  },
  inServer('the configuration is no YAML', 'tls-san: [api.example.com', error(/YAML/), 'k3s-io/k3s#4509'),
  {
    name: 'the configuration has pairs of a shell',
    kit: 'k3s server with etcd' as KitName,
    change: { files: { [k3s]: () => 'token=12345\n' } },
    expects: error(/YAML/),
    source: 'k3s-io/k3s#4509',
  },
  {
    name: 'a drop-in is indented with a tab',
    kit: 'k3s server with etcd' as KitName,
    change: { files: { [dropIn('20-names.yaml')]: 'tls-san:\n\t- api.example.com\n' } },
    expects: error(/20-names.*YAML/),
    source: 'yaml: found character that cannot start any token',
  },
  inServer(
    'the mode of the egress selector does not exist',
    'egress-selector-mode: none',
    error(/egress-selector-mode/),
    'k3s-io/k3s pkg/cli/server: invalid egress-selector-mode',
  ),
  inServer('a network has no length', 'cluster-cidr: 10.42.0.0', error(/10\.42\.0\.0/), 'k3s-io/k3s#6678'),
  inServer(
    'a switch is not true or false',
    'secrets-encryption: enabled',
    error(/secrets-encryption/),
    'flag: parse error',
  ),
  inRke2(
    'the mode of the egress selector of RKE2 does not exist',
    'egress-selector-mode: off',
    error(/egress-selector-mode/),
    'k3s-io/k3s pkg/cli/server: invalid egress-selector-mode',
  ),
  inServer(
    'the API server gets a file that is not there',
    'kube-apiserver-arg:\n- audit-policy-file=/etc/rancher/k3s/audit.yaml',
    error(/audit\.yaml/),
    'k3s-io/k3s#7995',
  ),
  inRke2(
    'the API server gets a misspelt flag at the next start',
    'kube-apiserver-arg:\n- oidc-isuer-url=https://idp.example.com',
    error(/oidc-isuer-url/),
    'rke2 pkg/podexecutor/staticpod.go: manifests are written at each start; kube-apiserver: unknown flag',
  ),
  inRke2(
    'the API server gets a refused value at the next start',
    'kube-apiserver-arg:\n- oidc-issuer-url=http://idp.example.com\n- oidc-client-id=kubernetes',
    error(/oidc-issuer-url/),
    "kube-apiserver: 'oidc-issuer-url' has invalid scheme \"http\", require 'https'",
  ),
  inRke2(
    'the API server gets flags that it takes at the next start',
    'kube-apiserver-arg:\n- event-ttl=2h\n- audit-log-path=/var/log/audit.log\netcd-arg:\n- quota-backend-bytes=1',
    null,
    'docs.rke2.io/reference/server_config',
  ),
];

const emptied: readonly KitFault[] = [
  {
    name: 'a drop-in empties the names of the configuration',
    kit: 'k3s servers and an agent' as KitName,
    change: [{ files: { [dropIn('50-names.yaml')]: 'tls-san:\n- server-1\n' } }, {}, {}, {}],
    expects: warning(/does not get cluster\.example\.com/),
    source: 'docs.k3s.io/installation/configuration: the last value wins unless the key ends with +',
  },
  {
    name: 'a later drop-in empties what one before added',
    kit: 'k3s server with etcd' as KitName,
    change: {
      files: {
        [dropIn('10-flags.yaml')]: 'kube-apiserver-arg+:\n- event-ttl=2h\n',
        [dropIn('20-flags.yml')]: 'kube-apiserver-arg:\n- max-requests-inflight=800\n',
      },
    },
    expects: warning(/event-ttl=2h/),
    source: 'docs.k3s.io/installation/configuration',
  },
  inServer(
    'the certificate was not made again since a name was added',
    'tls-san: api.example.com',
    warning(/api\.example\.com/),
    'k3s-io/k3s#8257',
  ),
  inRke2(
    'the certificate of RKE2 was not made again since a name was added',
    'tls-san: api.example.com',
    warning(/api\.example\.com/),
    'k3s-io/k3s#8257',
  ),
];

const joining: readonly KitFault[] = [
  {
    name: 'the token is of another cluster',
    kit: 'k3s agent' as KitName,
    change: { files: { [agentVariables]: (text: string) => text.replace(/K10[0-9a-f]{8}/, 'K1000000000') } },
    expects: error(/token .* CA/),
    source: 'k3s-io/k3s#3727',
  },
  {
    name: 'the token of RKE2 is of another cluster',
    kit: 'RKE2 agent' as KitName,
    change: { files: { [rke2]: (text: string) => text.replace(/K10[0-9a-f]{8}/, 'K1000000000') } },
    expects: error(/token .* CA/),
    source: 'k3s-io/k3s#3727',
  },
  {
    name: 'an agent has no URL of a server',
    kit: 'k3s agent' as KitName,
    change: { files: { [agentVariables]: (text: string) => text.replace(/^K3S_URL=.*\n/m, '') } },
    expects: error(/--server is required/),
    source: 'k3s agent: --server is required',
  },
  {
    name: 'the URL of the server has no TLS',
    kit: 'k3s agent' as KitName,
    change: { files: { [agentVariables]: (text: string) => text.replace('https://', 'http://') } },
    expects: error(/server/),
    source: 'pkg/clientaccess: only https:// URLs are supported',
  },
  onOneServer(
    'one server has another backend of flannel',
    'flannel-backend: none',
    error(/flannel-backend none/),
    'k3s-io/k3s#12745',
  ),
  onOneServer(
    'one server has another network of pods',
    'cluster-cidr: 192.168.0.0/16',
    error(/cluster-cidr/),
    'k3s-io/k3s#4579',
  ),
  onOneServer(
    'one server encrypts Secrets',
    'secrets-encryption: true',
    error(/secrets-encryption/),
    'k3s-io/k3s#6448',
  ),
  onOneServer(
    'one server has no network policies',
    'disable-network-policy: true',
    error(/disable-network-policy/),
    'k3s-io/k3s#12745',
  ),
];

export const configurationFaults: readonly KitFault[] = [...misspelt, ...refused, ...emptied, ...joining];
