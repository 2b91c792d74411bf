import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import { audit } from '../../src/api/lint.ts';
import type { Finding, IssueOptions } from '../../src/index.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { FilesOwner } from '../../src/tables/layouts/owner.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import { at } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { remedies, row, known as toy, toyNode } from './toy.ts';

const owner: FilesOwner = {
  name: 'toyd',
  restart: [{ command: 'systemctl restart toyd', writes: false }],
  files: [
    {
      paths: ['/srv/toy/units/*'],
      place: 'toy.yaml',
      fix: [
        { note: 'in /etc/toy.yaml: {change}', when: 'change' },
        { command: 'toyd reload', writes: false },
      ],
    },
    { paths: ['/srv/toy/tls/*', '/srv/toy/access/*'], moved: true },
  ],
};
const owned: Remedies = {
  ...remedies,
  owner,
  rows: remedies.rows.map((one) => {
    const move = [{ command: 'mkdir -p {backup}' }, { command: 'mv {files} {backup}/' }];
    return { role: one.role, missing: [], wrong: move, names: move, expired: [] };
  }),
};
const known = { ...toy, layouts: [...layouts, layoutOf(row, owned)] } as const;

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'owned-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

const errorsOf = async (root: string): Promise<readonly Finding[]> =>
  (await audit({ at, cwd: '/', paths: [root] }, known)).report.findings.filter(({ severity }) => severity === 'error');

const fixOf = async (tree: NodeTree, rule: string): Promise<string> => {
  const found = (await errorsOf(onDisk(tree))).find((one) => one.rule === rule);
  return fixLines(found?.fix.slice(0, 1) ?? []).join('\n');
};

const issueOwned = (root: string, options: IssueOptions = {}) =>
  issueIn({ at, cwd: '/', algorithm: 'ecdsa-p256', paths: [row.pki], rootfs: root, ...options }, known);

describe('issuing where a program of the distribution makes the files', () => {
  const peer = '/srv/toy/tls/store/peer.pem';
  const damaged = () => onDisk(toyNode().remove(peer).remove('/srv/toy/tls/store/peer-key.pem'));

  it('is refused, with the command of that program, and writes nothing', async () => {
    const root = damaged();
    for (const [options, exitCode] of [[{}, 1] as const, [{ write: true }, 2] as const]) {
      const report = await issueOwned(root, options);
      expect(report.exitCode).toBe(exitCode);
      expect(report.plan).toMatchObject({ actions: [], left: [] });
      expect(report.plan.refusals).toEqual([
        {
          role: 'kube-etcd-peer',
          message: 'toyd makes the files of this node, and pki-lint does not write them',
          hint: 'systemctl restart toyd',
        },
      ]);
      expect(existsSync(`${root}${peer}`)).toBe(false);
    }
  });

  it('is refused for roles that options name, for modes and for requests', async () => {
    const root = onDisk(toyNode());
    const csr = mkdtempSync(join(tmpdir(), 'owned-csr-'));
    onTestFinished(() => rmSync(csr, { recursive: true }));
    const named = await issueOwned(root, { replace: ['kube-apiserver'], write: true });
    expect([named.exitCode, named.plan.refusals.map(({ role }) => role)]).toEqual([2, ['kube-apiserver']]);
    const requests = await issueOwned(root, { only: ['kube-apiserver'], renew: true, withinDays: 9999, csr });
    expect([requests.plan.actions, requests.plan.refusals.length]).toEqual([[], 1]);
    const open = toyNode();
    open.write('/srv/toy/tls/api-key.pem', open.read('/srv/toy/tls/api-key.pem'), 0o644);
    const modes = await issueOwned(onDisk(open), { fixModes: true });
    expect(modes.plan).toMatchObject({
      actions: [],
      refusals: [{ steps: [expect.stringContaining('chmod '), expect.anything()] }],
    });
  });

  it('has nothing to do on a healthy node', async () => {
    const { plan, exitCode } = await issueOwned(onDisk(toyNode()));
    expect([plan.refusals, plan.actions, exitCode]).toEqual([[], [], 0]);
  });
});

describe('fixes where a program of the distribution makes the files', () => {
  const withSni = (folder: string) => {
    const tree = toyNode();
    tree.write(`${folder}/own.pem`, tree.read('/srv/toy/tls/api.pem'), 0o644);
    tree.write(`${folder}/own-key.pem`, tree.read('/srv/toy/tls/proxy-key.pem'), 0o600);
    tree.edit('/srv/toy/units/kube-apiserver', (text) =>
      text.replace(/\n$/, `\n--tls-sni-cert-key=${folder}/own.pem,${folder}/own-key.pem\n`),
    );
    return tree;
  };

  it('move a certificate without a role away, and restart the program', async () => {
    const fix = await fixOf(withSni('/srv/toy/tls'), 'cert/pair');
    expect(fix).toMatch(/mv --backup=numbered \/srv\/toy\/tls\/own.pem \/srv\/toy\/tls\/own-key.pem .*\n.*toyd/s);
  });

  it('leave a certificate to people that it does not make', async () => {
    const fix = await fixOf(withSni('/srv/mine'), 'cert/pair');
    expect(fix).not.toMatch(/mv |toyd/);
  });

  it('end with the restart of the program once, after all moves', async () => {
    const tree = toyNode();
    for (const name of ['api', 'proxy'])
      tree.write(`/srv/toy/tls/${name}-key.pem`, tree.read('/srv/toy/tls/tokens.pem'), 0o600);
    const errors = await errorsOf(onDisk(tree));
    const texts = errors.map(({ fix }) => fixLines(fix.slice(0, 1)).join('\n'));
    for (const text of texts) expect(text.match(/systemctl restart toyd/g)?.length ?? 1).toBe(1);
    expect(texts.join()).toMatch(/mv .*api.*toyd/s);
    expect(texts.join()).not.toMatch(/pki-lint issue|toyctl restart/);
  });

  it('change a flag where the program takes it from', async () => {
    const tree = toyNode();
    tree.edit('/srv/toy/units/kube-apiserver', (text) => text.replace('/srv/toy/tls/api.pem', '/srv/toy/tls/gone.pem'));
    const fix = await fixOf(tree, 'argument/file');
    expect(fix).toMatch(/in \/etc\/toy.yaml: .*api.pem[\s\S]*toyd reload/);
    expect(fix).not.toContain('sed');
  });

  it('never move a CA away', async () => {
    const tree = toyNode().remove('/srv/toy/tls/root.pem');
    const fix = await fixOf(tree, 'authority/present');
    expect(fix).not.toMatch(/^mv .*root/m);
  });
});
