import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const kubeadm = () => corpus('kubeadm-1.36-default');

function write(node: NodeTree, name: string, from: string | RegExp, to: string): NodeTree {
  return node.edit(`manifests/${name}.yaml`, (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${name} does not contain ${from}`);
    return changed;
  });
}

/** Adds a volume and its mount, as extraVolumes of kubeadm do. */
function addVolume(node: NodeTree, name: string, volume: string, path: string, type?: string): NodeTree {
  write(node, name, '    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${path}\n      name: ${volume}\n`);
  const kind = type === undefined ? '' : `      type: ${type}\n`;
  return write(
    node,
    name,
    '  volumes:\n',
    `  volumes:\n  - hostPath:\n      path: ${path}\n${kind}    name: ${volume}\n`,
  );
}

const kubeVip = `apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: null
  name: kube-vip
  namespace: kube-system
spec:
  containers:
  - args:
    - manager
    env:
    - name: vip_arp
      value: "true"
    - name: port
      value: "6443"
    - name: vip_nodename
      valueFrom:
        fieldRef:
          fieldPath: spec.nodeName
    - name: address
      value: 192.0.2.100
    image: ghcr.io/kube-vip/kube-vip:v0.8.7
    imagePullPolicy: IfNotPresent
    name: kube-vip
    resources: {}
    securityContext:
      capabilities:
        add:
        - NET_ADMIN
        - NET_RAW
    volumeMounts:
    - mountPath: /etc/kubernetes/admin.conf
      name: kubeconfig
  hostAliases:
  - hostnames:
    - kubernetes
    ip: 127.0.0.1
  hostNetwork: true
  volumes:
  - hostPath:
      path: /etc/kubernetes/admin.conf
    name: kubeconfig
status: {}
`;

const haproxy = `apiVersion: v1
kind: Pod
metadata:
  name: haproxy
  namespace: kube-system
spec:
  containers:
  - image: haproxy:2.8
    name: haproxy
    livenessProbe:
      failureThreshold: 8
      httpGet:
        host: localhost
        path: /healthz
        port: 8443
        scheme: HTTPS
    volumeMounts:
    - mountPath: /usr/local/etc/haproxy/haproxy.cfg
      name: haproxyconf
      readOnly: true
  hostNetwork: true
  volumes:
  - hostPath:
      path: /etc/haproxy/haproxy.cfg
      type: FileOrCreate
    name: haproxyconf
status: {}
`;

const keepalived = `apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: null
  name: keepalived
  namespace: kube-system
spec:
  containers:
  - image: osixia/keepalived:2.0.20
    name: keepalived
    resources: {}
    securityContext:
      capabilities:
        add:
        - NET_ADMIN
        - NET_BROADCAST
        - NET_RAW
    volumeMounts:
    - mountPath: /usr/local/etc/keepalived/keepalived.conf
      name: config
    - mountPath: /etc/keepalived/check_apiserver.sh
      name: check
  hostNetwork: true
  volumes:
  - hostPath:
      path: /etc/keepalived/keepalived.conf
    name: config
  - hostPath:
      path: /etc/keepalived/check_apiserver.sh
    name: check
status: {}
`;

const konnectivity = `apiVersion: v1
kind: Pod
metadata:
  name: konnectivity-server
  namespace: kube-system
spec:
  priorityClassName: system-cluster-critical
  hostNetwork: true
  containers:
  - name: konnectivity-server-container
    image: registry.k8s.io/kas-network-proxy/proxy-server:v0.0.37
    command: ["/proxy-server"]
    args: ["--logtostderr=true", "--uds-name=/etc/kubernetes/konnectivity-server/konnectivity-server.socket", "--server-port=0", "--agent-port=8132", "--admin-port=8133", "--health-port=8134"]
    livenessProbe:
      httpGet:
        scheme: HTTP
        host: 127.0.0.1
        port: 8134
        path: /healthz
      initialDelaySeconds: 30
      timeoutSeconds: 60
    ports:
    - name: agentport
      containerPort: 8132
      hostPort: 8132
    - name: adminport
      containerPort: 8133
      hostPort: 8133
    - name: healthport
      containerPort: 8134
      hostPort: 8134
    volumeMounts:
    - name: konnectivity-uds
      mountPath: /etc/kubernetes/konnectivity-server
      readOnly: false
  volumes:
  - name: konnectivity-uds
    hostPath:
      path: /etc/kubernetes/konnectivity-server
      type: DirectoryOrCreate
`;

const docs = 'https://kubernetes.io/docs';
const ha = 'https://github.com/kubernetes/kubeadm/blob/main/docs/ha-considerations.md';

/** Static pods as documentation writes them, and what users add to those of kubeadm. */
export const pods: readonly Shape[] = [
  {
    id: 'pod-kube-vip',
    runs: 'kube-vip as a static pod, as its generator writes it',
    source: 'https://kube-vip.io/docs/installation/static/',
    node: kubeadm,
    change: (node) => node.write('manifests/kube-vip.yaml', kubeVip, 0o600),
  },
  {
    id: 'pod-haproxy-and-keepalived',
    runs: 'HAProxy and keepalived as static pods, as the guide for kubeadm has them',
    source: ha,
    node: kubeadm,
    change: (node) =>
      node.write('manifests/haproxy.yaml', haproxy, 0o600).write('manifests/keepalived.yaml', keepalived, 0o600),
  },
  {
    id: 'pod-konnectivity',
    runs: 'the konnectivity server as a static pod, with hostPorts that are its ports',
    source: `${docs}/tasks/extend-kubernetes/setup-konnectivity/`,
    node: kubeadm,
    change: (node) => node.write('manifests/konnectivity-server.yaml', konnectivity, 0o600),
  },
  {
    id: 'pod-extra-volumes',
    runs: 'extraVolumes of kubeadm: a file and a directory, with the types that they have, and one without a type',
    source: `${docs}/reference/config-api/kubeadm-config.v1beta4/`,
    node: kubeadm,
    change: (node) => {
      node.write(
        '/etc/kubernetes/audit/policy.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
      );
      addVolume(node, 'kube-apiserver', 'policy', '/etc/kubernetes/audit/policy.yaml', 'File');
      addVolume(node, 'kube-apiserver', 'audit', '/etc/kubernetes/audit', 'Directory');
      addVolume(node, 'kube-apiserver', 'audit-log', '/var/log/kubernetes/audit', 'DirectoryOrCreate');
      addVolume(node, 'kube-apiserver', 'timezone', '/etc/localtime');
    },
  },
  {
    id: 'pod-limits',
    runs: 'a patch of kubeadm with requests and limits in many spellings of quantities',
    source: `${docs}/setup/production-environment/tools/kubeadm/control-plane-flags/`,
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        /resources:\n {6}requests:\n {8}cpu: 250m\n/,
        'resources:\n      limits:\n        cpu: 2\n        memory: 4Gi\n        ephemeral-storage: "1e9"\n        hugepages-2Mi: 0\n      requests:\n        cpu: 0.25\n        memory: "4096Mi"\n        ephemeral-storage: 500M\n',
      ),
  },
  {
    id: 'pod-etcd-hardened',
    runs: 'an etcd with a securityContext of its own, that keeps root',
    source: `${docs}/tasks/configure-pod-container/security-context/`,
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'etcd',
        '    volumeMounts:\n',
        '    securityContext:\n      allowPrivilegeEscalation: false\n      readOnlyRootFilesystem: true\n      runAsUser: 0\n      runAsGroup: 0\n      capabilities:\n        drop:\n        - ALL\n      seccompProfile:\n        type: Localhost\n        localhostProfile: profiles/etcd.json\n    volumeMounts:\n',
      ),
  },
  {
    id: 'pod-scheduling-fields',
    runs: 'fields that only the scheduler reads: tolerations, spread constraints, affinity',
    source: `${docs}/concepts/scheduling-eviction/topology-spread-constraints/`,
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-scheduler',
        '  hostNetwork: true\n',
        '  hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet\n  restartPolicy: Always\n  terminationGracePeriodSeconds: 30\n  tolerations:\n  - operator: Exists\n    effect: NoExecute\n  topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: kubernetes.io/hostname\n    whenUnsatisfiable: ScheduleAnyway\n    labelSelector:\n      matchLabels:\n        component: kube-scheduler\n  affinity:\n    podAntiAffinity: {}\n',
      ),
  },
  {
    id: 'pod-other-namespace',
    runs: 'static pods outside of kube-system, or without a namespace: the kubelet uses default',
    source: `${docs}/tasks/configure-pod-container/static-pod/`,
    node: kubeadm,
    change: (node) => {
      write(node, 'kube-scheduler', '  namespace: kube-system\n', '');
      write(node, 'kube-controller-manager', '  namespace: kube-system\n', '  namespace: control-plane\n');
    },
  },
  {
    id: 'pod-variables',
    runs: 'kube-apiserver behind a proxy, with variables of numbers in quotes and fields of the pod',
    source: `${docs}/tasks/inject-data-application/environment-variable-expose-pod-information/`,
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        '    imagePullPolicy:',
        '    env:\n    - name: NO_PROXY\n      value: 10.96.0.0/12,192.0.2.10\n    - name: GOMAXPROCS\n      value: "4"\n    - name: EMPTY\n    - name: POD_IP\n      valueFrom:\n        fieldRef:\n          fieldPath: status.podIP\n    imagePullPolicy:',
      ),
  },
  {
    id: 'pod-own-registry',
    runs: 'images of a registry with a port, with digests, or with the name of a processor',
    source: `${docs}/concepts/containers/images/`,
    node: kubeadm,
    change: (node) => {
      write(node, 'kube-apiserver', 'registry.k8s.io/', 'registry.example.com:5000/mirror/k8s_io/');
      write(node, 'kube-scheduler', /(kube-scheduler:v[\d.]+)$/m, `$1@sha256:${'a'.repeat(64)}`);
      write(
        node,
        'kube-controller-manager',
        'registry.k8s.io/kube-controller-manager',
        'localhost/kube-controller-manager-amd64',
      );
    },
  },
  {
    id: 'pod-sidecar',
    runs: 'a second container and an init container in the pod of etcd, with volumes of their own',
    source: `${docs}/concepts/workloads/pods/sidecar-containers/`,
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'etcd',
        '  hostNetwork: true\n',
        '  - name: backup\n    image: registry.example.com/etcd-backup:1.2\n    args: [--every, 1h]\n    volumeMounts:\n    - name: scratch\n      mountPath: /scratch\n  initContainers:\n  - name: permissions\n    image: busybox:1.36\n    command: [sh, -c, "chmod 700 /var/lib/etcd"]\n    volumeMounts:\n    - name: etcd-data\n      mountPath: /var/lib/etcd\n  hostNetwork: true\n',
      ).edit('manifests/etcd.yaml', (text) =>
        text.replace('  volumes:\n', '  volumes:\n  - name: scratch\n    emptyDir: {}\n'),
      ),
  },
  {
    id: 'pod-etcd-data-above',
    runs: 'an etcd whose data directory is a directory in its volume',
    source: 'https://etcd.io/docs/v3.6/op-guide/configuration/',
    node: kubeadm,
    change: (node) => write(node, 'etcd', '--data-dir=/var/lib/etcd', '--data-dir=/var/lib/etcd/data'),
  },
  {
    id: 'pod-service-account-before-1.34',
    runs: 'a static pod with a ServiceAccount, which kubelets before 1.34 start',
    source:
      'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/PreventStaticPodAPIReferences/',
    node: () => corpus('kubeadm-1.32-default'),
    change: (node) =>
      write(node, 'kube-scheduler', '  hostNetwork: true\n', '  hostNetwork: true\n  serviceAccountName: default\n'),
  },
  {
    id: 'pod-new-fields',
    runs: 'fields that newer releases of Kubernetes have, and notes of its users under names of their own',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-scheduler',
        '  hostNetwork: true\n',
        '  hostNetwork: true\n  hostnameOverride: scheduler\n  x-owner: platform-team\n',
      ),
  },
  {
    id: 'copy-of-etc-kubernetes',
    runs: 'A collector or a backup copies /etc/kubernetes, the directory of the kubelet and /etc/os-release. Volumes of the type Directory lead to directories that are not in the copy: those of public CAs, and the data of etcd.',
    source: 'https://cloud.google.com/anthos/clusters/docs/bare-metal/1.8/how-to/backup-restore',
    node: kubeadm,
    change: (node) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'etcd'])
        node.edit(`manifests/${name}.yaml`, (text) => text.replaceAll('DirectoryOrCreate', 'Directory'));
      return node.write('/etc/os-release', 'ID=debian\n', 0o644);
    },
  },
];
