import { chmodSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesIn } from '../issue/support/folders.ts';
import { facts } from './support/issued.ts';
import { mount, must } from './support/mounts.ts';
import { run, temporaryFolder } from './support/programs.ts';

const dist = new URL('../../dist/', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A copy of the program that every user can read. */
let program = '';
beforeAll(() => {
  chmodSync(folder.path, 0o755);
  cpSync(dist, join(folder.path, 'dist'), { recursive: true, filter: (path) => !path.startsWith(`${dist}types`) });
  program = join(folder.path, 'dist/cli.cjs');
});

function makeNode(name: string): string {
  const root = join(folder.path, name);
  mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
  return root;
}

/** Runs the program, which must refuse to write and change nothing. Returns its message. */
function refusal(root: string, as: readonly string[] = []): string {
  const { nodeName, advertiseAddress } = facts;
  const known = ['--node-name', nodeName, '--advertise-address', advertiseAddress, '--algorithm', 'ecdsa-p256'];
  const node = join(root, 'etc/kubernetes');
  const state = () => [readdirSync(root, { recursive: true }), filesIn(root)];
  const before = state();
  const [first = '', ...rest] = [...as, process.execPath, program, 'issue', node, ...known, '--write'];
  const { status, output } = run([first, ...rest]);
  expect(status, output).toBe(2);
  expect(state()).toEqual(before);
  return output.replaceAll(/\s+/g, ' ');
}

test('a full disk', () => {
  const root = makeNode('full');
  mount(join(root, 'etc/kubernetes'), '-t', 'tmpfs', '-o', 'size=64k,mode=755', 'tmpfs');
  expect(refusal(root)).toContain('no space left');
});

test('a file system that is read only', () => {
  const root = makeNode('read-only');
  mount(root, '--bind', root);
  must('mount', '-o', 'remount,bind,ro', root);
  expect(refusal(root)).toContain('read-only');
});

test('a part of the node that is read only: nothing is changed, and the rest can be written by itself', () => {
  const root = makeNode('half');
  const node = join(root, 'etc/kubernetes');
  const known = [
    '--node-name',
    facts.nodeName,
    '--advertise-address',
    facts.advertiseAddress,
    '--algorithm',
    'ecdsa-p256',
  ];
  const cluster = ['--service-cidr', '10.96.0.0/12', '--dns-domain', 'cluster.local'];
  must(process.execPath, program, 'issue', node, ...known, '--write');
  const etcd = join(node, 'pki/etcd');
  mount(etcd, '--bind', etcd);
  must('mount', '-o', 'remount,bind,ro', etcd);
  const before = filesIn(root);
  const renew = [
    process.execPath,
    program,
    'issue',
    node,
    ...known,
    ...cluster,
    '--renew',
    '--within',
    '400d',
    '--write',
  ] as const;
  const { status, output } = run(renew);
  expect(status, output).toBe(2);
  expect(output.replaceAll(/\s+/g, ' ')).toMatch(/read-only; nothing was changed/);
  expect(filesIn(root)).toEqual(before);
  expect(readdirSync(join(node, 'pki')).filter((name) => name.startsWith('.'))).toEqual([]);
  must(...renew, '--only', 'front-proxy-client');
});

test('a user who may not write', () => {
  const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  expect(refusal(makeNode('of-root'), nobody)).toContain('permission denied');
});
