import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const kubeadm = () => corpus('kubeadm-1.36-default');

const file = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;
const refused = (name: string) => `error manifest/pod@${file(name)}`;
const replaced = ['mkdir', 'cp', 'cp', 'sed', 'mv'];

/** Replaces a text in a manifest, which must be there. */
const write = (name: string, from: string | RegExp, to: string) => (node: NodeTree) =>
  node.edit(`manifests/${name}.yaml`, (text) => {
    const changed = text.replaceAll(from, to);
    if (changed === text) throw new Error(`${name} does not contain ${from}`);
    return changed;
  });

/** Probes that the kubelet refuses, or does not see. */
export const probeFields: readonly Incident[] = [
  {
    id: 'probe-port-in-quotes',
    title: 'The port of a probe is in quotes',
    source: 'https://github.com/external-secrets/external-secrets/issues/5437',
    happened:
      'A probe with port: "8082" was refused: "livenessProbe.httpGet.port: Invalid value: "8082": must contain at least one letter (a-z)". In quotes, a port is the name of one.',
    node: kubeadm,
    change: write('etcd', 'port: probe-port', 'port: "2381"'),
    finds: [refused('etcd')],
    fix: replaced,
  },
  {
    id: 'probe-succeeds-twice',
    title: 'A liveness probe with a success threshold of 3',
    source: 'https://github.com/deis/controller/issues/873',
    happened:
      'A health check with --success-threshold=3 was refused: "livenessProbe.successThreshold: Invalid value: 3: must be 1". Only readiness probes may have to succeed more often.',
    node: kubeadm,
    change: write('kube-controller-manager', '    livenessProbe:\n', '    livenessProbe:\n      successThreshold: 3\n'),
    finds: [refused('kube-controller-manager')],
    fix: replaced,
  },
  {
    id: 'probe-with-two-handlers',
    title: 'A probe with a command and httpGet',
    source: 'https://github.com/prometheus-community/helm-charts/issues/4894',
    happened:
      'A command was added to a probe, and httpGet remained: "livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type".',
    node: kubeadm,
    change: write(
      'kube-scheduler',
      '    livenessProbe:\n',
      '    livenessProbe:\n      exec:\n        command:\n        - wget\n        - https://127.0.0.1:10259/livez\n',
    ),
    finds: [refused('kube-scheduler')],
    fix: [],
  },
  {
    id: 'probe-without-a-handler',
    title: 'Probes without a handler',
    source: 'https://github.com/kedacore/charts/issues/622',
    happened:
      'Pods were refused: "[spec.containers[0].livenessProbe: Required value: must specify a handler type, spec.containers[0].readinessProbe: Required value: must specify a handler type]". On this node httpGet was written in lower case.',
    node: kubeadm,
    change: write('etcd', 'httpGet:', 'httpget:'),
    finds: [refused('etcd')],
    fix: replaced,
  },
  {
    id: 'probe-in-lower-case',
    title: 'livenessprobe',
    source: 'https://github.com/gsemet/kube-airflow/pull/16',
    happened:
      'kubectl refused a manifest: "found invalid field livenessprobe for v1.Container". The kubelet does not refuse such a static pod: it runs it without the probe, and nothing restarts a component that hangs.',
    node: kubeadm,
    change: write('kube-apiserver', 'livenessProbe:', 'livenessprobe:'),
    finds: [`warning manifest/other-field@${file('kube-apiserver')}`],
    fix: [],
  },
  {
    id: 'probe-in-the-ports',
    title: 'A probe is indented too far',
    source: 'https://github.com/MoJo2600/pihole-kubernetes/pull/14',
    happened:
      'The liveness and readiness probes of a container were indented too far: they belonged to an item of its ports, and the container had none.',
    node: kubeadm,
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) => {
        const [probe = ''] = /^ {4}livenessProbe:\n(?: {6}.*\n)+/m.exec(text) ?? [];
        const own = probe.replaceAll(/^/gm, '  ').trimEnd();
        return text.replace(probe, '').replace('      protocol: TCP\n', `      protocol: TCP\n${own}\n`);
      }),
    finds: [`warning manifest/other-field@${file('kube-scheduler')}`],
    fix: [],
  },
  {
    id: 'thresholds-within-httpget',
    title: 'The thresholds of a probe are within httpGet',
    source: 'https://github.com/redpanda-data/redpanda-connect-helm-chart/issues/78',
    happened:
      'The settings of probes had no effect, because a template indented them too far: the API server warned of the unknown fields "livenessProbe.httpGet.failureThreshold" and "…periodSeconds". The kubelet ignores them in static pods, and says nothing.',
    node: kubeadm,
    change: write(
      'etcd',
      /^ {6}failureThreshold: 8\n {6}httpGet:\n/gm,
      '      httpGet:\n        failureThreshold: 8\n',
    ),
    finds: [`warning manifest/other-field@${file('etcd')}`],
    fix: [],
  },
];
