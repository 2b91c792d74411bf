import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { sampled } from './test/support/extent.ts';
import { textImports } from './test/support/text-imports.ts';

/** Tests against real programs (etcd, kubectl, openssl, Go); `scripts/oracles.sh` installs these. */
export default defineConfig({
  plugins: [textImports],
  test: {
    include: ['test/oracles/**/*.test.ts'],
    // One more than processors, because many tests wait for a server. Servers run in network namespaces of their own.
    maxWorkers: availableParallelism() + 1,
    testTimeout: sampled(120_000, 900_000),
    hookTimeout: 120_000,
    setupFiles: ['test/support/remove-folders.ts'],
  },
});
