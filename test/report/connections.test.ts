import { describe, expect, it } from 'vitest';
import { connections } from '../../src/report/terminal/connections.ts';
import { textWidth } from '../../src/report/text/width.ts';
import { broken, connected, healthy } from './fixtures.ts';
import { hostile } from './hostile.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };

describe('the table of connections', () => {
  it.each([
    ['connections-80', connected, plain],
    ['connections-120', connected, { ...plain, width: 120 }],
    ['connections-80-color', connected, { ...plain, color: true }],
    ['connections-80-verbose', connected, { ...plain, verbose: true }],
    ['connections-none', { ...healthy, connections: [] }, plain],
  ] as const)('reads as in golden/%s.txt', async (name, report, options) => {
    await expect(await connections(report, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([72, 80, 100, 140])('fits %i columns', async (width) => {
    // A heading never breaks a rule id. Ids do not come from files.
    const named = { ...hostile(connected), findings: connected.findings };
    for (const report of [connected, named]) {
      const text = await connections(report, { ...plain, width });
      expect(text.split('\n').filter((line) => textWidth(line) > width)).toEqual([]);
    }
  });

  it('says with colour what it says without', async () => {
    const colored = await connections(connected, { ...plain, color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for escapes
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(await connections(connected, plain));
  });

  it('escapes whatever comes from files', async () => {
    const text = await connections(hostile(connected), plain);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(text.match(/\\x1b/g)?.length).toBeGreaterThan(10);
  });

  it('shortens what is endless', async () => {
    const [one] = connected.connections;
    const endless = { ...one, verdict: 'fail', reason: 'x'.repeat(1_000_000), client: 'c'.repeat(1_000_000) };
    const report = { ...broken, connections: [endless] } as typeof broken;
    expect((await connections(report, plain)).length).toBeLessThan(4000);
  });
});
