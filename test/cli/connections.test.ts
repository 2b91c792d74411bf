import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../src/core/json.ts';
import { dot } from '../../src/report/graph/dot.ts';
import { mermaid } from '../../src/report/graph/mermaid.ts';
import { connected, graph, healthy } from '../report/fixtures.ts';
import { runWith } from './run.ts';

describe('pki-lint connections [PATH…]', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('prints what works and what does not, and exits with 1 where something fails', async () => {
    const { exitCode, stdout, stderr } = await runWith(['connections'], { report: { ...connected, exitCode: 0 } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^cp-1 {2}control plane[\s\S]*✖ {2}kube-apiserver +etcd[\s\S]*5 connections: 2 fail/);
    expect(stderr).toBe('pki-lint: gone.tar: no such file or directory\n');
  });

  it('exits with 0 where nothing fails, unknown or not', async () => {
    const fine = connected.connections.filter(({ verdict }) => verdict !== 'fail');
    const report = { ...healthy, connections: fine };
    expect(fine.map(({ verdict }) => verdict)).toContain('unknown');
    expect((await runWith(['connections'], { report })).exitCode).toBe(0);
  });

  it.each([2, 3] as const)('exits with %i as linting does', async (exitCode) => {
    expect((await runWith(['connections'], { report: { ...connected, exitCode } })).exitCode).toBe(exitCode);
  });

  it('passes places, facts and the time on', async () => {
    const argv = ['connections', 'a.tar', 'b.tar', '--rootfs', 'r', '--node-name', 'n', '--at', '2026-12-01'];
    expect((await runWith(argv)).asked).toMatchObject({
      paths: ['a.tar', 'b.tar'],
      rootfs: 'r',
      facts: { nodeName: 'n' },
      at: new Date('2026-12-01'),
      failOn: 'never',
    });
  });

  it('prints the connections of the report as JSON, to stdout and to files', async () => {
    const argv = ['connections', '--format', 'json:c.json', '--format', 'json'];
    const { stdout } = await runWith(argv, { report: connected, cwd: folder });
    expect(stdout).toBe(json(connected.connections));
    expect(readFileSync(join(folder, 'c.json'), 'utf8')).toBe(stdout);
  });

  it('draws the graph of the same reading', async () => {
    const argv = ['connections', '--format', 'mermaid', '--format', 'dot:g.dot', '--format', 'json:c.json'];
    const { exitCode, stdout } = await runWith(argv, { report: { ...connected, exitCode: 0 }, graph, cwd: folder });
    expect(exitCode).toBe(1);
    expect(stdout).toBe(mermaid(graph));
    expect(readFileSync(join(folder, 'g.dot'), 'utf8')).toBe(dot(graph));
  });

  it('exits with 2 where a file cannot be written', async () => {
    const argv = ['connections', '--format', 'json:gone/c.json'];
    const { exitCode, stderr } = await runWith(argv, { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot write');
  });

  it.each([
    ['mermaids', 'invalid --format "mermaids": expected table, json, mermaid or dot\n  did you mean "mermaid"?'],
    ['svg', 'expected table, json, mermaid or dot'],
  ])('names the formats where one is unknown: %s', async (format, hint) => {
    const { exitCode, stderr } = await runWith(['connections', '--format', format]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
  });
});
