import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { mutating } from './plugin.mjs';

const folder = process.env.PKI_LINT_MUTATE;
const { mutations, files, isFixed } = JSON.parse(readFileSync(`${folder}/run.json`, 'utf8'));

/** In the order of the list: the tests that kill most come first. */
class InOrder {
  shard(specifications) {
    return specifications;
  }
  sort(specifications) {
    const place = ({ moduleId }) => files.findIndex((file) => moduleId.endsWith(file));
    return [...specifications].sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  plugins: [mutating(mutations)],
  test: {
    include: files,
    runner: './scripts/mutate/runner.mjs',
    sequence: { sequencer: InOrder },
    // One process with one copy of all modules.
    isolate: false,
    fileParallelism: false,
    pool: 'forks',
    bail: isFixed ? 1 : 0,
    testTimeout: 20_000,
    env: { CI: '1' },
  },
});
