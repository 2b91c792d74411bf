import { Readable } from 'node:stream';
import { parseOptions } from '../../src/api/parse-options.ts';
import { type Finding, lint, type Report } from '../../src/index.ts';
import { buildPki } from '../../src/model/roles/build-pki.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import { scan } from '../../src/scan/scan.ts';
import type { Recording } from './recording.ts';

/** The report about a recording at the time when it was made. */
export const lintRecording = (node: Recording): Promise<Report> =>
  lint({ cwd: '/', at: node.at, paths: ['-'], stdin: () => Readable.from([node.toArchive()]) });

/** What is said about processes. */
export const aboutProcesses = ({ findings }: Report): readonly Finding[] =>
  findings.filter(({ rule }) => rule.startsWith('process/'));

/** The PKI of a recording, with what ran on its node. */
export async function pkiOfRecording(node: Recording): Promise<Pki> {
  const stdin = () => Readable.from([node.toArchive()]);
  const { scan: options, judging } = parseOptions({ at: node.at, paths: ['-'], stdin });
  const { nodes } = await scan(options);
  const [scanned] = nodes;
  if (scanned === undefined) throw new Error('the recording has no node');
  return buildPki(scanned, {}, judging.context);
}
