/** What the reader of units makes of a node, in the words of `systemd-analyze verify`. */
import type { ExecCommand } from '../../src/scan/components/exec-start.ts';
import type { Variables } from '../../src/scan/components/expansion.ts';
import { specifiersOf } from '../../src/scan/components/specifiers.ts';
import { readVariables } from '../../src/scan/components/unit-environment.ts';
import { settingsSinceReset } from '../../src/scan/components/unit-lines.ts';
import { loadUnit } from '../../src/scan/components/unit-settings.ts';
import { filesOfTree } from '../../src/scan/files.ts';
import { diskTree } from '../../src/scan/fs/disk.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { newestGo, plant } from './support.ts';

const folders = { etc: 'etc/systemd/system', 'usr/lib': 'usr/lib/systemd/system' };

/** A node on disk with these units. `etc/` and `usr/lib/` stand for folders of units. */
export function nodeOfUnit(units: Readonly<Record<string, string | undefined>>): string {
  const files = Object.entries(units).flatMap(([path, text = '']) => {
    const [begin = '', folder = ''] = Object.entries(folders).find(([one]) => path.startsWith(`${one}/`)) ?? [];
    return [[`${folder}${path.slice(begin.length)}`, text] as const];
  });
  return plant({ 'etc/passwd': '', 'etc/hostname': 'vm\n', ...Object.fromEntries(files) });
}

/** Loads a unit of a node. */
export function readNode(root: string, name: string) {
  const files = filesOfTree(diskTree({ folder: root, base: '/', cwd: '/', layouts }), newestGo);
  const resolve = specifiersOf(files, name);
  const unit = loadUnit(files, name, resolve);
  const ofFiles = settingsSinceReset(unit.settings, 'EnvironmentFile');
  const { values } = readVariables(files, settingsSinceReset(unit.settings, 'Environment'), resolve);
  return {
    unit,
    environment: [...values].map(([name, { text }]) => `${name}=${text}`),
    environmentFiles: ofFiles.map(({ value }) => value.text),
  };
}

/** A command as systemd prints it (src/basic/escape.c, `quote_command_line`). */
export function commandLine({ program, words }: ExecCommand): string {
  return [program, ...words].map(({ text }) => quoted(text)).join(' ');
}

const quoted = (word: string): string =>
  word !== '' && !/[\s"\\`$*?['()<>|&;!]/.test(word) ? word : `"${word.replace(/["\\`$]/g, '\\$&')}"`;

/** Variables from `NAME=value`. */
export function variablesOf(assignments: readonly string[]): Variables {
  const values = assignments.map((assignment) => {
    const [, name = '', text = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    return [name, { text, placeOf: () => ({ path: '/x' }) }] as const;
  });
  return { values: new Map(values), incomplete: false };
}
