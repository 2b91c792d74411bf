import { defineConfig } from 'vitest/config';

/** Tests against real programs (etcd, kubectl, openssl, Go); `scripts/oracles.sh` installs these. */
export default defineConfig({
  test: {
    include: ['test/oracles/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
