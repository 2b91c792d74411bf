import { stepLine } from '../../src/core/fix.ts';
import type { Finding } from '../../src/index.ts';

/** The steps of all alternatives of a fix, a line each. */
export const fixLines = (fix: Finding['fix']): readonly string[] => fix.flat().map(stepLine);
