/** Temporary folders with files of policies. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, type ConfigOptions, loadConfig } from '../../src/api/load-config.ts';
import { UserError } from '../../src/core/errors.ts';

/** Creates a folder with files, which is removed when the test is over. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pki-lint-policy-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o644 });
  }
  return folder;
}

/** Loads `a.yaml`, or the configuration that options choose, from files. */
export const load = (
  files: Readonly<Record<string, string>>,
  options: ConfigOptions = { file: 'a.yaml' },
): Promise<Config> => loadConfig({ cwd: folderWith(files), ...options });

/** What the program would print about the error of a policy: each message, and its hint after an arrow. */
export async function mistakesOf(loading: Promise<unknown>): Promise<readonly string[]> {
  try {
    await loading;
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error, ...error.others].map(({ message, hint }) => [message, hint].filter(Boolean).join(' → '));
  }
}
