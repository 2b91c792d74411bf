/** The script that collects objects, where kubectl does not answer. Oracle tests run it with a real kubectl. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { dumpScript } from '../../src/cli/objects/script.ts';

it('writes nothing and fails where kubectl lists no resources', () => {
  const { status, stdout, stderr } = spawnSync('sh', {
    input: dumpScript(),
    env: { ...process.env, KUBECTL: 'false' },
  });
  expect({ status, stdout: `${stdout}` }).toEqual({ status: 1, stdout: '' });
  expect(`${stderr}`).toBe('no objects were read: kubectl does not reach the API server\n');
});
