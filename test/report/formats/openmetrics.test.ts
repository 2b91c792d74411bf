import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import type { InventoryItem } from '../../../src/results/inventory.ts';
import type { Report } from '../../../src/results/report.ts';
import { rules } from '../../../src/tables/catalog.ts';
import { at, lintTree } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpora } from '../../support/corpus.ts';
import { broken, connected, healthy } from '../fixtures.ts';
import { hostile } from '../hostile.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const metrics = async (report: Report): Promise<string> => allReporters.report.openmetrics(report, plain);
const linesOf = async (report: Report, name: string) =>
  (await metrics(report)).split('\n').filter((line) => line.startsWith(`${name}{`));

const [item] = healthy.inventory as [InventoryItem];
const withItems = (...inventory: Partial<InventoryItem>[]): Report => ({
  ...healthy,
  inventory: inventory.map((change) => ({ ...item, ...change })),
});

describe('metrics', () => {
  it.each([
    ['healthy', healthy],
    ['connected', connected],
  ])('of a %s report, with texts that never change', async (name, report) => {
    await expect(await metrics(report)).toMatchFileSnapshot(`golden/openmetrics-${name}.prom`);
  });

  it('have decimal serial numbers, the parts of names and the entry of a kubeconfig', async () => {
    const [line = ''] = await linesOf(
      withItems({
        path: '/etc/kubernetes/admin.conf',
        entry: 'users[kubernetes-admin].client-certificate-data',
        serial: 'de0b6b3a7640000',
        subjectAttributes: ['first', 'second']
          .map((value) => ({ type: 'O', value }))
          .concat(['a', 'b'].map((value) => ({ type: 'CN', value }))),
      }),
      'x509_cert_not_after',
    );
    expect(line).toContain('serial_number="1000000000000000000"');
    expect(line).toContain('subject_C="",subject_ST="",subject_L="",subject_O="first",subject_OU="",subject_CN="b"');
    expect(line).toContain('issuer_CN="kubernetes",filename="admin.conf",filepath="/etc/kubernetes/admin.conf"');
    expect(line).toContain('embedded_kind="user",embedded_key="kubernetes-admin"}');
    expect(line).toMatch(/ 1827068531$/);
    expect((await linesOf(withItems({ serial: '-1f' }), 'x509_cert_expired'))[0]).toContain('serial_number="-31"');
  });

  it('are of what something depends on, and say what has expired', async () => {
    const dates = { notAfter: '2026-11-01T00:00:00Z', effectiveNotAfter: '2026-11-01T00:00:00Z' };
    const report = withItems({ ...dates, path: '/used' }, { ...dates, path: '/left-over', judged: false });
    const expired = await linesOf(report, 'x509_cert_expired');
    expect(expired).toHaveLength(1);
    expect(expired[0]).toMatch(/filepath="\/used".* 1$/);
    expect(await metrics(withItems({ ...dates, role: null, path: '/sni.crt' }))).toContain(
      'pki_lint_certificate_effective_not_after{node="cp-1",role="",path="/sni.crt"} 1793491200\n',
    );
  });

  it('have a discriminator where labels collide, and only there', async () => {
    const lines = await linesOf(withItems({}, { index: 1 }, { path: '/other' }), 'x509_cert_not_after');
    const found = lines.map((line) => /discriminator="([0-9a-f]{8})"/.exec(line)?.[1]);
    expect(found).toEqual([expect.any(String), expect.any(String), undefined]);
    expect(found[0]).not.toBe(found[1]);
  });

  it('count neither excused findings nor unknown connections', async () => {
    const suppressed = { by: 'pki-lint.config.yaml', reason: 'known', until: '2027-01-31' };
    const excused = { ...broken, findings: broken.findings.map((one) => ({ ...one, suppressed })) };
    expect((await linesOf(excused, 'pki_lint_findings')).every((line) => line.endsWith(' 0'))).toBe(true);
    expect(await metrics(excused)).toContain(
      'pki_lint_exception_until_timestamp_seconds{rule="cert/issuer"} 1801440000\n',
    );
    expect((await linesOf(connected, 'pki_lint_connection_up')).some((line) => line.includes('kubelet on'))).toBe(
      false,
    );
  });

  it('call a node without a name by its number', async () => {
    const moved = (name: string): Report => {
      const rename = (text: string) => text.replaceAll('cp-1', name);
      const report = JSON.parse(rename(JSON.stringify(connected))) as Report;
      return { ...report, nodes: report.nodes.map((one) => ({ ...one, isNamed: one.name !== name })) };
    };
    const [one, other] = [await metrics(moved('/copies/a')), await metrics(moved('/mnt/b'))];
    expect(one).toBe(other);
    expect(one).toContain('server="kube-apiserver on node-1"');
  });

  it('never occur twice with the same labels, and fit the syntax, whatever texts a report has', async () => {
    const nasty = ['"', '\\', '\n', '\r', '\0', '\ud800', '}', '{', ' 1 2', '# EOF', '\u2028', 'x'.repeat(65_536)];
    const items = nasty.map((path) => ({ path, subjectAttributes: [{ type: 'CN', value: path }] }));
    const reports = [hostile(connected), withItems(...items, ...items)];
    for (const report of reports) {
      const lines = (await metrics(report)).split('\n');
      expect(lines.splice(-2)).toEqual(['# EOF', '']);
      const samples = lines.filter((line) => !line.startsWith('# '));
      for (const line of samples) {
        expect(line).toMatch(/^[a-z_0-9]+(\{([A-Za-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? -?\d+$/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not occur
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e\ud800-\udfff]/);
      }
      expect(new Set(samples.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(samples.length);
    }
  });
});

describe('metrics of nodes', () => {
  it('say which file cannot be parsed', async () => {
    const report = await lintTree(buildNode().write('pki/apiserver.crt', '-----BEGIN CERTIFICATE-----\nx\n'));
    const errors = (await linesOf(report, 'x509_cert_error')).filter((line) => line.endsWith(' 1'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('filepath="/etc/kubernetes/pki/apiserver.crt"');
    expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining(['file/parse', 'kubeconfig/data']));
  });

  it.each(corpora)('%s: no certificate of a healthy node looks expired', async (name) => {
    const report = await lint({ at, paths: [`fixtures/corpora/${name}.tar.gz`] });
    const isHealthy = report.findings.every(({ impact }) => impact !== 'expiry' && impact !== 'outage');
    const seen = await linesOf(report, 'x509_cert_expired');
    expect(seen.length).toBeGreaterThan(0);
    if (isHealthy) expect(seen.filter((line) => line.endsWith(' 1'))).toEqual([]);
  });
});
