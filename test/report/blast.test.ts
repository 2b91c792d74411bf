import { describe, expect, it } from 'vitest';
import { blastRadii } from '../../src/report/terminal/blast.ts';
import { textWidth } from '../../src/report/text/width.ts';
import { radius } from './fixtures.ts';
import { evilly } from './hostile.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const at = '2026-12-01T00:00:00Z';
const bare = { ...radius, usedBy: [], stops: [], unissued: [], attacker: [], recovery: [], name: null, expires: null };
const { recovery } = radius;

describe('a blast radius', () => {
  it.each([
    ['blast-80', [radius], plain],
    ['blast-120', [radius], { ...plain, width: 120 }],
    ['blast-80-verbose', [radius, bare], { ...plain, verbose: true }],
    ['blast-80-color', [radius], { ...plain, color: true }],
  ] as const)('reads as in golden/%s.txt', async (name, radii, options) => {
    await expect(await blastRadii(radii, at, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([72, 80, 100, 140])('fits %i columns, commands aside', async (width) => {
    for (const one of [radius, evilly(radius)]) {
      const text = await blastRadii([{ ...one, recovery: recovery.slice(1) }], at, { ...plain, width, verbose: true });
      expect(text.split('\n').filter((line) => textWidth(line) > width)).toEqual([]);
    }
  });

  it('leaves commands whole', async () => {
    expect(await blastRadii([radius], at, plain)).toContain(recovery[0]?.text);
  });

  it('escapes whatever comes from files', async () => {
    const text = await blastRadii([evilly(radius)], at, { ...plain, verbose: true });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(text.match(/\\x1b/g)?.length).toBeGreaterThan(10);
  });
});
