import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint, type Report } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import { at, lintTree } from '../../cases/harness.ts';
import { connected } from '../../report/fixtures.ts';
import { hostile } from '../../report/hostile.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { run, start, temporaryFolder } from '../support/programs.ts';
import { freePort, type Prometheus, startPrometheus } from '../support/prometheus.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const metricsOf = async (report: Report) =>
  allReporters.report.openmetrics(report, { width: 80, color: false, quiet: false, verbose: false });

/** The exit status of `promtool check metrics`: 0 fine, 1 a wrong syntax, 3 a bad style. */
const check = (metrics: string) =>
  spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' }).status;

const archive = (name: string) => `fixtures/corpora/${name}.tar.gz`;
const cluster = ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'].map(archive);

describe('promtool', () => {
  it.each(corpora)('accepts the metrics of %s', async (name) => {
    for (const time of [at, new Date('2045-01-01T00:00:00Z')]) {
      expect(check(await metricsOf(await lint({ at: time, paths: [archive(name)] })))).toBe(0);
    }
  });

  it('accepts those of several nodes, of nothing, and of a hostile report', async () => {
    const nothing = await lint({ at, paths: [join(folder.path, 'gone')] });
    const reports = [await lint({ at, paths: cluster }), nothing, hostile(connected)];
    for (const report of reports) expect(check(await metricsOf(report))).toBe(0);
  });

  it('rejects broken metrics', async () => {
    const metrics = await metricsOf(connected);
    expect(check(metrics.replace('node="cp-1"', 'node="cp\n1"'))).toBe(1);
    expect(check(metrics.replace('node="cp-1"', 'node="\\u0041"'))).toBe(1);
    expect(check(metrics.replace(/# HELP pki_lint_nodes.*\n/, ''))).toBe(3);
  });
});

describe("node_exporter's textfile collector", () => {
  const scrape = async (name: string, files: Readonly<Record<string, string>>) => {
    const directory = join(folder.path, name);
    mkdirSync(directory);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    const address = `127.0.0.1:${await freePort()}`;
    const textfile = ['--collector.disable-defaults', '--collector.textfile'];
    const program = start([
      'prometheus-node-exporter',
      ...textfile,
      `--collector.textfile.directory=${directory}`,
      `--web.listen-address=${address}`,
    ]);
    try {
      await program.until('Listening on');
      return await (await fetch(`http://${address}/metrics`)).text();
    } finally {
      await program.kill();
    }
  };

  it('exports the metrics of several files, and no draft of a file', async () => {
    const [one, other] = await Promise.all(cluster.slice(0, 2).map((path) => lint({ at, paths: [path] })));
    const files = {
      'cp-1.prom': await metricsOf(one as Report),
      // The metrics of a run occur once in a folder, those of a node once in each file.
      'cp-2.prom': (await metricsOf(other as Report)).replace(/^pki_lint_(last|build|failed).*\n/gm, ''),
      '.cp-3.prom.0123456789ab': 'a draft',
    };
    const exported = await scrape('good', files);
    expect(exported).toContain('node_textfile_scrape_error 0');
    expect(exported).toMatch(/^pki_lint_nodes\{kind="control-plane",node="cp-2"\} 1$/m);
    expect(exported).toMatch(/^x509_cert_not_after\{.*node="cp-1".*\} 1\.8\d+e\+09$/m);
  });

  it('exports what the cron job of the docs writes', async () => {
    const [, , job = ''] = /^(\S+ ){5}root (pki-lint .*openmetrics.*)$/m.exec(readFileSync('docs/ci.md', 'utf8')) ?? [];
    const [root, directory] = [join(folder.path, 'root'), join(folder.path, 'textfiles')];
    mkdirSync(directory);
    (await corpus('kubeadm-1.36-default')).toDisk(root);
    const command = job
      .replace('pki-lint /', `node dist/cli.cjs ${root}`)
      .replace('/var/lib/prometheus/node-exporter', directory);
    expect(command).toContain(`${root} --format openmetrics:${directory}/pki-lint.prom`);
    expect(run(['sh', '-c', command])).toMatchObject({ status: 0, output: '' });
    const exported = await scrape('cron', { 'pki-lint.prom': readFileSync(join(directory, 'pki-lint.prom'), 'utf8') });
    expect(exported).toMatch(
      /^pki_lint_findings\{impact="",node="[^"]+",path="",role="",rule="",severity="error"\} 0$/m,
    );
    expect(statSync(join(directory, 'pki-lint.prom')).mode & 0o777).toBe(0o644);
    expect(readdirSync(directory)).toEqual(['pki-lint.prom']);
  });

  it('reports a broken file', async () => {
    const metrics = await metricsOf(connected);
    expect(await scrape('bad', { 'a.prom': metrics.replace('} 1\n', '} one\n') })).toContain(
      'node_textfile_scrape_error 1',
    );
  });
});

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

describe('the dashboard, in Prometheus', () => {
  const dashboard = JSON.parse(readFileSync('integrations/prometheus/dashboard.json', 'utf8')) as Dashboard;
  let prometheus: Prometheus;
  let report: Report;

  beforeAll(async () => {
    // A cluster with an expired certificate, a file that cannot be parsed, excused findings and paths that were not
    // seen.
    const several = await lint({ at: new Date(), paths: cluster });
    const node = buildNode({ name: 'cp-9' })
      .remove('admin.conf')
      .write('pki/apiserver.crt', '-----BEGIN CERTIFICATE-----\nx\n')
      .replaceFlag('kube-apiserver', 'etcd-cafile', '$(ETCD_CA)');
    const single = await lintTree(node, { at: new Date() });
    const [first, ...others] = several.findings;
    const suppressed = { by: 'pki-lint.config.yaml', reason: 'known', until: '2099-01-31' };
    report = {
      ...several,
      nodes: [...several.nodes, ...single.nodes],
      checklist: [...several.checklist, ...single.checklist],
      inventory: [...several.inventory, ...single.inventory],
      connections: [...several.connections, ...single.connections],
      findings: [...(first ? [{ ...first, suppressed }] : []), ...others, ...single.findings],
      notChecked: [...several.notChecked, ...single.notChecked],
    };
    prometheus = await startPrometheus(await metricsOf(report), folder.path);
  });
  afterAll(() => prometheus?.stop());

  const live = () => report.findings.filter(({ suppressed }) => suppressed === null);
  const bySeverity = (severity: string) => live().filter((finding) => finding.severity === severity).length;
  const single = (value: number) => [value];
  const seconds = (time: string | null) => Math.floor(Date.parse(time ?? '') / 1000) - prometheus.time;
  const inOrder = (values: readonly number[]) => values.toSorted((one, other) => one - other);
  const distinct = (keys: readonly string[]) => [...new Set(keys)];
  const ends = () => [
    ...report.checklist.filter(({ expires, state }) => expires !== null && state !== 'not-applicable'),
    ...report.inventory
      .filter(({ role, judged, effectiveNotAfter }) => role === null && judged && effectiveNotAfter !== null)
      .map((item) => ({ ...item, expires: item.effectiveNotAfter })),
  ];
  const days = 365;
  const endsSoon = () => ends().filter(({ expires }) => seconds(expires) < days * 86_400);
  const failing = () =>
    distinct(
      report.connections
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ node, client, server, address }) => [node, client, server, address].join()),
    );

  /** What each panel promises, computed from the report: the values of its series, in order. */
  const promises: Readonly<Record<string, () => readonly number[]>> = {
    Errors: () => single(bySeverity('error')),
    Warnings: () => single(bySeverity('warning')),
    'Failed connections': () => single(failing().length),
    'Next expiry': () => single(Math.min(...ends().map(({ expires }) => seconds(expires)))),
    'Not examined': () => single(report.notChecked.length),
    'Last run': () => single(-seconds(report.at)),
    Findings: () => {
      const shown = live().filter(({ severity }) => severity !== 'info');
      const keys = shown.map(({ node, rule, severity, path }) => [node, rule, severity, path].join());
      return distinct(keys).map((key) => keys.filter((one) => one === key).length);
    },
    'Connections that fail': () => failing().map(() => 0),
    'Certificates in use': () => endsSoon().map(({ expires }) => seconds(expires)),
    'Files that cannot be parsed': () => [1],
    Exceptions: () => [seconds('2099-02-01T00:00:00Z')],
    'Findings over time': () => ['error', 'warning', 'info'].map(bySeverity),
  };

  it('has panels with distinct titles, each with a promise', () => {
    expect(dashboard.panels.map(({ title }) => title)).toEqual(Object.keys(promises));
    for (const { description } of dashboard.panels) expect(description).toMatch(/\.$/);
  });

  it.each(dashboard.panels.map(({ title, targets }) => [title, targets[0]?.expr ?? ''] as const))(
    '%s: returns what it promises',
    async (title, expression) => {
      const all = expression.replaceAll(/\$(instance|node)\b/g, '.*').replaceAll('$days', `${days}`);
      const series = await prometheus.query(all);
      const expected = inOrder(promises[title]?.() ?? []);
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.some((value) => value !== 0) || title === 'Connections that fail').toBe(true);
      const found = inOrder(series.map(({ value }) => value));
      expect(found).toHaveLength(expected.length);
      // Prometheus counts in milliseconds.
      for (const [index, value] of found.entries()) expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(0.01);
    },
  );

  it('is read by the queries of x509-certificate-exporter: its alerts, and certificates of files by issuer', async () => {
    const errors = await prometheus.query('x509_cert_error > 0');
    expect(errors.map(({ labels }) => labels.filepath)).toEqual(['/etc/kubernetes/pki/apiserver.crt']);
    const dated = report.inventory.filter(({ judged }) => judged);
    const soon = await prometheus.query('(x509_cert_not_after - time()) < (3650 * 86400)');
    expect(soon).toHaveLength(dated.filter(({ notAfter }) => seconds(notAfter) < 3650 * 86_400).length);
    expect(await prometheus.query('(x509_cert_not_before - time()) > 0')).toEqual([]);
    const byIssuer = await prometheus.query('count by (issuer_CN) (x509_cert_not_after{filepath!=""})');
    expect(byIssuer.find(({ labels }) => labels.issuer_CN === 'etcd-ca')?.value).toBe(
      dated.filter(({ issuer }) => issuer === 'CN=etcd-ca').length,
    );
  });

  it.each(['cp-1', 'no-such-node'])('shows one node if that is chosen: %s', async (node) => {
    const expression = dashboard.panels.find(({ title }) => title === 'Certificates in use')?.targets[0]?.expr ?? '';
    const series = await prometheus.query(
      expression.replaceAll('$instance', '.*').replaceAll('$node', node).replaceAll('$days', `${days}`),
    );
    expect(series.length).toBe(endsSoon().filter((one) => one.node === node).length);
  });

  it('offers the nodes as values of its variables', async () => {
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    const parts = definitions.map((one) => /^label_values\((.*), (\w+)\)$/.exec(one) ?? []);
    const [instances, nodes] = await Promise.all(
      parts.map(async ([, expression = '', label = '']) => {
        const series = await prometheus.query(expression.replaceAll('$instance', '.*'));
        return distinct(series.map(({ labels }) => labels[label] ?? '')).toSorted();
      }),
    );
    expect(instances).toEqual(['test']);
    expect(nodes).toEqual(report.nodes.map(({ name }) => name).toSorted());
  });
});
