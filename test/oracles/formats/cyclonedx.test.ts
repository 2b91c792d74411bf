import { describe, expect, it } from 'vitest';
import { lint, type Report } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import type { InventoryItem } from '../../../src/results/inventory.ts';
import { at } from '../../cases/harness.ts';
import { healthy } from '../../report/fixtures.ts';
import { corpora } from '../../support/corpus.ts';
import { cyclonedxErrors, cyclonedxVersions } from '../support/cyclonedx.ts';

const cbom = async (report: Report): Promise<string> =>
  allReporters.report.cyclonedx(report, { width: 80, color: false, quiet: false, verbose: false });

describe("CycloneDX's own schemas", () => {
  it.each(corpora)('accept the bill of %s', async (name) => {
    expect(cyclonedxErrors(await cbom(await lint({ at, paths: [`fixtures/corpora/${name}.tar.gz`] })))).toEqual([]);
  });

  it('accept that of several nodes, and of none', async () => {
    const names = ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'];
    const several = await lint({ at, paths: names.map((name) => `fixtures/corpora/${name}.tar.gz`) });
    for (const report of [several, await lint({ at, paths: ['/gone'] })])
      expect(cyclonedxErrors(await cbom(report))).toEqual([]);
  });

  it('accept hostile texts, which come back as they are', async () => {
    const [item] = healthy.inventory as [InventoryItem];
    const texts = [
      '"',
      "'<>&",
      ']]>',
      '\0\x1b[31m\u202e\u2028\ufffe',
      '\ud800',
      '=cmd()',
      '::error::',
      '%0A',
      'x'.repeat(65_536),
    ];
    const inventory = texts.map((text, index) => ({
      ...item,
      subject: `CN=${text}`,
      path: `/${text}`,
      entry: text,
      node: text,
      role: text,
      usedBy: [text],
      sans: [{ type: 'DNS' as const, value: text }],
      key: { ...item.key, type: text },
      fingerprint256: `${index}`.repeat(64),
    }));
    const document = await cbom({ ...healthy, inventory });
    expect(cyclonedxErrors(document)).toEqual([]);
    const { components } = JSON.parse(document) as { components: readonly { name: string }[] };
    const names = components.map(({ name }) => name);
    for (const text of texts) expect(names).toContain(`CN=${text}`);
  });

  it.each([
    ['a wrong kind of asset', '"assetType": "certificate"', '"assetType": "cert"'],
    ['a wrong purpose of an algorithm', '"primitive": "signature"', '"primitive": "signing"'],
    ['a wrong level', '"nistQuantumSecurityLevel": 0', '"nistQuantumSecurityLevel": 7'],
    ['a date that is none', '"notValidAfter": "2027-11-24T15:02:11Z"', '"notValidAfter": "2027-11-24"'],
    ['a wrong serial number', 'urn:uuid:', 'uuid:'],
    ['a field that is not known', '"certificateFormat"', '"format"'],
    ['a wrong hash', '"content": "ab', '"content": "xy'],
  ])('reject %s', async (_, from, to) => {
    const document = await cbom(healthy);
    expect(cyclonedxErrors(document)).toEqual([]);
    expect(document).toContain(from);
    const errors = cyclonedxErrors(document.replace(from, to));
    for (const version of cyclonedxVersions) expect(errors.some((error) => error.startsWith(version))).toBe(true);
  });
});
