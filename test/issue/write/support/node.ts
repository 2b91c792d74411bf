/** A node on disk, and checks of its state. */
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { FileWrite, WriteUnit } from '../../../../src/results/issue/batch.ts';
import { quickDisk } from './disks.ts';
import { layOut, placeAt, type Scenario } from './scenarios.ts';
import { writeBatch } from './writing.ts';

export const now = Date.parse('2026-12-01T08:00:00Z');

const bystander = { '/etc/kubernetes/pki/bystander.crt': 'not of our business\n' };

/** In memory if the system supports it: the tests create thousands of files. */
const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function freshFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(fast, 'issue-write-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a node in the initial state of a scenario. */
export function nodeOf(scenario: Scenario): string {
  const root = freshFolder();
  layOut(
    root,
    Object.keys(scenario.there).length === 0 ? scenario : { ...scenario, there: { ...scenario.there, ...bystander } },
  );
  return root;
}

/** Everything in a folder: type, mode, owner and content by path. */
export function stateOf(root: string): Readonly<Record<string, string>> {
  // Without their types Node follows links, also in a circle.
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const names = entries.map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name))).sort();
  return Object.fromEntries(
    names.map((name) => {
      const status = lstatSync(path.join(root, name));
      const about = `${status.isDirectory() ? 'folder' : 'file'} ${(status.mode & 0o7777).toString(8)} ${status.uid}`;
      return [name, status.isFile() ? `${about} ${readFileSync(path.join(root, name), 'utf8')}` : about];
    }),
  );
}

/**
 * The state of a node whose batch was rolled back by a later run, without the new files, which that run keeps in
 * `.pki-lint/`.
 */
export function rolledBackState(root: string): Readonly<Record<string, string>> {
  const store = 'etc/kubernetes/pki/.pki-lint';
  const isKept = (name: string) => name === store || name.startsWith(`${store}/rolled-back-2026-12-01T08-00-00Z`);
  return Object.fromEntries(Object.entries(stateOf(root)).filter(([name]) => !isKept(name)));
}

const textAt = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

export type Age = 'old' | 'new';

/** Whether each file of a unit is the old one (or missing, as before) or the new one, complete and with its mode. */
export function agesOf(root: string, scenario: Scenario, unit: WriteUnit): readonly Age[] {
  return unit.files.map(({ target, bytes, mode }) => {
    const file = path.join(root, target.path);
    const text = textAt(file);
    if (text === scenario.there[target.path]) return 'old';
    expect(text, `${target.path} is neither the old nor the new one`).toBe(Buffer.from(bytes).toString());
    expect(lstatSync(file).mode & 0o7777).toBe(mode);
    return 'new';
  });
}

/**
 * Checks what must hold at any time: files are complete, at most one pair is half new, and only the owner can read
 * secrets.
 */
export function expectSound(root: string, scenario: Scenario): void {
  const half = scenario.units.filter((unit) => new Set(agesOf(root, scenario, unit)).size > 1);
  expect(half.length).toBeLessThanOrEqual(1);
  for (const { files } of half) {
    // The key comes first: a certificate is never added without its key.
    const [key, certificate] = files;
    expect(textAt(path.join(root, key?.target.path ?? ''))).toBe(Buffer.from(key?.bytes ?? []).toString());
    expect(textAt(path.join(root, certificate?.target.path ?? ''))).toBe(
      scenario.there[certificate?.target.path ?? ''],
    );
  }
  for (const [name, state] of Object.entries(stateOf(root))) {
    const isPublic = /\.crt(\.pki-lint-[0-9a-f]+)?$/.test(name);
    if (!isPublic && state.startsWith('file')) expect(state, name).toMatch(/^file \d00 /);
  }
}

/** The files of a scenario that do not have their final content yet. */
function leftOver(root: string, scenario: Scenario): readonly WriteUnit[] {
  const isLeft = ({ target, bytes }: FileWrite) =>
    textAt(path.join(root, target.path)) !== Buffer.from(bytes).toString();
  return scenario.units
    .map((unit) => ({ ...unit, files: unit.files.filter(isLeft) }))
    .filter(({ files }) => files.length > 0);
}

/** Writes the rest of a scenario, and checks the node: everything is new, and there are no leftovers. */
export async function finish(root: string, scenario: Scenario): Promise<void> {
  await writeBatch({
    units: leftOver(root, scenario),
    modes: scenario.modes,
    place: placeAt(root),
    now,
    disk: quickDisk,
  });
  expectFinished(root, scenario);
}

export function expectFinished(root: string, scenario: Scenario): void {
  for (const unit of scenario.units) expect(new Set(agesOf(root, scenario, unit))).toEqual(new Set(['new']));
  for (const { target, mode } of scenario.modes)
    expect(lstatSync(path.join(root, target.path)).mode & 0o7777).toBe(mode);
  const state = stateOf(root);
  const kept = Object.keys(state).filter((name) => name.includes('.pki-lint'));
  const replaced = scenario.units
    .flatMap(({ files }) => files.map(({ target }) => target.path))
    .filter((file) => file in scenario.there);
  if (replaced.length === 0) {
    expect(kept).toEqual([]);
    return;
  }
  const store = path.join(root, 'etc/kubernetes/pki/.pki-lint');
  const [backup = '', ...others] = readdirSync(store);
  expect(others).toEqual([]);
  expect(state[path.join('etc/kubernetes/pki/.pki-lint', backup)]).toMatch(/^folder 700 /);
  for (const file of replaced) expect(textAt(path.join(store, backup, file))).toBe(scenario.there[file]);
  const files = Object.keys(stateOf(path.join(store, backup))).filter((name) =>
    lstatSync(path.join(store, backup, name)).isFile(),
  );
  expect(files.length).toBe(replaced.length);
}

/** Checks that files outside the scenario did not change. */
export function expectOthersUntouched(
  before: Readonly<Record<string, string>>,
  root: string,
  scenario: Scenario,
): void {
  const touched = new Set(
    [...scenario.units.flatMap(({ files }) => files), ...scenario.modes].map(({ target }) => target.path.slice(1)),
  );
  const state = stateOf(root);
  for (const [name, was] of Object.entries(before)) if (!touched.has(name)) expect(state[name]).toBe(was);
}
