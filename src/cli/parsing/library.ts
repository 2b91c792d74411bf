/** The part of the library (`src/index.ts`) that commands use. */
export type { ExpiryOptions, LintOptions, RuleDoc } from '../../index.ts';

export type Library = Pick<
  typeof import('../../index.ts'),
  'lint' | 'expiry' | 'trustGraph' | 'blast' | 'expect' | 'issue' | 'ruleDocs'
>;
