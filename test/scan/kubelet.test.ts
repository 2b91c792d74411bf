// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd

import { describe, expect, it } from 'vitest';
import { fileIn } from '../../src/artifact/place.ts';
import { componentOf, flagsOf, type Planted, plant, podOf, scanOne, stateOf } from './support.ts';

const config = `kind: KubeletConfiguration
authentication:
  anonymous: {enabled: no}
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
clusterDNS: [10.96.0.10, 10.96.0.11]
rotateCertificates: true
staticPodPath: /etc/pods
`;
const dropIn = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# written by kubeadm
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;
const unit =
  '[Unit]\nDescription=kubelet\nExecStart=not here\n[Service]\nExecStart=/usr/bin/kubelet --v=1\nRestart=always\n';
const base = { 'etc/passwd': '', 'etc/kubernetes/pki/ca.crt': 'x' };
const flagsEnv = 'KUBELET_KUBEADM_ARGS="--hostname-override=cp-1 --node-ip=192.0.2.10"\n';

async function kubelet(files: Record<string, Planted>) {
  return componentOf(await scanOne(plant({ ...base, ...files })), 'kubelet');
}

describe('from its unit', () => {
  it('with kubeadm’s drop-in', async () => {
    const found = await kubelet({
      'usr/lib/systemd/system/kubelet.service': unit,
      'usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': dropIn,
      'var/lib/kubelet/kubeadm-flags.env': flagsEnv,
      'var/lib/kubelet/config.yaml': config,
      'etc/default/kubelet': "KUBELET_EXTRA_ARGS='--rotate-certificates=false'\n",
    });
    expect(flagsOf(found)).toEqual([
      'client-ca-file=/etc/kubernetes/pki/ca.crt',
      'anonymous-auth=false',
      'rotate-certificates=true',
      'pod-manifest-path=/etc/pods',
      'cluster-dns=10.96.0.10,10.96.0.11',
      'bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      'kubeconfig=/etc/kubernetes/kubelet.conf',
      'config=/var/lib/kubelet/config.yaml',
      'hostname-override=cp-1',
      'node-ip=192.0.2.10',
      'rotate-certificates=false',
    ]);
    expect(found).toMatchObject({
      mounts: undefined,
      at: { path: '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', line: 8 },
    });
    expect(found.unknown).toBeUndefined();
    const at = (name: string) => found.arguments.find((argument) => argument.name === name);
    expect(at('client-ca-file')).toMatchObject({
      spelled: 'authentication.x509.clientCAFile',
      at: { path: '/var/lib/kubelet/config.yaml', line: 5, column: 19 },
    });
    expect(at('hostname-override')?.at).toMatchObject({ path: '/var/lib/kubelet/kubeadm-flags.env', line: 1 });
    expect(at('kubeconfig')?.at).toMatchObject({ line: 2 });
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'continued lines and quotes',
      {
        'etc/systemd/system/kubelet.service':
          '[Service]\nExecStart=/usr/bin/kubelet \\\n  --node-ip="192.0.2.1" \\\n# comment\n  --v=2\n',
      },
      ['node-ip=192.0.2.1', 'v=2'],
    ],
    [
      'the nearer unit',
      {
        'etc/systemd/system/kubelet.service': '[Service]\nExecStart=kubelet --v=1',
        'usr/lib/systemd/system/kubelet.service': '[Service]\nExecStart=kubelet --v=2',
      },
      ['v=1'],
    ],
    [
      'drop-ins by name, the nearer of two',
      {
        'lib/systemd/system/kubelet.service': unit,
        'etc/systemd/system/kubelet.service.d/a.conf': '[Service]\nExecStart=\nExecStart=kubelet --v=a',
        'lib/systemd/system/kubelet.service.d/a.conf': '[Service]\nExecStart=\nExecStart=kubelet --v=b',
        'lib/systemd/system/kubelet.service.d/A.conf': '[Service]\nExecStart=\nExecStart=kubelet --v=c',
      },
      ['v=a'],
    ],
    [
      'variables within words',
      {
        'etc/systemd/system/kubelet.service':
          '[Service]\nEnvironment=A=1 "B=2 3"\nExecStart=-/usr/bin/kubelet --node-ip=${A} --v=${B} $NONE --name=$$x',
      },
      ['node-ip=1', 'v=2 3', 'name=$x'],
    ],
    [
      'a shell',
      {
        'etc/systemd/system/kubelet.service':
          '[Service]\nEnvironment=IP=192.0.2.1\nExecStart=/bin/sh -c "exec /usr/bin/kubelet --node-ip=${IP}"',
      },
      ['node-ip=192.0.2.1'],
    ],
    [
      'an environment file wins',
      {
        'etc/systemd/system/kubelet.service':
          '[Service]\nEnvironmentFile=/etc/k.env\nEnvironment=A=1\nExecStart=kubelet --v=${A}',
        'etc/k.env': '; comment\nA=2\n',
      },
      ['v=2'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(flagsOf(await kubelet(files))).toEqual(expected);
  });

  it('that starts something else is unknown', async () => {
    const found = await kubelet({ 'etc/systemd/system/kubelet.service': '[Service]\nExecStart=/opt/run-kubelet.sh' });
    expect(found).toMatchObject({ arguments: [], unknown: 'its unit starts /opt/run-kubelet.sh' });
  });

  it('whose environment file was not seen is unknown', async () => {
    const root = plant({
      'etc/kubernetes/pki/ca.crt': 'x',
      'etc/systemd/system/kubelet.service.d/10-kubeadm.conf': dropIn,
      'var/lib/kubelet/config.yaml': config,
    });
    const node = await scanOne(root);
    expect(componentOf(node, 'kubelet').unknown).toMatch(/KUBELET_(?:KUBEADM|EXTRA)_ARGS/);
  });
});

describe('without a unit', () => {
  it('it runs with kubeadm’s defaults', async () => {
    const found = await kubelet({ 'var/lib/kubelet/kubeadm-flags.env': flagsEnv });
    expect(flagsOf(found)).toEqual([
      'bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      'kubeconfig=/etc/kubernetes/kubelet.conf',
      'config=/var/lib/kubelet/config.yaml',
      'hostname-override=cp-1',
      'node-ip=192.0.2.10',
    ]);
    expect(found.at).toEqual({ path: '/var/lib/kubelet/kubeadm-flags.env' });
  });

  it('there is none where none of its files is', async () => {
    const node = await scanOne(plant(base));
    expect(node.components).toEqual([]);
    expect(stateOf(node, '/var/lib/kubelet/config.yaml')).toBe('absent');
  });
});

describe('its configuration', () => {
  it('takes drop-ins after it', async () => {
    const found = await kubelet({
      'etc/systemd/system/kubelet.service': '[Service]\nExecStart=kubelet --config=/etc/k.yaml --config-dir=/etc/k.d',
      'etc/k.yaml': 'clusterDomain: a',
      'etc/k.d/20.conf': 'clusterDomain: c',
      'etc/k.d/10.conf': 'clusterDomain: b',
      'etc/k.d/30.yaml': 'clusterDomain: d',
    });
    expect(flagsOf(found).slice(0, 3)).toEqual(['cluster-domain=a', 'cluster-domain=b', 'cluster-domain=c']);
  });

  it('that does not parse is malformed, and its settings unknown', async () => {
    const node = await scanOne(plant({ ...base, 'var/lib/kubelet/config.yaml': 'a: [1\n' }));
    expect(node.files.get('/var/lib/kubelet/config.yaml')?.content).toMatchObject({
      type: 'malformed',
      error: expect.stringMatching(/^yaml/),
    });
    expect(componentOf(node, 'kubelet').unknown).toMatch(/cannot be parsed/);
  });

  it('that was not seen leaves its settings unknown', async () => {
    const node = await scanOne(
      plant({ 'etc/kubernetes/pki/ca.crt': 'x', 'var/lib/kubelet/kubeadm-flags.env': flagsEnv }),
    );
    expect(componentOf(node, 'kubelet').unknown).toBe('its configuration /var/lib/kubelet/config.yaml was not seen');
  });

  it('says where static pods are', async () => {
    const pod = podOf({ command: ['etcd'] });
    const node = await scanOne(
      plant({
        ...base,
        'var/lib/kubelet/config.yaml': config,
        'etc/pods/a.json': pod,
        'etc/kubernetes/manifests/b.yaml': pod,
      }),
    );
    expect(node.components.map(({ at }) => fileIn(at))).toEqual(['/etc/pods/a.json', '/var/lib/kubelet/config.yaml']);
  });

  it('its folder is read by name, never walked', async () => {
    const node = await scanOne(
      plant({
        ...base,
        'var/lib/kubelet/config.yaml': config,
        'var/lib/kubelet/pki/kubelet.crt': 'x',
        'var/lib/kubelet/pods/1/volumes/ca.crt': 'x',
        'var/lib/kubelet/x.crt': 'x',
      }),
    );
    expect([...node.files.keys()].filter((file) => file.startsWith('/var/lib/kubelet'))).toEqual([
      '/var/lib/kubelet/kubeadm-flags.env',
      '/var/lib/kubelet/config.yaml',
      '/var/lib/kubelet/instance-config.yaml',
      '/var/lib/kubelet/pki',
      '/var/lib/kubelet/pki/kubelet.crt',
      '/var/lib/kubelet/pki/kubelet.key',
      '/var/lib/kubelet',
    ]);
  });
});
