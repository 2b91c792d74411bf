// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd
import { kits } from '../../layouts/kits/index.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const path = '/etc/systemd/system/kubelet.service';

/** The flags that kubeadm's drop-in sets. */
const usual = [
  '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
  '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--config=/var/lib/kubelet/config.yaml',
];

/** A unit of the kubelet whose command is over several lines. */
const unit =
  (lines: readonly string[], settings = '') =>
  (node: NodeTree) =>
    node.write(
      path,
      `[Unit]\nDescription=kubelet\n\n[Service]\n${settings}ExecStart=${lines.join('\n')}\nRestart=always\n`,
    );

const dropIn = (text: string) => (node: NodeTree) => {
  unit([`/usr/bin/kubelet ${usual.join(' ')}`])(node);
  return node.write(`${path}.d/10-own.conf`, `[Service]\n${text}`);
};

const [first = '', second = '', third = ''] = usual;

/** Programs of a node that was copied with them. */
const programs = (node: NodeTree, ...names: readonly string[]) =>
  names.reduce((done, name) => done.write(`/usr/bin/${name}`, 'program', 0o755), node);

const environmentFile = (text: string) => (node: NodeTree) => {
  unit(['/usr/bin/kubelet $KUBELET_OPTS'], 'EnvironmentFile=/etc/default/kubelet\n')(node);
  return node.write('/etc/default/kubelet', text);
};

const lines: readonly Case[] = [
  {
    name: 'a command over several lines, with comments in it',
    change: unit([
      '/usr/bin/kubelet \\',
      `  ${first} \\`,
      '# where it finds its servers',
      `  ${second} \\`,
      `  ${third}`,
    ]),
    findings: [],
  },
  {
    name: 'a blank behind a backslash takes the flags after it away',
    change: unit([
      '/usr/bin/kubelet \\',
      `  ${first} \\`,
      `  ${second} \\`,
      `  ${third} \\ `,
      '  --v=2 \\',
      '  --node-ip=192.0.2.10',
    ]),
    findings: ['unit/lost-flags@kubelet'],
  },
  {
    name: 'a forgotten backslash takes the flags after it away',
    change: unit([`/usr/bin/kubelet ${first} ${second} ${third}`, '  --node-ip=192.0.2.10']),
    findings: ['unit/lost-flags@kubelet'],
  },
  {
    name: 'a doubled backslash takes the flags after it away',
    change: unit([`/usr/bin/kubelet ${first} ${second} ${third} \\\\`, '  --node-ip=192.0.2.10']),
    findings: ['unit/lost-flags@kubelet'],
  },
  {
    name: 'lines that are not settings, and take no flag away',
    change: dropIn('execstart=/usr/bin/kubelet\nX-Note=7\nthe old one\n'),
    findings: ['unit/stray@kubelet'],
  },
];

const starts: readonly Case[] = [
  {
    name: 'a drop-in that resets the command first',
    change: dropIn(`ExecStart=\nExecStart=/usr/bin/kubelet ${usual.join(' ')} --v=2\n`),
    findings: [],
  },
  {
    name: 'a drop-in with a second command',
    change: dropIn(`ExecStart=/usr/bin/kubelet ${usual.join(' ')} --v=2\n`),
    findings: ['unit/refused@kubelet'],
  },
  {
    name: 'a quotation mark in the command that is not closed',
    change: unit([`/usr/bin/kubelet ${usual.join(' ')} --node-labels="a=b`]),
    findings: ['unit/refused@kubelet'],
  },
  {
    name: 'a unit without a command',
    change: (node) => node.write(path, `[service]\nExecStart=/usr/bin/kubelet ${usual.join(' ')}\n`),
    findings: [],
  },
  {
    name: 'an environment file that does not exist, and one that need not',
    change: (node) =>
      unit(
        [`/usr/bin/kubelet ${usual.join(' ')} $MORE`],
        'EnvironmentFile=-/etc/kubernetes/no.env\nEnvironmentFile=/etc/kubernetes/kubelet.env\n',
      )(node),
    findings: ['unit/environment-file@kubelet'],
  },
  {
    name: 'a file with all flags does not exist, and need not',
    node: () => kits['kubespray worker'].nodes[0]({ files: { '/etc/kubernetes/kubelet.env': null } }),
    findings: ['unit/optional-file@kubelet'],
  },
  {
    name: 'an environment file that need not exist, and nothing is missing without it',
    change: unit([`/usr/bin/kubelet ${usual.join(' ')} $MORE`], 'EnvironmentFile=-/etc/kubernetes/kubelet.env\n'),
    findings: [],
  },
  {
    name: 'a program that is not among the others',
    change: (node) => {
      unit([`/usr/bin/kubelett ${usual.join(' ')}`])(node);
      return programs(node, 'kubelet', 'kubeadm');
    },
    findings: ['unit/program@kubelet'],
  },
  {
    name: 'a program that is in another folder',
    change: (node) => {
      unit([`/usr/bin/local/kubelet ${usual.join(' ')}`])(node);
      return programs(node, 'kubelet');
    },
    findings: ['unit/program@kubelet'],
  },
  {
    name: 'a program that is not in the input, where scripts are that start others in containers',
    change: (node) => {
      unit([`/usr/bin/kubelet ${usual.join(' ')}`])(node);
      return node.write('/usr/bin/etcd', '#!/bin/bash\n/usr/bin/docker run --name=etcd1 etcd "$@"\n', 0o755);
    },
    findings: [],
  },
  {
    name: 'a program that is not in the input, as all others',
    change: (node) => {
      unit([`/usr/bin/kubelet ${usual.join(' ')}`])(node);
      return programs(node, 'less');
    },
    findings: [],
  },
];

const environment: readonly Case[] = [
  {
    name: 'a variable inside of a word, with braces and a dollar sign before it',
    change: unit(
      [`/usr/bin/kubelet ${first.replace('/etc', '${ETC}')} ${second} ${third} --v=2 --lock-file=$$ETC`],
      'Environment=ETC=/etc\n',
    ),
    findings: [],
  },
  {
    name: 'a variable inside of a word without braces',
    change: unit([`/usr/bin/kubelet ${first} ${second} ${third} --node-labels=site=$SITE`], 'Environment=SITE=a\n'),
    findings: ['unit/variable@kubelet'],
  },
  {
    name: 'an environment file whose value has several lines',
    change: environmentFile(`KUBELET_OPTS="${usual.join(' \\\n')}"\n`),
    findings: [],
  },
  {
    name: 'an environment file with the lines of a value in quotes',
    change: environmentFile(`KUBELET_OPTS="${usual.join('\n')}"\n`),
    findings: [],
  },
  {
    name: 'an environment file with doubled backslashes',
    change: environmentFile(`KUBELET_OPTS="${[...usual, '--v=2'].join(' \\\\\n')}"\n`),
    findings: ['unit/line-ends@kubelet'],
  },
];

export const unitCases: readonly Case[] = [...lines, ...starts, ...environment];
