import type { KitChanges } from '../../layouts/kits/kit.ts';
import type { Case } from '../harness.ts';
import { adding, config, nodeOf } from './k3s-nodes.ts';

const server = 'k3s server with etcd';
const agent = 'k3s agent';
const agentVariables = '/etc/systemd/system/k3s-agent.service.env';

const words = (kind: string, ...all: readonly string[]) => ({
  [`/etc/systemd/system/k3s${kind === 'agent' ? '-agent' : ''}.service`]: (text: string) =>
    text.replace(new RegExp(`^( *)${kind} \\\\$`, 'm'), (line) =>
      [line, ...all.map((word) => `\t'${word}' \\`)].join('\n'),
    ),
});

/** What a kit has otherwise, and what is found. */
const rows: readonly (readonly [name: string, kit: string, files: KitChanges['files'], findings: readonly string[]])[] =
  [
    [
      'a misspelt setting',
      server,
      { [config]: adding('tls-sans: api.example.com') },
      ['configuration/unknown-setting'],
    ],
    ['a setting that no release knows', server, { [config]: adding('xyzzy: 1') }, ['configuration/unlisted-setting']],
    ['settings with other names', server, { [config]: adding('kube-controller-arg: profiling=false') }, []],
    ['an unknown flag', server, words('server', '--tls-sans', 'a'), ['configuration/unknown-option']],
    [
      'flags with one dash, and with their values behind them',
      server,
      words('server', '-write-kubeconfig-mode', '0600', '--debug'),
      [],
    ],
    [
      'a list that a drop-in replaces',
      server,
      {
        [config]: adding('tls-san: server-1'),
        '/etc/rancher/k3s/config.yaml.d/1.yaml': 'tls-san: localhost\n',
      },
      ['configuration/emptied'],
    ],
    [
      'a list that a drop-in adds to',
      server,
      {
        [config]: adding('tls-san: server-1'),
        '/etc/rancher/k3s/config.yaml.d/1.yaml': 'tls-san+: localhost\n',
      },
      [],
    ],
    [
      'a list that a drop-in repeats',
      server,
      {
        [config]: adding('tls-san: server-1'),
        '/etc/rancher/k3s/config.yaml.d/1.YML': 'tls-san: [localhost, server-1]\n',
      },
      [],
    ],
    ['a configuration that is no YAML', server, { [config]: adding('a: [') }, ['configuration/syntax']],
    ['an empty configuration in a drop-in', server, { '/etc/rancher/k3s/config.yaml.d/1.yaml': '# nothing\n' }, []],
    [
      'settings of servers on an agent',
      agent,
      { [config]: 'tls-san: a\ndebug: true\n' },
      ['configuration/server-setting'],
    ],
    ['settings of agents on an agent', agent, { [config]: 'debug: true\n' }, []],
    [
      'a switch that is not true or false',
      server,
      { [config]: adding('debug: maybe') },
      ['configuration/setting-value'],
    ],
    ['values of YAML for switches', server, { [config]: adding('debug: yes') }, []],
    [
      'a file in the folder that is not read',
      server,
      { '/etc/rancher/k3s/config.yaml.d/1.conf': 'tls-san: a\n' },
      ['configuration/unread-file'],
    ],
    ['other files in the folder', server, { '/etc/rancher/k3s/config.yaml.d/README': 'nothing\n' }, []],
    [
      'a name that no certificate has',
      server,
      { [config]: adding('tls-san: a.example.com') },
      ['configuration/not-applied'],
    ],
    ['names that the certificate has', server, { [config]: adding('tls-san: [localhost, server-1]') }, []],
    [
      'a token of another CA',
      agent,
      { [agentVariables]: (text: string) => text.replace(/K10[0-9a-f]{8}/, 'K1000000000') },
      ['configuration/token'],
    ],
    [
      'a token without a CA',
      agent,
      { [agentVariables]: (text: string) => text.replace(/K10[0-9a-f]*::server:/, '') },
      [],
    ],
    [
      'an agent without the URL of a server',
      agent,
      { [agentVariables]: (text: string) => text.replace(/K3S_URL=.*\n/, '') },
      ['configuration/incomplete'],
    ],
    [
      'a file of the token that is not there',
      agent,
      { [config]: 'token-file: /etc/rancher/k3s/token\n' },
      ['configuration/setting-value'],
    ],
    [
      'a file of the token',
      agent,
      { [config]: 'token-file: /etc/rancher/k3s/token\n', '/etc/rancher/k3s/token': 'K10::server:x\n' },
      [],
    ],
    [
      'a file of the token of agents that is not there',
      server,
      { [config]: adding('agent-token-file: /etc/rancher/k3s/token') },
      ['configuration/setting-value'],
    ],
    [
      'files of the token of which a later one is there',
      server,
      {
        [config]: adding('token-file: /etc/rancher/k3s/old'),
        '/etc/rancher/k3s/config.yaml.d/1.yaml': 'token-file: /etc/rancher/k3s/new\n',
        '/etc/rancher/k3s/new': 'secret\n',
      },
      [],
    ],
    [
      'a file of the token in memory, which the input is without',
      agent,
      { [config]: 'token-file: /run/secrets/token\n' },
      [],
    ],
    [
      'an agent with the URL in its configuration',
      agent,
      {
        [agentVariables]: (text: string) => text.replace(/K3S_URL=.*\n/, ''),
        [config]: 'server: https://cluster.example.com:6443\n',
      },
      [],
    ],
  ];

/** Lines of the configuration of RKE2, and what is found. */
const ofRke2: readonly (readonly [lines: string, findings: readonly string[]])[] = [
  ['server: https://10.0.0.5:6443', ['configuration/joining-port']],
  ['server: https://10.0.0.5:9345', []],
  ['url: https://10.0.0.5:9345', ['configuration/unknown-setting']],
  ['profile: cis-1.23', ['configuration/setting-value']],
  ['profile: cis-1.6', ['configuration/setting-value']],
  ['token-file: /etc/rancher/rke2/token', ['configuration/setting-value']],
];

/** Settings of k3s and RKE2. */
export const supervisors: readonly Case[] = [
  ...rows.map(([name, kit, files, findings]) => {
    const subject = kit === agent ? 'agent-1' : 'server-1';
    return {
      name: `k3s with ${name}`,
      node: () => nodeOf(kit, 0, files),
      findings: findings.map((rule) => `${rule}@${subject}`),
    };
  }),
  ...ofRke2.map(([lines, findings]) => ({
    name: `RKE2 with ${lines}`,
    node: () => nodeOf('RKE2 server with etcd', 0, { '/etc/rancher/rke2/config.yaml': adding(lines) }),
    findings: findings.map((rule) => `${rule}@server-1`),
  })),
];
