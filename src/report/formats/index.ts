/** The formats of a report for programs. Few runs use them: the build bundles them as a separate file (scripts/build.mjs). */
import { findingsCsv } from './findings-csv.ts';
import type { Format } from './format.ts';
import { gitlab } from './gitlab.ts';
import { junit } from './junit.ts';
import { ndjson } from './ndjson.ts';

export { neutral } from './neutral.ts';

export const formats = {
  csv: findingsCsv,
  gitlab,
  junit,
  ndjson,
} as const satisfies Readonly<Record<string, Format>>;
