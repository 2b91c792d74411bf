/**
 * Breaks each end of each connection in each way: that connection must fail, for its own reason, and no healthy one
 * may.
 */
import { describe, expect, it } from 'vitest';
import { type ConnectionRow, connectionRows } from '../../src/tables/connections.ts';
import { lintTree } from '../cases/harness.ts';
import { spreadInAll } from '../support/extent.ts';
import { expectBreak, type Way, ways } from './breaking.ts';
import { certificateBreaks } from './certificates.ts';
import { etcdBreaks } from './etcd.ts';
import { everyConnection } from './every-connection.ts';
import { listenerBreaks, stoppedBreaks } from './listeners.ts';
import { serverBreaks } from './server-names.ts';
import { transportBreaks } from './transport.ts';
import { trustBreaks } from './trust.ts';

describe('a node with every connection', () => {
  it('has each row of the table, and each succeeds', async () => {
    const report = await lintTree(everyConnection());
    expect(new Set(report.connections.map(({ id }) => id))).toEqual(new Set(connectionRows.map(({ id }) => id)));
    expect(report.connections.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

describe('certificates', () => {
  it.each(spreadInAll(certificateBreaks, 8))('$name', expectBreak);
});

describe('trust', () => {
  it.each(spreadInAll(trustBreaks, 8))('$name', expectBreak);
});

describe('transport and kubeconfigs', () => {
  it.each(spreadInAll(transportBreaks, 8))('$name', expectBreak);
});

describe('etcd', () => {
  it.each(spreadInAll(etcdBreaks, 8))('$name', expectBreak);
});

describe('kube-apiserver', () => {
  it.each(spreadInAll(serverBreaks, 8))('$name', expectBreak);
});

/** Clients without an issued certificate: they use a token, or request their certificate. */
const showsNone = ['service-account', 'kubernetes-ca'];
const byFile: readonly Way[] = ['client chain', 'client usage', 'client date', 'client key'];
const verified: readonly Way[] = ['server chain', 'server usage', 'server date', 'server name', 'trust of the client'];

/** The ways in which a row of the table can be broken. */
function waysOf({ presents, dials, trust, serves, verifies, forbidden }: ConnectionRow): readonly Way[] {
  const listed = verifies.startsWith('etcd ') && dials !== 'etcd-gateway';
  return [
    'trust of the server',
    ...(showsNone.includes(presents) ? [] : byFile),
    ...(forbidden !== undefined || listed ? (['client identity'] as const) : []),
    ...(serves !== null || dials === 'kubelets' ? (['server key'] as const) : []),
    ...(trust === 'nothing' ? [] : verified),
    ...(['etcd-servers', 'peer-urls', 'kubeconfig-server'].includes(dials) ? (['transport'] as const) : []),
    ...(['etcd-servers', 'kubeconfig-server'].includes(dials) ? (['listener'] as const) : []),
  ];
}

describe('listeners', () => {
  it.each(listenerBreaks)('$name', expectBreak);
});

describe('components that do not run', () => {
  it.each(stoppedBreaks)('$name', expectBreak);
});

describe('every row of the table', () => {
  const all = [
    ...certificateBreaks,
    ...trustBreaks,
    ...transportBreaks,
    ...etcdBreaks,
    ...serverBreaks,
    ...listenerBreaks,
  ];
  it.each(connectionRows)('$id is broken in every way', (row) => {
    const seen = ways.filter((way) => all.some(({ covers }) => covers?.[way]?.includes(row.id)));
    expect(waysOf(row).filter((way) => !seen.includes(way))).toEqual([]);
  });

  it('fails where it is said to be broken', () => {
    for (const { fails, covers = {} } of all) {
      for (const row of Object.values(covers).flat()) expect(fails.map((word) => word.split(' ')[0])).toContain(row);
    }
  });
});
