import { describe, expect, it } from 'vitest';
import { markdown } from '../../../src/report/formats/markdown.ts';
import { markdownCode, markdownLink, markdownText } from '../../../src/report/formats/markdown-text.ts';
import type { Finding } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, connected, healthy } from '../fixtures.ts';
import { hostileReport, marked, payloads } from './hostile-report.ts';

const [worst] = broken.findings.filter(({ severity }) => severity === 'error') as [Finding];
const [note] = broken.findings.filter(({ severity }) => severity === 'info') as [Finding];

const headingOf = (report: Partial<Report>) => markdown({ ...healthy, ...report }, {}).split('\n')[0];

describe('markdown', () => {
  it.each([
    ['healthy', healthy],
    ['broken', broken],
    ['connected', connected],
  ])('reads as in golden/%s.md.txt', async (name, report) => {
    await expect(markdown(report, {})).toMatchFileSnapshot(`golden/${name}.md.txt`);
  });

  it.each([
    [{}, '## ✅ pki-lint: no problems found'],
    [{ summary: { ...healthy.summary, warnings: 1 } }, '## ⚠️ pki-lint: 1 problem (0 errors, 1 warning)'],
    [
      { exitCode: 1, summary: broken.summary, findings: broken.findings },
      '## ❌ pki-lint: 3 problems (1 error, 2 warnings); 10 notes',
    ],
    [{ exitCode: 1 }, '## ❌ pki-lint: incomplete, no problems found'],
    [{ summary: { ...healthy.summary, suppressed: 2 } }, '## ✅ pki-lint: no problems found; 2 excused'],
    [{ exitCode: 2 }, '## ❌ pki-lint: incomplete, no problems found'],
    [{ exitCode: 3, nodes: [] }, '## ❌ pki-lint: nothing was checked'],
    [{ exitCode: 0, nodes: [] }, '## ℹ️ pki-lint: nothing to check'],
    [
      { nodes: healthy.nodes.map((one) => ({ ...one, unreadable: { paths: 9, files: 1 } })) },
      '## ⚠️ pki-lint: incomplete, no problems found',
    ],
  ] as const)('says the verdict first: %#', (report, heading) => {
    expect(headingOf(report as Partial<Report>)).toBe(heading);
  });

  it('marks what is excused, if it is shown', () => {
    const suppressed = { by: 'x', reason: 'old hardware', until: '2027-01-31' };
    const report = { ...healthy, findings: [{ ...worst, suppressed }] };
    expect(markdown(report, {})).not.toContain('<details>');
    expect(markdown(report, { showSuppressed: true })).toContain('- **Excused**: old hardware, until 2027-01-31');
    expect(markdown(report, { showSuppressed: true })).toContain('| ❌ error (excused) |');
  });

  it('lists the certificates that expire next, not those that have expired', () => {
    const dates = ['2026-11-30T00:00:00Z', '2026-12-03T00:00:00Z', '2026-12-02T12:00:00Z', null];
    const [row] = healthy.checklist as [Report['checklist'][number]];
    const checklist = dates.map((expires, index) => ({ ...row, expires, role: `role-${index}` }));
    const lines = markdown({ ...healthy, checklist }, {}).split('\n');
    expect(lines.filter((line) => line.includes('role-'))).toEqual([
      '| 2026-12-02 | 1 day | role-2 | /etc/kubernetes/pki/ca.crt |',
      '| 2026-12-03 | 2 days | role-1 | /etc/kubernetes/pki/ca.crt |',
    ]);
  });
});

describe('a long report in Markdown', () => {
  const findings = [
    ...Array.from({ length: 3000 }, (_, index) => ({ ...note, subject: `subject ${index}`, message: `note ${index}` })),
    worst,
  ];
  const text = markdown({ ...broken, findings }, {});

  it('fits a comment, with the worst kept and the number of the others', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(60_000);
    expect(text).toContain('<summary>❌ kube-etcd is signed by');
    const rows = text.split('\n').filter((line) => /^\| (?:❌ error|ℹ️ note) \|/.test(line)).length;
    const blocks = text.split('<details>').length - 1;
    expect(text).toContain(`_${3001 - rows} findings are not in this table: there is no room for more._`);
    expect(text).toContain(`_${rows - blocks} findings are shown without details: there is no room for more._`);
    expect(text).toContain('### Certificates that expire next');
  });

  it.each([0, 100, 200, 500, 1000, 3000])('has at most %i bytes if there are no more', (markdownBytes) => {
    const short = markdown({ ...broken, findings }, { markdownBytes });
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(markdownBytes);
    if (markdownBytes >= 200) expect(short).toContain('3 problems');
  });

  it('fits also if every text is hostile', () => {
    for (const showSuppressed of [true, false]) {
      expect(Buffer.byteLength(markdown(hostileReport(), { showSuppressed }))).toBeLessThanOrEqual(65_000);
    }
  });
});

describe('hostile texts in Markdown', () => {
  it.each(payloads.map((payload, index) => [index, payload] as const))('are text: payload %i', (index) => {
    const report = hostileReport();
    const finding = { ...(report.findings[index] as Finding), suppressed: null };
    const text = markdown({ ...report, findings: [finding] }, {});
    expect(text).toContain(marked(index));
    // Nothing that a terminal or a reader would not see, and no line that the text began itself.
    expect(text.replaceAll('\n', '').replace(/[⚠ℹ]\ufe0f/gu, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    const outside = text.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary)>)/);
    expect(
      outside
        .split('\n')
        .filter((line) => /^(?:#|\/|---)/.test(line))
        .sort(),
    ).toEqual(
      [
        ...new Set(outside.split('\n').filter((line) => /^(?:## ❌ pki-lint: |### Certificates that )/.test(line))),
      ].sort(),
    );
    expect(outside).not.toMatch(/[@!~$#](?=\w)(?<!&#)/);
  });

  it.each([
    ['@team', '&#64;&#8203;team'],
    ['#12', '&#35;&#8203;12'],
    ['a|b', 'a&#124;b'],
    ['<b>&amp;', '&#60;b&#62;&#38;&#8203;amp;'],
    ['x_y*z`', 'x&#95;y&#42;z&#96;'],
    ['[a](b)', '&#91;a&#93;(b)'],
    ['https://x www.x', 'https&#58;//x www&#46;x'],
    ['GH-1 :bug:', 'GH&#8203;-1 :&#8203;bug:'],
    ['a\nb', 'a&#92;nb'],
    ['00:00:00 127.0.0.1:2379: fd00:ab::1 :100:', '00:00:00 127.0.0.1:2379: fd00:&#8203;ab::1 :&#8203;100:'],
    ['x509: certificate has expired, 5 % of 10', 'x509: certificate has expired, 5 % of 10'],
  ])('%j', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });

  it('link only to the web', () => {
    expect(markdownLink('a', 'https://example.test/a?b=c#d')).toBe('[a](https://example.test/a?b=c#d)');
    for (const url of ['javascript:alert(1)', 'https://x/) [b](y', 'http://x', 'https://x y', 'https://x/"<b>']) {
      expect(markdownLink('a', url)).toBe('a');
    }
  });

  it('do not end a block of code', () => {
    expect(markdownCode(['a', '```', '`````x'])).toBe('``````sh\na\n```\n`````x\n``````');
  });
});
