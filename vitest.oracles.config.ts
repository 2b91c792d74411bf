import { defineConfig } from 'vitest/config';
import { sampled } from './test/support/extent.ts';

/** Tests against real programs (etcd, kubectl, openssl, Go); `scripts/oracles.sh` installs these. */
export default defineConfig({
  test: {
    include: ['test/oracles/**/*.test.ts'],
    // By default one processor is left idle, which is half of a machine with two. Servers run in network namespaces of their own.
    maxWorkers: '100%',
    testTimeout: sampled(120_000, 900_000),
    hookTimeout: 120_000,
  },
});
