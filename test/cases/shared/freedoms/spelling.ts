import type { Case } from '../../harness.ts';
import { commandOf, replaceCommand, respell } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

/** The same command line, written in different ways. */
export const written: readonly Case[] = [
  {
    name: 'flags with their values in the next word',
    change: (node) => {
      for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']) {
        respell(node, component, (flag) => {
          const [, name = '', value = ''] = /^(--[^=]+)=(.*)$/.exec(flag) ?? [];
          return value === 'true' ? `    - ${flag}` : `    - ${name}\n    - "${value}"`;
        });
      }
    },
    ...healthy,
  },
  {
    name: 'bare booleans, underscores, and one dash for etcd',
    change: (node) => {
      for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) {
        respell(node, component, (flag) => {
          const [, name = '', value = ''] = /^--([^=]+)=(.*)$/.exec(flag) ?? [];
          return `    - --${name.replaceAll('-', '_')}${value === 'true' ? '' : `=${value}`}`;
        });
      }
      respell(node, 'etcd', (flag) => `    - ${flag.slice(1).replace(/^(?!-feature-gates)(.*)=true$/, '$1')}`);
    },
    ...healthy,
  },
  {
    name: "etcd's boolean flags stand bare before others",
    change: (node) =>
      respell(node, 'etcd', (flag) =>
        flag.startsWith('--cert-file')
          ? `    - --enable-grpc-gateway\n    - --experimental-memory-mlock\n    - ${flag}`
          : `    - ${flag}`,
      ),
    ...healthy,
  },
  {
    name: 'words split over command and args',
    change: (node) => {
      const [program, ...flags] = commandOf(node, 'kube-apiserver');
      const items = flags.map((flag) => `    - ${flag}`);
      replaceCommand(node, 'kube-apiserver', [`  - command: [/usr/local/bin/${program}]`, '    args:', ...items]);
    },
    ...healthy,
  },
  {
    name: 'a shell starts the component',
    change: (node) => {
      const words = commandOf(node, 'kube-controller-manager');
      replaceCommand(node, 'kube-controller-manager', [
        '  - command:',
        '    - /bin/sh',
        '    - -c',
        '    - |',
        `      exec ${words.map((word) => `'${word}'`).join(' \\\n        ')} 2>&1 | tee -a /var/log/kcm.log`,
      ]);
    },
    ...healthy,
  },
  {
    name: "a wrapper starts the component (go-runner, as in kops' images)",
    change: (node) => {
      const [program, ...flags] = commandOf(node, 'kube-scheduler');
      const runner = ['    - /go-runner', '    - --log-file=/var/log/kube-scheduler.log', '    - --also-stdout'];
      const words = [`    - /usr/local/bin/${program}`, ...flags.map((flag) => `    - ${flag}`)];
      replaceCommand(node, 'kube-scheduler', ['  - command:', ...runner, ...words]);
    },
    ...healthy,
  },
  {
    name: 'manifests in JSON, commented YAML, several documents, and CRLF',
    change: (node) => {
      const command = commandOf(node, 'kube-scheduler');
      const path = '/etc/kubernetes/scheduler.conf';
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
        spec: {
          containers: [
            {
              name: 'kube-scheduler',
              image: 'registry.k8s.io/kube-scheduler:v1.36.2',
              command,
              volumeMounts: [{ name: 'kubeconfig', mountPath: path, readOnly: true }],
            },
          ],
          volumes: [{ name: 'kubeconfig', hostPath: { path } }],
        },
      };
      node.write('manifests/kube-scheduler.yaml', JSON.stringify(pod, null, 2));
      node.edit('manifests/etcd.yaml', (text) => `# by hand\n---\n${text.replaceAll(/$/gm, ' # why')}`);
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replaceAll('\n', '\r\n'));
    },
    ...healthy,
  },
  {
    name: 'repeated flags: the last wins, and those that accumulate do',
    change: (node) => {
      const text = (flag: string) => `    - ${flag}`;
      node.edit('manifests/kube-apiserver.yaml', (yaml) =>
        yaml
          .replace(text('--tls-cert-file='), `${text('--tls-cert-file=/nowhere.crt')}\n${text('--tls-cert-file=')}`)
          .replace(
            text('--service-account-issuer='),
            `${text('--service-account-issuer=https://old.example.test')}\n${text('--service-account-issuer=')}`,
          )
          .replace(
            text('--service-account-key-file='),
            `${text(`--service-account-key-file=${pki}/sa-old.pub`)}\n${text('--service-account-key-file=')}`,
          ),
      );
      node.write('pki/sa-old.pub', node.read('pki/sa.pub'));
    },
    ...healthy,
  },
  {
    name: 'etcd configured by its environment',
    change: (node) => {
      const [, ...flags] = commandOf(node, 'etcd');
      const environment = flags.map((flag) => {
        const [, name = '', value = ''] = /^--([^=]+)=(.*)$/.exec(flag) ?? [];
        return `    - name: ETCD_${name.toUpperCase().replaceAll('-', '_')}\n      value: "${value}"`;
      });
      replaceCommand(node, 'etcd', ['  - command: [etcd]', '    env:', ...environment]);
    },
    ...healthy,
  },
  {
    name: 'values from the environment of the container',
    change: (node) => {
      const [program, ...flags] = commandOf(node, 'kube-apiserver');
      const words = flags.map((flag) => `    - ${flag.replace(pki, '$(PKI)').replace('192.0.2.10', '$(HOST_IP)')}`);
      replaceCommand(node, 'kube-apiserver', [
        '  - env:',
        `    - name: PKI\n      value: ${pki}`,
        '    - name: HOST_IP\n      valueFrom:\n        fieldRef:\n          fieldPath: status.hostIP',
        `    command:\n    - ${program}`,
        ...words,
      ]);
    },
    ...healthy,
  },
];
