/** GitHub's own renderer of Markdown, without its filter of HTML: nothing of a hostile text may become markup. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutCommands } from '../../../src/cli/terminal/job-log.ts';
import { printable } from '../../../src/core/text.ts';
import { markdown } from '../../../src/report/formats/markdown.ts';
import type { Finding } from '../../../src/results/finding.ts';
import { broken } from '../../report/fixtures.ts';
import { hostileReport, marked, payloads } from '../../report/formats/hostile-report.ts';
import { run, temporaryFolder } from '../support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const extensions = ['table', 'strikethrough', 'autolink', 'tasklist', 'footnotes'].flatMap((name) => [
  '--extension',
  name,
]);

function htmlOf(text: string): string {
  const file = join(folder.path, 'report.md');
  writeFileSync(file, text);
  const { status, stdout } = run(['cmark-gfm', '--unsafe', ...extensions, file]);
  expect(status).toBe(0);
  return stdout;
}

const tagsOf = (html: string) =>
  [...new Set([...html.matchAll(/<(\/?[a-z!][^>]*)>/gi)].map(([, tag = '']) => tag))].sort();

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('\u200b', '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '');

const count = (html: string, tag: string) => html.split(`<${tag}>`).length - 1;

/** What our own Markdown becomes. */
const own = [...tagsOf(htmlOf(markdown(broken, {}))), 'em', '/em'].filter((tag) => !tag.startsWith('a '));

describe('hostile texts, rendered', () => {
  it.each(payloads.map((payload, index) => [index, payload] as const))(
    'payload %i is its own text',
    (index, payload) => {
      const report = hostileReport();
      const suppressed = null;
      const finding = { ...(report.findings[index] as Finding), suppressed };
      const html = htmlOf(markdown({ ...report, findings: [finding] }, {}));
      expect(tagsOf(html).filter((tag) => !tag.startsWith('a ') && !own.includes(tag))).toEqual([]);
      const links = tagsOf(html).filter((tag) => tag.startsWith('a '));
      expect(
        links.filter((tag) => !/^a href="https:\/\/evil\.example\.test\/visible-\d+-[\w./?#%&=:~+,;@-]*"$/.test(tag)),
      ).toEqual([]);
      expect(textOf(html)).toContain(printable(`${marked(index)}${payload}`));
      // One finding: one row besides the head, one block if it has room. The second table lists five certificates.
      expect([count(html, 'table'), count(html, 'tr')]).toEqual([2, 8]);
      expect([count(html, 'h2'), count(html, 'h3'), count(html, 'hr /')]).toEqual([1, 1, 0]);
    },
  );

  it('would be found, if they were not escaped', () => {
    const html = htmlOf(`## x\n\n${payloads[9]} www.evil.example.test\n`);
    expect(tagsOf(html).filter((tag) => !own.includes(tag))).toEqual([
      '/script',
      'a href="http://www.evil.example.test"',
      'img src=x onerror=alert(1)',
    ]);
  });
});

it('the log of a job of GitHub Actions shows the same: what stops commands is in comments', () => {
  const report = hostileReport();
  const finding = { ...(report.findings[payloads.indexOf('##[error]x')] as Finding), suppressed: null };
  const text = markdown({ ...report, findings: [finding] }, {});
  const logged = withoutCommands(text, 'markdown', { env: { GITHUB_ACTIONS: 'true' } });
  expect(logged).not.toBe(text);
  const comment = /<!--\n::(?:stop-commands::pki-lint-\d+|pki-lint-\d+::)\n-->\n/g;
  expect(htmlOf(logged).match(comment)).toHaveLength(2);
  expect(htmlOf(logged).replace(comment, '')).toBe(htmlOf(text));
});
