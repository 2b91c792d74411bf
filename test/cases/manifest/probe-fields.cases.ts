import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const node = () => corpus('kubeadm-1.36-default');
const manifest = '/etc/kubernetes/manifests/kube-scheduler.yaml';

/** Replaces a text in the manifest of kube-scheduler, which must be there. */
const write = (from: string | RegExp, to: string) => (tree: NodeTree) =>
  tree.edit('manifests/kube-scheduler.yaml', (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`kube-scheduler does not contain ${from}`);
    return changed;
  });

const liveness = /^ {4}livenessProbe:\n/m;
const httpGet = /^ {6}httpGet:\n(?: {8}.*\n)+/m;

const refused = (name: string, from: string | RegExp, to: string): Case => ({
  name: `the kubelet refuses a probe with ${name}`,
  node,
  change: write(from, to),
  findings: [`manifest/pod@${manifest}`],
});

const ignored = (name: string, from: string | RegExp, to: string): Case => ({
  name: `the kubelet ignores ${name}`,
  node,
  change: write(from, to),
  findings: [`manifest/other-field@${manifest}`],
});

const silent = (name: string, from: string | RegExp, to: string): Case => ({
  name: `the kubelet accepts a probe with ${name}`,
  node,
  change: write(from, to),
  findings: [],
});

/** What the kubelet decodes and validates in a probe, and what it ignores. */
export const probeFieldCases: readonly Case[] = [
  refused('a text for an object', /^ {4}livenessProbe:\n(?: {6}.*\n)+/m, '    livenessProbe: true\n'),
  refused('a text for a number', 'failureThreshold: 8', 'failureThreshold: "8"'),
  refused('a bool for a port', 'port: probe-port', 'port: true'),
  refused('a text for a command', httpGet, '      exec:\n        command: cat /tmp/healthy\n'),
  refused('an empty command', httpGet, '      exec:\n        command: []\n'),
  refused('no handler', httpGet, ''),
  refused('a handler in lower case', '      httpGet:\n', '      httpget:\n'),
  refused('two handlers', liveness, '    livenessProbe:\n      exec:\n        command: [cat, /tmp/healthy]\n'),
  refused('the fields of a handler one level too high', httpGet, '      path: /livez\n      port: probe-port\n'),
  refused('no port', '        port: probe-port\n', ''),
  refused('a port beyond the last', 'port: probe-port', 'port: 102590'),
  refused('a port in quotes', 'port: probe-port', 'port: "10259"'),
  refused('a port of TCP in quotes', httpGet, '      tcpSocket:\n        port: "10259"\n'),
  refused('no port of gRPC', httpGet, '      grpc:\n        service: liveness\n'),
  refused('a scheme in lower case', 'scheme: HTTPS', 'scheme: https'),
  refused('a negative delay', 'initialDelaySeconds: 10', 'initialDelaySeconds: -10'),
  refused('a negative timeout', 'timeoutSeconds: 15', 'timeoutSeconds: -1'),
  refused('a negative period', 'periodSeconds: 10', 'periodSeconds: -1'),
  refused('a negative threshold', 'failureThreshold: 8', 'failureThreshold: -8'),
  refused('a negative threshold of successes', liveness, '    livenessProbe:\n      successThreshold: -1\n'),
  refused('no time to end', liveness, '    livenessProbe:\n      terminationGracePeriodSeconds: 0\n'),
  refused(
    'a time to end, though it is one of readiness',
    /^ {4}readinessProbe:\n/m,
    '    readinessProbe:\n      terminationGracePeriodSeconds: 30\n',
  ),
  ignored('a probe in lower case', '    livenessProbe:', '    livenessprobe:'),
  ignored(
    'a threshold within httpGet',
    '      failureThreshold: 8\n      httpGet:\n',
    '      httpGet:\n        failureThreshold: 8\n',
  ),
  ignored(
    'a probe of the pod',
    /^ {4}livenessProbe:\n(?: {6}.*\n)+([\s\S]*?) {2}hostNetwork: true\n/m,
    '$1  livenessProbe:\n    tcpSocket:\n      port: 10259\n  hostNetwork: true\n',
  ),
  ignored(
    'a probe in a list of ports',
    /^ {4}livenessProbe:\n(?: {6}.*\n)+([\s\S]*? {6}protocol: TCP\n)/m,
    '$1      livenessProbe:\n        tcpSocket:\n          port: 10259\n',
  ),
  ignored(
    'a handler that is not indented',
    /^ {4}livenessProbe:\n(?: {6}.*\n)+/m,
    '    livenessProbe:\n    httpGet:\n      path: /livez\n      port: probe-port\n',
  ),
  {
    name: 'a component whose mounts are those of the pod does not get its files',
    node,
    change: (tree) =>
      write(
        /^ {4}volumeMounts:\n((?: {4}[- ] .*\n)+)/m,
        '',
      )(tree).edit('manifests/kube-scheduler.yaml', (text) =>
        text.replace(
          '  volumes:\n',
          '  volumeMounts:\n  - mountPath: /etc/kubernetes/scheduler.conf\n    name: kubeconfig\n  volumes:\n',
        ),
      ),
    findings: [`manifest/field@${manifest}`],
  },
  {
    name: 'a component with the network of its node in the container',
    node,
    change: (tree) =>
      write(
        '  hostNetwork: true\n',
        '',
      )(tree).edit('manifests/kube-scheduler.yaml', (text) =>
        text.replace('    imagePullPolicy:', '    hostNetwork: true\n    imagePullPolicy:'),
      ),
    findings: [`manifest/field@${manifest}`],
  },
  silent('the number of its port', 'port: probe-port', 'port: 10259'),
  silent('zeros, which are defaults', 'timeoutSeconds: 15', 'timeoutSeconds: 0'),
  silent('a command', httpGet, '      exec:\n        command: [cat, /tmp/healthy]\n'),
  silent(
    'a header',
    '        scheme: HTTPS\n',
    '        scheme: HTTPS\n        httpHeaders:\n        - {name: Accept, value: "*/*"}\n',
  ),
  silent('a threshold of one success', liveness, '    livenessProbe:\n      successThreshold: 1\n'),
  silent(
    'two successes, if it is one of readiness',
    /^ {4}readinessProbe:\n/m,
    '    readinessProbe:\n      successThreshold: 2\n',
  ),
  {
    name: 'a field that other types have too is not called misplaced',
    node,
    change: write('  hostNetwork: true\n', '  hostNetwork: true\n  path: /livez\n  command: [kube-scheduler]\n'),
    findings: [],
  },
];
