/** A short fuzz of every reader and of whole lints; `npm run fuzz` runs any number. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { checkInput, fuzz, loadReaders } from './support/fuzz.ts';

const { readers } = await loadReaders();

/** Readers of whole files and folders take longer. */
const counts: Readonly<Record<string, number>> = { node: 4, dump: 10, verify: 10, started: 10, layout: 10, chain: 10 };
const usual = 40;

describe('inputs that depend on a seed', () => {
  it.each(Object.keys(readers))('%s: no exception, no secret, in time, the same again', async (reader) => {
    const count = counts[reader] ?? usual;
    const { found, accepted } = await fuzz({ reader, count, seed: 1 });
    expect(found.map(({ index, problem }) => `--seed 1 --from ${index}: ${problem}`)).toEqual([]);
    // If none were accepted, the mutations would test only the first check of a reader.
    expect(accepted).toBeGreaterThan(count / 25);
  });
});

const folder = new URL('../../fixtures/fuzz/found/', import.meta.url);
const kept = readdirSync(folder).flatMap((reader) =>
  readdirSync(new URL(`${reader}/`, folder)).map((name) => [reader, name] as const),
);

test.each(kept)('what was found is read: %s/%s', async (reader, name) => {
  expect(await checkInput(reader, readFileSync(new URL(`${reader}/${name}`, folder)))).toBeUndefined();
});

test('the same seed gives the same inputs', async () => {
  const made = () => fuzz({ reader: 'certificate', count: 20, seed: 7, make: true });
  const [one, other] = [await made(), await made()];
  expect(one.found).toHaveLength(20);
  expect(one.found).toEqual(other.found);
  expect((await fuzz({ reader: 'certificate', count: 1, seed: 7, from: 19, make: true })).found[0]).toEqual(
    one.found[19],
  );
});
