/** Manifests as nodeup of kOps writes them, and the one of etcd-manager. */
import type { Flags, Parts } from './kit.ts';
import { wordsOf, writeAll } from './texts.ts';

/** A volume of the host: the same path in the container unless it is given. */
export interface HostVolume {
  readonly path: string;
  readonly type?: string;
  readonly at?: string;
}

interface Pod {
  readonly name: string;
  readonly release: string;
  readonly flags: Flags;
  readonly volumes: readonly HostVolume[];
  /** kOps before Kubernetes 1.23 starts the program itself. */
  readonly runner: boolean;
  readonly sidecar?: readonly string[];
}

/** A static pod whose container starts a component by `/go-runner`. */
export function manifest({ name, release, flags, volumes, runner, sidecar = [] }: Pod): string {
  const log = [`--log-file=/var/log/${name}.log`, '--also-stdout', `/usr/local/bin/${name}`];
  const args = [...(runner ? log : []), ...[...wordsOf(flags)].sort()];
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  creationTimestamp: null',
    '  labels:',
    `    k8s-app: ${name}`,
    `  name: ${name}`,
    '  namespace: kube-system',
    'spec:',
    '  containers:',
    '  - args:',
    ...args.map((arg) => `    - ${arg}`),
    '    command:',
    `    - ${runner ? '/go-runner' : `/usr/local/bin/${name}`}`,
    `    image: registry.k8s.io/${name}:${release}`,
    `    name: ${name}`,
    '    volumeMounts:',
    ...volumes.flatMap(({ path, at = path }, index) => [`    - mountPath: ${at}`, `      name: volume-${index}`]),
    ...sidecar,
    '  hostNetwork: true',
    '  priorityClassName: system-cluster-critical',
    '  volumes:',
    ...volumes.flatMap(({ path, type }, index) => [
      '  - hostPath:',
      `      path: ${path}`,
      ...(type === undefined ? [] : [`      type: ${type}`]),
      `    name: volume-${index}`,
    ]),
    ...(sidecar.length === 0
      ? []
      : ['  - hostPath:', `      path: ${healthcheck}`, '      type: Directory', '    name: healthcheck-secrets']),
    'status: {}',
    '',
  ].join('\n');
}

export const healthcheck = '/etc/kubernetes/kube-apiserver-healthcheck/secrets';

/** The container that answers probes for the API server. */
export const healthcheckContainer: readonly string[] = [
  '  - args:',
  ...['--ca-cert=/secrets/ca.crt', '--client-cert=/secrets/client.crt', '--client-key=/secrets/client.key'].map(
    (arg) => `    - ${arg}`,
  ),
  '    image: registry.k8s.io/kops/kube-apiserver-healthcheck:1.36.0',
  '    livenessProbe:',
  '      httpGet:',
  '        host: 127.0.0.1',
  '        path: /.kube-apiserver-healthcheck/healthz',
  '        port: 3990',
  '    name: healthcheck',
  '    volumeMounts:',
  '    - mountPath: /secrets',
  '      name: healthcheck-secrets',
  '      readOnly: true',
];

/** The pod of etcd-manager for a cluster of etcd. */
export const etcdManager = (name: string, domain: string, client: number): string =>
  [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  creationTimestamp: null',
    '  labels:',
    `    k8s-app: etcd-manager-${name}`,
    `  name: etcd-manager-${name}`,
    '  namespace: kube-system',
    'spec:',
    '  containers:',
    '  - command:',
    '    - /bin/sh',
    '    - -c',
    '    - mkfifo /tmp/pipe; (tee -a /var/log/etcd.log < /tmp/pipe & ) ; exec /etcd-manager',
    `      --backup-store=s3://state/${domain}/backups/etcd/${name}`,
    `      --client-urls=https://__name__:${client} --cluster-name=etcd-${name} --containerized=true`,
    `      --dns-suffix=.internal.${domain} --grpc-port=3996 --peer-urls=https://__name__:2380`,
    '      --quarantine-client-urls=https://__name__:3994 --v=6 --volume-provider=aws > /tmp/pipe 2>&1',
    '    image: registry.k8s.io/etcdadm/etcd-manager-slim:v3.0.20250803',
    '    name: etcd-manager',
    '    securityContext:',
    '      privileged: true',
    '    volumeMounts:',
    '    - mountPath: /rootfs',
    '      name: rootfs',
    '    - mountPath: /etc/kubernetes/pki/etcd-manager',
    '      name: pki',
    '  hostNetwork: true',
    '  hostPID: true',
    '  volumes:',
    '  - hostPath:',
    '      path: /',
    '      type: Directory',
    '    name: rootfs',
    '  - hostPath:',
    `      path: /etc/kubernetes/pki/etcd-manager-${name}`,
    '      type: DirectoryOrCreate',
    '    name: pki',
    'status: {}',
    '',
  ].join('\n');

/** The unit of the kubelet, and its flags in one variable. */
export function writeKubelet(parts: Parts, host: string): void {
  const flags = wordsOf(parts.flags('kubelet')).join(' ');
  writeAll(parts, 0o644, {
    '/etc/hostname': `${host}\n`,
    '/etc/sysconfig/kubelet': `DAEMON_ARGS="${flags}"\nHOME="/root"\n`,
    '/lib/systemd/system/kubelet.service': [
      '[Unit]',
      'Description=Kubernetes Kubelet Server',
      'After=containerd.service',
      '',
      '[Service]',
      'EnvironmentFile=/etc/sysconfig/kubelet',
      'ExecStart=/usr/local/bin/kubelet "$DAEMON_ARGS"',
      'Restart=always',
      'User=root',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
      '',
    ].join('\n'),
  });
  writeAll(parts, 0o600, {
    '/var/lib/kubelet/kubelet.conf': [
      'apiVersion: kubelet.config.k8s.io/v1beta1',
      'authentication:',
      '  anonymous:',
      '    enabled: false',
      'cgroupDriver: systemd',
      'clusterDNS:',
      '- 100.64.0.10',
      'clusterDomain: cluster.local',
      'kind: KubeletConfiguration',
      '',
    ].join('\n'),
  });
}
