/** Links between pages: to files that exist, and to headings that they have. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect, test } from 'vitest';
import { listFiles, readText, root } from './files.ts';

const pages = listFiles().filter((path) => /^(?:docs\/|[^/]+$)/.test(path) && path.endsWith('.md'));

const withoutCode = (text: string) =>
  text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));

/** The anchors of a page, as GitHub makes them of its headings: the second of the same words ends with `-1`. */
function anchorsOf(path: string): ReadonlySet<string> {
  const found = new Map<string, number>();
  const text = readText(path).replace(/^ *```[\s\S]*?^ *```/gm, '');
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
      const anchor = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
        .replaceAll(' ', '-');
      const before = found.get(anchor) ?? 0;
      found.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

const anchors = new Map<string, ReadonlySet<string>>();

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  const known = anchors.get(target) ?? anchorsOf(target);
  anchors.set(target, known);
  return known.has(anchor);
}

test('every link of a page to another page or a heading leads there', () => {
  const links = pages.flatMap((page) =>
    [...withoutCode(readText(page)).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
  );
  expect(links.filter(({ page }) => page.startsWith('docs/rules/')).length).toBeGreaterThan(700);
  expect(links.filter(({ page, link }) => !leads(page, link))).toEqual([]);
});

test('a link to a file or a heading that does not exist is noticed', () => {
  expect(leads('docs/rules/cert/issuer.md', '../../policy.md#exceptions')).toBe(true);
  expect(leads('docs/rules/cert/issuer.md', '../../policy.md#no-such-heading')).toBe(false);
  expect(leads('docs/rules/cert/issuer.md', '../policy.md')).toBe(false);
});
