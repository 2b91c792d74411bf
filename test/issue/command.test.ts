import { createPrivateKey } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../src/issue/write/disk.ts';
import { issueCommand } from './support/command.ts';
import { alarmsIn, cp1 as cp1Facts, emptyFolder, filesIn, unpacked, write } from './support/folders.ts';
import { Crash, callsOf, crashing } from './write/support/disks.ts';
import { writeBatch } from './write/support/writing.ts';

const cp1 = ['--node-name', 'cp-1', '--advertise-address', '192.0.2.10'];

/** The text with the folder replaced by its name in the golden files. */
const without = (folder: string, text: string) => text.replaceAll(folder, '/node');

describe('the exit code', () => {
  it('is 1 for a plan, 0 once it is done, and 0 where nothing is to be done', async () => {
    const folder = emptyFolder();
    expect((await issueCommand(folder, ...cp1)).exitCode).toBe(1);
    expect(filesIn(folder).size).toBe(0);
    expect((await issueCommand(folder, ...cp1, '--write')).exitCode).toBe(0);
    const again = await issueCommand(folder);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain('nothing to issue');
    expect((await issueCommand(folder, '--write')).exitCode).toBe(0);
  });

  it('is 0 for a healthy node, and 1 if there is a fault that was not to be changed', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const healthy = await issueCommand(folder);
    expect(healthy).toEqual({
      exitCode: 0,
      stdout: `cp-1  control plane  ${folder}/etc/kubernetes/pki  nothing to issue  as of 2026-12-01\n`,
      stderr: '',
    });
    expect((await issueCommand(folder, '--at', '2028-02-01')).exitCode).toBe(1);
  });

  it('is 2 for what is refused', async () => {
    const folder = emptyFolder();
    expect((await issueCommand(folder, '--write')).exitCode).toBe(2);
    expect((await issueCommand(folder)).exitCode).toBe(1);
    expect(filesIn(folder).size).toBe(0);
  });

  it.each([
    ['a role that is none', ['--only', 'kube-apiservr'], 'did you mean "kube-apiserver"?'],
    ['a role that is none, to replace', ['--replace', 'ca'], 'invalid --replace "ca": expected a role'],
    ['ed25519', ['--algorithm', 'ed25519'], 'kubeadm does not accept such keys'],
    ['no life', ['--days', '0'], '--days'],
    ['a folder of CAs that is not there', ['--ca-dir', '/nowhere/at/all'], '--ca-dir'],
    ['a kubeadm config that is not there', ['--kubeadm-config', '/nowhere/at/all'], '--kubeadm-config'],
  ])('is 2 for %s', async (_, argv, told) => {
    const said = await issueCommand(emptyFolder(), ...cp1, ...argv);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toMatch(/^pki-lint: /);
    expect(said.stderr).toContain(told);
  });

  it('is 2 for an archive, which is read only, and for a folder of other things', async () => {
    const archive = new URL('../../fixtures/corpora/kubeadm-1.36-default.tar.gz', import.meta.url).pathname;
    for (const path of [archive, '-']) {
      const said = await issueCommand(path);
      expect(said).toMatchObject({ exitCode: 2, stdout: '' });
      expect(said.stderr).toContain('issue cannot write to archives');
    }
    const folder = emptyFolder();
    writeFileSync(join(folder, 'letter.txt'), 'Dear all');
    const said = await issueCommand(folder, ...cp1, '--write');
    expect(said.exitCode).toBe(2);
    expect(said.stderr).toContain('no file shows what kind of node');
    expect([...filesIn(folder).keys()]).toEqual(['letter.txt']);
  });
});

describe('the text', () => {
  it.each([
    ['plan', cp1],
    ['unknown', ['--node-name', 'cp-1']],
    ['done', [...cp1, '--write']],
    ['documented', [...cp1, '--profile', 'documented', '--only', 'kube-apiserver,admin.conf']],
  ] as const)('reads as in golden/%s.txt', async (name, argv) => {
    const folder = join(emptyFolder(), 'etc/kubernetes/pki');
    const { stdout } = await issueCommand(folder, ...argv);
    await expect(without(folder, stdout)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([
    ['expired', []],
    ['renew', ['--renew', '--only', 'kube-apiserver,kubelet.conf']],
    ['renewed', ['--renew', '--write']],
    ['replace-ca', ['--replace', 'front-proxy-ca', '--yes']],
  ] as const)('of an expired node reads as in golden/%s.txt', async (name, argv) => {
    const folder = await unpacked('kubeadm-1.36-default');
    const { stdout } = await issueCommand(folder, '--at', '2028-02-01', ...argv);
    const lines = without(folder, stdout).replace(/backup-\S+/g, 'backup');
    await expect(lines).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});

describe('a plan', () => {
  it('is the same whenever it is made', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    for (const argv of [
      ['--renew', '--at', '2028-02-01'],
      ['--replace', 'kubernetes-ca', '--yes'],
    ]) {
      for (const format of ['json', 'table']) {
        const [one, other] = [
          await issueCommand(folder, ...argv, '--format', format),
          await issueCommand(folder, ...argv, '--format', format),
        ];
        expect(one).toEqual(other);
        expect(one.stdout.length).toBeGreaterThan(1000);
      }
    }
  });

  it.each([[], ['--write']])('and what became of it hold no secret: %o', async (...argv) => {
    const folder = await unpacked('kubeadm-1.36-default');
    const old = secretsIn(folder);
    for (const format of ['json', 'table']) {
      const said = await issueCommand(folder, '--at', '2028-02-01', '--renew', '--format', format, ...argv);
      const text = said.stdout + said.stderr;
      for (const secret of [...old, ...secretsIn(folder)]) expect(text.includes(secret)).toBe(false);
      expect(text).not.toMatch(/PRIVATE KEY/);
    }
    expect(old.length).toBeGreaterThan(100);
  });

  it('is the JSON of the library', async () => {
    const folder = emptyFolder();
    const { stdout } = await issueCommand(folder, ...cp1, '--format', 'json', '--write');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      at: '2026-12-01T00:00:00Z',
      profile: 'kubeadm',
      exitCode: 0,
      failure: null,
    });
    for (const path of report.result.written) expect(existsSync(path)).toBe(true);
    expect(report.plan.folder).toBe(join(folder, 'pki'));
  });
});

describe('progress', () => {
  it('reports keys that take time', async () => {
    const told: string[] = [];
    const onProgress = (message: string) => told.push(message);
    await write(emptyFolder(), { facts: cp1Facts, only: ['front-proxy-client'], algorithm: 'rsa-2048', onProgress });
    await write(emptyFolder(), { facts: cp1Facts, only: ['front-proxy-client'], onProgress });
    expect(told).toEqual(['generating 2 rsa-2048 keys']);
  }, 30_000);
});

/** The base64 lines of every private key, including those embedded in kubeconfigs. */
function secretsIn(folder: string): readonly string[] {
  return [...filesIn(folder).keys()].flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const data = [...text.matchAll(/client-key-data: (\S+)/g)].map(([, one = '']) => one);
    const pems = [text, ...data.map((one) => Buffer.from(one, 'base64').toString())];
    const keys = pems.flatMap(
      (one) => one.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g) ?? [],
    );
    const lines = keys.flatMap((one) =>
      one.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')),
    );
    const numbers = keys.flatMap((one) => createPrivateKey(one).export({ format: 'jwk' }).d ?? []);
    return [...lines, ...numbers, ...data.map((one) => one.slice(0, 60))];
  });
}

describe('an earlier run that was killed', () => {
  const facts = ['--service-cidr', '10.96.0.0/12', '--dns-domain', 'cluster.local'];

  /** A control plane on which renewing a pair crashed before any file was put in place. */
  async function crashed(): Promise<string> {
    const folder = emptyFolder();
    expect((await issueCommand(folder, ...cp1, '--write')).exitCode).toBe(0);
    const place = { folder, base: '/etc/kubernetes', pki: '/etc/kubernetes/pki' };
    const file = (name: string) => ({
      target: { on: 'node', path: `/etc/kubernetes/pki/${name}` } as const,
      bytes: Buffer.from(`new ${name}`),
      mode: 0o600,
      replaces: true,
    });
    const units = [{ role: 'kube-apiserver', files: [file('apiserver.key'), file('apiserver.crt')] }];
    const writing = (disk: Disk) =>
      writeBatch({ units, modes: [], place, now: Date.parse('2026-12-01T08:00:00Z'), disk });
    const probe = emptyFolder();
    cpSync(folder, probe, { recursive: true });
    const calls = await callsOf((disk) =>
      writeBatch({ units, modes: [], place: { ...place, folder: probe }, now: 0, disk }),
    );
    const staging = calls.find(({ name, args }) => name === 'create' && String(args[0]).includes('.apiserver.crt.'));
    await expect(writing(crashing(staging?.number ?? 0))).rejects.toBeInstanceOf(Crash);
    // The lock's holder would be this process, which is alive.
    rmSync(join(folder, 'pki/.pki-lint/lock'));
    return folder;
  }

  it('is reported in the plan, and rolled back by the next run', async () => {
    const folder = await crashed();
    const before = filesIn(folder);
    const plan = await issueCommand(folder, ...cp1, ...facts);
    expect(plan.exitCode).toBe(1);
    expect(plan.stdout).toMatch(/^An earlier run was not finished. --write finishes or undoes it:$/m);
    expect(plan.stdout).toContain('started at 2026-12-01T08:00:00.000Z, and not finished');
    const said = await issueCommand(folder, ...cp1, ...facts, '--write');
    expect(said.exitCode).toBe(0);
    expect(said.stdout).toMatch(/^From an earlier run:$/m);
    expect(said.stdout).toContain('undid what was started at 2026-12-01T08:00:00.000Z');
    expect([...filesIn(folder)].filter(([name]) => !name.includes('.pki-lint-'))).toEqual(
      [...before].filter(([name]) => !name.includes('.pki-lint-')),
    );
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is reported even if this run is refused', async () => {
    const folder = await crashed();
    const said = await issueCommand(folder, ...cp1, ...facts, '--replace', 'etcd-ca', '--write', '--format', 'json');
    const report = JSON.parse(said.stdout);
    expect([said.exitCode, report.recovered]).toEqual([2, [expect.stringContaining('undid what was started')]]);
    const again = await crashed();
    const wrong = await issueCommand(again, ...cp1, '--only', 'nonsense', '--write');
    expect(wrong.exitCode).toBe(2);
    expect((await issueCommand(again, ...cp1, ...facts)).stdout).toContain('An earlier run was not finished');
  });

  it('is reported in a copy, which is not touched', async () => {
    const folder = await crashed();
    const copy = join(emptyFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    // Some versions of Node make the folders of a copy with the usual mode.
    chmodSync(join(copy, 'pki/.pki-lint'), 0o700);
    const before = filesIn(copy);
    const plan = await issueCommand(copy, ...cp1, ...facts);
    expect(plan.stdout.replaceAll(/\s+/g, ' ')).toContain('From an earlier run: · --write would be refused: "');
    const said = await issueCommand(copy, ...cp1, ...facts, '--write');
    expect([said.exitCode, said.stdout]).toEqual([2, '']);
    const journal = join(copy, 'pki/.pki-lint/journal.json');
    const stderr = said.stderr.replaceAll(/\s+/g, ' ');
    expect(stderr).toContain(
      `"${journal}" is the journal of an interrupted run, but it was written for another directory`,
    );
    expect(stderr).toContain(`then: rm ${journal}`);
    expect(filesIn(copy)).toEqual(before);
  });
});
