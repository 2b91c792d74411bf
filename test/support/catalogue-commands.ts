/** Every command of the catalogue of rules and of the tables. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CommandTemplate {
  readonly command: string;
  readonly remote?: string;
}

/** The commands in a value, wherever they are in it. */
function commandsIn(value: unknown): readonly CommandTemplate[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'command' in value && typeof value.command === 'string' ? [value as CommandTemplate] : [];
  const waits = 'wait' in value && typeof value.wait === 'string' ? [{ command: value.wait }] : [];
  return [...own, ...waits, ...Object.values(value).flatMap(commandsIn)];
}

/** There, `command` is a field of a pod. */
const withoutCommands = 'pod-fields.json';

const files = ['rules/catalog', 'rules/tables'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
    name === withoutCommands || !name.endsWith('.json') ? [] : join(folder, name),
  ),
);
const all = files.flatMap((file) => commandsIn(JSON.parse(readFileSync(file, 'utf8'))));

/** Each of them once. */
export const catalogueCommands: readonly CommandTemplate[] = [
  ...new Map(
    all.map(({ command, remote }) => [`${command} ${remote}`, { command, ...(remote && { remote }) }]),
  ).values(),
];
