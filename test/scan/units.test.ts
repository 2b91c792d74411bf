/** Components that systemd starts: by their units, with files of variables, wrappers and scripts. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd
import { describe, expect, it } from 'vitest';
import type { Component } from '../../src/artifact/component.ts';
import type { UnitRow } from '../../src/artifact/layout.ts';
import { placeIn } from '../../src/artifact/place.ts';
import { findRelease } from '../../src/model/facts/gather.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { componentOf, flagsOf, type Planted, plant, scanOne } from './support.ts';

const folder = 'etc/systemd/system';
const base = { 'etc/passwd': '', 'etc/hostname': 'cp-1\n', 'etc/kubernetes/pki/ca.crt': 'x' };

/** The components of a node on which any unit may start one. */
async function started(files: Record<string, Planted>, rows: readonly UnitRow[] = [{}]) {
  const [kubeadm] = layouts;
  return scanOne(plant({ ...base, ...files }), { layouts: [{ ...kubeadm, units: rows }] });
}

const service = (command: string, settings = '') => `[Service]\n${settings}ExecStart=${command}\n`;

/** The lines and columns of arguments: `name file:line:column-endLine:endColumn`. */
const places = (component: Component) =>
  component.arguments.map(({ name, at }) => {
    const { path, line, column, endLine, endColumn } = placeIn(at) ?? { path: '' };
    return `${name} ${path}:${line}:${column}-${endLine}:${endColumn}`;
  });

describe('etcd', () => {
  it('takes its arguments from variables alone, each with its place', async () => {
    const node = await started({
      [`${folder}/etcd.service`]: service('/usr/local/bin/etcd', 'Type=notify\nEnvironmentFile=/etc/etcd.env\n'),
      'etc/etcd.env': '# of the installer\nETCD_NAME=etcd1\nETCD_DATA_DIR="/var/lib/etcd"\nETCDCTL_API=3\n',
    });
    const etcd = componentOf(node, 'etcd');
    expect(flagsOf(etcd)).toEqual(['name=etcd1', 'data-dir=/var/lib/etcd']);
    expect(places(etcd)).toEqual(['name /etc/etcd.env:2:11-2:16', 'data-dir /etc/etcd.env:3:16-3:29']);
  });

  it('is one unit with all its names, and has the drop-ins of its own', async () => {
    const node = await started({
      'usr/lib/systemd/system/etcd.service': service('/usr/bin/etcd $DAEMON_ARGS', 'Alias=etcd2.service\n'),
      [`${folder}/etcd2.service`]: { link: '/usr/lib/systemd/system/etcd.service' },
      [`${folder}/etcd.service.d/tls.conf`]: '[Service]\nEnvironment=ETCD_CERT_FILE=/etc/etcd/server.crt\n',
    });
    expect(node.components.map(({ name, unit }) => [name, unit?.name])).toEqual([['etcd', 'etcd.service']]);
    expect(flagsOf(componentOf(node, 'etcd'))).toEqual(['cert-file=/etc/etcd/server.crt']);
  });

  it('prefers flags to variables', async () => {
    const node = await started({
      [`${folder}/etcd.service`]: service('/usr/local/bin/etcd --name=own', 'Environment=ETCD_NAME=other\n'),
    });
    expect(flagsOf(componentOf(node, 'etcd'))).toEqual(['name=other', 'name=own']);
  });

  it('reads only the configuration that a variable names', async () => {
    const node = await started({
      [`${folder}/etcd.service`]: service(
        '/opt/etcd/bin/etcd --name=own',
        'Environment="ETCD_CONFIG_FILE=/etc/etcd/etcd.yml" ETCD_DATA_DIR=/x\n',
      ),
      'etc/etcd/etcd.yml': 'name: third\nclient-transport-security:\n  cert-file: /etc/etcd/server.pem\n',
    });
    expect(flagsOf(componentOf(node, 'etcd'))).toEqual([
      'config-file=/etc/etcd/etcd.yml',
      'name=third',
      'cert-file=/etc/etcd/server.pem',
    ]);
  });
});

describe('the place of an argument', () => {
  it('is where it is written in a unit', async () => {
    const node = await started({
      [`${folder}/a.service`]: service(
        '/opt/bin/kube-scheduler \\\n  --v=2 \\\n# why\n  --master "/etc/x y" \\\n\t--z=${Z}',
      ),
    });
    expect(places(componentOf(node, 'kube-scheduler'))).toEqual([
      `v /${folder}/a.service:3:3-3:8`,
      `master /${folder}/a.service:5:3-5:11`,
      `z /${folder}/a.service:6:2-6:10`,
    ]);
  });

  it('is where it is written in a value of several lines', async () => {
    const node = await started({
      [`${folder}/a.service`]: service('/opt/bin/kube-scheduler $OPTS', 'EnvironmentFile=/opt/cfg/a.conf\n'),
      'opt/cfg/a.conf': 'OPTS="--v=2 \\\n--master=/x \\\n  --kubeconfig=\\"/y\\""\nB=1\n',
    });
    const scheduler = componentOf(node, 'kube-scheduler');
    expect(flagsOf(scheduler)).toEqual(['v=2', 'master=/x', 'kubeconfig=/y']);
    expect(places(scheduler)).toEqual([
      'v /opt/cfg/a.conf:1:7-1:12',
      'master /opt/cfg/a.conf:2:1-2:12',
      'kubeconfig /opt/cfg/a.conf:3:3-3:22',
    ]);
  });

  it('is where it is written in a variable of the unit', async () => {
    const node = await started({
      [`${folder}/a.service`]: service('/opt/bin/kube-scheduler $OPTS', 'Environment=A=1 "OPTS=--v=2 --master=/x"\n'),
    });
    expect(places(componentOf(node, 'kube-scheduler'))).toEqual([
      `v /${folder}/a.service:2:23-2:28`,
      `master /${folder}/a.service:2:29-2:40`,
    ]);
  });
});

describe('a unit', () => {
  const found = (files: Record<string, Planted>, rows?: readonly UnitRow[]) =>
    started(files, rows).then(({ components }) => components.map((one) => `${one.name} ${flagsOf(one)}`));

  it.each<[string, string]>([
    ['a wrapper', '/usr/bin/nice -n -5 /opt/bin/kube-scheduler --v=3'],
    ['numactl', '/usr/bin/numactl --interleave=all -- /opt/bin/kube-scheduler --v=3'],
    ['a program with variables', '/usr/bin/env GOGC=50 /opt/bin/kube-scheduler --v=3'],
    ['a shell', "/bin/bash -c 'exec /opt/bin/kube-scheduler --v=3 2>>/var/log/x'"],
    ['a shell with a variable of its own', "/bin/sh -c 'exec /opt/bin/kube-scheduler --v=$$V'"],
    ['a script', '/usr/local/bin/run-scheduler.sh'],
    ['a script with arguments', '/usr/local/bin/kube-scheduler-wrapper --v=3'],
  ])('starts a component by %s', async (_, command) => {
    const scripts = {
      'usr/local/bin/run-scheduler.sh':
        '#!/bin/bash\nset -e\nmkdir -p /var/log/x\nexec /opt/bin/kube-scheduler --v=3\n',
      'usr/local/bin/kube-scheduler-wrapper': '#!/usr/bin/env bash\nexec /opt/bin/kube-scheduler "$@"\n',
    };
    const unit = { [`${folder}/x.service`]: service(command, 'Environment=V=3\n') };
    expect(await found({ ...scripts, ...unit })).toEqual(['kube-scheduler v=3']);
  });

  it.each([
    ['variables that it sets', 'V=3\nexec /opt/bin/kube-scheduler --v=$V'],
    ['variables that it exports, with a default', 'export V="${LEVEL:-3}"\nexec /opt/bin/kube-scheduler --v=${V:-1}'],
    ['a file that it reads', '. /etc/default/scheduler\n/opt/bin/kube-scheduler --v=$V'],
    ['variables of several lines', "ARGS='\n--v=3\n'\n/opt/bin/kube-scheduler $ARGS"],
  ])('is started by a script with %s', async (_, script) => {
    const files = { 'opt/run.sh': `#!/bin/sh\n${script}\n`, 'etc/default/scheduler': 'V=3\n' };
    expect(await found({ ...files, [`${folder}/x.service`]: service('/opt/run.sh') })).toEqual(['kube-scheduler v=3']);
  });

  it.each([
    ['a condition', 'V=--v=3\nif [ -f /etc/x ]; then\n  V=--v=4\nfi'],
    ['a function', 'V=--v=3\nset_level() {\n  V=--v=4\n}\nset_level'],
    ['a command', 'V=$(cat /etc/level)'],
  ])('has words that are not known where %s sets them', async (_, script) => {
    const files = { 'opt/run.sh': `#!/bin/sh\n${script}\nexec /opt/bin/kube-scheduler $V\n` };
    const node = await started({ ...files, [`${folder}/x.service`]: service('/opt/run.sh') });
    expect(componentOf(node, 'kube-scheduler').unknown).toMatch(/\bV\b/);
  });

  it.each([
    ['/opt/kube-1.29.3/bin/kube-scheduler', 'v1.29.3'],
    ['/opt/bin/kube-scheduler-v1.29.3', 'v1.29.3'],
    ['/opt/10.0.0/bin/kube-scheduler', undefined],
    ['/opt/bin/kube-scheduler', undefined],
  ])('shows the release by its program: %s', async (program, release) => {
    const node = await started({ [`${folder}/x.service`]: service(`${program} --v=3`) });
    const version = findRelease(node, {})?.value;
    expect(version && `v${version}`).toBe(release);
  });

  it('starts a component whose program has a name of its own, if its row says which', async () => {
    const unit = { [`${folder}/k8s-etcd.service`]: service('/opt/bin/store --name=own') };
    expect(await found(unit)).toEqual([]);
    expect(await found(unit, [{ unit: 'k8s-etcd.service', component: 'etcd' }])).toEqual(['etcd name=own']);
  });

  it('starts nothing if it is masked', async () => {
    const lower = { 'usr/lib/systemd/system/x.service': service('/opt/bin/kube-scheduler --v=3') };
    expect(await found(lower)).toEqual(['kube-scheduler v=3']);
    expect(await found({ ...lower, [`${folder}/x.service`]: { link: '/dev/null' } })).toEqual([]);
    expect(await found({ ...lower, [`${folder}/x.service`]: '' })).toEqual([]);
  });

  it('has the drop-ins of its prefixes and of its type', async () => {
    const dropIn = (name: string) => `[Service]\nEnvironment=${name}=${name.charCodeAt(0)}\n`;
    const files = {
      [`${folder}/kube-scheduler.service`]: service('/opt/bin/kube-scheduler --a=${A} --b=${B} --c=${C}'),
      [`${folder}/kube-.service.d/a.conf`]: dropIn('A'),
      'usr/lib/systemd/system/service.d/b.conf': dropIn('B'),
      'usr/lib/systemd/system/kube-.service.d/a.conf': dropIn('C'),
    };
    expect(await found(files)).toEqual(['kube-scheduler a=65,b=66,c=']);
  });

  it('may be a template, and knows its host', async () => {
    const files = {
      [`${folder}/etcd@.service`]: service('/usr/bin/etcd --name=%i-%H --data-dir=/var/lib/%p --x=%%%m'),
    };
    const rows = [{ unit: 'etcd@2.service', component: 'etcd' }];
    expect(await found(files, rows)).toEqual(['etcd name=2-cp-1,data-dir=/var/lib/etcd,x=?%m']);
  });

  it('takes its last files of variables first, and knows which of them it does not see', async () => {
    const unit = service('/opt/bin/kube-scheduler --a=${A} --b=$A', 'EnvironmentFile=/etc/e/*.env\n');
    const files = { [`${folder}/x.service`]: unit, 'etc/e/1.env': 'A=1\n', 'etc/e/2.env': 'A=2\n', 'etc/e/x': 'A=3\n' };
    expect(await found(files)).toEqual(['kube-scheduler a=2,b=$A']);
  });
});
