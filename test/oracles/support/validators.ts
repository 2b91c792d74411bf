/** Packages that only these tests need, which scripts/oracles.sh installs. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const folder = process.env.PKI_LINT_VALIDATORS ?? join(homedir(), '.cache/pki-lint/validators');

/**
 * Returns a path in the folder into which scripts/oracles.sh installs the packages of
 * test/oracles/validators/package.json.
 */
export const inValidators = (...parts: readonly string[]): string => join(folder, 'node_modules', ...parts);

/** Loads one of these packages. */
export const validator: (name: string) => unknown = createRequire(join(folder, 'index.cjs'));
