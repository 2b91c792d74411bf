import { setFlags } from '../../cases/manifest-edits.ts';
import { configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeadm132, kubeadm136, kubernetes } from './hardening.ts';
import type { Shape } from './shape.ts';

const manifest = (component: string) => `manifests/${component}.yaml`;

/** Runs a component from a different image. */
const fromImage = (node: NodeTree, component: string, image: string) =>
  node.edit(manifest(component), (text) => text.replace(/image: .*/, `image: ${image}`));

/** Makes a control plane one of another release of Kubernetes. */
const ofRelease = (node: NodeTree, release: string) => {
  for (const component of kubernetes)
    node.edit(manifest(component), (text) => text.replace(/(image: .*:)v\S+/, `$1v${release}`));
};

/** Gives kube-scheduler a configuration of a version. */
const schedules = (node: NodeTree, version: string, more = '') =>
  configure(
    node,
    'config',
    '/etc/kubernetes/sched-cc.yaml',
    `apiVersion: kubescheduler.config.k8s.io/${version}\nkind: KubeSchedulerConfiguration\nleaderElection:\n  leaderElect: false\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n${more}`,
    { component: 'kube-scheduler' },
  );

const plugin = `profiles:
- schedulerName: default-scheduler
  plugins:
    queueSort:
      enabled:
      - name: Coscheduling
      disabled:
      - name: "*"
    score:
      enabled:
      - name: NetworkTraffic
        weight: 10000
  pluginConfig:
  - name: NetworkTraffic
    args:
      prometheusAddress: http://prometheus.monitoring:9090
      timeRangeInMinutes: 3
`;

/** Writes the arguments of a component as one command of a shell, with others in front. */
function inShell(node: NodeTree, component: string, ...others: readonly string[]): NodeTree {
  return node.edit(manifest(component), (text) => {
    const flags = [...others, ...[...text.matchAll(/^ {4}- (--.*)$/gm)].map(([, flag = '']) => flag)];
    const lines = [
      '  - command:',
      '    - /bin/sh',
      '    - -c',
      `    - mkfifo /tmp/pipe; (tee -a /var/log/${component}.log < /tmp/pipe & ) ; exec`,
      ...[`/usr/local/bin/${component}`, ...flags, '> /tmp/pipe 2>&1'].map((word) => `      ${word}`),
    ];
    return text.replace(/ {2}- command:\n(?: {4}- .*\n)+/, `${lines.join('\n')}\n`);
  });
}

/** Manifests and configurations as people have them in public repositories. */
export const wild: readonly Shape[] = [
  {
    id: 'scheduler-plugins-of-an-older-release',
    runs: 'Clusters whose scheduler has plugins: its image is built with an older release, and takes the configuration of that release.',
    source: 'https://github.com/kubernetes-sigs/scheduler-plugins/blob/master/README.md',
    node: kubeadm132,
    change: (node) => {
      fromImage(node, 'kube-scheduler', 'registry.k8s.io/scheduler-plugins/kube-scheduler:v0.28.9');
      schedules(node, 'v1beta3', plugin);
    },
  },
  {
    id: 'scheduler-with-versions-of-its-own',
    runs: 'Clusters with the scheduler of Crane in place of that of Kubernetes.',
    source: 'https://github.com/gocrane/crane-scheduler/issues/42',
    node: kubeadm132,
    change: (node) => {
      fromImage(node, 'kube-scheduler', 'docker.io/gocrane/crane-scheduler:0.0.20');
      schedules(node, 'v1beta2');
    },
  },
  {
    id: 'scheduler-of-a-registry-on-the-node',
    runs: 'Control planes whose scheduler is built by their users, with the tag latest.',
    source: 'https://github.com/SoniaMatranga/SoniaMatrangaTesi/blob/main/kube-scheduler.yaml',
    node: kubeadm132,
    change: (node) => {
      fromImage(node, 'kube-scheduler', 'localhost:5000/scheduler-plugins/kube-scheduler:latest');
      schedules(node, 'v1beta3', plugin);
    },
  },
  {
    id: 'scheduler-with-a-dated-tag',
    runs: 'Control planes whose scheduler has the tag that the build of scheduler-plugins gives it.',
    source: 'https://github.com/irealuna/scheduler-plugins/blob/master/kube-scheduler.yaml',
    node: kubeadm132,
    change: (node) => {
      fromImage(node, 'kube-scheduler', 'irealuna/scheduler-plugins-kube-scheduler:v20230510-v0.25.7');
      schedules(node, 'v1beta3', plugin);
    },
  },
  {
    id: 'scheduler-without-a-tag',
    runs: 'Control planes with a scheduler of their users, which still has the flag --port.',
    source: 'https://github.com/Frans-Lukas/scheduler-plugins/blob/master/kube-scheduler.yaml',
    node: { release: '1.28' },
    change: (node) => {
      fromImage(node, 'kube-scheduler', 'docker.io/franslukas/scheduler-test');
      setFlags(node, 'kube-scheduler', { port: '0' });
    },
  },
  {
    id: 'controllers-one-release-older',
    runs: 'Control planes whose kube-apiserver is upgraded first: the controller manager still has a flag of its release.',
    source:
      'https://kubernetes.io/releases/version-skew-policy/#kube-controller-manager-kube-scheduler-and-cloud-controller-manager',
    node: { release: '1.28' },
    change: (node) => {
      ofRelease(node, '1.27.4');
      fromImage(node, 'kube-controller-manager', 'registry.k8s.io/kube-controller-manager:v1.26.9');
      setFlags(node, 'kube-controller-manager', { 'pod-eviction-timeout': '1m0s' });
    },
  },
  {
    id: 'scheduler-with-several-profiles',
    runs: 'Schedulers with named profiles, default constraints of their own, and an extender with a weight.',
    source: 'https://kubernetes.io/docs/reference/scheduling/config/#multiple-profiles',
    node: kubeadm136,
    change: (node) =>
      schedules(
        node,
        'v1',
        `profiles:
- schedulerName: default-scheduler
  pluginConfig:
  - name: PodTopologySpread
    args:
      defaultConstraints:
      - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway}
      defaultingType: List
- schedulerName: no-scoring-scheduler
  plugins:
    preScore: {disabled: [{name: '*'}]}
    score: {disabled: [{name: '*'}]}
extenders:
- urlPrefix: http://127.0.0.1:32766/gpushare-scheduler
  prioritizeVerb: sort
  weight: 1
- urlPrefix: http://127.0.0.1:32767/quota
  filterVerb: filter
  bindVerb: bind
`,
      ),
  },
  {
    id: 'health-of-a-scheduler-on-port-0',
    runs: 'Schedulers whose configuration of an older version has addresses with the port 0.',
    source: 'https://github.com/kubernetes/kubernetes/blob/v1.23.0/pkg/scheduler/apis/config/validation/validation.go',
    node: { release: '1.28' },
    change: (node) => {
      ofRelease(node, '1.25.3');
      schedules(node, 'v1beta2', 'healthzBindAddress: 0.0.0.0:0\nmetricsBindAddress: ""\n');
    },
  },
  {
    id: 'lock-of-a-scheduler-by-a-flag',
    runs: 'Schedulers that elect no leader, whatever lock their configuration names.',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/',
    node: kubeadm136,
    change: (node) => {
      schedules(node, 'v1', '').edit('/etc/kubernetes/sched-cc.yaml', (text) =>
        text.replace('leaderElect: false', 'leaderElect: false\n  resourceLock: configmaps'),
      );
      setFlags(node, 'kube-scheduler', { 'leader-elect': 'false' });
    },
  },
  {
    id: 'quotation-marks-that-a-shell-removes',
    runs: 'API servers that a shell starts, with their output in a pipe.',
    source: 'https://github.com/mihailgmihaylov/kubernetes-the-hard-way/blob/master/manifests/kube-apiserver.yaml',
    node: { release: '1.22' },
    change: (node) => inShell(node, 'kube-apiserver', '--audit-log-format="json"', '--service-account-lookup="true"'),
  },
  {
    id: 'manifest-copied-from-the-api',
    runs: 'Manifests that are the mirror pod as kubectl prints it, with its status.',
    source: 'https://github.com/rminchakov-ctrl/architecture-pro-propdevelopment/blob/main/kube-apiserver.yaml',
    node: kubeadm136,
    change: (node) =>
      node.edit(manifest('kube-apiserver'), (text) =>
        text
          .replace(
            'metadata:\n',
            `metadata:
  creationTimestamp: "2026-01-18T14:06:26Z"
  generation: 1
  ownerReferences:
  - {apiVersion: v1, controller: true, kind: Node, name: cp-1, uid: debf4617-16b6-45e9-913a-b93dc8954c73}
  resourceVersion: "386"
  uid: 5e472a55-01f0-4612-88c0-96f99e7dc81b
`,
          )
          .replace(
            'status: {}',
            `status:
  conditions:
  - {lastProbeTime: null, lastTransitionTime: "2026-01-18T14:06:26Z", status: "True", type: Ready}
  containerStatuses:
  - allocatedResources: {cpu: 250m}
    image: registry.k8s.io/kube-apiserver:v1.36.2
    imageID: registry.k8s.io/kube-apiserver@sha256:fe86
    lastState: {}
    name: kube-apiserver
    ready: true
    restartCount: 0
    started: true
    state: {running: {startedAt: "2026-01-18T14:06:22Z"}}
  hostIPs: [{ip: 192.0.2.10}]
  phase: Running
  qosClass: Burstable`,
          ),
      ),
  },
  {
    id: 'lists-and-maps-on-one-line',
    runs: 'Manifests in flow style, with comments and empty lines between the flags.',
    source: 'https://github.com/4crimson/my-cs-test/blob/main/manifests/kube-controller-manager.yaml',
    node: kubeadm132,
    change: (node) =>
      node.edit(manifest('kube-controller-manager'), (text) =>
        text
          .replace(
            / {4}volumeMounts:\n(?: {4}- .*\n| {6}.*\n)+/,
            '    volumeMounts:\n      - { name: pki, mountPath: /etc/kubernetes/pki, readOnly: true }\n      - { name: cfg, mountPath: /etc/kubernetes }\n',
          )
          .replace(
            / {2}volumes:\n(?: {2}- .*\n| {4}.*\n)+/,
            '  volumes:\n    - { name: pki, hostPath: { path: /etc/kubernetes/pki } }\n    - { name: cfg, hostPath: { path: /etc/kubernetes } }\n',
          )
          .replace('    - --kubeconfig', '\n      # the API server\n    - --kubeconfig'),
      ),
  },
];
