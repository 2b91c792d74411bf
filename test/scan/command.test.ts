// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell

import { describe, expect, it } from 'vitest';
import { hostPath } from '../../src/artifact/paths.ts';
import { fileIn, placeIn } from '../../src/artifact/place.ts';
import { componentOf, flagsOf, plant, podOf, scanOne } from './support.ts';

/** Scans a node that has only this manifest. */
async function scanPod(manifest: string, others: Record<string, string> = {}) {
  return scanOne(plant({ 'etc/kubernetes/manifests/pod.yaml': manifest, ...others }));
}

async function flags(container: object): Promise<string[]> {
  return flagsOf(
    (await scanPod(podOf(container))).components[0] ?? { name: '', at: { path: '' }, arguments: [], mounts: [] },
  );
}

describe('spellings of flags', () => {
  it.each<[string, object, string[]]>([
    ['--flag=value', { command: ['kube-apiserver', '--tls-cert-file=/x'] }, ['tls-cert-file=/x']],
    ['--flag value', { command: ['kube-apiserver', '--tls-cert-file', '/x', '--v=2'] }, ['tls-cert-file=/x', 'v=2']],
    [
      'a value that looks like a flag',
      { command: ['kube-apiserver', '--tls-cert-file', '--v=2'] },
      ['tls-cert-file=--v=2'],
    ],
    [
      'bare booleans',
      { command: ['kube-apiserver', '--allow-privileged', '--anonymous-auth=false'] },
      ['allow-privileged=true', 'anonymous-auth=false'],
    ],
    [
      'a boolean takes no separate value',
      { command: ['kube-apiserver', '--anonymous-auth', 'false', '--v=1'] },
      ['anonymous-auth=true', 'v=1'],
    ],
    ['_ for -', { command: ['kube-apiserver', '--tls_cert_file=/x_y'] }, ['tls-cert-file=/x_y']],
    ['_ stays for etcd', { command: ['etcd', '--cert_file=/x'] }, ['cert_file=/x']],
    [
      'one dash',
      { command: ['etcd', '-cert-file=/x', '-name', 'a', '-client-cert-auth'] },
      ['cert-file=/x', 'name=a', 'client-cert-auth=true'],
    ],
    [
      'one dash is one letter to kube',
      { command: ['kube-scheduler', '-v=2', '-v', '3', '-v4'] },
      ['v=2', 'v=3', 'v=4'],
    ],
    ['-- ends them', { command: ['kube-apiserver', '--v=1', '--', '--v=2'] }, ['v=1']],
    ['a word ends etcd’s', { command: ['etcd', '--name=a', 'word', '--name=b'] }, ['name=a']],
    ['a word does not end kube’s', { command: ['kube-scheduler', 'word', '--v=1'] }, ['v=1']],
    [
      'empty values',
      { command: ['kube-controller-manager', '--cluster-signing-cert-file='] },
      ['cluster-signing-cert-file='],
    ],
    ['repeated', { command: ['kube-apiserver', '--v=1', '--v=2'] }, ['v=1', 'v=2']],
    [
      'unknown flags with and without value',
      { command: ['kube-apiserver', '--new', 'x', '--newer', '--v=1'] },
      ['new=…', 'newer=true', 'v=1'],
    ],
    ['command and args', { command: ['kube-apiserver'], args: ['--v=1'] }, ['v=1']],
    ['no value left', { command: ['kube-apiserver', '--tls-cert-file'] }, ['tls-cert-file=true']],
  ])('%s', async (_, container, expected) => {
    expect(await flags(container)).toEqual(expected);
  });
});

describe('what starts a component', () => {
  it.each<[string, object, string]>([
    ['its path', { command: ['/usr/local/bin/kube-apiserver', '--v=1'] }, 'kube-apiserver'],
    ['hyperkube', { command: ['/hyperkube', 'apiserver', '--v=1'] }, 'kube-apiserver'],
    ['hyperkube, newer', { command: ['hyperkube', 'kube-scheduler', '--v=1'] }, 'kube-scheduler'],
    [
      'go-runner',
      { command: ['/go-runner', '--log-file=/l', '--also-stdout', '/usr/local/bin/kube-scheduler', '--v=1'] },
      'kube-scheduler',
    ],
    ['tini', { command: ['tini', '--', 'etcd', '--v=1'] }, 'etcd'],
    [
      'the image',
      { image: 'registry.k8s.io/kube-apiserver-amd64:v1.36.2@sha256:00', args: ['--v=1'] },
      'kube-apiserver',
    ],
    [
      'the image, its program in args',
      { image: 'example.test:5000/k8s/x', args: ['kube-scheduler', '--v=1'] },
      'kube-scheduler',
    ],
    ['the container’s name', { name: 'etcd', image: 'example.test/database', args: ['--v=1'] }, 'etcd'],
    ['sh -c', { command: ['/bin/sh', '-c', 'exec kube-apiserver --v=1'] }, 'kube-apiserver'],
    [
      'sh -ec with more around',
      {
        command: ['sh', '-ec'],
        args: ['set -x\ncd /; A=b exec /usr/bin/kube-apiserver \\\n  --v="1" 1>>/var/log/x 2>&1'],
      },
      'kube-apiserver',
    ],
    [
      'bash with positional words',
      { command: ['bash', '-c', 'exec kube-scheduler "$@"', 'name', '--v=1'] },
      'kube-scheduler',
    ],
  ])('%s', async (_, container, name) => {
    const node = await scanPod(podOf(container));
    expect(node.components.map((component) => [component.name, flagsOf(component), component.unknown])).toEqual([
      [name, ['v=1'], undefined],
    ]);
  });

  it('others are no components', async () => {
    for (const command of [
      ['haproxy', '-f', 'etcd'],
      ['sh', '-c', 'sleep 1'],
      ['etcdctl', 'get'],
      ['hyperkube', 'proxy'],
      [],
    ]) {
      const node = await scanPod(podOf({ name: 'x', image: 'example.test/haproxy', command }));
      expect(node.components).toEqual([]);
    }
  });

  it.each<[string, object, RegExp]>([
    ['a script that hides it', { command: ['sh', '-c', 'kube-apiserver --v=1 "unfinished'] }, /shell script/],
    ['a script of the image', { image: 'x/kube-apiserver', command: ['/run.sh'] }, /started by \/run\.sh/],
    ['words of an unknown variable', { command: ['kube-apiserver', '$(MORE)'] }, /MORE/],
    ['words of an unknown shell variable', { command: ['sh', '-c', 'kube-apiserver $MORE'] }, /MORE/],
  ])('%s is unknown', async (_, container, reason) => {
    expect((await scanPod(podOf(container))).components[0]?.unknown).toMatch(reason);
  });
});

describe('variables', () => {
  const env = [
    { name: 'DIR', value: '/pki' },
    { name: 'FILE', value: '$(DIR)/a' },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'VIA', value: '$(IP):1' },
  ];
  it.each<[string, string, string]>([
    ['one', '--tls-cert-file=$(DIR)/x', 'tls-cert-file=/pki/x'],
    ['one of another', '--tls-cert-file=$(FILE)', 'tls-cert-file=/pki/a'],
    ['an escape', '--tls-cert-file=$$(DIR)', 'tls-cert-file=$(DIR)'],
    ['from elsewhere', '--advertise-address=$(IP)', 'advertise-address=?IP'],
    ['through another', '--advertise-address=$(VIA)', 'advertise-address=?VIA'],
    ['not set', '--advertise-address=$(NONE)', 'advertise-address=?NONE'],
  ])('%s', async (_, word, expected) => {
    expect(await flags({ command: ['kube-apiserver', word], env })).toEqual([expected]);
  });

  it.each<[string, string[]]>([
    ['etcd --cert-file=$DIR/x --name="${DIR}"', ['cert-file=/pki/x', 'name=/pki']],
    ["etcd --name='$DIR' --cert-file=$(DIR)", ['name=$DIR', 'cert-file=/pki']],
    ['etcd --name=$(hostname) --cert-file=`x`', ['name=?$(hostname)', 'cert-file=?`x`']],
    ['etcd --name=${IP:-a} --cert-file $IP', ['name=?IP', 'cert-file=?IP']],
    ['etcd --name=a#b # --name=c', ['name=a#b']],
    ['true && etcd --name=a | tee log', ['name=a']],
  ])('in a shell: %s', async (script, expected) => {
    expect(await flags({ command: ['sh', '-c', script], env })).toEqual(expected);
  });

  it('etcd’s own come before its flags, the empty ones not at all', async () => {
    const container = {
      command: ['etcd', '--cert-file=/flag'],
      env: [
        { name: 'ETCD_CERT_FILE', value: '/env' },
        { name: 'ETCD_KEY_FILE', value: '' },
        { name: 'OTHER', value: 'x' },
      ],
    };
    const etcd = componentOf(await scanPod(podOf(container)), 'etcd');
    expect(etcd.arguments.map(({ spelled, value }) => [spelled, value])).toEqual([
      ['ETCD_CERT_FILE', '/env'],
      ['--cert-file', '/flag'],
    ]);
  });
});

describe('manifests', () => {
  it('keep line and column of every argument', async () => {
    const yaml =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n    - "--v=1"\n    args: [--tls-cert-file, /x]\n    name: x\n    image: x\n';
    const [apiserver] = (await scanPod(yaml)).components;
    expect(apiserver?.at).toEqual({
      path: '/etc/kubernetes/manifests/pod.yaml',
      line: 6,
      column: 5,
      endLine: 6,
      endColumn: 12,
    });
    expect(apiserver?.arguments.map(({ at }) => [placeIn(at)?.line, placeIn(at)?.column])).toEqual([
      [8, 7],
      [9, 12],
    ]);
  });

  it.each<[string, string, number | undefined, RegExp]>([
    [
      'a number among the words',
      'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command:\n    - etcd\n    - 1\n',
      7,
      /cannot unmarshal number .*command of type string/,
    ],
    [
      'a map among the words',
      'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - args:\n    - --a: b\n',
      6,
      /cannot unmarshal object/,
    ],
    ['no apiVersion', 'kind: Pod\nspec: {}\n', undefined, /^Object 'apiVersion' is missing$/],
    ['another apiVersion', 'apiVersion: v2\nkind: Pod\n', 1, /^no kind "Pod" is registered for version "v2"$/],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: x}\n', undefined, /^invalid pod: name is needed/],
    [
      'no container',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n',
      undefined,
      /^invalid pod: spec.containers: Required value$/,
    ],
    ['an empty first document', '---\n---\napiVersion: v1\nkind: Pod\n', undefined, /empty/],
    ['another kind', 'kind: Deployment\n', 1, /kind is Deployment, expected Pod/],
    ['no kind', 'a: b\n', 1, /'Kind' is missing/],
    ['a list', '- a\n', 1, /not contain an object/],
    ['nothing', '', undefined, /empty/],
    ['broken YAML', 'kind: Pod\n\tspec:\n', 2, /^yaml: /],
  ])('%s is malformed', async (_, yaml, line, error) => {
    const content = (await scanPod(yaml)).files.get('/etc/kubernetes/manifests/pod.yaml')?.content;
    expect(content).toMatchObject({ type: 'malformed', error: expect.stringMatching(error) });
    expect(content?.type === 'malformed' && content.line).toBe(line);
  });

  it('are all files of the folder that do not start with a dot', async () => {
    const pod = podOf({ command: ['etcd'] });
    const node = await scanPod(pod, {
      'etc/kubernetes/manifests/etcd.yaml.bak': pod,
      'etc/kubernetes/manifests/.etcd.yaml.swp': pod,
      'etc/kubernetes/manifests/old/etcd.yaml': pod,
    });
    expect(node.components.map(({ at }) => fileIn(at))).toEqual([
      '/etc/kubernetes/manifests/etcd.yaml.bak',
      '/etc/kubernetes/manifests/pod.yaml',
    ]);
  });
});

describe('mounts', () => {
  const pod = podOf(
    {
      command: ['kube-apiserver', '--tls-cert-file=/certs/deep/a.crt'],
      volumeMounts: [
        { name: 'host', mountPath: '/certs/' },
        { name: 'host', mountPath: '/certs/deep', subPath: 'sub' },
        { name: 'scratch', mountPath: '/certs/tmp' },
        { name: 'one', mountPath: '/one.conf' },
        { name: 'host', mountPath: '/by-name', subPathExpr: '$(X)' },
      ],
    },
    {
      volumes: [
        { name: 'host', hostPath: { path: '/srv/pki' } },
        { name: 'scratch', emptyDir: {} },
        { name: 'one', hostPath: { path: '/etc/one.conf' } },
      ],
    },
  );
  it.each([
    ['/certs/a.crt', '/srv/pki/a.crt'],
    ['certs/../certs/a.crt', '/srv/pki/a.crt'],
    ['/certs/deep/a.crt', '/srv/pki/sub/a.crt'],
    ['/certs/tmp/a.crt', 'not-on-disk'],
    ['/by-name/a.crt', 'not-on-disk'],
    ['/one.conf', '/etc/one.conf'],
    ['/certsother/a.crt', 'not-mounted'],
    ['/etc/kubernetes/pki/a.crt', 'not-mounted'],
  ])('%s is %s', async (given, expected) => {
    expect(hostPath(componentOf(await scanPod(pod), 'kube-apiserver'), given)).toBe(expected);
  });

  it('lead to the files that are looked at', async () => {
    const node = await scanPod(pod, { 'srv/pki/sub/a.crt': 'no PEM' });
    expect(node.files.get('/srv/pki/sub/a.crt')).toMatchObject({
      state: 'file',
      content: { type: 'pem', pem: { oddity: 'no-pem' } },
    });
  });
});

describe('configuration files', () => {
  const mounted = { volumeMounts: [{ name: 'v', mountPath: '/conf' }] };
  const volumes = { volumes: [{ name: 'v', hostPath: { path: '/etc/conf' } }] };

  it('etcd’s takes the place of flags and variables', async () => {
    const container = {
      ...mounted,
      command: ['etcd', '--name=flag', '--config-file=/conf/etcd.yml'],
      env: [{ name: 'ETCD_NAME', value: 'env' }],
    };
    const yaml =
      'name: file\nclient-transport-security:\n  cert-file: /c\n  client-cert-auth: true\npeer-transport-security:\n  cert-file: /p\n  allowed-cn: x\n';
    const node = await scanPod(podOf(container, volumes), { 'etc/conf/etcd.yml': yaml });
    const etcd = componentOf(node, 'etcd');
    expect(flagsOf(etcd)).toEqual([
      'config-file=/conf/etcd.yml',
      'name=file',
      'cert-file=/c',
      'client-cert-auth=true',
      'peer-cert-file=/p',
      'peer-cert-allowed-cn=x',
    ]);
    expect(etcd.arguments[2]).toMatchObject({
      spelled: 'client-transport-security.cert-file',
      at: { path: '/etc/conf/etcd.yml', line: 3 },
    });
  });

  it('etcd’s that is not seen leaves nothing known', async () => {
    const container = { ...mounted, command: ['etcd', '--name=flag', '--config-file=/conf/etcd.yml'] };
    const etcd = componentOf(await scanPod(podOf(container, volumes)), 'etcd');
    expect(flagsOf(etcd)).toEqual(['config-file=/conf/etcd.yml']);
    expect(etcd.unknown).toMatch(/\/etc\/conf\/etcd\.yml/);
  });

  it('the scheduler’s names its kubeconfig', async () => {
    const container = { ...mounted, command: ['kube-scheduler', '--kubeconfig=/flag', '--config=/conf/s.yaml'] };
    const yaml = 'kind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /conf/s.conf\n';
    const node = await scanPod(podOf(container, volumes), { 'etc/conf/s.yaml': yaml });
    expect(flagsOf(componentOf(node, 'kube-scheduler'))).toEqual(['config=/conf/s.yaml', 'kubeconfig=/conf/s.conf']);
    expect(node.files.has('/etc/conf/s.conf')).toBe(true);
    const unseen = await scanPod(podOf(container, volumes));
    expect(flagsOf(componentOf(unseen, 'kube-scheduler'))).toEqual([
      'config=/conf/s.yaml',
      'kubeconfig=?clientConnection.kubeconfig',
    ]);
  });
});
