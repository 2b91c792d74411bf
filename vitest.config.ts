import { defineConfig } from 'vitest/config';

/** The hermetic tests: no network, no other programs than node. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/oracles/**'],
    globalSetup: ['test/support/announce-oracles.ts'],
    testTimeout: 20_000,
  },
});
