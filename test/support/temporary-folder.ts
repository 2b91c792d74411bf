/**
 * Setup of the hermetic tests: all that they write is in one folder, which is removed at the end. Files of tests share modules, so
 * an `afterAll` of a helper runs only for the first file that imports it.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-test-'));
  // Some tests run programs as a different user.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
