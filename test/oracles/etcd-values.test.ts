/** etcd is given values and flags, and must take or refuse each as we say, with our words. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentValuesChecks } from '../../src/checks/argument/values.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import { pkiOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import { etcdQuestions } from './support/etcd-questions.ts';
import { start, temporaryFolder } from './support/programs.ts';

/** Ports that the kernel chooses, and no certificate: several run at once. */
const usual = {
  'listen-client-urls': 'http://127.0.0.1:0',
  'advertise-client-urls': 'http://127.0.0.1:1',
  'listen-peer-urls': 'http://127.0.0.1:0',
  'initial-advertise-peer-urls': 'http://127.0.0.1:1',
  'initial-cluster': 'default=http://127.0.0.1:1',
  name: 'default',
  logger: 'zap',
};

/** What stands for an etcd that listens. */
const taken = 'serving client traffic';

type Flags = Readonly<Record<string, string>>;

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder?.remove());

/** What etcd says: that it serves clients, or why it ends. */
async function said(flags: Flags, index: number): Promise<string> {
  const own = join(folder.path, String(index));
  mkdirSync(own);
  const all = { ...usual, 'data-dir': join(own, 'data'), ...flags };
  const running = start(['etcd', ...Object.entries(all).map(([name, value]) => `--${name}=${value}`)]);
  try {
    const end = await running.until(taken, 50_000);
    return end === 'said' ? taken : running.output();
  } finally {
    await running.kill();
  }
}

/** The errors in the output: lines of the log are JSON, in which quotes are escaped. */
function errorsIn(output: string): string {
  return output
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('{')) return line;
      const { error = '', msg = '' } = JSON.parse(line) as { error?: string; msg?: string };
      return [msg, error];
    })
    .join('\n');
}

/** What we say of these flags. */
function errorsOf(flags: Flags, pki: Pki): readonly string[] {
  const arguments_ = Object.entries({ ...usual, ...flags }).map(([name, value]) => {
    return { name, spelled: `--${name}`, value, at: { path: '/etc/kubernetes/manifests/etcd.yaml' } };
  });
  const etcd = { name: 'etcd', at: { path: '/etc/kubernetes/manifests/etcd.yaml' }, arguments: arguments_, mounts: [] };
  const found = [...argumentValuesChecks['argument/value'].run(etcd, pki)];
  return found.flatMap((one) => (one.kind === 'problem' ? (one.data.error ?? '') : []));
}

describe('etcd 3.5 (Debian) is asked for values and flags', () => {
  it('there are 100', () => expect(etcdQuestions.length).toBeGreaterThanOrEqual(100));

  it('each is taken or refused as we say, with our words', async () => {
    const waiting = [...sample(etcdQuestions, 40).entries()];
    const pki = await pkiOf(buildNode({ release: '1.32' }));
    const wrong: unknown[] = [];
    const ask = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, flags] = next;
        const [answer, ours] = [errorsIn(await said(flags, index)), errorsOf(flags, pki)];
        const isTaken = answer === taken;
        const isSaid = ours.length > 0 && ours.some((error) => answer.includes(error));
        if (isTaken ? ours.length > 0 : !isSaid) wrong.push({ flags, answer: answer.slice(-600), ours });
      }
    };
    await Promise.all(Array.from({ length: 12 }, ask));
    expect(wrong).toEqual([]);
  });
});
