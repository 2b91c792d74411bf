import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { nameDer } from '../../src/issue/certify/peculiar.ts';
import { certificatePem } from '../support/certificates.ts';
import { oid, sequence } from '../support/der.ts';
import { makeAuthority } from '../support/issue.ts';
import { asked, readRequest, requestsIn, signAll, strangerKey, type Wrong } from './support/another-ca.ts';
import { actionsOf, alarmsIn, cp1, emptyFolder, filesIn, issueIn, write } from './support/folders.ts';
import { putRequests } from './support/issued.ts';

const server = '1.3.6.1.5.5.7.3.1';
const client = '1.3.6.1.5.5.7.3.2';

/** The common name and extended key usages of every request for a first control plane. */
const wanted: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'admin.conf': ['kubernetes-admin', [client]],
  apiserver: ['kube-apiserver', [server]],
  'apiserver-etcd-client': ['kube-apiserver-etcd-client', [client]],
  'apiserver-kubelet-client': ['kube-apiserver-kubelet-client', [client]],
  'controller-manager.conf': ['system:kube-controller-manager', [client]],
  'etcd/healthcheck-client': ['kube-etcd-healthcheck-client', [client]],
  'etcd/peer': ['cp-1', [server, client]],
  'etcd/server': ['cp-1', [server, client]],
  'front-proxy-client': ['front-proxy-client', [client]],
  'kubelet.conf': ['system:node:cp-1', [client]],
  'scheduler.conf': ['system:kube-scheduler', [client]],
  'super-admin.conf': ['kubernetes-super-admin', [client]],
};

let folder: string;
let csr: string;
beforeEach(async () => {
  [folder, csr] = [emptyFolder(), emptyFolder()];
  await putRequests(folder, csr);
});

const take = (options = {}) => issueIn(folder, { facts: cp1, import: csr, write: true, ...options });

describe('requests', () => {
  it('ask for what the tables say, with their keys next to them', () => {
    expect(requestsIn(csr)).toEqual(Object.keys(wanted).sort());
    for (const [name, [commonName, usages]] of Object.entries(wanted)) {
      const request = readRequest(readFileSync(join(csr, `${name}.csr`), 'utf8'));
      expect(Buffer.from(request.subject).toString('latin1')).toContain(commonName);
      expect(Buffer.from(asked(request, '2.5.29.37') ?? [])).toEqual(sequence(...usages.map(oid)));
      expect(asked(request, '2.5.29.17') !== undefined).toBe(usages.includes(server));
    }
    const modes = [...filesIn(csr)].map(([name, told]) => `${name.replace(/.*\./, '')} ${told.split(' ')[0]}`);
    expect(new Set(modes)).toEqual(new Set(['key 600', 'csr 644']));
    expect([...filesIn(folder).keys()]).toEqual(['pki/sa.key', 'pki/sa.pub']);
  });

  it('name the folder that they are in', async () => {
    const [own, empty] = [emptyFolder(), emptyFolder()];
    const report = await issueIn(empty, { facts: cp1, csr: own, only: ['kube-apiserver'] });
    expect(report.plan.next.slice(-2)).toEqual([
      {
        text: `have the requests in ${own} signed, and put each certificate next to its request, as .crt`,
        command: null,
      },
      {
        text: 'then install them',
        command: `pki-lint issue ${empty} --node-name cp-1 --advertise-address 192.0.2.10 --import ${own} --write`,
      },
    ]);
    expect(report.plan.actions).toMatchObject([
      {
        kind: 'request',
        target: { on: 'machine', path: join(own, 'apiserver.csr') },
        keyTarget: { on: 'machine', path: join(own, 'apiserver.key') },
        issuer: null,
        after: 'is installed with --import once it is signed',
      },
    ]);
  });

  it('are not made a second time', async () => {
    const before = filesIn(csr);
    const again = await issueIn(folder, {
      facts: { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' },
      csr,
      write: true,
    });
    expect(again).toMatchObject({ exitCode: 0, result: null, plan: { actions: [], refusals: [] } });
    expect(again.plan.left.filter(({ message }) => message === 'its request exists already')).toHaveLength(12);
    expect(filesIn(csr)).toEqual(before);
  });

  it('use the key that is on the node', async () => {
    signAll(csr);
    expect((await take()).exitCode).toBe(0);
    const [key, again] = [join(folder, 'pki/apiserver.key'), emptyFolder()];
    const before = readFileSync(key);
    rmSync(join(folder, 'pki/apiserver.crt'));
    const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
    await write(folder, { facts, csr: again, only: ['kube-apiserver'] });
    expect(requestsIn(again)).toEqual(['apiserver']);
    expect(existsSync(join(again, 'apiserver.key'))).toBe(false);
    signAll(again);
    expect(await take({ import: again })).toMatchObject({ exitCode: 0, failure: null });
    expect(readFileSync(key)).toEqual(before);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('what comes back', () => {
  it('is installed, and the node is well', async () => {
    signAll(csr);
    const report = await take();
    expect(report).toMatchObject({ exitCode: 0, failure: null, plan: { refusals: [] } });
    expect(actionsOf(report)).toHaveLength(3 + Object.keys(wanted).length);
    expect(await alarmsIn(folder)).toEqual([]);
    expect(filesIn(folder).has('pki/ca.key')).toBe(false);
    expect(await take()).toMatchObject({ exitCode: 0, result: null, plan: { actions: [] } });
  });

  const day = 24 * 60 * 60 * 1000;
  const refused: readonly (readonly [string, string, Wrong, RegExp])[] = [
    ['of another key', 'apiserver', { key: strangerKey() }, /private key does not match public key/],
    ['of another key, in a kubeconfig', 'admin.conf', { key: strangerKey() }, /private key does not match public key/],
    ['of another CA', 'apiserver', { issuer: makeAuthority('some other CA') }, /cert\/issuer/],
    ['of another CA, for etcd', 'etcd/server', { issuer: makeAuthority('some other CA') }, /cert\/issuer/],
    [
      'that has expired',
      'front-proxy-client',
      { notAfter: new Date(Date.parse('2026-12-01') - day / 2) },
      /cert\/expired/,
    ],
    ['without the names that are dialled', 'apiserver', { sans: ['DNS:other'] }, /san\//],
  ];
  it.each(refused)('%s is refused, and nothing is written: %s', async (_, name, wrong, reason) => {
    signAll(csr, { [name]: wrong });
    const before = filesIn(folder);
    const told = await take().then(
      ({ exitCode, failure }) => (exitCode === 2 ? (failure?.message ?? '') : 'written'),
      (error: Error) => error.message,
    );
    expect(told).toMatch(reason);
    expect(filesIn(folder)).toEqual(before);
  });

  it('replaces nothing unasked', async () => {
    signAll(csr);
    await take();
    const before = filesIn(folder);
    signAll(csr);
    const report = await take();
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals[0]?.hint).toMatch(/--replace/);
    expect(filesIn(folder)).toEqual(before);
  });

  it.each([['a group that rules', 'scheduler.conf', ['system:masters'], 'system:kube-scheduler']])(
    'that brings more rights than were asked for is refused: %s',
    async (_, name, organizations, commonName) => {
      signAll(csr, { [name]: { subject: nameDer({ organizations, commonName }) } });
      const before = filesIn(folder);
      const report = await take();
      expect(report).toMatchObject({ exitCode: 2, result: null });
      expect(report.failure?.message).toMatch(
        /^nothing was written, because it would leave a warning: .*system:masters/,
      );
      expect(filesIn(folder)).toEqual(before);
    },
  );

  it('is judged in the plan already', async () => {
    signAll(csr, { 'etcd/peer': { issuer: makeAuthority('some other CA') } });
    const report = await take({ write: false });
    expect(report).toMatchObject({ exitCode: 1, result: null });
    expect(report.failure?.message).toMatch(/cert\/issuer: .*kube-etcd-peer/);
  });

  it('gives no words to a shell', async () => {
    const subject = nameDer({ organizations: [], commonName: 'x; touch /tmp/pwned #' });
    signAll(csr, { 'apiserver-kubelet-client': { subject } });
    const { plan } = await take({ write: false });
    expect(plan.actions.map(({ role }) => role)).toContain('kube-apiserver-kubelet-client');
    const commands = plan.next.flatMap(({ command }) => command ?? []);
    expect(commands).toEqual([expect.stringContaining('--group=kubeadm:cluster-admins')]);
  });

  it('reports what is missing', async () => {
    signAll(csr);
    rmSync(join(csr, 'admin.conf.crt'));
    const report = await take();
    expect(report).toMatchObject({ exitCode: 0, failure: null });
    expect(report.plan.left).toMatchObject([
      { role: 'admin.conf', hint: 'its certificate is not in the directory of --import' },
    ]);
  });

  describe('next to a key that is on the node', () => {
    const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
    const key = () => readFileSync(join(folder, 'pki/apiserver.key'));
    let again = '';
    beforeEach(async () => {
      signAll(csr);
      await take();
      again = emptyFolder();
      await write(folder, { facts, csr: again, replace: ['kube-apiserver'] });
      signAll(again);
      rmSync(join(folder, 'pki/apiserver.crt'));
    });

    it('takes the place of that key only where it is named', async () => {
      const before = filesIn(folder);
      const refused = await take({ facts, import: again });
      expect(refused).toMatchObject({ exitCode: 2, result: null });
      expect(refused.plan.refusals[0]).toMatchObject({
        message: '/etc/kubernetes/pki/apiserver.key exists, and nothing is replaced by default',
        hint: '--replace kube-apiserver installs the imported one',
      });
      expect(filesIn(folder)).toEqual(before);
      const old = key();
      const report = await take({ facts, import: again, replace: ['kube-apiserver'] });
      expect(report).toMatchObject({ exitCode: 0, plan: { actions: [{ algorithm: 'imported' }] } });
      expect(key()).toEqual(readFileSync(join(again, 'apiserver.key')));
      expect(readFileSync(join(report.result?.backup ?? '', 'etc/kubernetes/pki/apiserver.key'))).toEqual(old);
      expect(await alarmsIn(folder)).toEqual([]);
    });

    it('does not change it if it is the same', async () => {
      writeFileSync(join(folder, 'pki/apiserver.key'), readFileSync(join(again, 'apiserver.key')));
      const report = await take({ facts, import: again });
      expect(report).toMatchObject({ exitCode: 0, plan: { actions: [{ algorithm: 'kept', keyTarget: null }] } });
      expect(await alarmsIn(folder)).toEqual([]);
    });
  });

  it('replaces a CA only where that is confirmed', async () => {
    signAll(csr);
    await take();
    const before = filesIn(folder);
    const other = emptyFolder();
    writeFileSync(join(other, 'ca.crt'), certificatePem(makeAuthority('ca of another company').certificate));
    const refused = await take({ import: other, replace: ['kubernetes-ca'] });
    expect(refused).toMatchObject({ exitCode: 2, result: null });
    expect(refused.plan.actions.map(({ kind, role }) => `${kind} ${role}`)).toEqual(['install kubernetes-ca']);
    expect(refused.plan.refusals).toEqual([
      {
        role: 'kubernetes-ca',
        message: 'replacing kubernetes-ca invalidates everything that it signed',
        hint: 'confirm it with --yes',
      },
    ]);
    // Even if confirmed, no certificate may remain that the new CA did not sign.
    const broken = await take({ import: other, replace: ['kubernetes-ca'], yes: true });
    expect(broken.failure?.message).toMatch(/would leave an error/);
    expect(filesIn(folder)).toEqual(before);
  });

  it('of a kubeconfig needs the key next to it', async () => {
    signAll(csr);
    rmSync(join(csr, 'scheduler.conf.key'));
    const { plan } = await take({ only: ['scheduler.conf', 'kubernetes-ca'], write: false });
    expect(plan.refusals.map(({ message }) => message)).toEqual([
      'the key of scheduler.conf is not next to its certificate',
    ]);
  });

  it('needs its key', async () => {
    signAll(csr);
    rmSync(join(csr, 'apiserver.key'));
    const report = await take({ only: ['kube-apiserver', 'kubernetes-ca'] });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ message }) => message)).toEqual([
      'the key of kube-apiserver is not next to its certificate',
    ]);
  });

  it('is not in an empty folder', async () => {
    await expect(take({ import: emptyFolder() })).rejects.toThrow('contains no certificate');
  });
});
