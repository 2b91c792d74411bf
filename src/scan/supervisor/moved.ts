/** The supervisor of a node, and the layout of the node if its data directory is a different one. */
import { lastArgument } from '../../artifact/arguments.ts';
import type { LaidOutKind, NodeLayout } from '../../artifact/layout.ts';
import { pkiFolders } from '../../artifact/layout.ts';
import { type Supervisor, type SupervisorKind, type SupervisorRow, valueFor } from '../../artifact/supervisor.ts';
import type { Files } from '../components/node-files.ts';
import type { SourceResult } from '../components/source.ts';
import { readSupervisor } from './read.ts';

/** A node, as far as it is known before its files are read. */
interface Place<L extends NodeLayout> {
  readonly layout: L;
  readonly kind: LaidOutKind | undefined;
  readonly beyondPki: boolean;
  readonly pki: readonly [string, ...string[]];
}

/** Reads the supervisor of a node; undefined if its layout has none, or only certificates are in the input. */
export function supervisorOf(files: Files, { layout, kind, beyondPki }: Place<NodeLayout>): Supervisor | undefined {
  const row = layout.supervisor;
  return row === undefined || !beyondPki ? undefined : readSupervisor(files, row, kindOf(files, row, kind)).supervisor;
}

/** Without signs, the folders decide. */
function kindOf(files: Files, { folders }: SupervisorRow, kind: LaidOutKind | undefined): SupervisorKind {
  if (kind !== undefined) return kind === 'worker' ? 'agent' : 'server';
  const isThere = (path: string) => files.seek(path, 'any') !== undefined;
  return isThere(folders.agent) && !isThere(folders.server) ? 'agent' : 'server';
}

/** A folder that is followed. */
const plainFolder = /^(?:\/[A-Za-z0-9._-]+)+$/;

/**
 * Finds the components of a node in the layout for its data directory: a setting of its supervisor names it, or a flag
 * in the unit of a program that starts components with flags of its own.
 */
export function findMoved<N extends Place<NodeLayout>>(
  given: N,
  supervisor: Supervisor | undefined,
  find: (node: N) => readonly SourceResult[],
): { readonly found: N; readonly results: readonly SourceResult[] } {
  const usual = movedTo(given, supervisor && valueFor(supervisor, 'data-dir')?.value);
  const results = find(usual);
  const { builtIn } = usual.layout;
  const program = results.flatMap(({ components }) => components).find(({ name }) => name === builtIn?.by);
  const found = movedTo(usual, program && lastArgument(program, 'data-dir')?.value);
  return { found, results: found === usual ? results : find(found) };
}

/**
 * Returns a node with the layout for a data directory; the same if that is the usual one, or none that can be followed.
 */
function movedTo<N extends Place<NodeLayout>>(node: N, named: string | undefined): N {
  const { dataDir, movedTo } = node.layout;
  const folder = named?.replace(/\/$/, '');
  if (folder === undefined || folder === dataDir || movedTo === undefined || !isFollowed(folder)) return node;
  const layout = movedTo(folder);
  const isUsual = node.pki[0] === node.layout.pki;
  return { ...node, layout, ...(isUsual && { pki: pkiFolders(layout) }) };
}

const isFollowed = (folder: string): boolean => plainFolder.test(folder) && !/\/\.\.?(?:\/|$)/.test(folder);
