/** A stand-in until the writer is here: it writes files where there are none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModeChange, Target, WriteResult, WriteUnit } from '../types.ts';

export interface Batch {
  readonly units: readonly WriteUnit[];
  readonly modes: readonly ModeChange[];
  readonly place: { readonly root: string; readonly pki: string; readonly toMachine: (target: Target) => string };
  readonly now: Date;
}

export async function writeBatch({ units, place }: Batch): Promise<WriteResult> {
  const written: string[] = [];
  for (const { target, bytes, mode } of units.flatMap(({ files }) => files)) {
    const file = place.toMachine(target);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode });
    written.push(file);
  }
  return { written, backup: null, recovered: [] };
}
