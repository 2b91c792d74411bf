/** The formats of a report for programs. Few runs use them: the build bundles them as a separate file (scripts/build.mjs). */
import { cyclonedx } from './cyclonedx.ts';
import { findingsCsv } from './findings-csv.ts';
import type { Format } from './format.ts';
import { openmetrics } from './openmetrics.ts';

export const formats = {
  csv: findingsCsv,
  cyclonedx,
  openmetrics,
} as const satisfies Readonly<Record<string, Format>>;
