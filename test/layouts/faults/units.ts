/** What units, their drop-ins and their files of variables take away, and files and flags that are not there. */
import { error, type KitFault, swap } from './fault.ts';

const unit = (name: string) => `/etc/systemd/system/${name}.service`;
const gone = 'the component does not start: no such file or directory';
const manual = 'systemd, measured: version 257';

export const unitFaults: readonly KitFault[] = [
  {
    name: 'a drop-in replaces the command, and forgets the flags',
    kit: 'hard way server',
    change: {
      files: {
        [`${unit('kube-apiserver')}.d/override.conf`]:
          '[Service]\nExecStart=\nExecStart=/usr/local/bin/kube-apiserver --etcd-servers=http://127.0.0.1:2379 --v=4\n',
      },
    },
    expects: error(/override\.conf.*service-account/),
    source: 'kube-apiserver: service-account-issuer is a required flag',
  },
  {
    name: 'a drop-in adds a second command',
    kit: 'kubeasz master',
    change: {
      files: {
        [`${unit('kube-apiserver')}.d/10-verbose.conf`]: '[Service]\nExecStart=/opt/kube/bin/kube-apiserver --v=4\n',
      },
    },
    expects: error(/ExecStart/),
    source: `${manual}: more than one ExecStart, and the service is not of the type oneshot: refusing`,
  },
  {
    name: 'a blank follows the backslash that continues a command',
    kit: 'hard way server',
    change: { files: { [unit('kube-apiserver')]: swap(/(--bind-address=0\.0\.0\.0) \\\n/, '$1 \\ \n') } },
    expects: error(/ignore/),
    source: `${manual}: the lines that follow are unknown keys, which are ignored: no --client-ca-file and no --tls-cert-file`,
  },
  {
    name: 'a backslash is missing',
    kit: 'hard way 2021 worker',
    change: { files: { [unit('kubelet')]: swap(/(--config=\S+) \\\n/, '$1\n') } },
    expects: error(/ignore/),
    source: `${manual}: the rest is ignored: without --kubeconfig the kubelet runs alone`,
  },
  {
    name: 'the script that starts the kubelet is missing',
    kit: 'AKS worker started by a script',
    change: { files: { [unit('kubelet')]: swap(/ExecStart=.*/s, 'ExecStart=/opt/azure/containers/start.sh\n') } },
    expects: error(/start\.sh/),
    source: gone,
  },
  {
    name: 'an API server of a release by its path has a flag that this release no longer knows',
    kit: 'hard way server',
    change: {
      flags: { 'kube-apiserver': { 'insecure-port': '0' } },
      files: { [unit('kube-apiserver')]: swap('bin/kube-apiserver ', 'bin/kube-apiserver-v1.33.2 ') },
    },
    expects: error(/--insecure-port/),
    source: 'unknown flag: --insecure-port, removed in 1.24',
  },
  {
    name: 'flags let anyone use the kubelet',
    kit: 'AKS worker',
    change: { flags: { kubelet: { 'anonymous-auth': 'true', 'authorization-mode': 'AlwaysAllow' } } },
    expects: error(/anyone.*--authorization-mode/),
    source: 'the kubelet answers GET /pods and POST /run without a credential',
  },
  {
    name: 'the file of variables is missing',
    kit: '/opt/kubernetes master',
    change: { files: { '/opt/kubernetes/cfg/kube-apiserver.conf': null } },
    expects: error(/kube-apiserver\.conf/),
    source: 'systemd.exec(5): without `-` before it the service does not start: Failed to load environment files',
  },
  {
    name: 'backslashes are doubled in the file of variables',
    kit: '/opt/kubernetes master',
    change: { files: { '/opt/kubernetes/cfg/kube-apiserver.conf': (text) => text.replaceAll(' \\\n', ' \\\\\n') } },
    expects: error(/kube-apiserver/),
    source: `${manual}: words begin with a newline, and are no flags: the API server does not start`,
  },
  {
    name: 'a drop-in empties a variable',
    kit: 'home-made control plane',
    change: {
      files: { [`${unit('kube-apiserver')}.d/30-store.conf`]: '[Service]\nEnvironment=STORE=\n' },
    },
    expects: error(/etcd-servers/),
    source: 'kube-apiserver: --etcd-servers must be specified',
  },
  {
    name: 'a variable inside a word is not expanded',
    kit: 'home-made worker',
    change: {
      files: {
        [unit('kubelet')]: (text) =>
          text
            .replace('[Service]\n', '[Service]\nEnvironment=CONF=/data/k8s/conf\n')
            .replace('--kubeconfig=/data/k8s/conf/', '--kubeconfig=$CONF/'),
      },
    },
    expects: error(/kubeconfig/),
    source: `${manual}: $CONF stays as it is, so that the kubelet looks for $CONF/kubelet.kubeconfig`,
  },
  {
    name: 'a flag names a key that is not there',
    kit: 'kubeasz master',
    change: { flags: { 'kube-apiserver': { 'tls-private-key-file': '/etc/kubernetes/ssl/kubernetes.key' } } },
    expects: error(/kubernetes\.key/),
    source: gone,
  },
  {
    name: "the kubelet's configuration names a certificate that is not there",
    kit: 'hard way worker',
    change: { files: { '/var/lib/kubelet/kubelet-config.yaml': swap('kubelet/kubelet.crt', 'kubelet/node-0.crt') } },
    expects: error(/node-0\.crt/),
    source: gone,
  },
  {
    name: 'the CA that a JSON configuration names is not there',
    kit: 'EKS worker',
    change: { files: { '/etc/kubernetes/pki/ca.crt': null } },
    expects: error(/\/etc\/kubernetes\/pki\/ca\.crt/),
    source: gone,
  },
  {
    name: 'the kubeconfig of the scheduler is not there',
    kit: 'hard way 2021 controller',
    change: { files: { '/var/lib/kubernetes/kube-scheduler.kubeconfig': null } },
    expects: error(/kube-scheduler\.kubeconfig/),
    source: gone,
  },
  {
    name: 'a static pod has a flag that its release has lost',
    kit: 'kubespray control plane',
    change: { flags: { 'kube-apiserver': { 'insecure-port': '0' } } },
    expects: error(/insecure-port/),
    source: 'the image has the release (1.36); the flag went with 1.24: unknown flag: --insecure-port',
  },
  {
    name: 'a unit has a flag that its release has lost',
    kit: 'EKS worker',
    change: { flags: { kubelet: { 'container-runtime': 'remote' } } },
    expects: error(/container-runtime/),
    source:
      '/etc/eks/kubelet-version.txt has the release (1.33); the flag went with 1.27: unknown flag: --container-runtime',
  },
  {
    name: 'the file with the flags of the kubelet is missing, and the unit does not mind',
    kit: 'kubespray worker',
    change: { files: { '/etc/kubernetes/kubelet.env': null } },
    expects: error(/kubelet\.env|kubeconfig/),
    source: 'EnvironmentFile=-: the kubelet starts without flags, and without --kubeconfig it runs alone',
  },
  {
    name: 'the rotated certificate of a kubelet is a link to nowhere',
    kit: '/opt/kubernetes worker',
    change: { files: { '/opt/kubernetes/ssl/kubelet-client-2026-11-24-14-00-00.pem': null } },
    expects: error(/kubelet-client-current\.pem/),
    source: 'kubelet: failed to load kubeconfig: open …: no such file or directory',
  },
  {
    name: 'a kubeconfig names the certificate of a different node',
    kit: 'mmumshad worker',
    change: { files: { '/var/lib/kubelet/kubelet.kubeconfig': swap('node01.crt', 'node02.crt') } },
    expects: error(/node02\.crt/),
    source: gone,
  },
  {
    name: 'the CA of the kubeconfig of a managed worker is gone',
    kit: 'GKE worker',
    change: { files: { '/etc/srv/kubernetes/pki/ca-certificates.crt': null } },
    expects: error(/ca-certificates\.crt/),
    source: gone,
  },
  {
    name: 'a drop-in with the kubeconfig of the kubelet is missing',
    kit: 'AKS worker',
    change: { files: { [`${unit('kubelet')}.d/10-tlsbootstrap.conf`]: null } },
    expects: error(/kubeconfig/),
    source: 'the variable is not set, and vanishes: without --kubeconfig the kubelet runs alone',
  },
  {
    name: 'the kubeconfig of a kubelet is not there',
    kit: 'hard way worker',
    change: { files: { '/var/lib/kubelet/kubeconfig': null } },
    expects: error(/\/var\/lib\/kubelet\/kubeconfig/),
    source:
      'the kubelet does not start: invalid kubeconfig: stat /var/lib/kubelet/kubeconfig: no such file or directory',
  },
];
