import { X509Certificate } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionsOf, alarmsIn, cp1, emptyFolder, filesIn, issueIn, write } from './support/folders.ts';
import { putNode } from './support/issued.ts';

const certificateAt = (...path: string[]) => new X509Certificate(readFileSync(join(...path)));
const authorityFiles = ['ca', 'etcd/ca', 'front-proxy-ca'];

describe('a single root CA', () => {
  it('signs the three CAs, only these are trusted, and its key is never on the node', async () => {
    const [folder, rootDir] = [emptyFolder(), emptyFolder()];
    const report = await write(folder, { facts: cp1, rootCa: true, rootDir });
    expect(actionsOf(report).slice(0, 4)).toEqual([
      'create-ca root-ca',
      'create-ca kubernetes-ca',
      'create-ca etcd-ca',
      'create-ca front-proxy-ca',
    ]);
    expect([...filesIn(rootDir)].map(([name, told]) => `${name} ${told.split(' ')[0]}`)).toEqual([
      'root-ca.crt 644',
      'root-ca.key 600',
    ]);
    const root = certificateAt(rootDir, 'root-ca.crt');
    for (const name of authorityFiles) {
      const pem = readFileSync(join(folder, `pki/${name}.crt`), 'utf8');
      expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
      const own = new X509Certificate(pem);
      expect(own.verify(root.publicKey)).toBe(true);
      expect(own.issuer).toBe(root.subject);
    }
    const all = [...filesIn(folder).keys()].map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(all).not.toContain(readFileSync(join(rootDir, 'root-ca.crt'), 'utf8').trim());
    expect(all).not.toContain(readFileSync(join(rootDir, 'root-ca.key'), 'utf8').trim());
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is made once, and signs what a second node lacks', async () => {
    const [folder, other, rootDir] = [emptyFolder(), emptyFolder(), emptyFolder()];
    await write(folder, { facts: cp1, rootCa: true, rootDir });
    const before = filesIn(rootDir);
    await write(other, { facts: cp1, rootCa: true, rootDir });
    expect(filesIn(rootDir)).toEqual(before);
    expect(certificateAt(other, 'pki/ca.crt').verify(certificateAt(rootDir, 'root-ca.crt').publicKey)).toBe(true);
    expect(await alarmsIn(other)).toEqual([]);
  });

  it('that has lost its key signs nothing', async () => {
    const [folder, rootDir] = [emptyFolder(), emptyFolder()];
    await write(emptyFolder(), { facts: cp1, rootCa: true, rootDir });
    rmSync(join(rootDir, 'root-ca.key'));
    const report = await issueIn(folder, { facts: cp1, rootCa: true, rootDir, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals[0]).toMatchObject({ role: 'kubernetes-ca', hint: 'fix the root CA first' });
    expect(filesIn(folder).size).toBe(0);
  });

  it.each([
    ['needs a folder', { rootCa: true }, '--root-ca needs --root-dir'],
    ['is asked for by name', { rootDir: '/nowhere' }, '--root-dir has no effect without --root-ca'],
  ])('%s', async (_, options, message) => {
    await expect(issueIn(emptyFolder(), options)).rejects.toThrow(message);
  });

  it('is not kept on the node', async () => {
    const folder = emptyFolder();
    const inside = issueIn(folder, { facts: cp1, rootCa: true, rootDir: join(folder, 'pki/root') });
    await expect(inside).rejects.toThrow('is on the node itself');
  });
});

describe('CAs that are kept off the node', () => {
  /** A folder with the CAs of a cluster. */
  async function caDir(): Promise<string> {
    const [first, folder] = [emptyFolder(), emptyFolder()];
    await write(first, { facts: cp1 });
    mkdirSync(join(folder, 'etcd'));
    for (const name of authorityFiles.flatMap((one) => [`${one}.crt`, `${one}.key`]))
      cpSync(join(first, 'pki', name), join(folder, name));
    return folder;
  }

  it('sign all certificates and leave their keys where they are', async () => {
    const [folder, kept] = [emptyFolder(), await caDir()];
    const before = filesIn(kept);
    const report = await write(folder, { facts: cp1, caDir: kept });
    expect(actionsOf(report).slice(0, 3)).toEqual([
      'install kubernetes-ca',
      'install etcd-ca',
      'install front-proxy-ca',
    ]);
    expect(actionsOf(report)).toContain('kubeconfig super-admin.conf');
    for (const name of authorityFiles) {
      expect(existsSync(join(folder, `pki/${name}.key`))).toBe(false);
      expect(readFileSync(join(folder, `pki/${name}.crt`))).toEqual(readFileSync(join(kept, `${name}.crt`)));
    }
    expect(filesIn(kept)).toEqual(before);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('of another cluster sign nothing for this one', async () => {
    const folder = emptyFolder();
    await putNode(folder);
    rmSync(join(folder, 'pki/apiserver.crt'));
    rmSync(join(folder, 'pki/apiserver.key'));
    const before = filesIn(folder);
    const report = await issueIn(folder, { facts: cp1, caDir: await caDir(), write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null, plan: { actions: [] } });
    expect(report.plan.refusals.map(({ message }) => message)).toEqual([
      'cannot be signed: --ca-dir contains a different kubernetes-ca from the one that this node trusts',
    ]);
    expect(filesIn(folder)).toEqual(before);
  });

  it('are missed where the folder has none, and their keys too', async () => {
    await expect(issueIn(emptyFolder(), { caDir: emptyFolder() })).rejects.toThrow('contains no CA');
    const kept = await caDir();
    rmSync(join(kept, 'ca.key'));
    const report = await issueIn(emptyFolder(), { facts: cp1, caDir: kept });
    expect(report.plan.refusals.map(({ role }) => role)).toContain('kube-apiserver');
    expect(report.plan.refusals[0]?.message).toBe('cannot be signed: --ca-dir contains no key of kubernetes-ca');
  });
});
