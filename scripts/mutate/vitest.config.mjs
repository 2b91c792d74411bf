import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { mutating } from './plugin.mjs';
import { textImports } from './text-imports.ts';

const folder = process.env.PKI_LINT_MUTATE;
const { mutations, files, dir } = JSON.parse(readFileSync(`${folder}/run.json`, 'utf8'));

/** In the order of the list: the tests that kill most come first. */
class InOrder {
  shard(specifications) {
    return specifications;
  }
  sort(specifications) {
    const place = new Map(files.map((file, index) => [file, index]));
    const start = `${dir}/`;
    const placeOf = ({ moduleId }) => place.get(moduleId.slice(start.length));
    return [...specifications].sort((one, other) => placeOf(one) - placeOf(other));
  }
}

export default defineConfig({
  plugins: [textImports, mutating(mutations)],
  test: {
    dir,
    include: ['*.test.mjs'],
    runner: './scripts/mutate/runner.mjs',
    snapshotEnvironment: './scripts/mutate/snapshots.mjs',
    sequence: { sequencer: InOrder },
    // One process with one copy of all modules.
    isolate: false,
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 20_000,
    env: { CI: '1' },
  },
});
