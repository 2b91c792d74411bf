/**
 * How a supervisor is started: by a unit of systemd, or by a script of OpenRC (the install script of k3s,
 * `create_openrc_service_file`).
 */
import { posix } from 'node:path';
import type { Place } from '../../artifact/place.ts';
import type { SupervisorKind, SupervisorRow } from '../../artifact/supervisor.ts';
import { readEnvironmentFile } from '../components/environment-file.ts';
import { splitVariable, variableIn } from '../components/expansion.ts';
import type { Files } from '../components/node-files.ts';
import { type StartedProgram, unitCommand } from '../components/unit.ts';
import type { Word } from '../components/words.ts';

/** The command that starts a supervisor. */
export interface StartCommand {
  readonly at: Place;
  /** What it is called, for restarts: `k3s.service`. */
  readonly unit: string;
  /** The words after `server` or `agent`. */
  readonly words: readonly Word[];
  /** Its variables, in order. */
  readonly variables: readonly { readonly name: string; readonly value: string | undefined; readonly at: Place }[];
  readonly unknown: string | undefined;
  /** The unit, if it is one of systemd. */
  readonly started?: StartedProgram;
}

/** Returns the command that starts a supervisor; undefined if none was seen. */
export function startCommand(files: Files, row: SupervisorRow, kind: SupervisorKind): StartCommand | undefined {
  for (const unit of row.units[kind]) {
    const started = unitCommand(files, unit);
    if (started === undefined) continue;
    const variables = [...started.environment.variables].map(([name, value]) => ({
      name,
      value,
      at: started.variables.get(name) ?? started.at,
    }));
    return { at: started.at, unit, variables, started, ...wordsAfter(started.words, row.program, started.unknown) };
  }
  return scriptCommand(files, row, kind);
}

const kinds = ['server', 'agent'];

/** The words after the program and its command. */
function wordsAfter(words: readonly Word[], program: string, unknown: string | undefined) {
  const start = words.findIndex(({ text }) => posix.basename(text) === program);
  if (start === -1) return { words: [], unknown: unknown ?? `its unit does not start ${program}` };
  const rest = words.slice(start + 1);
  return { words: kinds.includes(rest[0]?.text ?? '') ? rest.slice(1) : rest, unknown };
}

function scriptCommand(files: Files, row: SupervisorRow, kind: SupervisorKind): StartCommand | undefined {
  const path = row.scripts?.[kind];
  if (row.scripts === undefined || path === undefined || files.seek(path, 'text')?.state !== 'file') return undefined;
  const given = readEnvironmentFile(path, files.text(path) ?? '').findLast(({ name }) => name === 'command_args');
  const words = given === undefined ? [] : splitVariable(variableIn(given.value));
  const end = words.findIndex(({ text }) => text.startsWith('>'));
  const own = end === -1 ? words : words.slice(0, end);
  const variables = row.scripts.variables.flatMap((file) =>
    files.seek(file, 'text')?.state !== 'file'
      ? []
      : readEnvironmentFile(file, files.text(file) ?? '').map(({ name, value }) => ({
          name: name.replace(/^export\s+/, ''),
          value: value.text as string | undefined,
          at: variableIn(value).placeOf(0, value.text.length),
        })),
  );
  const unknown = given === undefined ? `${path} does not say how it starts ${row.program}` : undefined;
  return {
    at: { path },
    unit: posix.basename(path),
    words: kinds.includes(own[0]?.text ?? '') ? own.slice(1) : own,
    variables,
    unknown,
  };
}
