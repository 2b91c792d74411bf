import { readdirSync, readFileSync } from 'node:fs';
import semver from 'semver';
import { expect, test } from 'vitest';
import { strictest } from '../../src/artifact/strictness.ts';
import {
  kubernetesRows,
  newestPatch,
  strictnessOfGo,
  strictnessOfKubernetes,
  strictnessOfNode,
  strictnessRows,
  upgradePath,
} from '../../src/tables/go-releases.ts';

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

// The release notes of Go 1.18, 1.19, 1.23, 1.24 and 1.25 (crypto/x509, crypto/rsa); CVE-2025-61727.
test.each([
  ['sha1-signatures', '1.17.13', '1.18'],
  ['duplicate-extensions', '1.18.10', '1.19'],
  ['negative-serials', '1.22.12', '1.23'],
  ['short-rsa-keys', '1.23.12', '1.24'],
  ['odd-crt-values', '1.23.12', '1.24'],
  ['unread-policies', '1.23.12', '1.24'],
  ['negative-path-lengths', '1.24.13', '1.25'],
  ['bmp-surrogates', '1.24.13', '1.25'],
  ['excluded-wildcards', '1.24.10', '1.24.11'],
  ['excluded-wildcards', '1.25.4', '1.25.5'],
  ['mapped-addresses', '1.26.11', '1.27'],
])('%s: Go %s still accepts what %s rejects', (leniency, last, first) => {
  expect(strictnessOfGo(last)?.takes).toContain(leniency);
  expect(strictnessOfGo(first)?.takes).not.toContain(leniency);
});

// golang/go#75828 and #75861.
test('two patch releases reject malformed DNS names', () => {
  const releases = ['1.24.7', '1.24.8', '1.24.9', '1.25.1', '1.25.2', '1.25.3'];
  const strict = releases.filter((go) => strictnessOfGo(go)?.refuses?.includes('odd-dns-names'));
  expect(strict).toEqual(['1.24.8', '1.25.2']);
});

test('Go knows ML-DSA since 1.27, and of a release after the newest that is known nothing is', () => {
  const refuses = (release: string) => strictnessOfKubernetes(release)?.strictness.refuses;
  expect(strictnessOfGo('1.26.11')?.refuses).toEqual(['ml-dsa']);
  expect(strictnessOfGo('1.27')?.refuses).toBeUndefined();
  expect(['1.36.2', '1.37.0', '1.37.1', '1.38.0', '1.35.7'].map(refuses)).toEqual([
    ['ml-dsa'],
    ['ml-dsa'],
    [],
    [],
    ['ml-dsa'],
  ]);
});

test('the rows rise, and the newest takes nothing', () => {
  const order = strictnessRows
    .map(({ go }) => go.split('.').map(Number))
    .map(([, minor = 0, patch = 0]) => minor * 1000 + patch);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(strictnessRows.at(-1)).toMatchObject(strictest);
});

test('each release of Kubernetes was built by a Go that is known', () => {
  expect(strictnessOfKubernetes('v1.32.4')?.go).toEqual(['1.23']);
  expect(strictnessOfKubernetes('1.36')?.go).toEqual(['1.26']);
  expect(strictnessOfKubernetes('1.3')).toBeUndefined();
  const all = kubernetesRows.flatMap(({ go, later }) => [go, ...later.map((move) => move.go)]);
  expect(all.filter((go) => !strictnessOfGo(go))).toEqual([]);
});

test('patch releases move to a later Go, but keep the settings of GODEBUG', () => {
  const takes = (release: string) => strictnessOfKubernetes(release)?.strictness.takes ?? [];
  expect(takes('v1.23.15')).toContain('sha1-signatures');
  expect(takes('v1.23.16')).not.toContain('sha1-signatures');
  expect(takes('v1.32.9')).toContain('unread-policies');
  expect(takes('v1.32.10')).not.toContain('unread-policies');
  expect(takes('v1.31.13')).toContain('negative-serials');
  expect(takes('v1.32.0')).not.toContain('negative-serials');
  expect(takes('v1.32.13')).toEqual([
    'negative-path-lengths',
    'bmp-surrogates',
    'mapped-addresses',
    'short-rsa-keys',
    'odd-crt-values',
  ]);
  expect(takes('v1.33.0')).not.toContain('short-rsa-keys');
  expect(takes('v1.37.2')).toEqual(['mapped-addresses']);
  expect(takes('v1.38.0')).toEqual([]);
});

test('of two that may have built a release, what both refuse counts', () => {
  const built = strictnessOfKubernetes('v1.31.14');
  expect(built).toMatchObject({ go: ['1.23.6', '1.24.9'], sure: false });
  expect(built?.strictness.takes).toContain('unread-policies');
  expect(built?.strict.takes).not.toContain('unread-policies');
  expect(built?.strict.takes).toContain('negative-serials');
  // If both Go releases judge alike, the result is certain.
  expect(strictnessOfKubernetes('v1.30.11')).toMatchObject({ go: ['1.22', '1.23.6'], sure: true });
  expect(strictnessOfKubernetes('v1.33.12')).toMatchObject({ go: ['1.25.9'], sure: true });
});

test('a release that is not in the table is judged like its neighbour', () => {
  // The newest that is released, which is not yet as strict as the next.
  expect(strictnessOfNode(undefined)).toEqual({ takes: ['mapped-addresses'], refuses: [] });
  expect(strictnessOfNode('1.99.0')).toEqual(strictest);
  expect(strictnessOfNode('1.19.3')).toBe(strictnessRows[0]);
});

test('the newest patch release of a minor', () => {
  expect(newestPatch('1.22')).toBe('1.22.17');
  expect(newestPatch('1.3')).toBeUndefined();
  expect(newestPatch()).toBe(kubernetesRows.findLast(({ upcoming }) => !upcoming)?.newest);
  expect(newestPatch('1.38')).toBe('1.38.0');
});

test('the newest Go, as which verify judges by default, is that of the newest Kubernetes', () => {
  expect(strictnessRows.at(-1)?.go).toBe(`${kubernetesRows.at(-1)?.go}.0`);
});

test('every minor release from 1.21 on has its row', () => {
  const minors = kubernetesRows.map(({ kubernetes }) => Number(kubernetes.split('.')[1]));
  expect(minors).toEqual(Array.from({ length: 38 - 21 + 1 }, (_, index) => 21 + index));
});

test('no table names a newer patch release than the newest', () => {
  const folder = new URL('../../rules/tables/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const texts = files.map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const named = texts.join('').match(/(?<="kubernetes": "|"from": \[?"|"before": ")1\.\d+\.\d+(?=")/g) ?? [];
  expect(named.length).toBeGreaterThan(20);
  const newer = named.filter((release) => {
    const row = kubernetesRows.find(({ kubernetes }) => release.startsWith(`${kubernetes}.`));
    return row !== undefined && semver.gt(release, row.newest);
  });
  expect(newer).toEqual([]);
});

test.each([
  ['1.32.6', '1.32.9', ['1.32.9']],
  ['1.32.6', '1.33.4', ['1.33.4']],
  ['1.31.4', '1.34.1', ['1.32.11', '1.33.12', '1.34.1']],
  ['1.36.2', '1.36.2', ['1.36.2']],
  ['1.19.16', '1.22.4', ['1.20.0', '1.21.14', '1.22.4']],
  ['1.33.0', '1.32.9', []],
  ['2.0.0', '1.32.9', []],
])('from %s an upgrade to %s goes through %j', (release, target, path) => {
  expect(upgradePath(release, target)).toEqual(path);
});
