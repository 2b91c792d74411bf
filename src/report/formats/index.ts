/**
 * The formats of a report for programs. Few runs use them: the build bundles them as a separate file
 * (scripts/bundles.mjs).
 */
import { cyclonedx } from './cyclonedx.ts';
import { diffGithub, diffMarkdown } from './diff.ts';
import { findingsCsv } from './findings-csv.ts';
import type { Format } from './format.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { openmetrics } from './openmetrics.ts';
import { sarif } from './sarif.ts';

export { withNodeLabels } from '../../results/read/labels.ts';

/** The formats of the differences of two reports. */
export const diffFormats = { markdown: diffMarkdown, github: diffGithub } as const;

export const formats = {
  sarif,
  github,
  markdown,
  csv: findingsCsv,
  ndjson,
  junit,
  gitlab,
  openmetrics,
  cyclonedx,
} as const satisfies Readonly<Record<string, Format>>;
