import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const pki = '/etc/kubernetes/pki';
const apiserver = (flag: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag('kube-apiserver', flag, value);
const manager = (flag: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag('kube-controller-manager', flag, value);

/** Adds a hostPath volume and its mount to a static pod. */
function mount(node: NodeTree, component: string, path: string, hostPath = path): NodeTree {
  return node.edit(`manifests/${component}.yaml`, (text) =>
    text
      .replace(/^ {4}volumeMounts:\n/m, `$&    - mountPath: ${path}\n      name: added\n`)
      .replace(/^ {2}volumes:\n/m, `$&  - hostPath:\n      path: ${hostPath}\n    name: added\n`),
  );
}

/** Appends text to the flags of a static pod. */
const addEnvironment = (node: NodeTree, component: string, lines: readonly string[]) =>
  node.edit(`manifests/${component}.yaml`, (text) =>
    text.replace(/^ {4}image: /m, `    env:\n${lines.join('\n')}\n$&`),
  );

const missing: readonly Case[] = [
  {
    name: 'kube-apiserver has no CA to verify etcd with',
    change: apiserver('etcd-cafile', undefined),
    findings: ['argument/required@kube-apiserver --etcd-cafile'],
  },
  {
    name: 'an empty value is no value',
    change: apiserver('client-ca-file', ''),
    findings: ['argument/required@kube-apiserver --client-ca-file'],
  },
  {
    name: 'kube-apiserver shows kubelets no certificate',
    change: apiserver('kubelet-client-certificate', undefined),
    findings: ['argument/recommended@kube-apiserver --kubelet-client-certificate'],
  },
  {
    name: 'kube-apiserver has no issuer of tokens',
    change: apiserver('service-account-issuer', undefined),
    findings: ['argument/required@kube-apiserver --service-account-issuer'],
  },
  {
    name: 'kube-apiserver verifies tokens with its TLS key',
    change: apiserver('service-account-key-file', undefined),
    findings: ['argument/required@kube-apiserver --service-account-key-file'],
  },
  {
    name: 'pods get the CA that controller-manager.conf embeds',
    change: manager('root-ca-file', undefined),
    findings: ['argument/documented@kube-controller-manager --root-ca-file'],
  },
  {
    name: 'pods get the CA that controller-manager.conf embeds, and it embeds none',
    change: (node) => {
      manager('root-ca-file', undefined)(node);
      const byPath = `certificate-authority: ${pki}/ca.crt`;
      node.edit('controller-manager.conf', (text) => text.replace(/certificate-authority-data: .*/, byPath));
    },
    findings: ['argument/recommended@kube-controller-manager --root-ca-file'],
  },
  {
    name: 'pods get the CA that controller-manager.conf embeds, and that is a different one',
    change: (node) => {
      manager('root-ca-file', undefined)(node);
      node.editKubeconfig('controller-manager.conf', { certificateAuthority: node.read('pki/etcd/ca.crt') });
    },
    findings: [
      'argument/recommended@kube-controller-manager --root-ca-file',
      'kubeconfig/authority@controller-manager.conf',
    ],
  },
  {
    name: 'kube-controller-manager signs no requests',
    change: (node) => {
      manager('cluster-signing-cert-file', undefined)(node);
      manager('cluster-signing-key-file', undefined)(node);
    },
    findings: ['argument/recommended@cp-1'],
  },
  {
    name: 'kube-controller-manager takes the client CA from the cluster',
    change: manager('client-ca-file', undefined),
    findings: ['argument/documented@kube-controller-manager --client-ca-file'],
  },
  {
    name: 'kube-scheduler has no kubeconfig',
    change: (node) => node.replaceFlag('kube-scheduler', 'kubeconfig', undefined),
    findings: ['argument/required@kube-scheduler --kubeconfig'],
  },
  {
    name: 'the metrics of kube-scheduler authenticate nobody',
    change: (node) => node.replaceFlag('kube-scheduler', 'authentication-kubeconfig', undefined),
    findings: ['argument/documented@kube-scheduler --authentication-kubeconfig'],
  },
  {
    name: 'etcd is to serve https without a certificate',
    change: (node) => node.replaceFlag('etcd', 'cert-file', undefined),
    findings: ['argument/required@etcd --cert-file'],
  },
  {
    name: 'the kubelet knows no client CA',
    change: (node) => node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace(/^.*clientCAFile.*\n/m, '')),
    findings: ['argument/recommended@kubelet --client-ca-file'],
  },
];

const files: readonly Case[] = [
  {
    name: 'an argument names no file, beside the recommended one',
    change: apiserver('etcd-cafile', `${pki}/etcd-ca.crt`),
    findings: ['argument/file@kube-apiserver --etcd-cafile'],
  },
  {
    name: 'an argument names no file, and the recommended one is not there either',
    change: (node) => {
      apiserver('tls-cert-file', `${pki}/server.crt`)(node);
      node.remove('pki/apiserver.crt');
    },
    findings: ['argument/file@kube-apiserver --tls-cert-file'],
  },
  {
    name: 'an argument names no key',
    change: apiserver('tls-private-key-file', `${pki}/server.key`),
    findings: ['argument/file@kube-apiserver --tls-private-key-file'],
  },
  {
    name: 'an argument names a link to nothing',
    change: (node) => {
      node.link('pki/tls.crt', 'tls-2025.crt');
      apiserver('tls-cert-file', `${pki}/tls.crt`)(node);
    },
    findings: ['argument/file@kube-apiserver --tls-cert-file'],
  },
  {
    name: 'the kubelet trusts a file that is not there',
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace(`${pki}/ca.crt`, `${pki}/client-ca.crt`)),
    findings: ['argument/file@kubelet authentication.x509.clientCAFile'],
  },
  {
    name: 'the last of repeated flags wins, and it names no file',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/^( +- --client-ca-file=).*\n/m, `$&$1${pki}/none.crt\n`),
      ),
    findings: ['argument/file@kube-apiserver --client-ca-file'],
  },
  {
    name: 'the container does not see the file',
    change: (node) => {
      node.write('/opt/pki/etcd-ca.crt', node.read('pki/etcd/ca.crt'));
      apiserver('etcd-cafile', '/opt/pki/etcd-ca.crt')(node);
    },
    findings: ['argument/mount@kube-apiserver'],
  },
  {
    name: 'etcd sees its own folder alone',
    change: (node) => node.replaceFlag('etcd', 'trusted-ca-file', `${pki}/ca.crt`),
    findings: ['argument/mount@etcd'],
  },
  {
    name: 'a bundle where the signer must be one certificate',
    change: (node) => {
      node.write('pki/bundle.crt', node.read('pki/ca.crt') + node.read('pki/front-proxy-ca.crt'));
      manager('cluster-signing-cert-file', `${pki}/bundle.crt`)(node);
    },
    findings: ['argument/load@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'a bundle in the file that trusts and signs',
    change: (node) => node.write('pki/ca.crt', node.read('pki/ca.crt') + node.read('pki/front-proxy-ca.crt')),
    findings: [
      'argument/load@kube-controller-manager --cluster-signing-cert-file',
      'authority/distinct@front-proxy-ca',
    ],
  },
];

const strangers: readonly Case[] = [
  {
    name: 'kube-apiserver verifies etcd with the CA of the cluster',
    change: apiserver('etcd-cafile', `${pki}/ca.crt`),
    findings: ['argument/target@kube-apiserver --etcd-cafile'],
  },
  {
    name: 'kube-apiserver verifies clients with the CA of etcd',
    change: apiserver('client-ca-file', `${pki}/etcd/ca.crt`),
    findings: ['argument/target@kube-apiserver --client-ca-file'],
  },
  {
    name: 'kube-apiserver verifies the front proxy with the CA of the cluster',
    change: apiserver('requestheader-client-ca-file', `${pki}/ca.crt`),
    findings: ['argument/target@kube-apiserver --requestheader-client-ca-file'],
  },
  {
    name: 'pods get the CA of the front proxy',
    change: manager('root-ca-file', `${pki}/front-proxy-ca.crt`),
    findings: ['argument/target@kube-controller-manager --root-ca-file'],
  },
  {
    name: 'etcd verifies clients with the CA of the cluster',
    change: (node) => {
      node.write('pki/etcd/clients.crt', node.read('pki/ca.crt'));
      node.replaceFlag('etcd', 'trusted-ca-file', `${pki}/etcd/clients.crt`);
    },
    findings: ['argument/target@etcd --trusted-ca-file'],
  },
  {
    name: 'the kubelet verifies clients with the CA of etcd',
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace(`${pki}/ca.crt`, `${pki}/etcd/ca.crt`)),
    findings: ['argument/target@kubelet authentication.x509.clientCAFile'],
  },
  {
    name: 'kube-controller-manager signs with the key of the front proxy CA',
    change: manager('cluster-signing-key-file', `${pki}/front-proxy-ca.key`),
    findings: ['argument/target@kube-controller-manager --cluster-signing-key-file'],
  },
  {
    name: 'kube-controller-manager signs with the CA of the front proxy',
    change: (node) => {
      manager('cluster-signing-cert-file', `${pki}/front-proxy-ca.crt`)(node);
      manager('cluster-signing-key-file', `${pki}/front-proxy-ca.key`)(node);
    },
    findings: ['argument/target@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'kube-apiserver serves with the client certificate for kubelets',
    change: (node) => {
      apiserver('tls-cert-file', `${pki}/apiserver-kubelet-client.crt`)(node);
      apiserver('tls-private-key-file', `${pki}/apiserver-kubelet-client.key`)(node);
    },
    findings: ['argument/target@kube-apiserver --tls-cert-file'],
  },
  {
    name: 'the certificate of another role, with the key of its own',
    change: apiserver('tls-cert-file', `${pki}/apiserver-kubelet-client.crt`),
    findings: ['argument/target@kube-apiserver --tls-cert-file'],
  },
  {
    name: 'the same, and that certificate is of an earlier cluster',
    change: (node) => {
      apiserver('tls-cert-file', `${pki}/apiserver-kubelet-client.crt`)(node);
      node.issue('kube-apiserver-kubelet-client', {
        issuer: makeAuthority('kubernetes', { key: keyNamed('earlier') }),
      });
    },
    findings: ['argument/target@kube-apiserver --tls-cert-file', 'cert/issuer@kube-apiserver-kubelet-client'],
  },
  {
    name: 'the key of another role, with the certificate of its own',
    change: apiserver('tls-private-key-file', `${pki}/front-proxy-client.key`),
    findings: ['argument/target@kube-apiserver --tls-private-key-file'],
  },
  {
    name: 'certificate and key in the place of each other',
    change: (node) => {
      apiserver('tls-cert-file', `${pki}/apiserver.key`)(node);
      apiserver('tls-private-key-file', `${pki}/apiserver.crt`)(node);
    },
    findings: ['argument/load@kube-apiserver --tls-cert-file', 'argument/load@kube-apiserver --tls-private-key-file'],
  },
  {
    name: 'kube-controller-manager verifies its own clients with the CA of etcd',
    change: manager('client-ca-file', `${pki}/etcd/ca.crt`),
    findings: ['argument/target-minor@kube-controller-manager --client-ca-file'],
  },
  {
    name: 'a signer of one kind of request is the CA of the front proxy',
    change: (node) => {
      for (const [kind, name] of [
        ['kubelet-client', 'front-proxy-ca'],
        ['kubelet-serving', 'ca'],
        ['kube-apiserver-client', 'ca'],
      ]) {
        manager(`cluster-signing-${kind}-cert-file`, `${pki}/${name}.crt`)(node);
        manager(`cluster-signing-${kind}-key-file`, `${pki}/${name}.key`)(node);
      }
      manager('cluster-signing-cert-file', undefined)(node);
      manager('cluster-signing-key-file', undefined)(node);
    },
    findings: ['argument/target@kube-controller-manager --cluster-signing-kubelet-client-cert-file'],
  },
  {
    name: 'kube-scheduler uses the kubeconfig of the administrator',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) =>
        text.replaceAll('/etc/kubernetes/scheduler.conf', '/etc/kubernetes/admin.conf'),
      ),
    findings: ['kubeconfig/administrator@scheduler.conf'],
  },
  {
    name: 'kube-scheduler uses the kubeconfig of kube-controller-manager',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) =>
        text.replaceAll('/etc/kubernetes/scheduler.conf', '/etc/kubernetes/controller-manager.conf'),
      ),
    findings: ['argument/target@kube-scheduler --kubeconfig'],
  },
];

const names: readonly Case[] = [
  {
    name: 'half of the signer',
    change: manager('cluster-signing-cert-file', undefined),
    findings: ['argument/recommended@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'one signer for all, and one of its own for kubelets',
    change: (node) => {
      manager('cluster-signing-kubelet-client-cert-file', `${pki}/ca.crt`)(node);
      manager('cluster-signing-kubelet-client-key-file', `${pki}/ca.key`)(node);
    },
    findings: ['argument/conflict@kube-controller-manager'],
  },
  {
    name: 'an external signer beside the token keys',
    change: apiserver('service-account-signing-endpoint', '/run/signer.sock'),
    findings: ['argument/conflict@kube-apiserver'],
  },
  {
    name: 'etcd lists whom it lets in twice',
    change: (node) => {
      node.replaceFlag('etcd', 'peer-cert-allowed-cn', 'cp-1');
      node.replaceFlag('etcd', 'peer-cert-allowed-hostname', 'cp-1');
    },
    findings: ['argument/conflict@etcd'],
  },
  {
    name: 'a mistyped argument, and only that, where it was meant to be a needed one',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('--client-ca-file', '--client-ca-flie')),
    findings: ['argument/mistyped@kube-apiserver'],
  },
  {
    name: 'a mistyped argument that is near to two',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('--etcd-keyfile', '--etcd-keyfil')),
    findings: ['argument/mistyped@kube-apiserver'],
  },
  {
    name: 'one dash, after which only etcd takes a long flag',
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('--allow-privileged', '-allow-privileged'));
      node.edit('manifests/etcd.yaml', (text) => text.replace('--snapshot-count', '-snapshot-count'));
    },
    findings: ['argument/mistyped@kube-apiserver'],
  },
  {
    name: 'an API server without etcd',
    change: apiserver('etcd-servers', undefined),
    findings: ['argument/required@kube-apiserver --etcd-servers'],
  },
  {
    name: 'a mistyped argument of etcd',
    change: (node) => node.edit('manifests/etcd.yaml', (text) => text.replace('--snapshot-count', '--snapshot-cuont')),
    findings: ['argument/mistyped@etcd'],
  },
  {
    name: 'an argument that no release lists',
    change: manager('paint-it-black', 'true'),
    findings: ['argument/nonexistent@kube-controller-manager'],
  },
  {
    name: 'an argument that no release lists, of a fork',
    change: (node) =>
      manager(
        'paint-it-black',
        'true',
      )(node).edit('manifests/kube-controller-manager.yaml', (text) =>
        text.replace(/image: \S+/, 'image: registry.example.test/kube-controller-manager:v1.36.2-vendor.1'),
      ),
    findings: ['argument/unknown@kube-controller-manager'],
  },
  {
    name: 'flags of the kubelet: one misspelled, one of old releases, one of a release that no file shows',
    node: { worker: true },
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('="', '="--node-ipp=192.0.2.20 --chaos-chance=0 --paint-it-black=true '),
      ),
    findings: ['argument/mistyped@kubelet', 'argument/unknown@kubelet'],
  },
  {
    name: 'an argument so short that it resembles too many',
    change: apiserver('vv', '2'),
    findings: ['argument/nonexistent@kube-apiserver'],
  },
  {
    name: 'an argument that this release has no more',
    change: apiserver('insecure-port', '0'),
    findings: ['argument/removed@kube-apiserver'],
  },
  {
    name: 'insecure ports of kube-scheduler on 1.28',
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('kube-scheduler', 'port', '0'),
    findings: ['argument/removed@kube-scheduler'],
  },
  {
    name: 'the duration of signing by its old name on 1.28',
    node: { release: '1.28' },
    change: manager('experimental-cluster-signing-duration', '8760h'),
    findings: ['argument/removed@kube-controller-manager'],
  },
  {
    name: 'the same on 1.22, which still has it',
    node: { release: '1.22' },
    change: manager('experimental-cluster-signing-duration', '8760h'),
    findings: [],
  },
  {
    name: 'an argument that 1.22 removed, on 1.22',
    node: { release: '1.22' },
    change: apiserver('kubelet-https', 'true'),
    findings: ['argument/removed@kube-apiserver'],
  },
];

/** Documented freedoms: no findings. */
const freedoms: readonly Case[] = [
  {
    name: 'files elsewhere, with arguments and mounts following',
    change: (node) => {
      node.move('pki/apiserver.crt', '/srv/tls/server.crt').move('pki/apiserver.key', '/srv/tls/server.key');
      mount(node, 'kube-apiserver', '/tls', '/srv/tls');
      apiserver('tls-cert-file', '/tls/server.crt')(node);
      apiserver('tls-private-key-file', '/tls/server.key')(node);
    },
    findings: [],
  },
  {
    name: 'a variable of the downward API',
    change: (node) => {
      apiserver('etcd-cafile', '$(ETCD_CA)')(node);
      addEnvironment(node, 'kube-apiserver', [
        '    - name: ETCD_CA',
        '      valueFrom:',
        '        fieldRef:',
        "          fieldPath: metadata.annotations['etcd-ca']",
      ]);
    },
    findings: [],
  },
  {
    name: 'a variable that nothing here sets',
    change: apiserver('etcd-cafile', '$(ETCD_CA)'),
    findings: [],
  },
  {
    name: 'a variable with its value',
    change: (node) => {
      apiserver('etcd-cafile', '$(PKI)/etcd/ca.crt')(node);
      addEnvironment(node, 'kube-apiserver', ['    - name: PKI', `      value: ${pki}`]);
    },
    findings: [],
  },
  {
    name: 'etcd takes a path from its environment',
    change: (node) => {
      node.replaceFlag('etcd', 'trusted-ca-file', undefined);
      addEnvironment(node, 'etcd', ['    - name: ETCD_TRUSTED_CA_FILE', `      value: ${pki}/etcd/ca.crt`]);
    },
    findings: [],
  },
  {
    name: 'the last of repeated flags wins, and it is right',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/^( +- --client-ca-file=).*\n/m, `$1${pki}/none.crt\n$&`),
      ),
    findings: [],
  },
  {
    name: 'other spellings: underscores, a value in a word of its own, one dash for etcd',
    change: (node) =>
      node
        .edit('manifests/kube-apiserver.yaml', (text) =>
          text
            .replace('--client-ca-file', '--client_ca_file')
            .replace(/- --etcd-cafile=(.*)/, '- --etcd-cafile\n    - $1'),
        )
        .edit('manifests/etcd.yaml', (text) => text.replaceAll('- --', '- -')),
    findings: [],
  },
  {
    name: 'a shell starts kube-scheduler',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) => {
        const flags = text.match(/--[^\n]*/g)?.join(' ') ?? '';
        return text.replace(
          / {2}- command:\n(?: +- .*\n)+/,
          `  - command:\n    - sh\n    - -c\n    - exec kube-scheduler ${flags}\n`,
        );
      }),
    findings: [],
  },
  {
    name: 'kube-scheduler with a configuration file',
    change: (node) => {
      const file = '/etc/kubernetes/scheduler-config.yaml';
      node.write(
        file,
        `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n`,
      );
      mount(node, 'kube-scheduler', file).replaceFlag('kube-scheduler', 'config', file);
      node.replaceFlag('kube-scheduler', 'kubeconfig', undefined);
    },
    findings: [],
  },
  {
    name: 'one signer for each kind of request',
    change: (node) => {
      for (const kind of ['kubelet-client', 'kubelet-serving', 'kube-apiserver-client', 'legacy-unknown']) {
        manager(`cluster-signing-${kind}-cert-file`, `${pki}/ca.crt`)(node);
        manager(`cluster-signing-${kind}-key-file`, `${pki}/ca.key`)(node);
      }
      manager('cluster-signing-cert-file', undefined)(node);
      manager('cluster-signing-key-file', undefined)(node);
    },
    findings: [],
  },
  {
    name: 'certificates by name in the place of the one for all, and clients that dial an address',
    change: (node) => {
      apiserver('tls-sni-cert-key', `${pki}/apiserver.crt,${pki}/apiserver.key`)(node);
      apiserver('tls-cert-file', undefined)(node);
      apiserver('tls-private-key-file', undefined)(node);
    },
    findings: ['connection/server-trust@kubelet → kube-apiserver'],
  },
  {
    name: 'an external signer in the place of the token keys',
    change: (node) => {
      apiserver('service-account-signing-endpoint', '/run/signer.sock')(node);
      apiserver('service-account-key-file', undefined)(node);
      apiserver('service-account-signing-key-file', undefined)(node);
      manager('service-account-private-key-file', undefined)(node);
      node.remove('pki/sa.key').remove('pki/sa.pub');
    },
    findings: [],
  },
  {
    name: 'a rotation: old and new CA are trusted, one signs',
    change: (node) => {
      node.write('pki/signer.crt', node.read('pki/ca.crt'));
      node.edit('pki/ca.crt', (own) => own + certificatePem(makeAuthority('kubernetes').certificate));
      manager('cluster-signing-cert-file', `${pki}/signer.crt`)(node);
    },
    findings: [],
  },
  {
    name: 'kube-controller-manager finds the API server without a kubeconfig',
    change: (node) => {
      manager('master', 'https://192.0.2.10:6443')(node);
      manager('kubeconfig', undefined)(node);
    },
    findings: [],
  },
  {
    name: 'nothing signs requests where the key of the CA is kept elsewhere',
    node: { externalCa: true },
    findings: ['authority/key@front-proxy-ca', 'authority/key@kubernetes-ca'],
  },
];

/** Rules about arguments: they are set, known, and point to a file, and to the right one. */
export const argumentCases: readonly Case[] = [...missing, ...files, ...strangers, ...names, ...freedoms];
