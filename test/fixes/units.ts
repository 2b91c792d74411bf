// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd
import { kits } from '../layouts/kits/index.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { backup, type FixCase } from './fix-case.ts';

const path = '/etc/systemd/system/kubelet.service';

/** The flags that kubeadm's drop-in sets. */
const usual = [
  '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
  '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--config=/var/lib/kubelet/config.yaml',
];

const unit = (command: string, settings = '', node?: NodeOptions) =>
  buildNode(node).write(path, `[Service]\n${settings}ExecStart=/usr/bin/kubelet ${command}\n`);

const corrected = (file: string, scripts: string) => [
  `mkdir -p ${backup}`,
  `cp -p --backup=numbered ${file} ${backup}/`,
  `sed -i ${scripts} ${file}`,
];
const loaded = ['systemctl daemon-reload', 'systemctl restart kubelet.service'];

/** A kubelet without a configuration file: its flags open it. */
const open = (flags: string, node?: NodeOptions) =>
  unit(
    `--kubeconfig=/etc/kubernetes/kubelet.conf --pod-manifest-path=/etc/kubernetes/manifests --client-ca-file=/etc/kubernetes/pki/ca.crt ${flags}`,
    '',
    node,
  );
const inLine2 = (setting: string) => [
  `in line 2 of ${path}, set ${setting}`,
  'systemctl daemon-reload',
  'systemctl restart kubelet',
];

/**
 * Fixes of units and their environment files. systemd reads a unit again when it is asked to, an environment file at
 * each start.
 */
export const unitFixes: readonly FixCase[] = [
  {
    name: 'a kubelet that its flags open to anyone',
    nodes: () => [open('--anonymous-auth=true --authorization-mode=AlwaysAllow')],
    rule: 'kubelet/open',
    steps: inLine2('--authorization-mode=Webhook, --authentication-token-webhook=true and --anonymous-auth=false'),
  },
  {
    name: 'a kubelet that its flags open to every certificate',
    nodes: () => [open('--anonymous-auth=false --authentication-token-webhook=false --authorization-mode=AlwaysAllow')],
    rule: 'kubelet/authorization',
    steps: inLine2('--authorization-mode=Webhook'),
  },
  {
    name: 'a kubelet whose flags let anonymous requests in',
    nodes: () => [open('--anonymous-auth=true --authorization-mode=Webhook')],
    rule: 'kubelet/anonymous',
    steps: inLine2('--anonymous-auth=false'),
  },
  {
    name: 'a kubelet whose flags open the read-only port',
    nodes: () => [open('--anonymous-auth=false --authorization-mode=Webhook --read-only-port=10255')],
    rule: 'kubelet/read-only-port',
    steps: inLine2('--read-only-port=0'),
  },
  {
    name: 'a kubelet whose flags turn the rotation of its certificate off',
    nodes: () => [
      open('--anonymous-auth=false --authorization-mode=Webhook --rotate-certificates=false', { rotatedKubelet: true }),
    ],
    rule: 'kubelet/rotation',
    steps: inLine2('--rotate-certificates=true'),
  },
  {
    name: 'a blank behind a backslash',
    nodes: () => [unit(`\\\n  ${usual.join(' ')} \\ \n  --v=2 \\\n  --node-ip=192.0.2.10`)],
    rule: 'unit/lost-flags',
    says: 'systemd ignores line 4 of kubelet.service: kubelet does not get --v, --node-ip, but a backslash, with which it does not start',
    steps: [...corrected(path, "'3s|[\\\\[:space:]]*$| \\\\|'"), ...loaded],
    whole: true,
  },
  {
    name: 'two forgotten backslashes',
    nodes: () => [unit(`${usual.join(' ')}\n  --v=2\n  --node-ip=192.0.2.10`)],
    rule: 'unit/lost-flags',
    says: 'systemd ignores lines 3, 4 of kubelet.service: kubelet does not get --v, --node-ip',
    steps: [...corrected(path, "-e '2s|[\\\\[:space:]]*$| \\\\|' -e '3s|[\\\\[:space:]]*$| \\\\|'"), ...loaded],
    whole: true,
  },
  {
    name: 'flags after an empty line: what was meant is not known',
    nodes: () => [unit(`${usual.join(' ')} \\\n\n  --v=2`)],
    rule: 'unit/lost-flags',
    steps: ['end each line of a command, but the last, with a backslash', ...loaded],
  },
  {
    name: 'a line that is not a setting',
    nodes: () => [unit(`${usual.join(' ')}\nthe old flags`)],
    rule: 'unit/stray',
    steps: [`correct line 3 of ${path}, or remove it`, 'systemctl daemon-reload'],
  },
  {
    name: 'a second command in a drop-in',
    nodes: () => [
      unit(usual.join(' ')).write(
        `${path}.d/10-own.conf`,
        `[Service]\nExecStart=/usr/bin/kubelet ${usual.join(' ')}\n`,
      ),
    ],
    rule: 'unit/refused',
    says: 'systemd does not start kubelet: it refuses kubelet.service, because it has more than one ExecStart=',
    steps: [
      `mkdir -p ${backup}`,
      `cp -p --backup=numbered ${path}.d/10-own.conf ${backup}/`,
      `an empty ExecStart= resets those before it: sed -i '2s|^|ExecStart=\\n|' ${path}.d/10-own.conf`,
      ...loaded,
    ],
    whole: true,
  },
  {
    name: 'a second command in a drop-in, which has fewer flags',
    nodes: () => [
      unit(usual.join(' ')).write(`${path}.d/10-own.conf`, '[Service]\nExecStart=/usr/bin/kubelet --v=4\n'),
    ],
    rule: 'unit/refused',
    says: 'systemd does not start kubelet: it refuses kubelet.service, because it has more than one ExecStart=',
    steps: [
      `mkdir -p ${backup}`,
      `cp -p --backup=numbered ${path}.d/10-own.conf ${backup}/`,
      `the command of the drop-in has fewer flags than the one before: without it kubelet starts with all of them: sed -i '2s|^|#|' ${path}.d/10-own.conf`,
      ...loaded,
    ],
    whole: true,
  },
  {
    name: 'a second command in the unit',
    nodes: () => [unit(`${usual.join(' ')}\nExecStart=/usr/bin/kubelet ${usual.join(' ')}`)],
    rule: 'unit/refused',
    steps: [`correct line 3 of ${path}: keep one ExecStart=, the last after an empty one`, ...loaded],
  },
  {
    name: 'a quotation mark that is not closed',
    nodes: () => [unit(`${usual.join(' ')} --node-labels="a=b`)],
    rule: 'unit/refused',
    steps: [`correct line 2 of ${path}: close the quotation mark`, ...loaded],
  },
  {
    name: 'an environment file that does not exist',
    nodes: () => [unit(`${usual.join(' ')} $MORE`, 'EnvironmentFile=/etc/kubernetes/kubelet.env\n')],
    rule: 'unit/environment-file',
    steps: [
      'write /etc/kubernetes/kubelet.env again',
      `only if kubelet needs none of its variables, put a minus sign before it in line 2 of ${path} instead`,
      ...loaded,
    ],
  },
  {
    name: 'a file with all flags does not exist, and need not',
    nodes: () => [kits['kubespray worker'].nodes[0]({ files: { '/etc/kubernetes/kubelet.env': null } })],
    rule: 'unit/optional-file',
    steps: [
      'write /etc/kubernetes/kubelet.env again: on other nodes it may be there',
      'systemctl restart kubelet.service',
    ],
  },
  {
    name: 'doubled backslashes in an environment file',
    nodes: () => [
      unit('$OPTS', 'EnvironmentFile=/etc/default/kubelet\n').write(
        '/etc/default/kubelet',
        `# written by hand\nOPTS="${usual.join(' \\\\\n')}"\n`,
      ),
    ],
    rule: 'unit/line-ends',
    steps: [
      ...corrected('/etc/default/kubelet', "-e '2s|\\\\\\\\\\(\\r*\\)$|\\\\\\1|' -e '3s|\\\\\\\\\\(\\r*\\)$|\\\\\\1|'"),
      'systemctl restart kubelet.service',
    ],
  },
  {
    name: 'a variable inside of a word',
    nodes: () => [unit(`${usual.join(' ')} \\\n  --node-labels=site=$SITE`, 'Environment=SITE=a\n')],
    rule: 'unit/variable',
    steps: [...corrected(path, "'4s|[$]\\(SITE\\)\\b|${\\1}|g'"), ...loaded],
  },
];
