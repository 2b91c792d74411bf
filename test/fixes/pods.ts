import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { edited, type FixCase } from './fix-case.ts';

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const rule = 'manifest/pod';

const write = (from: string | RegExp, to: string) => (): readonly NodeTree[] => [
  buildNode().edit('manifests/kube-apiserver.yaml', (text) => text.replace(from, to)),
];
const corrected = (wrong: string, right: string) =>
  edited('kube-apiserver', `'s|^\\( *\\)${wrong}\\(\\r*\\)$|\\1${right}\\2|'`);

const probe = (handler: string, port = '6443') =>
  `    livenessProbe:\n      ${handler}:\n        path: /livez\n        port: ${port}\n        scheme: HTTPS\n`;

/** A line is replaced by a command if its right contents are known and no other line is equal to it. */
export const podFixes: readonly FixCase[] = [
  {
    name: 'a word in the wrong case',
    nodes: write('imagePullPolicy: IfNotPresent', 'imagePullPolicy: ifnotpresent'),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [spec.containers[0].imagePullPolicy: Unsupported value: "ifnotpresent": supported values: "Always", "IfNotPresent", "Never"]`,
    steps: corrected('imagePullPolicy: ifnotpresent', 'imagePullPolicy: IfNotPresent'),
    whole: true,
  },
  {
    name: 'a number without quotes',
    nodes: write('    - kube-apiserver\n', '    - kube-apiserver\n    - 2\n'),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: json: cannot unmarshal number into Go struct field Container.spec.containers.command of type string`,
    steps: corrected('- 2', '- "2"'),
    whole: true,
  },
  {
    name: 'a mount with the name of no volume',
    nodes: write('      name: volume-2\n', '      name: volumes-2\n'),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [spec.containers[0].volumeMounts[2].name: Not found: "volumes-2"]`,
    steps: corrected('name: volumes-2', 'name: volume-2'),
    whole: true,
  },
  {
    name: 'a missing field is added by a person',
    nodes: write(/ {4}image: .*\n/, ''),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [spec.containers[0].image: Required value]`,
    steps: [`correct ${manifest}:`],
    never: /sed/,
  },
  {
    name: 'of two faults one is corrected by a person, so both are',
    nodes: write(/ {4}image: .*\n {4}imagePullPolicy: IfNotPresent\n/, '    imagePullPolicy: never\n'),
    rule,
    says: 'spec.containers[0].image: Required value spec.containers[0].imagePullPolicy: Unsupported value: "never"',
    steps: [`correct ${manifest}:`],
    never: /sed/,
  },
  {
    name: 'a value that a shell or a pattern would read differently is no part of a command',
    nodes: write('imagePullPolicy: IfNotPresent', "imagePullPolicy: 'If$(reboot)'"),
    rule,
    steps: [`correct ${manifest}:`],
    never: /reboot/,
  },
  {
    name: 'a line that another one is equal to is not changed by a command',
    nodes: write(
      '  hostNetwork: true\n',
      '  - name: proxy\n    image: envoy\n    imagePullPolicy: always\n  nodeSelector:\n    imagePullPolicy: always\n  hostNetwork: true\n',
    ),
    rule,
    steps: [`correct ${manifest}:`],
    never: /sed/,
  },
  {
    name: 'one command corrects equal lines if all of them are wrong',
    nodes: write(
      '  hostNetwork: true\n',
      '  - name: proxy\n    image: envoy\n    imagePullPolicy: always\n  - name: other\n    image: envoy\n    imagePullPolicy: always\n  hostNetwork: true\n',
    ),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [${[1, 2].map((index) => `spec.containers[${index}].imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"`).join(' ')}]`,
    steps: corrected('imagePullPolicy: always', 'imagePullPolicy: Always'),
    whole: true,
  },
  {
    name: 'a misspelled handler of a probe',
    nodes: write('    imagePullPolicy:', `${probe('httpget')}    imagePullPolicy:`),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [spec.containers[0].livenessProbe: Required value: must specify a handler type]`,
    steps: corrected('httpget:', 'httpGet:'),
    whole: true,
  },
  {
    name: 'a port in quotes',
    nodes: write('    imagePullPolicy:', `${probe('httpGet', '"6443"')}    imagePullPolicy:`),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: invalid pod: [spec.containers[0].livenessProbe.httpGet.port: Invalid value: "6443": must contain at least one letter (a-z)]`,
    steps: corrected('port: "6443"', 'port: 6443'),
    whole: true,
  },
  {
    name: 'seconds with their unit',
    nodes: write('    imagePullPolicy:', `${probe('httpGet')}      periodSeconds: 10s\n    imagePullPolicy:`),
    rule,
    says: `the kubelet refuses the pod in ${manifest}: json: cannot unmarshal string into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32`,
    steps: corrected('periodSeconds: 10s', 'periodSeconds: 10'),
    whole: true,
  },
  {
    name: 'a handler whose name a command cannot find is corrected by a person',
    nodes: write('    imagePullPolicy:', `${probe('"httpget"')}    imagePullPolicy:`),
    rule,
    steps: [`correct ${manifest}:`],
    never: /sed/,
  },
  {
    name: 'a number that may be a secret is not in the command',
    nodes: () => [
      buildNode().edit('manifests/kube-scheduler.yaml', (text) =>
        text.replace('    image:', '    env:\n    - name: PIN\n      value: 918273645\n    image:'),
      ),
    ],
    rule: 'manifest/pod',
    says: 'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    steps: ['correct /etc/kubernetes/manifests/kube-scheduler.yaml:'],
    never: /918273645/,
  },
];
