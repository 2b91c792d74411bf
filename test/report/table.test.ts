import { describe, expect, it } from 'vitest';
import { allReporters } from '../../src/report/index.ts';
import { textWidth } from '../../src/report/text/width.ts';
import type { Report } from '../../src/results/report.ts';
import { broken, command, healthy } from './fixtures.ts';
import { hostile } from './hostile.ts';
import { wrappedLines } from './wrapped.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };

describe('the table', () => {
  it.each([
    ['healthy-80', healthy, plain],
    ['healthy-120', healthy, { ...plain, width: 120 }],
    ['broken-80', broken, plain],
    ['broken-120', broken, { ...plain, width: 120 }],
    ['broken-80-color', broken, { ...plain, color: true }],
    ['broken-100-verbose', broken, { ...plain, width: 100, verbose: true }],
    ['broken-80-quiet', broken, { ...plain, quiet: true }],
  ] as const)('reads as in golden/%s.txt', async (name, report, options) => {
    await expect(await allReporters.report.table(report, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([60, 72, 80, 100, 120, 140])('fits %i columns', async (width) => {
    for (const verbose of [false, true]) {
      const text = await allReporters.report.table(broken, { ...plain, width, verbose });
      expect(wrappedLines(text).filter((line) => textWidth(line) > width)).toEqual([]);
    }
  });

  it('says with colour what it says without', async () => {
    const colored = await allReporters.report.table(broken, { ...plain, color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for escapes
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(await allReporters.report.table(broken, plain));
  });

  it('leaves commands whole, however long', async () => {
    const text = `kubeadm init phase certs etcd-server --cert-dir ${'/very/long'.repeat(12)}`;
    const finding = { ...first(broken), fix: [[command(text)]] };
    expect(await allReporters.report.table({ ...broken, findings: [finding] }, plain)).toContain(text);
  });

  it('shortens what is endless', async () => {
    const finding = { ...first(broken), found: 'x'.repeat(1_000_000) };
    const text = await allReporters.report.table({ ...broken, findings: [finding] }, plain);
    expect(text).toContain('999520 more');
    expect(text.length).toBeLessThan(10_000);
  });

  it('says nothing with --quiet where nothing fails', async () => {
    expect(
      await allReporters.report.table(
        { ...broken, findings: [], exitCode: 0, summary: healthy.summary },
        { ...plain, quiet: true },
      ),
    ).toBe('');
  });

  it('says with --quiet why it fails without an error', async () => {
    const text = await allReporters.report.table({ ...healthy, exitCode: 1 }, { ...plain, quiet: true });
    expect(text).toContain('--require-complete');
  });

  it('hides what was excused, and counts it', async () => {
    const excused = { ...first(broken), suppressed: { by: 'exceptions.yaml', reason: 'known', until: '2027-01-01' } };
    const report: Report = { ...healthy, findings: [excused], summary: { ...healthy.summary, suppressed: 1 } };
    const text = await allReporters.report.table(report, plain);
    expect(text).not.toContain(excused.message.slice(0, 20));
    expect(text).toContain('1 excused until 2027-01-01');
    expect(await allReporters.report.table(report, { ...plain, verbose: true })).toContain(
      'by exceptions.yaml, until 2027-01-01: known',
    );
  });

  it('escapes whatever comes from files', async () => {
    const text = await allReporters.report.table(hostile(broken), { ...plain, verbose: true });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    // Every place where a name from a file can appear. Wrapping may split the escape sequence itself.
    expect(text.match(/\\x1b/g)?.length).toBeGreaterThan(20);
  });
});

function first(report: Report) {
  const [finding] = report.findings;
  if (finding === undefined) throw new Error('the fixture has findings');
  return finding;
}
