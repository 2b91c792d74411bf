/** Packages that only these tests need, which scripts/oracles.sh installs. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Loads one of the packages in test/oracles/validators/package.json. */
export const validator: (name: string) => unknown = createRequire(
  join(homedir(), '.cache/pki-lint/validators/index.cjs'),
);
