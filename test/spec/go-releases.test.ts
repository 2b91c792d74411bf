import { expect, test } from 'vitest';
import { strictest } from '../../src/core/strictness.ts';
import { goOfKubernetes, kubernetesRows, strictnessOfGo, strictnessRows } from '../../src/spec/go-releases.ts';

test('a release judges as the last row up to it', () => {
  const row = (go: string) => strictnessRows.find((one) => one.go === go);
  expect(strictnessOfGo('1.17')).toBe(row('1.16.0'));
  expect(strictnessOfGo('go1.24.7')).toBe(row('1.24.0'));
  expect(strictnessOfGo('1.24.8')).toBe(row('1.24.8'));
  expect(strictnessOfGo('1.24.10')).toBe(row('1.24.9'));
  expect(strictnessOfGo('1.99')).toBe(strictnessRows.at(-1));
  expect(strictnessOfGo('1.15.9')).toBeUndefined();
  expect(strictnessOfGo('2')).toBeUndefined();
});

test('the rows rise, and the newest takes nothing', () => {
  const order = strictnessRows
    .map(({ go }) => go.split('.').map(Number))
    .map(([, minor = 0, patch = 0]) => minor * 1000 + patch);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(strictnessRows.at(-1)).toMatchObject(strictest);
});

test('each release of Kubernetes was built by a Go that is known', () => {
  expect(goOfKubernetes('v1.32.4')).toBe('1.23');
  expect(goOfKubernetes('1.36')).toBe('1.26');
  expect(goOfKubernetes('1.3')).toBeUndefined();
  const unknown = kubernetesRows.flatMap(({ go, later }) => [go, ...later]).filter((go) => !strictnessOfGo(go));
  expect(unknown).toEqual([]);
});
