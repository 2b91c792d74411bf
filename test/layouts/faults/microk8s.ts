/** Faults of MicroK8s. Numbers are of issues in canonical/microk8s. */
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { microk8sNode, revision } from '../kits/microk8s.ts';
import { hosts } from '../kits/profiles.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, swap, warning } from './fault.ts';

const ended = { notBefore: '2025-11-27T09:00:00Z', notAfter: '2026-11-27T09:00:00Z' };
const notYet = { notBefore: '2026-12-20T09:00:00Z' };
const certs = `${revision}/certs`;
const args = (name: string) => `${revision}/args/${name}`;
const credentials = (name: string) => `${revision}/credentials/${name}.config`;
const dqlite = `${revision}/var/kubernetes/backend/cluster`;

const added = (line: string) => (text: string) => `${text}${line}\n`;
const otherKey = privateKeyPem(keyNamed('another cluster'));

const dates: readonly KitFault[] = [
  {
    name: 'server.crt of MicroK8s has expired',
    kit: 'MicroK8s node',
    change: { certificates: { server: ended } },
    expects: error(/certs\/server\.crt/),
    source: 'canonical/microk8s#2317: a year after the installation kubectl says that the certificate has expired',
  },
  {
    name: 'front-proxy-client.crt of MicroK8s has expired',
    kit: 'MicroK8s node',
    change: { certificates: { 'front-proxy-client': ended } },
    expects: error(/front-proxy-client\.crt/),
    source: 'canonical/microk8s#5576: it is renewed only when addresses change; metrics-server answers Unauthorized',
  },
  {
    name: 'front-proxy-client.crt has expired on the second node of MicroK8s',
    kit: 'MicroK8s nodes',
    change: [{}, { certificates: { 'front-proxy-client-2': ended } }],
    expects: error(/front-proxy-client\.crt/),
    source: 'canonical/microk8s#4852: refresh-certs renews it on the node where it runs',
  },
  {
    name: 'the CA of MicroK8s has expired',
    kit: 'MicroK8s node',
    change: { certificates: { ca: ended } },
    expects: error(/certs\/ca\.crt/),
    source: 'canonical/microk8s#1150: releases of 2020 made CAs for 30 days',
  },
  {
    name: 'kubelet.crt of MicroK8s has expired',
    kit: 'MicroK8s node',
    change: { certificates: { kubelet: ended } },
    expects: error(/kubelet\.crt|kubelet/),
    source: 'canonical/microk8s#2489 and #5290: logs and exec fail, and nothing renews it',
  },
  {
    name: 'the credentials of the administrator of MicroK8s have expired',
    kit: 'MicroK8s node',
    change: { certificates: { client: ended } },
    expects: error(/client\.config/),
    source: 'microk8s kubectl uses them: You must be logged in to the server',
  },
  {
    name: 'the credentials of the controller manager of MicroK8s have expired',
    kit: 'MicroK8s node',
    change: { certificates: { controller: ended } },
    expects: error(/controller\.config/),
    source: 'x509: certificate has expired or is not yet valid',
  },
  {
    name: 'the credentials of kube-proxy have expired on a worker of MicroK8s',
    kit: 'MicroK8s worker',
    change: { certificates: { 'worker-proxy': ended } },
    expects: error(/proxy\.config/),
    source: 'x509: certificate has expired or is not yet valid',
  },
  {
    name: 'kubelet.crt has expired on a worker of MicroK8s',
    kit: 'MicroK8s worker',
    change: { certificates: { kubelet: ended } },
    expects: error(/kubelet/),
    source: 'canonical/microk8s#5290',
  },
  {
    name: 'the certificate of dqlite has expired',
    kit: 'MicroK8s node',
    change: { certificates: { dqlite: ended } },
    expects: error(/cluster\.crt/),
    source: 'canonical/microk8s#4865: tls: bad certificate between the nodes of dqlite',
  },
  {
    name: 'the clock of the node of MicroK8s was ahead when it was refreshed',
    kit: 'MicroK8s node',
    change: { certificates: { server: notYet } },
    expects: error(/certs\/server\.crt/),
    source:
      'canonical/microk8s#1150: the date of the machine changed; x509: certificate has expired or is not yet valid',
  },
  {
    name: 'front-proxy-client.crt of MicroK8s ends in a week',
    kit: 'MicroK8s node',
    change: {
      certificates: { 'front-proxy-client': { notBefore: '2025-12-08T09:00:00Z', notAfter: '2026-12-08T09:00:00Z' } },
    },
    expects: warning(/front-proxy-client\.crt/),
    source: 'canonical/microk8s#5576: nothing renews it in time',
  },
];

const pairs: readonly KitFault[] = [
  {
    name: 'server.key of MicroK8s is that of an older certificate',
    kit: 'MicroK8s node',
    change: { certificates: { server: { key: 'P-256', writeKey: false } } },
    expects: error(/server\.(?:crt|key)/),
    source: 'tls: private key does not match public key: kubelite exits',
  },
  {
    name: 'the key of the CA of MicroK8s is that of an older one',
    kit: 'MicroK8s node',
    change: { files: { [`${certs}/ca.key`]: otherKey } },
    expects: error(/ca\.(?:crt|key)/),
    source: 'kube-controller-manager: certificate and key do not match; refresh-certs signs what nobody trusts',
  },
  {
    name: 'the key of dqlite is that of another cluster',
    kit: 'MicroK8s node',
    change: { files: { [`${dqlite}.key`]: otherKey } },
    expects: error(/cluster\.(?:crt|key)/),
    source: 'canonical/microk8s#1864: dqlite: bad certificate',
  },
  {
    name: 'the nodes of MicroK8s have different certificates of dqlite',
    kit: 'MicroK8s nodes',
    change: [{}, { certificates: { dqlite: { key: 'P-256' } } }],
    expects: error(/dqlite|cluster\.crt/),
    source: 'canonical/microk8s#1864 and #4865: a node that joined before has a different one: tls: bad certificate',
  },
  {
    name: 'the nodes of MicroK8s have different keys for tokens',
    kit: 'MicroK8s nodes',
    change: [{}, { files: { [`${certs}/serviceaccount.key`]: otherKey } }],
    expects: error(/service-?account/),
    source: 'a token that one API server has issued is invalid at the other',
  },
  {
    name: 'the nodes of MicroK8s have different CAs',
    kit: 'MicroK8s nodes',
    change: [{}, { certificates: { ca: { key: 'P-256' } } }],
    expects: error(/ca\.crt|kubernetes-ca/),
    source: 'microk8s refresh-certs: nodes have to leave and join again',
  },
  {
    name: 'the kubelet of MicroK8s has the key of another certificate',
    kit: 'MicroK8s node',
    change: { files: { [`${certs}/kubelet.key`]: otherKey } },
    expects: error(/kubelet/),
    source: 'canonical/microk8s#5290: a certificate made by hand: private key does not match public key',
  },
  {
    name: 'everyone can read the key of the CA of MicroK8s',
    kit: 'MicroK8s node',
    change: { modes: { [`${certs}/ca.key`]: 0o664, [certs]: 0o775 } },
    expects: error(/ca\.key/),
    source: 'any local user can sign certificates, system:masters among them',
  },
  {
    name: 'everyone can read the credentials of the administrator of MicroK8s',
    kit: 'MicroK8s node',
    change: { modes: { [credentials('client')]: 0o664, [`${revision}/credentials`]: 0o775 } },
    expects: error(/client\.config/),
    source: 'system:masters for every local user',
  },
];

const trust: readonly KitFault[] = [
  {
    name: 'a worker of MicroK8s has the CA from before refresh-certs with a new CA',
    kit: 'MicroK8s node and worker',
    change: [{ certificates: { ca: { key: 'P-256' } } }, {}],
    expects: error(/ca\.remote\.crt|kubernetes-ca|kubelet/),
    source: 'microk8s refresh-certs: worker nodes need to be removed and re-joined to become aware of the new CA',
  },
  {
    name: 'a worker of MicroK8s has the CA from before refresh-certs -e ca.crt, which keeps the key',
    kit: 'MicroK8s node and worker',
    change: [{ certificates: { ca: { notAfter: '2036-11-29T09:00:00Z' } } }, {}],
    expects: null,
    source: 'canonical/microk8s#1757: the keys used to create the CA certificates are not modified',
  },
  {
    name: 'the kubelet of a worker of MicroK8s has a certificate of an older CA',
    kit: 'MicroK8s node and worker',
    change: [{}, { certificates: { kubelet: { issuer: formerCa } } }],
    expects: error(/kubelet/),
    source: 'the API server answers 401: Unauthorized',
  },
  {
    name: 'a worker of MicroK8s trusts a CA that did not sign its certificate',
    kit: 'MicroK8s worker',
    change: { files: { [`${certs}/ca.remote.crt`]: formerCaPem } },
    expects: error(/ca\.remote\.crt|kubernetes-ca|kubelet/),
    source: 'the kubelet refuses the client certificate of the API server: Unauthorized',
  },
  {
    name: 'front-proxy-ca.crt of MicroK8s was replaced',
    kit: 'MicroK8s node',
    change: { files: { [`${certs}/front-proxy-ca.crt`]: formerCaPem } },
    expects: error(/front-proxy/),
    source: 'extension API servers: x509: certificate signed by unknown authority',
  },
  {
    name: 'server.crt of MicroK8s is of the CA before the last refresh',
    kit: 'MicroK8s node',
    change: { certificates: { server: { issuer: formerCa } } },
    expects: error(/certs\/server\.crt/),
    source: 'canonical/microk8s#3329: refresh-certs stopped halfway, and the node is NotReady',
  },
  {
    name: 'client.config of MicroK8s embeds an older CA',
    kit: 'MicroK8s node',
    change: { files: { [credentials('client')]: inKubeconfig({ certificateAuthority: formerCaPem }) } },
    expects: error(/client\.config/),
    source: 'canonical/microk8s#3329: x509: certificate signed by unknown authority',
  },
  {
    name: 'the API server of MicroK8s verifies clients by a CA that signed none',
    kit: 'MicroK8s node',
    change: {
      flags: { 'kube-apiserver': { 'client-ca-file': '/root/corp-ca.crt' } },
      files: { '/root/corp-ca.crt': formerCaPem },
    },
    expects: error(/client-ca-file|corp-ca/),
    source: 'every component is Unauthorized: their certificates are of certs/ca.crt',
  },
  {
    name: 'server.crt of MicroK8s lacks the loopback address',
    kit: 'MicroK8s node',
    change: {
      certificates: { server: { sans: hosts('kubernetes', 'kubernetes.default.svc', '10.152.183.1', '10.0.0.5') } },
    },
    expects: error(/127\.0\.0\.1/),
    source: 'all kubeconfigs dial 127.0.0.1:16443',
  },
  {
    name: 'server.crt of MicroK8s lacks the name that the administrator dials',
    kit: 'MicroK8s node',
    change: { files: { [credentials('client')]: inKubeconfig({ server: 'https://k8s.example.com:16443' }) } },
    expects: error(/k8s\.example\.com/),
    source: 'canonical/microk8s#3241: x509: certificate is valid for kubernetes, …, not xxxxx.com',
  },
  {
    name: 'kubelet.crt of MicroK8s has an older address of the node',
    kit: 'MicroK8s node',
    change: {
      flags: { kubelet: { 'node-ip': '192.168.0.104' } },
      certificates: {
        server: { sans: hosts('kubernetes', 'kubernetes.default.svc', '127.0.0.1', '10.152.183.1', '192.168.0.104') },
        kubelet: { sans: hosts('mk8s-1', '192.168.0.100', '172.17.0.1') },
      },
    },
    expects: error(/192\.168\.0\.104/),
    source: 'canonical/microk8s#5383: x509: certificate is valid for 192.168.0.100, 172.17.0.1, not 192.168.0.104',
  },
  {
    name: 'kubelet.crt of MicroK8s has no addresses',
    kit: 'MicroK8s node',
    change: { flags: { kubelet: { 'node-ip': '10.0.0.5' } }, certificates: { kubelet: { sans: null } } },
    expects: error(/10\.0\.0\.5/),
    source: "canonical/microk8s#4091, #5290: cannot validate certificate because it doesn't contain any IP SANs",
  },
];

const files: readonly KitFault[] = [
  {
    name: 'a flag in the arguments of MicroK8s names a file that is not there',
    kit: 'MicroK8s node',
    change: { flags: { 'kube-apiserver': { 'oidc-ca-file': '/var/snap/microk8s/current/certs/dex.crt' } } },
    expects: error(/dex\.crt/),
    source: 'kubelite exits: open …/dex.crt: no such file or directory',
  },
  {
    name: 'a flag in the arguments of MicroK8s names a file by a variable that is not set',
    kit: 'MicroK8s node',
    change: { flags: { 'kube-apiserver': { 'client-ca-file': `\${SNAP_DAT}/certs/ca.crt` } } },
    expects: error(/\/certs\/ca\.crt/),
    source: 'os.ExpandEnv: what is not set is empty: open /certs/ca.crt: no such file or directory',
  },
  {
    name: 'a flag in the arguments of MicroK8s is misspelt',
    kit: 'MicroK8s node',
    change: { files: { [args('kube-apiserver')]: added('--oidc-isuer-url=https://dex.example.com') } },
    expects: error(/oidc-isuer-url/),
    source: 'canonical/microk8s#2771: kubelite: unknown flag',
  },
  {
    name: 'a flag that the release removed is in the arguments of MicroK8s, which leave it there',
    kit: 'MicroK8s node',
    change: { files: { [args('kube-apiserver')]: added('--cloud-provider=external') } },
    expects: error(/cloud-provider/),
    source: 'canonical/microk8s#2771: kubelite exits with unknown flag after a refresh of the snap',
  },
  {
    name: 'a flag that the release removed is in the arguments of MicroK8s, which take it out',
    kit: 'MicroK8s node',
    change: {
      files: {
        [args('kube-apiserver')]: added('--insecure-port=0\n--service-account-api-audiences=api'),
        [args('kubelet')]: added('--network-plugin=cni\n--pod-infra-container-image=registry.k8s.io/pause:3.7'),
      },
    },
    expects: null,
    source: 'sanitise_args_kubeapi_server and sanitise_args_kubelet',
  },
  {
    name: 'a flag that the release removed is in the arguments of MicroK8s, which may not change them',
    kit: 'MicroK8s node',
    change: {
      files: {
        [args('kube-apiserver')]: added('--insecure-port=8080'),
        [`${revision}/var/lock/no-arg-sanitisation`]: '',
      },
    },
    expects: error(/insecure-port/),
    source: 'canonical/microk8s#2837: with --insecure-port the service does not start',
  },
  {
    name: 'a value in quotes with a blank in the arguments of MicroK8s',
    kit: 'MicroK8s node',
    change: { files: { [args('kube-scheduler')]: added('--log-json-info-buffer-size="4 Mi"') } },
    expects: error(/does not take any arguments/),
    source:
      'ReadArgsFromFile deletes quotes and splits at each blank: the scheduler does not take any arguments, got ["Mi"]',
  },
  {
    name: 'two blanks between a flag and its value in the arguments of MicroK8s',
    kit: 'MicroK8s node',
    change: {
      files: {
        [args('kube-apiserver')]: swap(/--tls-cert-file=.*/, `--tls-cert-file  \${SNAP_DATA}/certs/server.crt`),
      },
    },
    expects: error(/does not take any arguments/),
    source: 'ReadArgsFromFile: the value is the empty word between them',
  },
  {
    name: 'server.crt of MicroK8s is empty',
    kit: 'MicroK8s node',
    change: { files: { [`${certs}/server.crt`]: '' } },
    expects: error(/server\.crt/),
    source: 'canonical/microk8s#5576: missing content for serving cert',
  },
  {
    name: 'the certificate of dqlite is gone',
    kit: 'MicroK8s node',
    change: { files: { [`${dqlite}.crt`]: null } },
    expects: error(/cluster\.crt/),
    source: 'canonical/microk8s#2224: k8s-dqlite does not start, and the API server has no database',
  },
  {
    name: 'MicroK8s has an etcd instead of dqlite',
    kit: 'MicroK8s node',
    change: {
      flags: {
        'kube-apiserver': {
          'etcd-servers': 'https://127.0.0.1:12379',
          'etcd-cafile': `\${SNAP_DATA}/certs/ca.crt`,
          'etcd-certfile': `\${SNAP_DATA}/certs/server.crt`,
          'etcd-keyfile': `\${SNAP_DATA}/certs/server.key`,
        },
      },
      files: {
        [`${dqlite}.crt`]: null,
        [`${dqlite}.key`]: null,
        [`${revision}/var/lock/no-k8s-dqlite`]: '',
      },
    },
    expects: null,
    source: 'the service daemon-k8s-dqlite ends at once if var/lock/no-k8s-dqlite exists (run-k8s-dqlite-with-args)',
  },
  {
    name: 'the machine of a MicroK8s node with RBAC was renamed',
    kit: 'hardened MicroK8s node',
    change: { files: { '/etc/hostname': swap(/.*/, 'node-master') } },
    expects: error(/system:node:mk8s-1.*not system:node:node-master/),
    source: 'canonical/microk8s#3753: can only access node lease with the same name as the requesting node',
  },
  {
    name: 'the machine of a MicroK8s node was renamed, and its API server allows everything',
    kit: 'MicroK8s node',
    change: { files: { '/etc/hostname': swap(/.*/, 'node-master') } },
    expects: null,
    source: 'without RBAC kube-apiserver does not compare the names: actions/enable.rbac sets the mode',
  },
  {
    name: 'the machine of a MicroK8s node with RBAC has a domain',
    kit: 'hardened MicroK8s node',
    change: { files: { '/etc/hostname': swap(/.*/, 'mk8s-1.example.com') } },
    expects: null,
    source: 'a machine may have a short name and one with a domain',
  },
  {
    name: 'the API server of MicroK8s does not say which CA front proxies have',
    kit: 'MicroK8s node',
    change: { files: { [args('kube-apiserver')]: swap(/--requestheader-client-ca-file=.*\n/, '') } },
    expects: warning(/--requestheader-client-ca-file is not set/),
    source: 'metrics-server answers Unauthorized',
  },
  {
    name: 'a worker of MicroK8s was cloned from a node',
    kit: 'MicroK8s nodes',
    change: [{}, { files: { [credentials('kubelet')]: microk8sNode().read(credentials('kubelet')) } }],
    expects: error(/mk8s-1|kubelet/),
    source: 'canonical/microk8s#4584: the node does not appear; NodeRestriction: not allowed to modify node',
  },
];

export const microk8sFaults: readonly KitFault[] = [...dates, ...pairs, ...trust, ...files];
