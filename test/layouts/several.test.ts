import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import { audit } from '../../src/api/lint.ts';
import type { Report } from '../../src/index.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { at } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { further, knownSeveral, several, severalNode, tokens } from './several.ts';

/** The ids of the further files: the role, and its path. */
const second = `front-proxy-client ${further.certificate}`;
const copy = `admin.conf ${further.kubeconfig}`;

function onDisk(): string {
  const root = mkdtempSync(join(tmpdir(), 'several-'));
  severalNode().toDisk(root);
  return root;
}

const lintRoot = async (root: string, layout = several): Promise<Report> =>
  (await audit({ at, cwd: '/', paths: [root] }, { ...knownSeveral, layouts: [...layouts, layout] })).report;

const issueRoot = (root: string, write: boolean, only?: readonly string[]) =>
  issueIn(
    { at, cwd: '/', algorithm: 'ecdsa-p256', paths: [several.pki], rootfs: root, write, ...(only && { only }) },
    knownSeveral,
  );

const problemsOf = ({ findings }: Report) => findings.filter(({ severity }) => severity !== 'info');
const named = (report: Report) => problemsOf(report).map(({ rule, subject, path }) => [rule, subject, path]);

let whole = '';
let files: ReadonlyMap<string, Buffer> = new Map();

beforeAll(async () => {
  const root = onDisk();
  await issueRoot(root, true);
  whole = root;
  files = new Map(Object.values(further).map((path) => [path, readFileSync(`${root}${path}`)]));
  return () => rmSync(whole, { recursive: true });
});

/** A node that has all files, with changes. */
function nodeWith(changes: Readonly<Record<string, string | Buffer | undefined>> = {}): string {
  const root = onDisk();
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries({ ...Object.fromEntries(files), ...changes })) {
    if (content !== undefined) writeFileSync(`${root}${path}`, content, { mode: 0o600 });
  }
  return root;
}

describe('a role with several files', () => {
  it('is quiet where each is right, and lists each', async () => {
    const report = await lintRoot(nodeWith());
    expect(report.nodes).toMatchObject([{ layout: 'several', role: 'control-plane' }]);
    expect(named(report)).toEqual([]);
    const rows = report.checklist.filter(({ role }) => /^(?:front-proxy-client|admin\.conf)/.test(role));
    expect(rows.map(({ role, path, state }) => [role, path, state])).toEqual([
      ['front-proxy-client', '/srv/toy/tls/proxy.pem', 'ok'],
      [second, further.certificate, 'ok'],
      ['admin.conf', '/srv/toy/access/admin.access', 'ok'],
      [copy, further.kubeconfig, 'ok'],
    ]);
    const items = report.inventory.filter(({ path }) => path === further.certificate);
    expect(items).toMatchObject([{ role: second, usedBy: ['wan-agent2 --proxy-certificate'], judged: true }]);
  });

  it('has a finding at the file that is missing, and a remedy that restarts what reads it', async () => {
    const report = await lintRoot(nodeWith({ [further.certificate]: undefined, [further.key]: undefined }));
    expect(named(report)).toEqual([['cert/present', second, further.certificate]]);
    const lines = fixLines(report.findings.find(({ rule }) => rule === 'cert/present')?.fix ?? []).join('\n');
    expect(lines).toContain('toyctl make front-proxy-client');
    expect(lines).toContain('toyctl restart wan-agent2');
    expect(lines).toContain('--only front-proxy-client');
  });

  it('tells the faults of its files apart', async () => {
    const damaged = 'no certificate\n';
    const root = nodeWith({ [further.certificate]: damaged, [further.kubeconfig]: 'no kubeconfig\n' });
    writeFileSync(`${root}/srv/toy/tls/proxy.pem`, damaged);
    const report = await lintRoot(root);
    const found = problemsOf(report).filter(({ path }) => path.includes('roxy') || path.includes('admin'));
    expect(found.map(({ path }) => path).sort()).toEqual([
      further.kubeconfig,
      '/srv/toy/tls/proxy.pem',
      further.certificate,
    ]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('has each judged by what it should be: a copy of another certificate', async () => {
    const root = nodeWith();
    const other = readFileSync(`${root}/srv/toy/tls/api-to-node.pem`);
    const key = readFileSync(`${root}/srv/toy/tls/api-to-node-key.pem`);
    const report = await lintRoot(nodeWith({ [further.certificate]: other, [further.key]: key }));
    expect(named(report)).toEqual([['cert/target', second, further.certificate]]);
  });
});

describe('a role of which arguments of two components name different files', () => {
  const [first, ...others] = several.certificates.filter(({ role }) => role === 'front-proxy-client');
  const certificates = several.certificates.filter((row) => !others.includes(row));
  const own = several.arguments.map((row) => (row.component === 'wan-agent2' ? { ...row, path: null } : row));
  const bySlots = { ...several, certificates, arguments: own };

  it('has each judged, though the layout has one', async () => {
    expect([first?.certificate, others.length]).toEqual(['proxy.pem', 1]);
    const { checklist, ...report } = await lintRoot(nodeWith(), bySlots);
    const rows = checklist.filter(({ role }) => role.startsWith('front-proxy-client'));
    expect(rows.map(({ role, state }) => [role, state])).toEqual([
      ['front-proxy-client', 'ok'],
      [second, 'ok'],
    ]);
    expect(named({ checklist, ...report })).toEqual([]);
  });

  it('has a fault found at the file of its own component', async () => {
    const other = readFileSync(`${whole}/srv/toy/tls/proxy-key.pem`);
    const report = await lintRoot(nodeWith({ [further.key]: other }), bySlots);
    expect(named(report)).toEqual([['cert/pair', second, further.certificate]]);
  });
});

describe('issuing a role with several files', () => {
  it('makes the one that is missing, and lint is quiet', async () => {
    const root = nodeWith({ [further.certificate]: undefined, [further.key]: undefined });
    const { plan, exitCode, failure, result } = await issueRoot(root, true, ['front-proxy-client']);
    expect(plan.actions.map(({ kind, role, target }) => [kind, role, target.path])).toEqual([
      ['issue', second, further.certificate],
    ]);
    expect(plan.next.flatMap(({ command }) => command ?? [])).toContain('toyctl restart wan-agent2');
    expect([exitCode, failure]).toEqual([0, null]);
    expect([...(result?.written ?? [])].sort()).toEqual(
      [further.key, further.certificate].map((path) => `${root}${path}`),
    );
    expect(named(await lintRoot(root))).toEqual([]);
  });

  it('makes both kubeconfigs again if the role is named', async () => {
    const options = { at, cwd: '/', algorithm: 'ecdsa-p256', paths: [several.pki], rootfs: nodeWith() } as const;
    const { plan } = await issueIn({ ...options, replace: ['admin.conf'] }, knownSeveral);
    expect(plan.actions.map(({ target }) => target.path)).toEqual(['/srv/toy/access/admin.access', further.kubeconfig]);
  });
});

describe('two key pairs for tokens', () => {
  it('have the file of either reported if it is missing', async () => {
    const root = nodeWith();
    rmSync(`${root}${tokens.private}`);
    expect(named(await lintRoot(root))).toEqual([['service-account/present', 'service-account', tokens.private]]);
  });

  it('need a verifier for each signer', async () => {
    const root = nodeWith();
    const unit = `${root}/srv/toy/units/kube-apiserver`;
    writeFileSync(unit, readFileSync(unit, 'utf8').replace(`--service-account-key-file=${tokens.public}\n`, ''));
    const [first, ...others] = named(await lintRoot(root));
    expect([first?.[0], others]).toEqual(['service-account/verified', []]);
  });

  it('are both expected', async () => {
    const { checklist } = await lintRoot(nodeWith());
    expect(checklist.find(({ role }) => role === 'service-account')).toMatchObject({
      state: 'ok',
      isRecommended: true,
    });
  });
});

describe('a component that no table knows', () => {
  it('is read from a static pod, and none of its flags is unknown', async () => {
    const { components, findings } = await audit({ at, cwd: '/', paths: [nodeWith()] }, knownSeveral).then(
      ({ report }) => ({ components: report.inventory.flatMap(({ usedBy }) => usedBy), findings: report.findings }),
    );
    expect(components).toContain('wan-agent2 --proxy-key');
    expect(findings.filter(({ rule }) => rule.startsWith('argument/'))).toEqual([]);
  });
});
