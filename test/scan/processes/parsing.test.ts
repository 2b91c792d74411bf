import { describe, expect, test } from 'vitest';
import { placeInCgroups } from '../../../src/scan/processes/cgroup.ts';
import { isMounted, parseMounts, rootDevice } from '../../../src/scan/processes/mountinfo.ts';
import { bootTime, parseStat, uptimeIn } from '../../../src/scan/processes/stat.ts';
import { groups, id, staticUid, statLine, uid } from './support.ts';

describe('stat of a process', () => {
  const stat = (name: string) => parseStat(statLine(7, { words: [], name, parent: 3, ticks: 605170 }));

  test.each(['etcd', ') S 1', 'a b', 'x) Z 9 (y', 'two\nlines', '', '(((', ')))'])('its name is %j', (name) => {
    expect(stat(name)).toEqual({ name, state: 'S', parent: 3, ticks: 605170, isKernelThread: false });
  });

  test('of a thread of the kernel', () => {
    expect(parseStat(statLine(2, { words: [], name: 'kthreadd', flags: 2129984 }))?.isKernelThread).toBe(true);
  });

  test.each(['', '7', '7 (x', '7 (x)', '7 (x) S 1', ') S 1 (', statLine(7, { words: [], ticks: Number.NaN })])(
    '%j is damaged',
    (text) => expect(parseStat(text)).toBeUndefined(),
  );
});

test('the time of the boot', () => {
  expect(bootTime('cpu  1 2\nbtime 1795880110\nprocesses 5\n')).toBe(1_795_880_110_000);
  for (const text of ['', 'btime -5', 'btime 0', 'btime 1e9', 'xbtime 5', 'btime 99999999999999999999'])
    expect(bootTime(text)).toBeUndefined();
  expect(uptimeIn('350735.47 234388.90\n')).toBe(350_735_470);
  expect(uptimeIn('x')).toBeUndefined();
});

describe('mountinfo', () => {
  test('escapes and what was removed', () => {
    const text = [
      '520 388 7:0 /etc/kubernetes/scheduler.conf//deleted /etc/kubernetes/scheduler.conf ro,relatime - ext4 /dev/vda1 rw',
      '521 388 7:0 /a\\040b\\011c\\012d\\134e /x\\040y rw shared:1 master:2 - ext4 /dev/vda1 rw',
      '522 388 0:45 /\\\\040 /odd rw - tmpfs tmpfs rw',
      'damaged',
      '523 388 x:0 / /wrong rw - ext4 a rw',
      '524 388 7:0 / relative rw - ext4 a rw',
      '',
    ].join('\n');
    expect(parseMounts(text)).toEqual([
      {
        device: '7:0',
        root: '/etc/kubernetes/scheduler.conf',
        path: '/etc/kubernetes/scheduler.conf',
        isDeleted: true,
      },
      { device: '7:0', root: '/a b\tc\nd\\e', path: '/x y', isDeleted: false },
      { device: '0:45', root: '/\\ ', path: '/odd', isDeleted: false },
    ]);
  });

  test('the root that counts is mounted last', () => {
    expect(rootDevice(parseMounts('1 0 0:1 / / rw - rootfs rootfs rw\n2 1 8:1 / / rw - ext4 a rw'))).toBe('8:1');
  });

  test.each([
    ['the folder', '8:1 /etc/kubernetes /etc/kubernetes', true],
    ['a file in it, elsewhere', '8:1 /etc/kubernetes/scheduler.conf /conf', true],
    ['a folder that contains it', '8:1 /etc /host/etc', true],
    ['the root of the host', '8:1 / /host', true],
    ['a folder with a similar name', '8:1 /etc/kubernetes-dev /etc/kubernetes', false],
    ['the same path on a different file system', '8:9 /etc/kubernetes /etc/kubernetes', false],
  ])('%s is mounted', (_, mount, expected) => {
    const mounts = parseMounts(`1 0 ${mount} rw - ext4 a rw`);
    const host = parseMounts('1 0 8:1 / / rw - ext4 a rw');
    expect(isMounted('/etc/kubernetes', mounts, host)).toBe(expected);
  });

  test('a place is that in its file system', () => {
    const host = parseMounts('1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 /@etc /etc rw - btrfs b rw');
    const mounts = (root: string) => parseMounts(`1 0 8:2 ${root} /etc/kubernetes rw - btrfs b rw`);
    expect(isMounted('/etc/kubernetes', mounts('/@etc/kubernetes'), host)).toBe(true);
    expect(isMounted('/etc/kubernetes', mounts('/etc/kubernetes'), host)).toBe(false);
  });
});

describe('control groups', () => {
  const [c, d] = [id('c'), id('d')];
  const none = { container: undefined, podUid: undefined, unit: undefined, isNested: false };
  const inPod = { ...none, container: c, podUid: staticUid };
  const underscored = uid.replaceAll('-', '_');

  test.each([
    ['v1, driver cgroupfs', `9:name=systemd:/kubepods/burstable/pod${staticUid}/${c}\n0::/\n`, inPod],
    ['v2, driver systemd', groups.staticPod('c'), inPod],
    [
      'below the slice of the kubelet',
      `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${staticUid}.slice/cri-containerd-${c}.scope`,
      inPod,
    ],
    ['of CRI-O', `0::/kubepods.slice/kubepods-pod${staticUid}.slice/crio-${c}.scope/container`, inPod],
    ['of Docker', `0::/kubepods.slice/kubepods-pod${underscored}.slice/docker-${c}.scope`, { ...inPod, podUid: uid }],
    [
      'of containerd without systemd',
      `0::/system.slice/containerd.service/kubepods-burstable-pod${staticUid}.slice:cri-containerd:${c}`,
      inPod,
    ],
    ['from a different namespace', `0::/../../pod${staticUid}/${c}`, inPod],
    ['only in some controllers', `3:cpu:/\n2:memory:/kubepods/pod${uid}/${c}`, { ...inPod, podUid: uid }],
    ['a container without a pod', `0::/system.slice/docker-${c}.scope`, { ...none, container: c }],
    ['of Podman', `0::/machine.slice/libpod-${c}.scope/container`, { ...none, container: c }],
    ['of Docker, driver cgroupfs', `4:memory:/docker/${c}`, { ...none, container: c }],
    ['a unit', groups.kubelet, { ...none, unit: 'kubelet.service' }],
    [
      'a unit that delegates',
      '0::/system.slice/k0scontroller.service/init',
      { ...none, unit: 'k0scontroller.service' },
    ],
    [
      'a unit in one hierarchy',
      '12:pids:/\n1:name=systemd:/system.slice/etcd.service\n0::/',
      { ...none, unit: 'etcd.service' },
    ],
    ['a session', groups.session, none],
    ['a session of a graphical login', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope', none],
    ['the top', '0::/', none],
    ['nothing', '', none],
    [
      'a node of kind',
      `0::/docker/${d}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${staticUid}.slice/cri-containerd-${c}.scope`,
      { ...inPod, container: c, isNested: true },
    ],
    [
      'the kubelet of kind',
      `0::/system.slice/docker-${d}.scope/system.slice/kubelet.service`,
      { ...none, container: d, isNested: true },
    ],
    [
      'Docker in a pod',
      `0::/kubepods/pod${uid}/${d}/docker/${c}`,
      { ...none, container: c, podUid: uid, isNested: true },
    ],
    [
      'a pod of a kubelet in a pod',
      `0::/kubepods/pod${uid}/${d}/kubepods/pod${staticUid}/${c}`,
      { ...inPod, isNested: true },
    ],
    [
      'a node in LXC, v1',
      '4:cpu:/lxc/node-1/system.slice/kubelet.service',
      { ...none, container: 'node-1', isNested: true },
    ],
    [
      'a node in LXC',
      '0::/lxc.payload.node-1/system.slice/kubelet.service',
      { ...none, container: 'lxc.payload.node-1', isNested: true },
    ],
  ])('%s', (_, text, expected) => {
    expect(placeInCgroups(text)).toMatchObject(expected);
  });

  test('a reader in a container sees its own path in front of all', () => {
    const { prefix } = placeInCgroups(`0::/docker/${d}/init.scope`);
    expect(prefix).toBe(`/docker/${d}`);
    const inside = `0::/docker/${d}/kubelet.slice/kubelet-kubepods-pod${staticUid}.slice/cri-containerd-${c}.scope`;
    expect(placeInCgroups(inside, prefix)).toMatchObject(inPod);
    expect(placeInCgroups(`0::/docker/${d}/system.slice/kubelet.service`, prefix)).toMatchObject({
      ...none,
      unit: 'kubelet.service',
    });
  });
});
