import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { compiledSource } from './test/support/compiled-source.ts';
import { sampled } from './test/support/extent.ts';
import { inMemory } from './test/support/memory-folder.ts';
import { nodeOptions } from './test/support/node-options.ts';

/** Tests against real programs (etcd, kubectl, openssl, Go); `scripts/oracles.sh` installs these. */
export default defineConfig({
  plugins: [compiledSource],
  test: {
    include: ['test/oracles/**/*.test.ts'],
    // One more than processors, because many tests wait for a server. Servers run in network namespaces of their own.
    maxWorkers: availableParallelism() + 1,
    testTimeout: sampled(120_000, 900_000),
    hookTimeout: 120_000,
    // As for the hermetic tests: modules are loaded once in each process.
    isolate: false,
    execArgv: nodeOptions,
    globalSetup: ['test/support/announce-extent.ts', 'test/support/compiled-source.ts'],
    setupFiles: ['test/support/remove-folders.ts'],
    env: inMemory,
  },
});
