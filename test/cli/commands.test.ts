import { describe, expect, it } from 'vitest';
import { broken, healthy } from '../report/fixtures.ts';
import { issuerRule, runWith } from './run.ts';

describe('what each command prints', () => {
  it.each([
    ['help', ['--help']],
    ['rules', ['rules']],
    ['explain', ['explain', 'cert/issuer']],
    ['facts', ['facts', '/etc/kubernetes/pki']],
    ['expect', ['expect', '/etc/kubernetes/pki']],
  ])('reads as in golden/%s.txt', async (name, argv) => {
    const { exitCode, stdout, stderr } = await runWith(argv, { columns: 80, env: { NO_COLOR: '1' } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('prints JSON for programs', async () => {
    const parsed = async (...argv: string[]) => JSON.parse((await runWith([...argv, '--format', 'json'])).stdout);
    expect((await parsed('rules'))[0]).toEqual(issuerRule);
    expect(await parsed('facts')).toEqual(healthy.nodes);
    expect((await parsed('expect'))[0]).toMatchObject({
      role: 'kube-apiserver-kubelet-client',
      issuer: 'kubernetes-ca',
    });
  });

  it('passes places, facts and the profile on', async () => {
    const given = ['node.tar', '--rootfs', 'r', '--node-name', 'cp-9'];
    const wanted = { paths: ['node.tar'], rootfs: 'r', facts: { nodeName: 'cp-9' } };
    expect((await runWith(['facts', ...given])).asked).toMatchObject({ ...wanted, failOn: 'never' });
    expect((await runWith(['expect', ...given, '--profile', 'documented'])).asked).toMatchObject({
      ...wanted,
      profile: 'documented',
    });
  });

  it('names on stderr what facts could not read', async () => {
    const { exitCode, stderr } = await runWith(['facts'], { report: { ...broken, exitCode: 2 } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'pki-lint: gone.tar: no such file or directory\n' });
  });

  it('prints its version', async () => {
    for (const option of ['--version', '-V']) {
      const { exitCode, stdout } = await runWith([option]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    }
  });
});
