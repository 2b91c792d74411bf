import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/results/report.ts';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { withExceptions } from '../support/exceptions.ts';
import { runWith } from './run.ts';

const path = '/etc/kubernetes/pki/apiserver.crt';

let report: Report;
let orderly: Report;
beforeAll(async () => {
  const tree = () => buildNode().issue('kube-apiserver', { notAfter: '2026-11-01' });
  const match = { rule: 'cert/expired', path };
  const own = { owner: 'team-platform', ticket: 'SEC-1234', since: '2026-11-01' };
  report = await lintTree(tree(), {
    policy: withExceptions([
      { match, ...own },
      { match: { rule: 'cert/issuer', path: '/etc/kubernetes/pki/ca.crt' }, until: '2026-11-30' },
      { match: { rule: 'cert/expired', node: 'cp-1', path: '/etc/kubernetes/pki/sa.key' } },
      { match: { rule: 'cert/expired', path: '*' }, until: '2026-12-05' },
    ]),
  });
  orderly = await lintTree(tree(), { policy: withExceptions([{ match, ...own }]) });
});

describe('pki-lint exceptions [PATH…]', () => {
  it('prints a table, what expires first first', async () => {
    const { exitCode, stdout, stderr } = await runWith(['exceptions', 'cp-1'], { report });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
         RULE          UNTIL       LEFT       STATE        FINDINGS
      ✖  cert/issuer   2026-11-30  1 day ago  expired      0
         at /etc/kubernetes/pki/ca.crt
         replaced together with the load balancer
         pki-lint.config.yaml:20
      ✖  cert/expired  2026-12-05  4 days     not allowed  1
         at *
         it would excuse a rule everywhere: name a path, a subject
         or one node, or switch the rule off
         replaced together with the load balancer
         pki-lint.config.yaml:40
      ▲  cert/expired  2027-03-31  120 days   unused       0
         at /etc/kubernetes/pki/sa.key on cp-1
         the most similar is cert/expired of kube-apiserver at
         /etc/kubernetes/pki/apiserver.crt on cp-1
         replaced together with the load balancer
         pki-lint.config.yaml:30
      ✔  cert/expired  2027-03-31  120 days   in force     1
         at /etc/kubernetes/pki/apiserver.crt
         replaced together with the load balancer; team-platform;
         SEC-1234
         pki-lint.config.yaml:10

      4 exceptions as of 2026-12-01: 1 not allowed, 1 expired, 1 unused, 1 in force
      "
    `);
  });

  it('prints JSON and CSV', async () => {
    const { stdout } = await runWith(['exceptions', '-f', 'json'], { report });
    expect(JSON.parse(stdout)).toEqual(report.exceptions);
    const csv = (await runWith(['exceptions', '-f', 'csv'], { report })).stdout.split('\r\n');
    expect(csv).toHaveLength(6);
    expect(csv[4]).toBe(
      `cert/expired,${path},,,,,2026-11-01,2027-03-31,120,team-platform,SEC-1234,replaced together with the load balancer,in-force,,1,pki-lint.config.yaml:10`,
    );
  });

  it('has the exit code 0 if all are in order, and that of what could not be read', async () => {
    expect(await runWith(['exceptions'], { report: orderly })).toMatchObject({ exitCode: 0 });
    expect(await runWith(['exceptions', '--exit-zero'], { report })).toMatchObject({ exitCode: 0 });
    const failures = [{ path: 'gone.tar', message: 'no such file or directory', hint: null }];
    const gone = { ...orderly, exitCode: 2, nodes: [], failures } as const;
    expect(await runWith(['exceptions', 'gone.tar'], { report: gone })).toMatchObject({
      exitCode: 2,
      stderr: 'pki-lint: gone.tar: no such file or directory\n',
    });
  });

  it('needs no node, and then says nothing of findings', async () => {
    const failures = [{ path: '/etc/kubernetes/pki', message: 'no such directory', hint: null }];
    const here = { ...orderly, exitCode: 2, nodes: [], failures } as const;
    const { exitCode, stdout, stderr } = await runWith(['exceptions'], { report: here });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/in force *\n/);
  });

  it('says that there is no exception, or no policy', async () => {
    const { exceptions: _, ...none } = orderly;
    expect(await runWith(['exceptions'], { report: { ...none, exceptions: [] } })).toMatchObject({
      exitCode: 0,
      stdout: 'There is no exception.\n',
    });
    expect(await runWith(['exceptions'], { report: none })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no policy'),
    });
  });

  it('passes the time and the paths on', async () => {
    const { asked } = await runWith(['exceptions', 'a.tar', '--at', '2027-01-01'], { report });
    expect(asked).toMatchObject({ paths: ['a.tar'], at: new Date('2027-01-01'), failOn: 'never' });
  });
});
