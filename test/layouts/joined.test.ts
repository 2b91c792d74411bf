/** Where agents register shows their cluster, unless that could be several, or their own servers are in the input. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import type { KitChanges } from './kits/kit.ts';
import { rancherAgent, rancherServer, type ServerOptions } from './kits/rancher.ts';

const server = (options: Partial<ServerOptions>, changes: KitChanges = {}) =>
  rancherServer({ distribution: 'k3s', datastore: 'sqlite', ...options }, changes);

const elsewhere: KitChanges = { certificates: { 'client-ca': { key: 'P-256' }, 'server-ca': { key: 'P-256' } } };
const agentElsewhere = () => rancherAgent({ distribution: 'k3s' }, elsewhere);

const disputes = ({ findings }: Report) =>
  findings.flatMap(({ rule, subject }) => (rule === 'cluster/authority' ? subject : []));

describe('an agent with CAs that no server has', () => {
  it('is of the cluster whose server it registers with, and restarts for its CAs', async () => {
    const report = await lintTrees([server({}), agentElsewhere()]);
    expect(disputes(report)).toHaveLength(2);
    const fix =
      report.findings.find(({ path }) => path?.endsWith('/client-ca.crt'))?.fix[0]?.map(({ text }) => text) ?? [];
    expect(fix.join('\n')).toMatch(
      /mv .*agent\/client-ca\.crt .*agent\/server-ca\.crt[\s\S]*systemctl restart k3s-agent$/,
    );
  });

  it('is of no cluster if servers of two have that name', async () => {
    expect(disputes(await lintTrees([server({}), server({ kind: 'custom', index: 1 }), agentElsewhere()]))).toEqual([]);
  });

  it('is of no cluster of another program', async () => {
    expect(disputes(await lintTrees([server({ distribution: 'rke2' }), agentElsewhere()]))).toEqual([]);
  });
});

it('keeps two clusters apart that serve at one name', async () => {
  const others = [server({ kind: 'custom', index: 1 })];
  const report = await lintTrees([server({}), rancherAgent({ distribution: 'k3s' }), ...others]);
  expect(disputes(report)).toEqual([]);
});
