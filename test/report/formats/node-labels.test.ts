import { describe, expect, it } from 'vitest';
import { type FormatOptions, pathForPrograms } from '../../../src/report/formats/format.ts';
import { allReporters } from '../../../src/report/index.ts';
import { withNodeLabels } from '../../../src/results/read/labels.ts';
import { broken } from '../fixtures.ts';
import { several, unnamedIn } from './reports.ts';

const options: FormatOptions = { rules: [] };
const style = { quiet: false, verbose: false, width: 80, color: false };

describe('nodes without a name', () => {
  it.each(['csv', 'gitlab', 'junit', 'ndjson'] as const)(
    'are the same in %s wherever the copies are',
    async (format) => {
      const write = (folder: string) => allReporters.report[format](unnamedIn(folder), { ...style, ...options });
      const text = await write('/tmp/here');
      expect(await write('deeper/./copies of nodes')).toBe(text);
      expect(await write('/tmp/job-17.tar!')).toBe(text);
      expect(text).toContain('node-1');
      expect(text).not.toContain('/tmp/here');
    },
  );

  it('are numbered as they are in the report, also in texts', () => {
    const report = withNodeLabels(unnamedIn('/x/y'));
    expect(report.nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2']);
    expect(report.connections.map(({ server }) => server)).toContain('kubelet on node-2');
    expect(
      report.findings.every(({ node, fix }) => node === 'node-1' && fix[0]?.every(({ on }) => on === 'node-1')),
    ).toBe(true);
    expect(report.findings[0]?.file).toMatch(/^\/x\/y\//);
    expect(pathForPrograms(report.findings[0] ?? never(), report, {})).toMatch(/^node-1\/etc\//);
  });

  it('are replaced where a text names a node, even by one word', () => {
    const report = withNodeLabels({ ...several, nodes: several.nodes.map((node) => ({ ...node, isNamed: false })) });
    expect(report.connections.map(({ server }) => server)).toContain('kubelet on node-2');
  });

  it('keep paths on the node, and words that are names of components', () => {
    const called = (name: string) =>
      withNodeLabels({ ...broken, nodes: broken.nodes.map((node) => ({ ...node, name, isNamed: false })) });
    for (const name of [
      '/etc/kubernetes',
      '/etc/kubernetes/pki',
      '/',
      '.',
      '..',
      'etcd',
      'kubernetes-ca',
      'pki-lint',
    ]) {
      const report = called(name);
      expect({ ...report, nodes: [] }, name).toEqual({ ...broken, nodes: [] });
      expect(report.nodes[0]?.name).toBe('node-1');
    }
  });

  it('are all there is: a report of nodes with names stays as it is', () => {
    expect(withNodeLabels(several)).toBe(several);
  });
});

function never(): never {
  throw new Error('no finding');
}
