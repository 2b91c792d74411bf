import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isLiveRoot } from '../../src/api/live-root.ts';
import { folderWith } from './folder.ts';

it('is the root of this machine under any name', () => {
  const folder = folderWith({ 'copy/etc/x': '' });
  symlinkSync('/', join(folder, 'live'));
  expect(['/', 'live', 'live/.', '/proc/self/root/', '../..'].map((one) => isLiveRoot(one, folder))).toEqual([
    true,
    true,
    true,
    true,
    join(folder, '../..') === '/',
  ]);
  expect(['copy', 'copy/etc', 'nowhere'].map((one) => isLiveRoot(one, folder))).toEqual([false, false, false]);
});
