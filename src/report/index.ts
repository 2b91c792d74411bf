/** The formats of a report. The keys are the choices of `--format`. */
import { json } from './json.ts';
import type { Reporter } from './reporter.ts';

export const reporters = {
  table: async (report, options) => (await import('./table.ts')).table(report, options),
  json,
} as const satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;
