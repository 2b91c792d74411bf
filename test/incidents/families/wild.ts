import { configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const schedules =
  (version: string, more: string) =>
  (node: NodeTree): NodeTree =>
    configure(
      node,
      'config',
      '/etc/kubernetes/config/scheduler.yaml',
      `apiVersion: kubescheduler.config.k8s.io/${version}\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n${more}`,
      { component: 'kube-scheduler' },
    );

const refused = ['error configuration/value@kube-scheduler --config'];

/** What manifests and configurations in public repositories have, and their component does not take. */
export const wild: readonly Incident[] = [
  {
    id: 'scheduler-health-on-a-port',
    title: 'A port for health checks in the configuration of kube-scheduler 1.25',
    source: 'https://github.com/kubernetes/kubernetes/issues/106866',
    happened:
      'After the upgrade from 1.22.4 to 1.23.0, kube-scheduler ended with "healthzBindAddress: Invalid value: "0.0.0.0:10251": must be empty or with an explicit 0 port". It no longer serves HTTP; without the two addresses it started.',
    node: { release: '1.28' },
    change: (node) => {
      for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        node.edit(`manifests/${component}.yaml`, (text) => text.replace(/(image: .*:)v\S+/, '$1v1.25.3'));
      schedules('v1beta2', 'healthzBindAddress: 0.0.0.0:10251\nmetricsBindAddress: 0.0.0.0:10251\n')(node);
    },
    finds: refused,
    fix: [],
  },
  {
    id: 'scheduler-lock-in-a-config-map',
    title: 'A ConfigMap as the lock of kube-scheduler',
    source: 'https://github.com/kubernetes/kubernetes/issues/126413',
    happened:
      'kube-scheduler 1.30 ended with "leaderElection.resourceLock: Invalid value: "configmaps": resourceLock value must be "leases"".',
    node: { release: '1.32' },
    change: schedules('v1', 'leaderElection:\n  leaderElect: true\n  resourceLock: configmaps\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'scheduler-constraints-without-list',
    title: 'Default constraints without defaultingType: List',
    source: 'https://github.com/cybozu-go/neco/pull/2048',
    happened:
      'The configuration of kube-scheduler was moved to a newer version. Since then, a plugin with default constraints needs defaultingType: List: System, which is the default, is refused with "when .defaultConstraints are not empty".',
    node: { release: '1.32' },
    change: schedules(
      'v1',
      'profiles:\n- schedulerName: default-scheduler\n  pluginConfig:\n  - name: PodTopologySpread\n    args:\n      defaultConstraints:\n      - maxSkew: 1\n        topologyKey: topology.kubernetes.io/zone\n        whenUnsatisfiable: ScheduleAnyway\n',
    ),
    finds: refused,
    fix: [],
  },
  {
    id: 'scheduler-profile-without-a-name',
    title: 'Two profiles of kube-scheduler, one without a name',
    source: 'https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/apis/config/validation/validation.go',
    happened:
      'Only a single profile gets the name default-scheduler. With a second one, kube-scheduler ends with "profiles[0].schedulerName: Required value".',
    node: { release: '1.32' },
    change: schedules('v1', 'profiles:\n- plugins: {}\n- schedulerName: bin-packing\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'scheduler-extender-without-weight',
    title: 'An extender that prioritizes, without a weight',
    source: 'https://github.com/kubernetes/kubernetes/pull/48337',
    happened:
      'kube-scheduler refuses an extender with prioritizeVerb whose weight is not set: "must have a positive weight applied to it".',
    node: { release: '1.32' },
    change: schedules('v1', 'extenders:\n- urlPrefix: http://127.0.0.1:8081/extender\n  prioritizeVerb: sort\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'authorization-cache-too-early',
    title: 'cacheAuthorizedRequests in an AuthorizationConfiguration of 1.32',
    source: 'https://github.com/kubernetes/kubernetes/pull/129237',
    happened:
      'The field came with 1.34. Earlier releases decode the file strictly: kube-apiserver exits with "strict decoding error: unknown field "authorizers[0].webhook.cacheAuthorizedRequests"".',
    node: { release: '1.32' },
    change: (node) => {
      node.write('/etc/kubernetes/auth/webhook.kubeconfig', node.read('scheduler.conf'), 0o600);
      return configure(
        node,
        'authorization-config',
        '/etc/kubernetes/auth/config.yaml',
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- type: Webhook\n  name: breakglass\n  webhook:\n    timeout: 3s\n    subjectAccessReviewVersion: v1\n    matchConditionSubjectAccessReviewVersion: v1\n    cacheAuthorizedRequests: false\n    failurePolicy: NoOpinion\n    connectionInfo:\n      type: KubeConfigFile\n      kubeConfigFile: /etc/kubernetes/auth/webhook.kubeconfig\n- type: Node\n  name: node\n- type: RBAC\n  name: rbac\n',
      ).replaceFlag('kube-apiserver', 'authorization-mode', undefined);
    },
    finds: ['error configuration/field@kube-apiserver --authorization-config'],
    fix: [],
  },
  {
    id: 'volume-without-a-name',
    title: 'A volume without a name',
    source: 'https://github.com/mstelles/cks/blob/main/kube-apiserver.yaml',
    happened:
      'A volume for the encryption configuration was added to the manifest, and its name was left out: "spec.volumes[0].name: Required value". The kubelet started no API server.',
    node: { release: '1.32' },
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text
          .replace(
            '    volumeMounts:\n',
            '    volumeMounts:\n    - mountPath: /etc/kubernetes/etcd\n      name: etcd\n',
          )
          .replace(
            '  volumes:\n',
            '  volumes:\n  - hostPath:\n      path: /etc/kubernetes/etcd\n      type: DirectoryOrCreate\n',
          ),
      ),
    finds: ['error manifest/pod@/etc/kubernetes/manifests/kube-apiserver.yaml'],
    fix: [],
  },
  {
    id: 'feature-gate-in-the-singular',
    title: '--feature-gate in place of --feature-gates',
    source: 'https://github.com/csesmita/kubernetes-helper/blob/main/kube-apiserver.yaml',
    happened: 'kube-apiserver exits with "unknown flag: --feature-gate".',
    node: { release: '1.32' },
    change: (node) => node.replaceFlag('kube-apiserver', 'feature-gate', 'JobTrackingFinalizer=true'),
    finds: ['error argument/mistyped@kube-apiserver'],
    fix: [],
  },
];
