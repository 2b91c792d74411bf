import { describe, expect, test } from 'vitest';
import { parseBundleJson } from '../../../src/scan/processes/bundle-json.ts';
import { runningOn } from '../../../src/scan/processes/running.ts';
import { memoryTree, plant, podOf, scanOne } from '../support.ts';
import { groups, id, node, runningWith, staticUid, uid } from './support.ts';

const secret = 'hunter2-never-shown';
const containerd = '/run/containerd/io.containerd.runtime.v2.task/k8s.io';
const crio = '/run/containers/storage/overlay-containers';

function bundle(args: readonly string[], annotations: Record<string, string>, sources: readonly string[] = []): string {
  return JSON.stringify({
    ociVersion: '1.2.0',
    process: { args, env: [`PASSWORD=${secret}`], Env: secret },
    config: { Env: [secret] },
    mounts: sources.map((source) => ({ destination: source, type: 'bind', source })),
    annotations: { ...annotations, 'io.kubernetes.cri-o.Annotations': secret },
  });
}

const cri = (pod: string, podUid: string, namespace = 'kube-system') => ({
  'io.kubernetes.cri.container-type': 'container',
  'io.kubernetes.cri.image-name': 'registry.k8s.io/etcd:3.5.16-0',
  'io.kubernetes.cri.sandbox-name': pod,
  'io.kubernetes.cri.sandbox-namespace': namespace,
  'io.kubernetes.cri.sandbox-uid': podUid,
});

const byBundles = (files: Record<string, string>) => runningOn(node, { tree: memoryTree(files), procfs: undefined });

const componentsIn = (files: Record<string, string>): readonly string[] => {
  const running = byBundles(files);
  return running.state === 'seen' ? running.processes.map(({ component }) => component) : [running.reason];
};

describe('containers without a process table', () => {
  const one = (args: readonly string[], ...rest: [Record<string, string>, string[]?]) => ({
    [`${containerd}/${id('c')}/config.json`]: bundle(args, ...rest),
  });

  test('of a static pod', () => {
    expect(byBundles(one(['etcd', '--name=a'], cri('etcd-cp-1', staticUid)))).toEqual({
      state: 'seen',
      from: 'bundles',
      at: undefined,
      hostMounts: undefined,
      processes: [
        {
          component: 'etcd',
          pid: undefined,
          words: ['--name=a'],
          arguments: [expect.objectContaining({ name: 'name', value: 'a' })],
          started: undefined,
          tolerance: 1000,
          mounts: undefined,
          container: { id: id('c'), podUid: staticUid, pod: 'etcd-cp-1', image: 'registry.k8s.io/etcd:3.5.16-0' },
          unit: undefined,
        },
      ],
    });
  });

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['the pod of an application', one(['etcd'], cri('db-0', uid, 'default')), []],
    ['a pod of kube-system', one(['etcd'], cri('db-0', uid)), []],
    ['a pod of kube-system with the name of the node', one(['etcd'], cri('etcd-cp-1', uid)), ['etcd']],
    [
      'a program that starts the component',
      one(['/go-runner', '--log-file=/x', '/usr/local/bin/etcd'], cri('e', staticUid)),
      ['etcd'],
    ],
    ['a container without a pod', one(['etcd'], {}, ['/etc/kubernetes/pki']), ['etcd']],
    ['one without files of the node', one(['etcd'], {}, ['/srv']), []],
    ['one of Docker in a pod of an application', one(['etcd'], {}, [`/var/lib/kubelet/pods/${uid}/etc-hosts`]), []],
    [
      'of K3s',
      {
        [`/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/${id('c')}/config.json`]: bundle(
          ['etcd'],
          cri('etcd-cp-1', staticUid),
        ),
      },
      ['etcd'],
    ],
    [
      'a sandbox',
      one(['/pause'], { ...cri('etcd-cp-1', staticUid), 'io.kubernetes.cri.container-type': 'sandbox' }),
      ['not in the input'],
    ],
    [
      'a damaged file',
      { [`${containerd}/${id('c')}/config.json`]: `{"process":{"env":["${secret}"]` },
      ['not in the input'],
    ],
    ['nothing', {}, ['not in the input']],
  ])('%s', (_, files, expected) => {
    expect(componentsIn(files)).toEqual(expected);
  });

  test('of CRI-O, with the time of its creation', () => {
    const annotations = {
      'io.kubernetes.cri-o.ContainerType': 'container',
      'io.kubernetes.cri-o.Created': '2026-11-28T17:16:01.123456789Z',
      'io.kubernetes.cri-o.ImageName': 'registry.k8s.io/etcd:3.5.16-0',
      'io.kubernetes.pod.name': 'etcd-cp-1',
      'io.kubernetes.pod.namespace': 'kube-system',
      'io.kubernetes.pod.uid': staticUid,
    };
    const files = { [`${crio}/${id('c')}/userdata/config.json`]: bundle(['etcd'], annotations) };
    expect(byBundles(files)).toMatchObject({
      processes: [
        { component: 'etcd', started: Date.parse('2026-11-28T17:16:01.123Z'), container: { pod: 'etcd-cp-1' } },
      ],
    });
  });
});

test('a process table is completed by what is known of its containers', () => {
  const files = { [`${containerd.slice(1)}/${id('c')}/config.json`]: bundle(['etcd'], cri('etcd-cp-1', staticUid)) };
  const { processes } = runningWith({ 9: { words: ['etcd'], group: groups.staticPod('c') } }, node, files);
  expect(processes.map(({ container }) => container?.pod)).toEqual(['etcd-cp-1']);
});

describe('the environment of a container', () => {
  test('is in nothing that is kept', () => {
    const text = bundle(['etcd'], cri('etcd-cp-1', staticUid), ['/etc/kubernetes']);
    expect(text).toContain(secret);
    expect(JSON.stringify(parseBundleJson(text))).not.toContain(secret);
    expect(JSON.stringify(byBundles({ [`${containerd}/${id('c')}/config.json`]: text }))).not.toContain(secret);
  });

  test.each([
    `{"process":{"args":["a"],"env":["${secret}"]`,
    `${secret}`,
    `[${'['.repeat(200_000)}`,
    'null',
    '7',
    '{"process":[]}',
  ])('is in no error: %.40s', (text) => expect(parseBundleJson(text)).toBeUndefined());

  test('is nowhere in a scanned node', async () => {
    const folder = containerd.slice(1);
    const root = plant({
      'etc/kubernetes/manifests/etcd.yaml': podOf({ name: 'etcd', command: ['etcd'] }),
      [`${folder}/${id('c')}/config.json`]: bundle(['etcd'], cri('etcd-cp-1', staticUid)),
      [`${folder}/${id('c')}/init.pid`]: '12',
      [`${folder}/${id('d')}/config.json`]: `{"process":{"env":["${secret}"]`,
    });
    const scanned = await scanOne(root);
    expect(scanned.running).toMatchObject({ from: 'bundles', processes: [{ component: 'etcd', tolerance: 1 }] });
    expect(JSON.stringify({ ...scanned, files: [...scanned.files] })).not.toContain(secret);
  });
});
