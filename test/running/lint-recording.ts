import { Readable } from 'node:stream';
import { type Finding, lint, type Report } from '../../src/index.ts';
import type { Recording } from './recording.ts';

/** The report about a recording at the time when it was made. */
export const lintRecording = (node: Recording): Promise<Report> =>
  lint({ cwd: '/', at: node.at, paths: ['-'], stdin: () => Readable.from([node.toArchive()]) });

/** What is said about processes. */
export const aboutProcesses = ({ findings }: Report): readonly Finding[] =>
  findings.filter(({ rule }) => rule.startsWith('process/'));
