/** When files were changed, as the input keeps it. */
import { lutimesSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FileTimes } from '../../src/artifact/process.ts';
import { latestTimes } from '../../src/scan/fs/times.ts';
import { paxRecords, type RawMember, rawTar } from '../support/raw-tar.ts';
import { plant, podOf, scanOne } from './support.ts';

const file = '/etc/kubernetes/manifests/a.yaml';
const member: RawMember = { name: file.slice(1), content: podOf({}) };
const others: readonly RawMember[] = [
  { name: 'etc/kubernetes/pki/', type: '5' },
  { name: 'etc/kubernetes/pki/ca.crt', content: 'x' },
];

async function timesIn(archive: Buffer, options: Parameters<typeof scanOne>[1] = {}): Promise<FileTimes | undefined> {
  const root = plant({});
  writeFileSync(path.join(root, 'node.tar'), archive);
  return (await scanOne(path.join(root, 'node.tar'), options)).files.get(file)?.times;
}

const withField = (text: string): RawMember => ({
  ...member,
  change: (header) => header.fill(0, 136, 148).write(text, 136, 'latin1'),
});

describe('of an archive', () => {
  test('a header has whole seconds', async () => {
    const archive = rawTar([...others, withField((1_795_886_323).toString(8))]);
    const times = { mtime: 1_795_886_323_000, ctime: undefined, tolerance: 1000 };
    expect(await timesIn(archive)).toEqual(times);
    expect(await timesIn(gzipSync(archive))).toEqual(times);
  });

  test.each<[string, Record<string, string>, FileTimes | undefined]>([
    [
      'fractions',
      { mtime: '1795886323.080186833', ctime: '1795886324.5' },
      { mtime: 1_795_886_323_080.187, ctime: 1_795_886_324_500, tolerance: 1 },
    ],
    ['no ctime', { mtime: '1795886323.5' }, { mtime: 1_795_886_323_500, ctime: undefined, tolerance: 1 }],
    [
      'a whole second, which is in the header only',
      { ctime: '1795886324.5' },
      { mtime: 1_795_886_000_000, ctime: 1_795_886_324_500, tolerance: 1 },
    ],
    ['a damaged time', { mtime: '17958x' }, undefined],
    ['a negative time', { mtime: '-5.5' }, undefined],
    ['an absurd time', { mtime: '999999999999' }, undefined],
    ['no number', { mtime: 'NaN', ctime: 'Infinity' }, undefined],
    [
      'a damaged ctime',
      { mtime: '1795886323', ctime: '1e9' },
      { mtime: 1_795_886_323_000, ctime: undefined, tolerance: 1 },
    ],
    ['a long number', { mtime: `1795886323.${'1'.repeat(5000)}` }, undefined],
  ])('pax: %s', async (_, records, expected) => {
    const times = await timesIn(rawTar([...others, paxRecords(records), withField((1_795_886_000).toString(8))]));
    if (expected === undefined) expect(times).toBeUndefined();
    else {
      expect(times).toEqual({ ...expected, mtime: expect.closeTo(expected.mtime, 2) });
    }
  });

  test.each(['', '\0\0', '99x', '-777', '00000000000'])('a header with %j keeps no time', async (text) => {
    expect(await timesIn(rawTar([...others, withField(text)]))).toBeUndefined();
  });

  test('a number of base 256 that is negative or huge', async () => {
    for (const first of [0xff, 0x80]) {
      const change = (header: Buffer) => void header.fill(0xff, 136, 148).fill(first, 136, 137);
      expect(await timesIn(rawTar([...others, { ...member, change }]))).toBeUndefined();
    }
  });
});

describe('of a folder', () => {
  const planted = () => {
    const root = plant({ [file.slice(1)]: podOf({}), 'etc/kubernetes/pki/ca.crt': 'x', 'etc/passwd': '' });
    utimesSync(path.join(root, file), 1_795_886_000, 1_795_886_323.25);
    return root;
  };

  test('a copy has no ctime: all its files were created when it was copied', async () => {
    const times = { mtime: 1_795_886_323_250, ctime: undefined, tolerance: 1 };
    expect((await scanOne(planted())).files.get(file)?.times).toEqual(times);
  });

  test('this machine has one', async () => {
    const { files } = await scanOne(planted(), { isLive: () => true });
    expect(files.get(file)?.times?.ctime).toBeGreaterThan(1_700_000_000_000);
  });

  test('through folders of options', async () => {
    const root = planted();
    const manifests = path.join(root, path.dirname(file));
    const { files } = await scanOne(path.join(root, 'etc/kubernetes'), { manifests });
    expect(files.get(file)?.times?.mtime).toBe(1_795_886_323_250);
  });

  test('a link that was replaced counts', async () => {
    const root = planted();
    const link = path.join(root, 'etc/kubernetes/pki/link.crt');
    symlinkSync('ca.crt', link);
    utimesSync(path.join(root, 'etc/kubernetes/pki/ca.crt'), 1_795_000_000, 1_795_000_000);
    lutimesSync(link, 1_795_999_999, 1_795_999_999);
    const { files } = await scanOne(root);
    expect(files.get('/etc/kubernetes/pki/link.crt')?.times?.mtime).toBe(1_795_999_999_000);
    expect(files.get('/etc/kubernetes/pki/ca.crt')?.times?.mtime).toBe(1_795_000_000_000);
  });
});

test('the latest of several times', () => {
  const one = { mtime: 5, ctime: 9, tolerance: 1 };
  expect(latestTimes([one, { mtime: 7, ctime: 8, tolerance: 1000 }])).toEqual({ mtime: 7, ctime: 9, tolerance: 1000 });
  expect(latestTimes([one, { mtime: 7, ctime: undefined, tolerance: 1 }])?.ctime).toBeUndefined();
  expect(latestTimes([one, undefined])).toBeUndefined();
  expect(latestTimes([])).toBeUndefined();
});
