import type { Finding } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { connected } from '../fixtures.ts';
import { spoil } from '../hostile.ts';

/** What breaks some format, each in front of a text that says so. */
export const payloads: readonly string[] = [
  `"'<>&]]>|,;\\\\\`\`\``,
  'a\n\r\t\0\x1b[31m\x7fb',
  'a\u202egnp.exe\u2066\u2028\u200b\ufffeb',
  'a\ud800b\udfff',
  "=cmd|' /C calc'!A0",
  '::error::x',
  '\n::add-mask::x',
  '##[error]x',
  '%0A%0D%3A,::',
  '</script><img src=x onerror=alert(1)></details>',
  '@everyone #1 !1 ~bug %1 &1 GH-1 org/repo#1',
  '[a](1) [b](https://evil.example.test) ![c](x) <https://evil.example.test> www.evil.example.test',
  '| a | b |\n| - | - |\n# heading\n/close\n---',
  `{0} {{x}} ${'$'}{{ secrets.X }}`,
  '../../../../etc/passwd',
  'x'.repeat(65_536),
  '*'.repeat(65_536),
];

/** Marks a payload, so that a test finds it in what was written. */
export const marked = (index: number): string => `visible-${index}-`;

/** A finding with one of the payloads in every text that comes from a file. */
function poisoned(finding: Finding, payload: string, index: number): Finding {
  const text = `${marked(index)}${payload}`;
  return {
    ...finding,
    subject: text,
    path: `/etc/${text}`,
    file: `copy/etc/${text}`,
    source: text,
    message: text,
    expected: text,
    found: text,
    why: text,
    related: finding.related.map((one) => ({
      ...one,
      subject: text,
      path: `/etc/${text}`,
      message: text,
      error: text,
    })),
    fix: finding.fix.map((steps) => steps.map((step) => ({ ...step, text, intro: text, comment: text }))),
    cis: [text],
    cite: [{ title: text, url: `https://evil.example.test/${text}` }],
    fingerprint: index.toString(16).padStart(16, '0'),
    suppressed: index % 3 === 1 ? { by: text, reason: text, until: '2027-01-01' } : null,
  };
}

/** Two nodes whose findings, files and names are hostile. */
export function hostileReport(): Report {
  const model = connected.findings.find(({ severity }) => severity === 'error');
  if (model === undefined) throw new Error('no finding');
  const findings = payloads.map((payload, index) => poisoned(model, payload, index));
  const texts = payloads.map((payload, index) => `${marked(index)}${payload}`);
  return {
    ...connected,
    exitCode: 2,
    nodes: connected.nodes.map((node, index) => ({ ...node, name: index === 0 ? node.name : (texts.at(-5) ?? '') })),
    findings: [...findings, ...(spoil(connected.findings) as Finding[])],
    notChecked: texts.map((text) => ({ node: 'cp-1', path: `/etc/${text}`, reason: text })),
    failures: texts.map((text) => ({ path: text, message: text, hint: text })),
    checklist: connected.checklist.map((row) => ({ ...row, role: texts.at(11) ?? '' })),
  };
}
