/** Whatever is in a file is text in the page. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, reporters } from '../../../src/index.ts';
import type { Picture } from '../../../src/results/picture.ts';
import { lintTrees } from '../../cases/harness.ts';
import { corpus } from '../../support/corpus.ts';
import { hostileReport, marked, payloads } from '../formats/hostile-report.ts';
import { hostile } from '../formats/reports.ts';
import { parse } from './parse.ts';

let picture: Picture;
beforeAll(async () => {
  const trees = await Promise.all((['kubeadm-1.36-ha', 'kubeadm-1.36-worker'] as const).map(corpus));
  const report = await lintTrees(trees, { picture: true });
  if (report.picture === undefined) throw new Error('no picture');
  picture = report.picture;
});

/** Fields that a picture takes from the program, not from a file. */
const own = new Set([
  'id',
  'from',
  'to',
  'kind',
  'verdict',
  'at',
  'expires',
  'notAfter',
  'renewedBy',
  'when',
  'usage',
  'signedBy',
]);

/** The picture with a text in front of everything else that it says. */
function poisoned(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return own.has(key) ? value : `${text}${value}`;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner, text, name)]));
}

const page = (report: Report, drawn: Picture) =>
  reporters.html({ ...report, picture: drawn }, { showSuppressed: true });

describe.each(payloads.map((payload, index) => [index, payload] as const))('payload %d', (index, payload) => {
  it('is text in every section', async () => {
    const text = `${marked(index)}${payload.slice(0, 200)}`;
    const drawn = { ...(poisoned(picture, text) as Picture), nodes: picture.nodes.map((name) => `${text}${name}`) };
    const base = hostileReport();
    const nodes = drawn.nodes.map(
      (name, at) => ({ ...(base.nodes[at] ?? base.nodes[0]), name }) as Report['nodes'][number],
    );
    const { text: shown, elements } = parse(await page({ ...base, nodes }, drawn));
    expect(shown.split(marked(index)).length).toBeGreaterThan(50);
    expect(elements.some(({ attributes }) => attributes.get('class') === 'item of-ca')).toBe(true);
    expect(shown).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

it('every payload of a report is shown', async () => {
  const report = hostileReport();
  const { text } = parse(await page(report, { ...picture, nodes: report.nodes.map(({ name }) => name) }));
  for (const index of payloads.keys()) expect(text).toContain(marked(index));
});

it('the report that is hostile to other formats', async () => {
  const { text, elements } = parse(await page(hostile, { ...picture, nodes: hostile.nodes.map(({ name }) => name) }));
  expect(text).toContain('</script><script>alert(1)</script>');
  expect(elements.filter(({ tag }) => tag === 'script').length).toBe(1);
});
