/** What reports say of dumps of objects: alone, and together with nodes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { lintObjects } from '../objects/harness.ts';
import {
  apiService,
  base64,
  bundleOf,
  documents,
  metadata,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from '../objects/objects.ts';
import type { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { parse } from './html/parse.ts';

const ca = webhookCa();
const owned = '  ownerReferences: [{ kind: ReplicaSet, name: web }]';
const pod = (name: string) => `apiVersion: v1\nkind: Pod\n${metadata(name, 'shop')}\n${owned}`;
const settings = `apiVersion: v1\nkind: ConfigMap\n${metadata('settings', 'shop')}\ndata: {}`;
const key = `apiVersion: v1\nkind: Secret\n${metadata('token', 'shop')}\ndata:\n  token: ${base64('x'.repeat(40))}`;
const broken = documents(
  webhookConfiguration(bundleOf(webhookCa({ notAfter: '2026-11-01' }))),
  apiService(`caBundle: ${bundleOf(ca)}`),
  server(servingSecret(ca)),
  ...['a', 'b'].map(pod),
  settings,
);

const options = { width: 200, color: false, quiet: false, verbose: false };
const reports = new Map<string, Report>();
beforeAll(async () => {
  const lintWith = (objects: string, nodes?: () => ReturnType<typeof buildNode>[]) =>
    lintObjects({ name: '', objects, findings: [], options: { picture: true, passes: true }, ...(nodes && { nodes }) });
  reports.set('alone', await lintWith(broken));
  reports.set('two', await lintWith(broken, () => [controlPlane(1), controlPlane(2)]));
  const other = apiService(`caBundle: ${bundleOf(webhookCa({ notAfter: '2026-11-01' }))}`);
  reports.set('several', await lintWith(documents(broken, other.replaceAll('things', 'other'))));
  reports.set('secret', await lintWith(documents(broken, key)));
});

const text = (format: keyof typeof allReporters.report, which = 'alone', more = {}) =>
  allReporters.report[format](reports.get(which) as Report, { ...options, ...more });

describe('objects that are not read', () => {
  it('are counted by their kinds, and no report says that they were checked', async () => {
    const [dump] = reports.get('alone')?.objects ?? [];
    expect(dump?.others).toEqual({ ConfigMap: 1, Pod: 2 });
    expect(Object.values(dump?.kinds ?? {}).reduce((sum, one) => sum + one, 0)).toBe(5);
    const table = await text('table');
    expect(table).toMatch(/^stdin: 5 objects of a cluster, of 2026-11-28; not read: Pod \(2\), ConfigMap; none of/m);
    expect(table).toMatch(/^✖ 1 problem \(1 error, 0 warnings\) in 5 objects$/m);
    expect(await text('table', 'two')).toMatch(/1 problem \(1 error, 0 warnings\) in \d+ files and 5 objects$/m);
  });
});

describe('a finding about an object', () => {
  const object = 'ValidatingWebhookConfiguration policy';
  const field = 'webhooks[0].clientConfig.caBundle';

  it('is at its file and line, in its object and field', async () => {
    expect(reports.get('alone')?.findings).toMatchObject([{ subject: object, field, line: 14, node: '' }]);
    expect(await text('table')).toMatch(/^ {2}at {8}-:14\n {12}ValidatingWebhookConfiguration policy, webhooks\[0\]/m);
    expect(await text('markdown')).toContain(`-:14<br>${object}, webhooks`);
  });

  it('has the name of its object on the page, its effect, and a fix', async () => {
    for (const which of ['alone', 'two']) {
      const { text: page } = parse(await text('html', which));
      expect(page).toMatch(/kube-apiserver refuses CREATE of pods[^:]*: no certificate in the caBundle of webhook /);
      expect(page).toContain(`${object}, ${field}`);
      expect(page).toContain('kubectl patch validatingwebhookconfiguration policy');
    }
  });

  it('is in a list of several problems with the name of its object and its effect', async () => {
    const { text: page } = parse(await text('html', 'several'));
    expect(page).toContain(`${object}: no certificate in the caBundle of webhook policy.example.test`);
    expect(page).toContain(' → kube-apiserver refuses CREATE of pods');
    expect(page).not.toContain('Also: kube-apiserver cannot call it');
  });
});

describe('the page of a dump without nodes', () => {
  it('has no section about nodes, and names the dump', async () => {
    const html = await text('html');
    const { text: page } = parse(html);
    const nav = /<nav.*?<\/nav>/s.exec(html)?.[0] ?? '';
    const sections = [...nav.matchAll(/href="#(\w+)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['top', 'findings', 'timeline', 'connections', 'made']);
    expect(page).toContain('Objects of stdin');
    expect(page).toContain('stdin: 5 objects of a cluster, of 2026-11-28; not read: Pod (2), ConfigMap; none of');
    expect(page).toMatch(/read 5 objects, and applied/);
    expect(page).not.toMatch(/\b0 (?:nodes|files)|version unknown/);
  });

  it('has the certificates of the dump in its section about expiry', async () => {
    const html = await text('html');
    const rows = [...html.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => row);
    expect(rows.find((row) => row.includes('ValidatingWebhookConfiguration policy'))).toContain('2026-11-01');
    expect(rows.some((row) => row.includes('Secret shop/policy-tls'))).toBe(true);
  });
});

it.each(['table', 'markdown', 'html'] as const)('%s says that a dump with tokens is a secret', async (format) => {
  expect(await text(format, 'secret')).toContain('stdin contains private keys or tokens: keep it secret');
  expect(await text(format)).not.toContain('keep it secret');
});

it.each(['alone', 'two'])('JUnit has what is about objects in one suite: %s', async (which) => {
  const junit = await text('junit', which);
  const suites = [...junit.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name);
  expect(suites.filter((name) => name === 'objects')).toHaveLength(1);
  expect(suites).not.toContain('');
  expect(junit).toMatch(/classname="objects.binding" name="binding\/join: -"/);
  if (which === 'alone') expect(suites).toEqual(['objects']);
});
