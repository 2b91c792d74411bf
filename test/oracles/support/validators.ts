import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns a path in the folder into which scripts/oracles.sh installs the packages of test/oracles/validators/package.json. */
export function inValidators(...parts: readonly string[]): string {
  const folder = process.env.PKI_LINT_VALIDATORS ?? join(homedir(), '.cache/pki-lint/validators');
  return join(folder, 'node_modules', ...parts);
}
