/**
 * A connection that works by its files and fails in memory fails wherever connections are shown, with its own reason.
 */
import { describe, expect, it } from 'vitest';
import { allReporters } from '../../src/report/index.ts';
import { connections } from '../../src/report/terminal/connections.ts';
import type { Connection, InMemory } from '../../src/results/connection.ts';
import type { Finding } from '../../src/results/finding.ts';
import { atPresent } from '../../src/results/read/at-present.ts';
import type { Report } from '../../src/results/report.ts';
import { lintTree } from '../cases/harness.ts';
import { runWith } from '../cli/run.ts';
import { buildNode } from '../support/build-node.ts';
import { broken, connected, healthy } from './fixtures.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const [cause] = broken.findings.filter(({ severity }) => severity === 'error') as [Finding];
const inMemory: InMemory = {
  reason: 'etcd, which runs since 2026-11-28 16:56, trusts the CA that pki/etcd/ca.crt had before',
  cause: cause.fingerprint,
  end: 'server',
};
const words = `✔ on disk, ✖ in memory: ${inMemory.reason}`;

/** The fixture with a connection that works on disk, and one that is not known there. */
const held: Report = {
  ...connected,
  connections: connected.connections.map((one) =>
    one.node === 'cp-1' && one.verdict !== 'fail' ? { ...one, inMemory } : one,
  ),
};
const only = (report: Report, changed: Partial<Report> = {}): Report => ({
  ...report,
  ...changed,
  connections: held.connections.filter((one) => one.inMemory !== undefined).slice(0, 1),
});

describe('a connection that fails only in memory', () => {
  it('fails, and keeps what is known of the disk', () => {
    const [works, unknown] = held.connections as [Connection, Connection];
    expect(atPresent(works)).toMatchObject({ verdict: 'fail', reason: words, cause: cause.fingerprint });
    expect(atPresent(unknown)).toMatchObject({ verdict: 'fail', reason: words.replace('✔', '?') });
    expect(connected.connections.map(atPresent)).toEqual(connected.connections);
  });

  it('has a row in the table like those that fail, as in golden/connections-in-memory.txt', async () => {
    await expect(await connections(held, plain)).toMatchFileSnapshot('golden/connections-in-memory.txt');
    expect(await connections(only(healthy), plain)).toContain('1 connection: 1 fail (only in memory)');
  });

  it('makes the command fail as far as its finding is an error that counts', async () => {
    const codeOf = async (findings: readonly Finding[]) =>
      (await runWith(['connections'], { report: { ...only(healthy), findings, exitCode: 0 } })).exitCode;
    const excused = { ...cause, suppressed: { by: 'policy', reason: 'known', until: null } } as unknown as Finding;
    expect(await codeOf([cause])).toBe(1);
    expect(await codeOf([])).toBe(0);
    expect(await codeOf([{ ...cause, severity: 'warning' }])).toBe(0);
    expect(await codeOf([excused])).toBe(0);
  });

  it('is in JSON and NDJSON beside the verdict of the disk', async () => {
    const [one] = JSON.parse(await allReporters.report.json(held, plain)).connections;
    expect(one).toMatchObject({ verdict: 'ok', reason: null, cause: null, inMemory });
    expect(await allReporters.report.ndjson(held, plain)).toContain('"verdict":"ok","reason":null');
  });

  it('is skipped in JUnit, and the finding that explains it fails, if that is red', async () => {
    const red = await allReporters.report.junit(only(broken), plain);
    expect(red).toContain(` on cp-1: ${words}`);
    const fine = await allReporters.report.junit(only(healthy), plain);
    expect(fine).toContain(`fails: ${words}`);
    expect(fine).not.toContain('<failure');
  });

  it('is down in the metrics', async () => {
    const text = await allReporters.report.openmetrics(only(broken), plain);
    expect(text.match(/^pki_lint_connection_up\{.*\} (\d)$/m)?.[1]).toBe('0');
  });

  it('is red on the page, if its finding counts', async () => {
    const report = await lintTree(buildNode(), { picture: true });
    const [first, ...others] = report.connections as [Connection, ...Connection[]];
    const page = (findings: readonly Finding[]) =>
      allReporters.report.html({ ...report, findings, connections: [{ ...first, inMemory }, ...others] }, plain);
    const red = await page([cause]);
    expect(red).toMatch(/13 of 14 succeed[^,]*, 1 fails/);
    expect(red).toContain('✔ on disk, ✖ in memory: etcd, which runs since');
    expect(red).toContain('These fail');
  });
});
