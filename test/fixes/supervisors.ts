import { adding, config, nodeOf } from '../cases/configuration/k3s-nodes.ts';
import { supervisors } from '../cases/configuration/supervisor.cases.ts';
import { backup, type FixCase } from './fix-case.ts';

/** What may be in a unit: systemd reads that again first. */
const inUnits = new Set(
  ['unknown-option', 'setting-value', 'not-applied', 'token', 'incomplete'].map((name) => `configuration/${name}`),
);
const reload = (rule: string) => (inUnits.has(rule) ? ['systemctl daemon-reload'] : []);

/** What a fix begins with, by its rule. All end with a restart of the unit. */
const firstSteps: Readonly<Record<string, readonly string[]>> = {
  'configuration/unlisted-setting': ['remove '],
  'configuration/unknown-option': ['correct '],
  'configuration/syntax': ['correct '],
  'configuration/server-setting': ['move '],
  'configuration/setting-value': ['correct '],
  'configuration/unread-file': ['rename '],
  'configuration/not-applied': [],
  'configuration/token': ['write the token of the servers into '],
  'configuration/incomplete': ['set '],
};

const edited = [`mkdir -p ${backup}`, `cp -p --backup=numbered /etc/rancher/k3s/`, 'sed -i ', 'systemctl restart k3s'];

/** A drop-in after a configuration with a list. */
const emptied = (dropIn: string) =>
  nodeOf('k3s server with etcd', 0, {
    [config]: adding('tls-san: server-1'),
    '/etc/rancher/k3s/config.yaml.d/1.yaml': dropIn,
  });

/** Fixes of the configuration of k3s: its line is corrected, and its unit restarts. */
export const supervisorFixes: readonly FixCase[] = [
  ...supervisors.flatMap(({ name, node, findings = [] }): readonly FixCase[] => {
    const [rule = ''] = findings[0]?.split('@') ?? [];
    const first = firstSteps[rule];
    if (first === undefined || typeof node !== 'function') return [];
    const restart = `systemctl restart ${name.startsWith('RKE2') ? 'rke2-server' : 'k3s'}`;
    return [{ name, rule, nodes: () => [node() as never], steps: [...first, ...reload(rule), restart] }];
  }),
  {
    name: 'a misspelt setting',
    nodes: () => [nodeOf('k3s server with etcd', 0, { [config]: adding('tls-sans: api.example.com') })],
    rule: 'configuration/unknown-setting',
    steps: edited,
  },
  {
    name: 'a setting with two signs at its end',
    nodes: () => [nodeOf('k3s server with etcd', 0, { [config]: adding('tls-san++: api.example.com') })],
    rule: 'configuration/unknown-setting',
    steps: ['write tls-san instead of ', 'systemctl restart k3s'],
  },
  {
    name: 'a list that a drop-in replaces',
    nodes: () => [emptied('tls-san: localhost\n')],
    rule: 'configuration/emptied',
    steps: edited,
  },
  {
    name: 'a list that a flag replaces',
    nodes: () => [
      nodeOf('k3s server with etcd', 0, {
        [config]: adding('tls-san: server-1'),
        '/etc/systemd/system/k3s.service': (text) =>
          text.replace(/^ *server \\$/m, (line) => [line, "\t'--tls-san' \\", "\t'localhost' \\"].join('\n')),
      }),
    ],
    rule: 'configuration/emptied',
    steps: ['write tls-san+ in ', 'systemctl daemon-reload', 'systemctl restart k3s'],
  },
];
