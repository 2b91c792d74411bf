/** The part of the library (`src/index.ts`) that commands use. It is loaded when a command runs. */
import type {
  BlastRadius,
  Expectation,
  IssueOptions,
  IssueReport,
  LintOptions,
  Report,
  RuleDoc,
  TrustGraph,
} from '../index.ts';

export type { Expectation, IssueOptions, LintOptions, RuleDoc } from '../index.ts';

export interface Library {
  lint(options: LintOptions): Promise<Report>;
  trustGraph(options: LintOptions): Promise<{ readonly report: Report; readonly graph: TrustGraph }>;
  blast(what: string, options: LintOptions): Promise<readonly BlastRadius[]>;
  expect(options: LintOptions): Promise<readonly Expectation[]>;
  issue(options: IssueOptions): Promise<IssueReport>;
  readonly ruleDocs: readonly RuleDoc[];
}

export type LoadLibrary = () => Promise<Library>;
