import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { allReporters } from '../../src/report/index.ts';
import { asciiOnly } from '../../src/report/text/ascii.ts';
import { textWidth } from '../../src/report/text/width.ts';
import type { ExpiryReport } from '../../src/results/expiry.ts';
import { expiring } from './fixtures.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const table = async (report: ExpiryReport, options = {}) => allReporters.expiry.table(report, { ...plain, ...options });

/** The report with a change to each entry. */
const changed = (change: Partial<ExpiryReport['entries'][number]>) => ({
  ...expiring,
  entries: expiring.entries.slice(0, 1).map((entry) => ({ ...entry, ...change })),
});

describe('the table of what expires', () => {
  it('has a file where it is not the usual one, and what limits a chain', async () => {
    expect(await table(expiring)).toBe(`cp-1  control plane  Kubernetes v1.36.2  as of 2026-12-01

   CERTIFICATE                    EXPIRES     LEFT     SIGNED BY      RENEWED BY
✔  kube-apiserver-kubelet-client  2027-11-24  358d     kubernetes-ca  kubeadm
✔  kube-etcd                      2027-11-24  358d     etcd-ca        kubeadm
   limited by etcd-ca, which expires first; its own date is 2028-11-24
   /srv/etcd/server.crt (etcd --cert-file)
✔  kubelet.conf                   2027-11-24  358d     kubernetes-ca  kubelet
✔  sni.crt                        2027-11-24  358d     another CA     by hand
   /etc/kubernetes/pki/sni.crt.crt (kube-apiserver --tls-sni-cert-key), signed
   by CN=Example, O="Corp"
✔  kubernetes-ca                  2036-11-22  10y      self-signed    by hand
   Nothing depends on the dates of:
   kubelet-client-2025-11-24.pem  2026-11-24  expired  kubernetes-ca
   /var/lib/kubelet/pki/kubelet-client-2025-11-24.pem

✔ Next expiry: 2027-11-24, in 358 days (kube-apiserver-kubelet-client, kube-etcd
  and 2 more).
`);
  });

  it.each([80, 100, 120])('fits %i columns, and cuts no date', async (width) => {
    const lines = (await table(expiring, { width, verbose: true })).split('\n');
    expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    expect(lines.filter((line) => /\b20\d\d-\d\d-\d\d\b/.test(line)).length).toBeGreaterThanOrEqual(6);
    expect(lines.filter((line) => /\b20\d\d-$|\b20\d\d-\d\d-$/.test(line))).toEqual([]);
  });

  it('says what has expired, and what expires within the time', async () => {
    const expired = changed({ inUse: true });
    expect(await table(expired)).toContain('✖  kubelet-client-2025-11-24.pem');
    expect(await table(expired)).toMatch(/^✖ 1 certificate has expired \(kubelet-client-2025-11-24\.pem\)\.$/m);
    const soon = await table({ ...expiring, withinDays: 365, expiring: 4, exitCode: 1 });
    expect(soon).toContain('▲  kubelet.conf');
    expect(soon).toMatch(/^▲ 4 certificates expire by 2027-12-01\. Next expiry: 2027-11-24,/m);
  });

  it('has a table for each node, and names the node of the next expiry', async () => {
    const [first, ...rest] = expiring.entries;
    const other = { ...(first as (typeof rest)[number]), node: 'cp-2', inUse: true, daysLeft: 1 };
    const nodes = [
      ...expiring.nodes,
      { name: 'cp-2', role: 'worker', layout: 'kubeadm', kubernetesVersion: null } as const,
    ];
    const text = await table({ ...expiring, nodes, entries: [other, ...rest] });
    expect(text).toMatch(/^cp-2 {2}worker {2}as of/);
    expect(text).toContain('\n\ncp-1  control plane');
    const empty = await table({ ...expiring, nodes, entries: [] });
    expect(empty).toContain('It has no certificate that could be read.');
    expect(empty).toContain('✔ Nothing expires.');
  });

  it('says what was not examined', async () => {
    const notChecked = [{ node: 'cp-1', path: '/etc/kubernetes/admin.conf', reason: 'permission denied' }];
    expect(await table({ ...expiring, notChecked })).toContain(
      'not examined: 1 path (/etc/kubernetes/admin.conf)\n✔ Next expiry',
    );
  });

  it('does not expire on 9999-12-31', async () => {
    expect(await table(changed({ expires: '9999-12-31T23:59:59Z', daysLeft: 2_912_000, inUse: true }))).toMatch(
      /\.pem +never +kubernetes-ca/,
    );
  });

  it('holds its columns in ASCII', async () => {
    const text = await table(expiring);
    const ascii = asciiOnly(text);
    expect(ascii).not.toMatch(/[^\0-\x7f]/);
    expect(ascii).toBe(text.replaceAll('✔', 'v'));
  });
});

describe('CSV', () => {
  const csv = (report: ExpiryReport) => allReporters.expiry.csv(report, plain) as Promise<string>;

  it('has a header and a line for each certificate, which end with CRLF', async () => {
    const lines = (await csv(expiring)).split('\r\n');
    expect(lines.slice(0, 2)).toEqual([
      'node,name,role,kind,expires,days_left,limited_by,not_after,signed_by,renewed_by,renewal,in_use,file,entry,subject,sha256',
      `cp-1,kubelet-client-2025-11-24.pem,,certificate,2026-11-24T15:02:11Z,-7,,2026-11-24T15:02:11Z,kubernetes-ca,by hand,,no,/var/lib/kubelet/pki/kubelet-client-2025-11-24.pem,,CN=kubelet-client-2025-11-24.pem,${'ab'.repeat(32)}`,
    ]);
    expect(lines).toHaveLength(expiring.entries.length + 2);
    expect(lines.at(-1)).toBe('');
  });

  it.each([
    ['CN=a, O="b"', '"CN=a, O=""b"""'],
    ['two\r\nlines', 'two\\r\\nlines'],
    ['a;=1', '"a;=1"'],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '\\t=1'],
    [' =1', "' =1"],
    ['\r=1', '\\r=1'],
    ['plain', 'plain'],
  ])('%j is the cell %j', async (subject, cell) => {
    expect(await csv(changed({ subject }))).toContain(`,,${cell},${'ab'.repeat(32)}\r\n`);
  });
});

describe('JSON', () => {
  const path = new URL('../../rules/schema/expiry.schema.json', import.meta.url);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));

  it('is the report, and fits its schema', async () => {
    const value = JSON.parse(await allReporters.expiry.json(expiring, plain));
    expect(value).toEqual(expiring);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['no renewer', changed({ renewedBy: '' })],
    ['a date that is none', changed({ expires: 'soon' })],
    ['an unknown field', { ...expiring, more: 1 }],
  ])('does not fit with %s', (_name, value) => {
    expect(validate(value)).toBe(false);
  });
});
