import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  alarmsIn,
  certificateAt,
  changes,
  emptyFolder,
  filesIn,
  folderOf,
  issueIn,
  signedByKubernetesCa,
  write,
} from './support/folders.ts';
import { putNode } from './support/issued.ts';
import { certificateIn } from './support/specs.ts';

describe('a CA', () => {
  it('is replaced only where that is confirmed', async () => {
    const folder = await folderOf();
    const before = filesIn(folder);
    for (const write of [false, true]) {
      const report = await issueIn(folder, { replace: ['kubernetes-ca'], write });
      expect(report).toMatchObject({ exitCode: write ? 2 : 1, result: null });
    }
    expect(filesIn(folder)).toEqual(before);
  });

  it('requires everything that it signed to be reissued', async () => {
    const folder = await folderOf();
    const [before, old] = [filesIn(folder), certificateAt(folder, 'etc/kubernetes/pki/ca.crt')];
    const report = await write(folder, { replace: ['kubernetes-ca'], yes: true });
    expect(actionsOf(report)).toEqual([
      're-issue kubernetes-ca',
      ...signedByKubernetesCa.map((role) => `re-issue ${role}`),
    ]);
    expect(report.plan.actions[0]?.notes).toEqual([
      `what it signed becomes invalid, and is reissued here: ${signedByKubernetesCa.join(', ')}`,
      'every other node and kubeconfig that trusts kubernetes-ca needs the new certificate too',
    ]);
    const ca = certificateAt(folder, 'etc/kubernetes/pki/ca.crt');
    expect(ca.publicKey.equals(old.publicKey)).toBe(false);
    const text = readFileSync(join(folder, 'etc/kubernetes/admin.conf'), 'utf8');
    expect(text).toContain(Buffer.from(readFileSync(join(folder, 'etc/kubernetes/pki/ca.crt'))).toString('base64'));
    expect(changes(before, filesIn(folder)).filter((path) => /etcd|front-proxy|sa\./.test(path))).toEqual([]);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('keeps its key with --keep-key', async () => {
    const folder = await folderOf();
    const old = certificateAt(folder, 'etc/kubernetes/pki/etcd/ca.crt');
    const report = await write(folder, { replace: ['etcd-ca'], yes: true, keepKey: true, caDays: 7300 });
    const ca = certificateAt(folder, 'etc/kubernetes/pki/etcd/ca.crt');
    expect(ca.publicKey.equals(old.publicKey)).toBe(true);
    expect(Date.parse(ca.validTo)).toBeGreaterThan(Date.parse(old.validTo));
    expect(actionsOf(report)).toEqual(['re-issue etcd-ca']);
    expect(report.plan.actions[0]?.replaces).toEqual(['/etc/kubernetes/pki/etcd/ca.crt']);
    expect(report.plan.actions[0]?.notes[0]).toMatch(/^what etcd-ca signed stays valid/);
    const authority = certificateIn(ca.toString());
    expect(authority.subjectKeyId).toBe(certificateIn(old.toString()).subjectKeyId);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('of a kubelet that rotates is not replaced under it', async () => {
    const folder = await folderOf({ rotatedKubelet: true });
    const before = filesIn(folder);
    const report = await issueIn(folder, { replace: ['kubernetes-ca'], yes: true, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ role }) => role)).toEqual(['kubelet.conf']);
    expect(filesIn(folder)).toEqual(before);
  });

  it('is replaced by one that is kept elsewhere, once the old key has gone', async () => {
    const [folder, other, caDir] = [await folderOf(), emptyFolder(), emptyFolder()];
    await putNode(other);
    for (const name of ['front-proxy-ca.crt', 'front-proxy-ca.key'])
      cpSync(join(other, 'pki', name), join(caDir, name));
    const options = { replace: ['front-proxy-ca'], yes: true, caDir };
    const refused = await issueIn(folder, { ...options, write: true });
    expect(refused).toMatchObject({ exitCode: 2, result: null });
    expect(refused.plan.refusals[0]?.hint).toBe('move it off the node first');
    rmSync(join(folder, 'etc/kubernetes/pki/front-proxy-ca.key'));
    const report = await write(folder, options);
    expect(actionsOf(report)).toEqual(['install front-proxy-ca', 're-issue front-proxy-client']);
    expect(report.plan.actions[0]?.notes).toContain(
      'what it signed becomes invalid, and is reissued here: front-proxy-client',
    );
    const pem = (...path: string[]) => readFileSync(join(...path), 'utf8');
    expect(pem(folder, 'etc/kubernetes/pki/front-proxy-ca.crt')).toBe(pem(caDir, 'front-proxy-ca.crt'));
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('that is missing is recreated if requested, with everything that it signed', async () => {
    const folder = await folderOf({}, (node) => node.remove('pki/front-proxy-ca.crt').remove('pki/front-proxy-ca.key'));
    const report = await write(folder, { replace: ['front-proxy-ca'], yes: true });
    expect(actionsOf(report)).toEqual(['create-ca front-proxy-ca', 're-issue front-proxy-client']);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('the key pair of service accounts', () => {
  const pair = ['service-account'];

  it('is replaced as a pair, and the consequences are reported', async () => {
    const folder = await folderOf();
    const before = filesIn(folder);
    const report = await write(folder, { replace: pair, yes: true });
    expect(changes(before, filesIn(folder))).toEqual(['etc/kubernetes/pki/sa.key', 'etc/kubernetes/pki/sa.pub']);
    expect(report.plan.actions[0]?.notes[0]).toMatch(/tokens of the old pair are rejected/);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('has its public half made of its private one', async () => {
    const folder = await folderOf();
    const before = filesIn(folder);
    rmSync(join(folder, 'etc/kubernetes/pki/sa.pub'));
    await write(folder);
    expect(filesIn(folder)).toEqual(before);
  });

  it('has no private half made for a public one', async () => {
    const folder = await folderOf({}, (node) => node.remove('pki/sa.key'));
    const report = await issueIn(folder, { write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals[0]?.hint).toMatch(/restore the pair from another control-plane node/);
  });
});
