/** The bill of materials of the package lists what its notices list. test/oracles/release.test.ts validates bills. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { partsOfNode } from '../../scripts/executable/node-parts.mjs';
import { readText, root } from './files.ts';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly [{ readonly license?: { readonly id: string }; readonly expression?: string }];
  readonly hashes: readonly [{ readonly alg: string; readonly content: string }];
}

const temporary = mkdtempSync(join(tmpdir(), 'pki-lint-sbom-'));
afterAll(() => rmSync(temporary, { recursive: true }));

function billOfPackage(folder: string, variables: Readonly<Record<string, string>> = {}): string {
  const to = join(temporary, folder);
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1796083200', ...variables };
  execFileSync(process.execPath, [join(root, 'scripts/sbom.mjs'), '--to', to, 'package'], { cwd: temporary, env });
  return readFileSync(join(to, 'pki-lint.cdx.json'), 'utf8');
}

const text = billOfPackage('bill');
const bill = JSON.parse(text) as { metadata: { timestamp: string }; components: readonly Component[] };

test('the bill lists the packages of THIRD-PARTY-NOTICES, with their licences', () => {
  const [, ...notices] = readText('dist/THIRD-PARTY-NOTICES').split(/\n\n-{80}\n\n/);
  const noticed = notices.map((notice) => notice.split('\n', 1)[0]).filter(Boolean);
  const listed = bill.components.map(
    ({ name, version, licenses: [{ license, expression }] }) => `${name} ${version} (${license?.id ?? expression})`,
  );
  expect(listed.length).toBeGreaterThan(10);
  expect(listed.sort()).toEqual([...new Set(noticed)].sort());
});

test('each package has the digest of package-lock.json, and an address', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as {
    packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
  };
  for (const { name, version, purl, hashes } of bill.components) {
    const [{ alg, content }] = hashes;
    const integrity = `sha512-${Buffer.from(content, 'hex').toString('base64')}`;
    const known = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(alg).toBe('SHA-512');
    expect(known.map(([, one]) => [one.version, one.integrity])).toContainEqual([version, integrity]);
    expect(decodeURIComponent(purl)).toBe(`pkg:npm/${name}@${version}`);
  }
});

test('two bills of a commit are equal, in any folder and time zone', () => {
  expect(billOfPackage('in another place', { TZ: 'Asia/Kolkata' })).toBe(text);
  expect(bill.metadata.timestamp).toBe('2026-12-01T00:00:00.000Z');
  expect(text).not.toContain(root.slice(0, -1));
});

test('Node.js has the libraries of its LICENSE and of process.versions, but what only builds it', () => {
  const section = (name: string, folder: string) =>
    `- ${name}, located at ${folder}, is licensed as follows:\n  """\n    ${name}'s licence\n  """\n\n`;
  const sections = [
    ['c-ares', 'deps/cares'],
    ['npm', 'deps/npm'],
    ['nghttp3', 'deps/ngtcp2/nghttp3/'],
    ['rimraf', 'lib/internal/fs/rimraf.js'],
    ['GYP', 'tools/gyp'],
  ].map(([name = '', folder = '']) => section(name, folder));
  const versions = { node: '24.0.0', ares: '1.34.5', modules: '137', nghttp3: '', sqlite: '3.50.1', unicode: '16.0' };
  expect(partsOfNode(`Node.js's licence\n\n${sections.join('')}`, versions)).toEqual({
    license: "Node.js's licence",
    parts: [
      { name: 'c-ares', version: '1.34.5', license: "c-ares's licence" },
      { name: 'rimraf', license: "rimraf's licence" },
      { name: 'sqlite', version: '3.50.1' },
    ],
  });
  expect(() => partsOfNode('another form', versions)).toThrow('not of the known form');
});
