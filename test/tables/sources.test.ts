import { expect, test } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { citations } from '../../src/tables/catalog.ts';
import { ruleSources } from '../../src/tables/sources.ts';

const key = 'rfc5280';
const document = { title: citations[key]?.title, url: citations[key]?.url };

test.each([
  ['https://github.com/example/pki-lint'],
  ['https://github.com/example/pki-lint/'],
  ['git+https://github.com/example/pki-lint.git'],
  ['git://github.com/example/pki-lint.git'],
  ['git+ssh://git@github.com/example/pki-lint.git'],
  ['git@github.com:example/pki-lint.git'],
  ['github:example/pki-lint'],
  ['example/pki-lint'],
])('%s in package.json gives rules the address of a page', (url) => {
  const page = 'docs/rules/cert/issuer.md';
  const source = { title: `pki-lint, ${page}`, url: `https://github.com/example/pki-lint/blob/HEAD/${page}` };
  expect(ruleSources('cert/issuer', [key], url)).toEqual([source, document]);
  expect(ruleSources('cert/issuer', [key], { url })).toEqual([source, document]);
});

test('a repository can be of GitLab, also of one with groups of its own', () => {
  const urls = ['gitlab:a/b', 'https://git.example.test/group/part/b.git'].map(
    (repository) => ruleSources('cert/issuer', [], repository)[0]?.url,
  );
  expect(urls).toEqual([
    'https://gitlab.com/a/b/blob/HEAD/docs/rules/cert/issuer.md',
    'https://git.example.test/group/part/b/blob/HEAD/docs/rules/cert/issuer.md',
  ]);
});

test.each([
  [null],
  [''],
  ['gist:11081aaa281'],
  ['file:///srv/pki-lint.git'],
  ['https://example.test'],
  ['javascript:a/b'],
])('without a page on the web (%j) there are only documents', (repository) => {
  expect(ruleSources('cert/issuer', [key], repository)).toEqual([document]);
  expect(ruleSources('file/unused', [], repository)).toEqual([]);
});

test('no rule has the address of a package', () => {
  expect(JSON.stringify(ruleDocs)).not.toMatch(/npmjs\.com/);
});
