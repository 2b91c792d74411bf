/** The part of the library (`src/index.ts`) that commands use. It is loaded when a command runs. */
export type { LintOptions, RuleDoc } from '../index.ts';

export type Library = Pick<
  typeof import('../index.ts'),
  'lint' | 'trustGraph' | 'blast' | 'expect' | 'issue' | 'ruleDocs'
>;

export type LoadLibrary = () => Promise<Library>;
