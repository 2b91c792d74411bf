import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sampled } from '../support/extent.ts';
import { detector, keysIn } from '../support/secrets.ts';
import { signAll, strangerKey } from './support/another-ca.ts';
import { type Seen, watch } from './support/watch.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
}, 60_000);

/** A folder for everything that the program may write to: the node, its home, and the temporary folder. */
function makeSandbox(): string {
  const sandbox = mkdtempSync(join(tmpdir(), 'issue-secrets-'));
  made.push(sandbox);
  for (const name of ['home', 'tmp', 'node/etc']) mkdirSync(join(sandbox, name), { recursive: true });
  return sandbox;
}

interface Outcome {
  readonly code: number | null;
  readonly printed: Buffer;
}

const kubernetesOf = (sandbox: string): string => join(sandbox, 'node/etc/kubernetes');

/** Runs `pki-lint issue` with a umask that protects nothing. */
function issueIn(sandbox: string, ...flags: readonly string[]): Outcome {
  const facts = [
    '--node-name',
    'cp-1',
    '--advertise-address',
    '192.0.2.10',
    '--service-cidr',
    '10.96.0.0/12',
    '--dns-domain',
    'cluster.local',
  ];
  const args = [program, 'issue', kubernetesOf(sandbox), ...facts, '--algorithm', 'ecdsa-p256', '--verbose', ...flags];
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'umask 000; exec "$0" "$@"', process.execPath, ...args], {
    cwd: sandbox,
    env: { PATH: process.env.PATH, HOME: join(sandbox, 'home'), TMPDIR: join(sandbox, 'tmp') },
  });
  return { code: status, printed: Buffer.concat([stdout, stderr]) };
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const others = 0o077;
const isShut = (path: string): boolean => (lstatSync(path).mode & others) === 0;

/**
 * Whether only the owner can read a file: because of its mode, or because it is in a backup that others cannot enter.
 */
const isPrivate = (file: string): boolean => isShut(file) || (isInStore(file) && isShut(storeOf(file)));
const isInStore = (file: string): boolean => file.includes('/.pki-lint/');
const storeOf = (file: string): string => file.slice(0, file.indexOf('/.pki-lint/') + '/.pki-lint'.length);

/** Checks that no file with a key is readable by others, and returns these files. */
function expectPrivate(folder: string, holdsKey: (bytes: Buffer) => boolean): readonly string[] {
  const secret = filesBelow(folder).filter((file) => holdsKey(readFileSync(file)));
  expect(secret.filter((file) => !isPrivate(file))).toEqual([]);
  return secret;
}

const keysBelow = (folder: string): readonly string[] =>
  filesBelow(folder).flatMap((file) => keysIn(readFileSync(file, 'utf8')));

/**
 * Checks that no file with a key was ever readable by others, under any name. Files that were readable before do not
 * count.
 */
function expectAlwaysPrivate(seen: readonly Seen[], secret: readonly string[]): void {
  const outside = seen.filter(({ old, paths }) => !(old || paths.every(isInStore)));
  expect(outside.filter(({ leaked }) => leaked)).toEqual([]);
  const ofSecrets = outside.filter(({ paths }) => paths.some((path) => secret.includes(path)));
  expect(ofSecrets.filter(({ modes }) => modes.some((mode) => (Number.parseInt(mode, 8) & others) !== 0))).toEqual([]);
  expect(seen.flatMap(({ paths }) => paths)).toEqual(expect.arrayContaining([...secret]));
}

interface Scenario {
  readonly name: string;
  readonly code: number;
  readonly flags: readonly string[];
  /** Prepares a complete node; if undefined, the node's folder is empty. */
  readonly before?: (node: string) => void;
  /** Prepares an empty sandbox. */
  readonly prepare?: (sandbox: string) => void;
  /** The minimum number of files that contain a key afterwards. */
  readonly secrets: number;
}

const corrupt = (file: string): void => {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, text.length / 2), { mode: 0o600 });
};

const scenarios: readonly Scenario[] = [
  { name: 'a plan', code: 1, flags: [], secrets: 0 },
  { name: 'a plan as JSON', code: 1, flags: ['--format', 'json'], secrets: 0 },
  { name: 'an empty folder', code: 0, flags: ['--write'], secrets: 16 },
  { name: 'an empty folder, as JSON', code: 0, flags: ['--write', '--format', 'json'], secrets: 16 },
  {
    name: 'a root above the CAs',
    code: 0,
    flags: ['--write', '--format', 'json', '--root-ca', '--root-dir', 'root'],
    secrets: 17,
  },
  { name: 'requests', code: 0, flags: ['--write', '--csr', 'requests'], secrets: 12 },
  {
    name: 'renewal',
    code: 0,
    flags: ['--write', '--renew', '--within', '400d'],
    before: () => undefined,
    secrets: 24,
  },
  {
    name: 'a kubeconfig that all could read is replaced',
    code: 0,
    flags: ['--write', '--replace', 'admin.conf'],
    before: (node) => chmodSync(join(node, 'admin.conf'), 0o644),
    secrets: 17,
  },
  {
    name: 'new CAs',
    code: 0,
    flags: ['--write', '--replace', 'kubernetes-ca', '--yes'],
    before: () => undefined,
    secrets: 16,
  },
  {
    name: 'a CA that nobody confirmed',
    code: 2,
    flags: ['--write', '--replace', 'kubernetes-ca'],
    before: () => undefined,
    secrets: 16,
  },
  {
    name: 'CAs that are kept elsewhere',
    code: 0,
    flags: ['--write', '--ca-dir', 'cas'],
    prepare: (sandbox) => {
      issueIn(sandbox, '--write');
      for (const name of ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((one) => [`${one}.crt`, `${one}.key`])) {
        mkdirSync(dirname(join(sandbox, 'cas', name)), { recursive: true, mode: 0o700 });
        cpSync(join(kubernetesOf(sandbox), 'pki', name), join(sandbox, 'cas', name));
      }
      rmSync(kubernetesOf(sandbox), { recursive: true });
    },
    secrets: 16,
  },
  {
    name: 'what another CA has signed',
    code: 0,
    flags: ['--write', '--import', 'requests', '--at', '2026-11-25'],
    prepare: (sandbox) => {
      issueIn(sandbox, '--write', '--csr', 'requests');
      signAll(join(sandbox, 'requests'));
    },
    secrets: 24,
  },
  {
    name: 'what another CA has signed, with a key that does not fit',
    code: 2,
    flags: ['--write', '--import', 'requests', '--at', '2026-11-25'],
    prepare: (sandbox) => {
      issueIn(sandbox, '--write', '--csr', 'requests');
      signAll(join(sandbox, 'requests'), { apiserver: { key: strangerKey() } });
    },
    secrets: 12,
  },
  {
    name: 'a damaged key of the CA',
    code: 2,
    flags: ['--write', '--replace', 'kube-apiserver'],
    before: (node) => corrupt(join(node, 'pki/ca.key')),
    secrets: 16,
  },
];

/** The sample is every third way to issue, and what another CA has signed. */
const tried = scenarios.filter(({ name }, index) =>
  sampled(index % 3 === 0 || name === 'what another CA has signed', true),
);

describe('no key is ever printed, or written where others could read it', () => {
  test.each(tried)('$name', async ({ code, flags, before, prepare, secrets }) => {
    const sandbox = makeSandbox();
    prepare?.(sandbox);
    if (before) expect(issueIn(sandbox, '--write').code).toBe(0);
    before?.(kubernetesOf(sandbox));
    const old = keysBelow(sandbox);
    const watched = await watch(sandbox);
    const { code: status, printed } = issueIn(sandbox, ...flags);
    const seen = await watched.stop();
    expect(status, printed.toString()).toBe(code);
    const holdsKey = detector([...old, ...keysBelow(sandbox)]);
    expect(holdsKey(printed)).toBe(false);
    const secret = expectPrivate(sandbox, holdsKey);
    expect(secret.length).toBeGreaterThanOrEqual(secrets);
    expectAlwaysPrivate(seen, secret);
    expect(filesBelow(join(sandbox, 'tmp')).concat(filesBelow(join(sandbox, 'home')))).toEqual([]);
  });
});
