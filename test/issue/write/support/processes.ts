/** Writers in separate processes. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Orders, Outcome } from './child.ts';

const source = new URL('./child.ts', import.meta.url).pathname;

/** Compiles the child's program into a folder, which it makes readable for every user. Returns the file. */
export function buildChild(folder: string): string {
  chmodSync(folder, 0o755);
  const outfile = path.join(folder, 'child.mjs');
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  return outfile;
}

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly outcome: Outcome;
}

export interface Child {
  /** Resolves when the child has reached the call at which something happens. */
  readonly there: Promise<void>;
  readonly ended: Promise<Ended>;
}

export function startChild(program: string, orders: Orders, options: SpawnOptions = {}): Child {
  const child = spawn(process.execPath, [program, JSON.stringify(orders)], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (complained += chunk));
  const there = new Promise<void>((resolve) => child.stderr?.once('data', () => resolve()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 1) reject(new Error(complained));
      else resolve({ code, signal, outcome: said === '' ? {} : JSON.parse(said) });
    });
  });
  return { there, ended };
}
