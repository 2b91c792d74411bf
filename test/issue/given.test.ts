import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { signAll } from './support/another-ca.ts';
import { alarmsIn, cp1, emptyFolder, filesIn, issueIn, write } from './support/folders.ts';

/** Files of a node that whoever logs in may read. */
const openFiles = (folder: string) =>
  [...filesIn(folder)].flatMap(([name, told]) =>
    told.startsWith('600') ? [] : readFileSync(join(folder, name), 'utf8'),
  );

let [folder, given] = ['', ''];
beforeEach(() => {
  [folder, given] = [emptyFolder(), emptyFolder()];
});

/** The CAs of another node, with their keys. */
async function keepAuthorities(): Promise<void> {
  const other = emptyFolder();
  await write(other, { facts: cp1 });
  mkdirSync(join(given, 'etcd'));
  for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) {
    for (const ending of ['.crt', '.key']) cpSync(join(other, `pki/${name}${ending}`), join(given, name + ending));
  }
}

describe('a key that stands beside a certificate', () => {
  it('is not installed with it: --import', async () => {
    await write(folder, { facts: cp1, csr: given });
    signAll(given);
    appendFileSync(join(given, 'apiserver.crt'), readFileSync(join(given, 'apiserver.key')));
    await write(folder, { facts: cp1, import: given });
    expect(openFiles(folder).join('')).not.toContain('PRIVATE KEY');
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is not installed with it: --ca-dir', async () => {
    await keepAuthorities();
    appendFileSync(join(given, 'ca.crt'), readFileSync(join(given, 'ca.key')));
    await write(folder, { facts: cp1, caDir: given });
    expect(openFiles(folder).join('')).not.toContain('PRIVATE KEY');
    const trusted = readFileSync(join(folder, 'admin.conf'), 'utf8').match(/authority-data: (.*)/)?.[1] ?? '';
    expect(Buffer.from(trusted, 'base64').toString()).toBe(readFileSync(join(folder, 'pki/ca.crt'), 'utf8'));
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('what is no file', () => {
  const odd: readonly (readonly [string, (file: string) => void])[] = [
    ['a pipe, which nothing waits for', (file) => execFileSync('mkfifo', [file])],
    ['a folder', (file) => mkdirSync(file)],
    ['a link that leads nowhere', (file) => symlinkSync('/nowhere/at/all', file)],
  ];
  const cases = odd.flatMap(([what, put]) => ['ca.crt', 'ca.key'].map((name) => [what, name, put] as const));

  it.each(cases)('is refused: %s, %s of --ca-dir', async (_, name, put) => {
    await keepAuthorities();
    rmSync(join(given, name));
    put(join(given, name));
    const run = issueIn(folder, { facts: cp1, caDir: given, write: true });
    const told = await run.then(
      ({ failure }) => failure?.message,
      (error: Error) => error.message,
    );
    expect(told).toMatch(`cannot read "${join(given, name)}": `);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(odd)('is refused: %s, of --import', async (_, put) => {
    put(join(given, 'apiserver.crt'));
    await expect(issueIn(folder, { facts: cp1, import: given })).rejects.toThrow('cannot read');
  });
});

describe('what nobody could use', () => {
  const useless: readonly (readonly [string, object, RegExp])[] = [
    ['a node name that the kubelet would not take', { nodeName: 'CP-1' }, /"CP-1" is no name of a node/],
    ['a name beyond ASCII', { sans: ['naïve.example'] }, /"naïve.example" is no name/],
    ['a name with a port', { sans: ['lb.example:6443'] }, /"lb.example:6443" is no name/],
    ['a domain that ends with a dot', { dnsDomain: 'cluster.local.' }, /"kubernetes.default.svc.cluster.local." is/],
    ['no address in particular', { advertiseAddress: '0.0.0.0' }, /"0.0.0.0" is no name or address/],
    ['a port that is none', { controlPlaneEndpoint: 'lb.example:70000' }, /"https:\/\/lb.example:70000" is no URL/],
  ];
  it.each(useless)('is refused: %s', async (_, facts, reason) => {
    const report = await issueIn(folder, { facts: { ...cp1, ...facts }, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ message }) => message).join()).toMatch(reason);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is no wildcard, and no name in capitals', async () => {
    await write(folder, { facts: { ...cp1, sans: ['*.example.com', 'LB.example.com'] } });
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each([['1940-01-01'], ['9999-12-01']])('is a time that no certificate can say: %s', async (at) => {
    await expect(issueIn(folder, { facts: cp1, at: new Date(at) })).rejects.toThrow('before 1950 or end after 9999');
  });
});

describe('IPv6', () => {
  it.each([
    ['an advertise address', { nodeName: 'cp-1', advertiseAddress: '2001:db8::7' }, 'https://[2001:db8::7]:6443'],
    ['an endpoint', { ...cp1, controlPlaneEndpoint: '2001:db8::9' }, 'https://[2001:db8::9]:6443'],
  ])('needs no brackets: %s', async (_, facts, server) => {
    await write(folder, { facts });
    expect(readFileSync(join(folder, 'admin.conf'), 'utf8')).toContain(`server: ${server}\n`);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

it('damaged certificates are not installed', async () => {
  writeFileSync(join(given, 'ca.crt'), 'no PEM at all');
  await expect(issueIn(folder, { facts: cp1, caDir: given })).rejects.toThrow('holds no certificate');
});
