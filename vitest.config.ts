import { defineConfig } from 'vitest/config';

/** The hermetic tests: no network, no other programs than node. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/oracles/**'],
    globalSetup: ['test/support/announce-oracles.ts'],
    // By default one processor is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    testTimeout: 20_000,
  },
});
