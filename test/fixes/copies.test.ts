/** The commands of pki-lint in fixes: the node's, those of a copy, and their place among the alternatives. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { lint } from '../../src/index.ts';
import { at, lintTree } from '../cases/harness.ts';
import { issueCommand } from '../issue/support/command.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';

const damaged = () => buildNode().issue('scheduler.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
const isOurs = ({ text }: { readonly text: string }) => text.startsWith('pki-lint ');
const commandsOf = (findings: readonly Finding[]) =>
  findings.flatMap(({ fix }) => fix.flat().filter(({ kind, text }) => kind === 'command' && isOurs({ text })));
const facts = { dnsDomain: 'cluster.local' };

describe('a copy on disk', () => {
  it('has a command for the node, and one that changes the copy', async () => {
    const root = onDisk(damaged());
    const { findings } = await lint({ at, cwd: '/', rootfs: root, facts });
    const [command, ...others] = commandsOf(findings);
    expect(others).toEqual([]);
    const options = '--write --only scheduler.conf --renew --dns-domain cluster.local';
    expect(command).toMatchObject({ on: 'cp-1', text: `pki-lint issue ${options}` });
    expect(command?.copy).toMatch(/^pki-lint issue --rootfs \S+ --write /);
    const typed = command?.copy?.split(' ').slice(2) ?? [];
    expect(await issueCommand(...typed)).toMatchObject({ exitCode: 0 });
    expect(commandsOf((await lint({ at, cwd: '/', rootfs: root, facts })).findings)).toEqual([]);
  });

  it('lists what the node surely has first', async () => {
    const { findings } = await lint({ at, cwd: '/', rootfs: onDisk(damaged()) });
    const [first = [], second = []] = findings.find(({ rule }) => rule === 'cert/expired')?.fix ?? [];
    expect(first[0]?.text).toBe('kubeadm certs renew scheduler.conf');
    expect(second[0]?.text).toBe('pki-lint issue --write --only scheduler.conf --renew');
  });

  it('keeps pki-lint first where nothing else does the whole job', async () => {
    const node = buildNode().issue('etcd-ca', { notBefore: '2016-11-20', notAfter: '2026-11-20' });
    const { findings } = await lint({ at, cwd: '/', rootfs: onDisk(node) });
    const [first = []] = findings.find(({ rule }) => rule === 'authority/expired')?.fix ?? [];
    expect(first.filter(isOurs)).toHaveLength(2);
  });
});

it('an archive cannot be changed', async () => {
  const commands = commandsOf((await lintTree(damaged())).findings);
  expect(commands.map(({ text, copy }) => [text, copy])).toEqual([
    ['pki-lint issue --write --only scheduler.conf --renew', null],
  ]);
});
