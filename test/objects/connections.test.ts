/** What `pki-lint connections` says of a dump: kube-apiserver dials webhooks and extension API servers. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { trustGraph } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { at } from '../cases/harness.ts';
import { root } from '../repository/files.ts';
import { keyNamed } from '../support/keys.ts';
import {
  apiService,
  bundleOf,
  conversion,
  documents,
  metadata,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from './objects.ts';

const ca = webhookCa();
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const outside = webhookConfiguration(bundleOf(ca), 'Ignore')
  .replace(metadata('policy'), metadata('outside'))
  .replace(/ {4}service:\n(?: {6}.*\n)+/, '    url: https://policy.example.test/validate\n');
const dump = documents(
  webhookConfiguration(bundleOf(other)),
  outside,
  conversion('Cg=='),
  apiService(`caBundle: ${bundleOf(ca)}`),
  server(servingSecret(ca)),
);

const style = { width: 100, color: false, verbose: false, quiet: false } as const;
const judged = (text: string) =>
  trustGraph({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(text)]), failOn: 'never' });

it('lists each with the verdict of the rules, and the finding that explains it', async () => {
  const { report } = await judged(dump);
  const shown = report.connections.map(({ server: name, address, verdict, without, cause }) => {
    const rule = report.findings.find(({ fingerprint }) => fingerprint === cause)?.rule ?? null;
    return [name, address, verdict, without, rule];
  });
  const pods = 'CREATE of pods';
  expect(shown).toEqual([
    [
      'validating webhook policy.example.test',
      'https://policy.shop.svc:443',
      'fail',
      `kube-apiserver refuses ${pods}`,
      'webhook/serving',
    ],
    [
      'validating webhook policy.example.test',
      'https://policy.example.test',
      'unknown',
      `${pods} passes unchecked`,
      null,
    ],
    [
      'conversion webhook of widgets.example.test',
      'https://policy.shop.svc:443',
      'fail',
      'kube-apiserver refuses every request for its objects',
      'webhook/bundle',
    ],
    [
      'APIService v1.things.example.test',
      'https://policy.shop.svc:443',
      'ok',
      'its group is not served, and deleted namespaces stay Terminating',
      null,
    ],
  ]);
  expect(report.connections[1]?.reason).toBe('the dump does not show what answers at its URL');
});

it('prints them in every format', async () => {
  const { report, graph } = await judged(dump);
  const text = await allReporters.connections.table(report, style);
  expect(text).toContain('unable to load root certificates: unable to parse bytes as PEM block');
  expect(text).toContain('unknown: the dump does not show what answers at its URL');
  expect(text).toContain('4 connections: 2 fail, 1 unknown, 1 work');
  for (const format of ['dot', 'mermaid'] as const) {
    expect(await allReporters.graph[format](graph, style)).toContain('APIService v1.things.example.test');
  }
});

it('with the node of an API server, it is the client', async () => {
  const corpora = `${root}fixtures/corpora/`;
  const paths = [`${corpora}kubeadm-1.36-default.tar.gz`, `${corpora}objects/default.tar.gz`];
  const { report, graph } = await trustGraph({ at, paths });
  const dialled = report.connections.filter(({ id }) => id === 'kube-apiserver-webhook');
  expect(dialled.map(({ node, verdict }) => [node, verdict])).toContainEqual(['cp-1', 'ok']);
  const client = graph.nodes.find(({ kind, name }) => kind === 'component' && name === 'kube-apiserver');
  const to = new Set(graph.edges.filter(({ from }) => from === client?.id).map((edge) => edge.to));
  expect(graph.nodes.filter(({ id }) => to.has(id)).map(({ name }) => name)).toContain(dialled[0]?.server);
});
