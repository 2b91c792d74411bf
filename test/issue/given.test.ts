import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
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
import { putNode } from './support/issued.ts';

/** Files of a node that every user can read. */
const openFiles = (folder: string) =>
  [...filesIn(folder)].flatMap(([name, told]) =>
    told.startsWith('600') ? [] : readFileSync(join(folder, name), 'utf8'),
  );

let [folder, given] = ['', ''];
beforeEach(() => {
  [folder, given] = [emptyFolder(), emptyFolder()];
});

/** The CAs of a different node, with their keys. */
async function keepAuthorities(): Promise<void> {
  const other = emptyFolder();
  await putNode(other, 'another');
  mkdirSync(join(given, 'etcd'));
  for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) {
    for (const ending of ['.crt', '.key']) cpSync(join(other, `pki/${name}${ending}`), join(given, name + ending));
  }
}

describe('a key next to a certificate', () => {
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

describe('a CA that comes with the one that signed it', () => {
  const root = 'CN=kubernetes-root-ca';

  /** Three intermediates, each in a file with their common root. */
  async function keepChains(order: 'root last' | 'root first'): Promise<string> {
    const [other, rootDir] = [emptyFolder(), emptyFolder()];
    await write(other, { facts: cp1, rootCa: true, rootDir });
    const above = readFileSync(join(rootDir, 'root-ca.crt'), 'utf8');
    mkdirSync(join(given, 'etcd'));
    for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) {
      const own = readFileSync(join(other, `pki/${name}.crt`), 'utf8');
      writeFileSync(join(given, `${name}.crt`), order === 'root last' ? own + above : above + own);
      cpSync(join(other, `pki/${name}.key`), join(given, `${name}.key`));
    }
    return other;
  }

  const isAlone = (text: string) => text.split('BEGIN CERTIFICATE').length === 2;

  it.each(['root last', 'root first'] as const)('is trusted without it: --ca-dir, %s', async (order) => {
    const other = await keepChains(order);
    const report = await write(folder, { facts: cp1, caDir: given });
    for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) {
      const read = (node: string) => readFileSync(join(node, `pki/${name}.crt`), 'utf8');
      expect(read(folder)).toBe(read(other));
    }
    const installed = report.plan.actions.filter(({ kind }) => kind === 'install');
    expect(installed.map(({ notes }) => notes.filter((note) => note.includes(root)).length)).toEqual([1, 1, 1]);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each(['root last', 'root first'] as const)('is trusted without it: --import, %s', async (order) => {
    const other = await keepChains(order);
    rmSync(folder, { recursive: true });
    cpSync(other, folder, { recursive: true });
    for (const name of ['ca', 'etcd/ca', 'front-proxy-ca']) rmSync(join(folder, `pki/${name}.crt`));
    const report = await write(folder, { facts: cp1, import: given });
    expect(report.plan.actions.map(({ notes }) => notes.join())).toEqual(Array(3).fill(expect.stringContaining(root)));
    expect(['ca', 'etcd/ca'].map((name) => isAlone(readFileSync(join(folder, `pki/${name}.crt`), 'utf8')))).toEqual([
      true,
      true,
    ]);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('keeps both CAs of a rotation', async () => {
    const other = emptyFolder();
    await keepAuthorities();
    await putNode(other);
    const both = readFileSync(join(given, 'ca.crt'), 'utf8') + readFileSync(join(other, 'pki/ca.crt'), 'utf8');
    writeFileSync(join(given, 'ca.crt'), both);
    await write(folder, { facts: cp1, caDir: given });
    expect(readFileSync(join(folder, 'pki/ca.crt'), 'utf8')).toBe(both);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('a CA that cannot sign', () => {
  const faults: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    [
      'its key is another',
      (file) => cpSync(join(given, 'etcd/ca.key'), `${file}.key`),
      /ca\.key" is not the key of ".*ca\.crt"/,
    ],
    [
      'its key is encrypted',
      (file) => {
        const how = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
        writeFileSync(`${file}.key`, createPrivateKey(readFileSync(`${file}.key`)).export(how));
      },
      /is encrypted: no component of Kubernetes can read it/,
    ],
    ['its key is no key', (file) => writeFileSync(`${file}.key`, 'no PEM'), /was not found: no PEM block/],
    [
      'its key is ed25519',
      (file) =>
        writeFileSync(
          `${file}.key`,
          generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
        ),
      /is an ed25519 key/,
    ],
    [
      'it is no CA',
      (file) => {
        cpSync(join(folder, 'pki/apiserver.crt'), `${file}.crt`);
        cpSync(join(folder, 'pki/apiserver.key'), `${file}.key`);
      },
      /ca\.crt" cannot sign/,
    ],
  ];
  it.each(faults)('is reported in the plan: %s', async (_, spoil, message) => {
    await keepAuthorities();
    await putNode(folder);
    spoil(join(given, 'ca'));
    const report = await issueIn(emptyFolder(), { facts: cp1, caDir: given });
    expect(report.plan.refusals.find(({ role }) => role === 'kube-apiserver')?.message).toMatch(message);
  });

  it.each(faults.slice(1, 4))('is told in the plan, of a CA on the node: %s', async (_, spoil, message) => {
    await putNode(folder);
    spoil(join(folder, 'pki/ca'));
    for (const name of ['apiserver.crt', 'apiserver.key']) rmSync(join(folder, 'pki', name));
    const report = await issueIn(folder, { facts: cp1 });
    expect(report.plan.refusals.find(({ role }) => role === 'kube-apiserver')?.message).toMatch(message);
  });
});

describe('what is not a file', () => {
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

describe('what could not be used', () => {
  const useless: readonly (readonly [string, object, RegExp])[] = [
    ['a name beyond ASCII', { sans: ['naïve.example'] }, /"naïve.example" is not a valid host name/],
    ['a name with a port', { sans: ['lb.example:6443'] }, /"lb.example:6443" is not a valid host name/],
    ['a domain that ends with a dot', { dnsDomain: 'cluster.local.' }, /"kubernetes.default.svc.cluster.local." is/],
    ['no address in particular', { advertiseAddress: '0.0.0.0' }, /"0.0.0.0" is not a valid host name or address/],
    ['no IPv6 address in particular', { sans: ['::'] }, /"::" is not a valid host name or address/],
    ['a port that is none', { controlPlaneEndpoint: 'lb.example:70000' }, /"https:\/\/lb.example:70000" is not a URL/],
  ];
  it.each(useless)('is refused: %s', async (_, facts, reason) => {
    const report = await issueIn(folder, { facts: { ...cp1, ...facts }, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ message }) => message).join()).toMatch(reason);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused at once: a node name that the kubelet would not take', async () => {
    const wrong = issueIn(folder, { facts: { ...cp1, nodeName: 'CP-1' } });
    await expect(wrong).rejects.toMatchObject({
      message: 'invalid --node-name "CP-1": expected the name of a node such as cp-1',
      hint: 'the kubelet uses lower case: cp-1',
    });
  });

  it('is a range of services in another family of addresses', async () => {
    const report = await issueIn(folder, { facts: { nodeName: 'cp-1', advertiseAddress: '2001:db8::7' } });
    expect(report.plan.refusals.map(({ role, message }) => [role, message])).toEqual([
      ['kube-apiserver', 'not known: the range of service addresses (--service-cidr)'],
    ]);
  });

  it('is not a wildcard or a name in capitals', async () => {
    await write(folder, { facts: { ...cp1, sans: ['*.example.com', 'LB.example.com'] } });
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each([['1940-01-01'], ['9999-12-01']])('is a time that no certificate can say: %s', async (at) => {
    await expect(issueIn(folder, { facts: cp1, at: new Date(at) })).rejects.toThrow('before 1950 or expire after 9999');
  });
});

describe('IPv6', () => {
  it.each([
    [
      'an advertise address',
      { nodeName: 'cp-1', advertiseAddress: '2001:db8::7', serviceCidrs: ['fd00:10:96::/112'] },
      'https://[2001:db8::7]:6443',
    ],
    ['an endpoint', { ...cp1, controlPlaneEndpoint: '2001:db8::9' }, 'https://[2001:db8::9]:6443'],
  ])('needs no brackets: %s', async (_, facts, server) => {
    await write(folder, { facts });
    expect(readFileSync(join(folder, 'admin.conf'), 'utf8')).toContain(`server: ${server}\n`);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

it('damaged certificates are not installed', async () => {
  writeFileSync(join(given, 'ca.crt'), 'no PEM at all');
  await expect(issueIn(folder, { facts: cp1, caDir: given })).rejects.toThrow('contains no certificate');
});
