import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { json } from '../../src/core/json.ts';
import { radius } from '../report/fixtures.ts';
import { runWith } from './run.ts';

describe('pki-lint blast WHAT [PATH…]', () => {
  it('says what stops and who a thief is', async () => {
    const { exitCode, stdout, stderr } = await runWith(['blast', 'etcd-ca', '--at', '2026-12-01']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^etcd-ca on cp-1, cp-2\n[\s\S]*in 10 years[\s\S]*2 more connections would fail without it[\s\S]*If its private key/,
    );
  });

  it('passes what is meant, places, facts and the time on', async () => {
    const argv = ['blast', 'pki/ca.key', 'a.tar', 'b.tar', '--rootfs', 'r', '--node-name', 'n', '--at', '2026-12-01'];
    expect((await runWith(argv)).asked).toMatchObject({
      what: 'pki/ca.key',
      paths: ['a.tar', 'b.tar'],
      rootfs: 'r',
      facts: { nodeName: 'n' },
      at: new Date('2026-12-01'),
    });
  });

  it('prints JSON for programs', async () => {
    expect((await runWith(['blast', 'etcd-ca', '--format', 'json'])).stdout).toBe(json([radius]));
  });

  it('exits with 2 if there is no such thing, or if nothing is named', async () => {
    const error = new UserError('unknown name "etc-ca"', 'did you mean "etcd-ca"?');
    const { exitCode, stdout, stderr } = await runWith(['blast', 'etc-ca'], { error });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('pki-lint: unknown name "etc-ca"\n  did you mean "etcd-ca"?\n');
    expect((await runWith(['blast'])).exitCode).toBe(2);
  });
});
