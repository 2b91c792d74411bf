/** Nodes that were recorded while they ran (fixtures/running/README.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Running } from '../../../src/artifact/process.ts';
import { layouts } from '../../../src/tables/layouts/index.ts';
import { scanOne } from '../support.ts';

const folder = 'fixtures/running';
const expected: Record<string, { at: string; pids?: number[] }> = JSON.parse(
  readFileSync(`${folder}/expect.json`, 'utf8'),
);

const recorded = async (name: string): Promise<Running & { state: 'seen' }> => {
  const { running } = await scanOne(`${folder}/${name}.tar.gz`, { cwd: process.cwd(), layouts });
  if (running?.state !== 'seen') throw new Error(JSON.stringify(running));
  return running;
};

const names = (running: Running & { state: 'seen' }): string[] =>
  running.processes.map(({ component }) => component).sort();
const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

test.each(Object.entries(expected).filter(([, { pids = [] }]) => pids.length > 0))('%s', async (name, { at, pids }) => {
  const running = await recorded(name);
  expect(running.from).toBe('proc');
  expect(running.processes.map(({ pid }) => pid)).toEqual(pids);
  const recordedAt = Date.parse(at);
  expect(Math.abs((running.at ?? 0) - recordedAt)).toBeLessThan(5000);
  for (const { component, started = 0, container, unit, mounts } of running.processes) {
    expect(started).toBeLessThan(recordedAt);
    expect(started).toBeGreaterThan(recordedAt - 3600_000);
    expect(mounts?.length).toBeGreaterThan(10);
    expect(unit).toBe(component === 'kubelet' ? 'kubelet.service' : undefined);
    if (container?.podUid !== undefined) expect(container.pod).toBe(`${component}-cp-1`);
    expect(container === undefined).toBe(component === 'kubelet');
  }
});

describe('components of the recordings', () => {
  test.each([
    ['healthy', [...controlPlane, 'kubelet']],
    ['manifests-changed-kubelet-down', controlPlane],
    ['second-copy', [...controlPlane, 'kube-scheduler', 'kubelet']],
    ['kubelet-only', ['kubelet']],
    ['etcd-ca-not-restarted-gnu-noproc', controlPlane],
  ])('%s', async (name, components) => {
    expect(names(await recorded(name))).toEqual([...components].sort());
  });
});

test('a container without a pod', async () => {
  const { processes } = await recorded('second-copy');
  const container = { id: 'by-hand', podUid: undefined, pod: undefined };
  expect(processes.at(-1)).toMatchObject({ component: 'kube-scheduler', pid: 2108, container });
});

test('a file that was replaced is still mounted', async () => {
  const { processes } = await recorded('single-mount-renamed');
  const deleted = processes.flatMap(({ component, mounts }) =>
    mounts?.some(({ isDeleted }) => isDeleted) ? component : [],
  );
  expect(deleted).toEqual(['kube-controller-manager']);
});

test('what the runtime wrote is close to what the kernel says', async () => {
  const [byKernel, byRuntime] = [
    await recorded('etcd-ca-not-restarted'),
    await recorded('etcd-ca-not-restarted-gnu-noproc'),
  ];
  expect(byRuntime.from).toBe('bundles');
  for (const { component, started = 0, words } of byRuntime.processes) {
    const same = byKernel.processes.find((one) => one.component === component);
    expect(words).toEqual(same?.words);
    expect(Math.abs(started - (same?.started ?? 0))).toBeLessThan(1500);
  }
});
