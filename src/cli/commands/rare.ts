/** The functions that few runs use. The build bundles them as a separate file (scripts/build.mjs). */

export { blast } from '../../api/blast.ts';
export { expect } from '../../api/expect.ts';
export { expiry } from '../../api/expiry.ts';
export { issue } from '../../api/issue.ts';
export { trustGraph } from '../../api/trust-graph.ts';
export { objectsCommand } from '../objects/command.ts';
export { openBaseline } from './baseline.ts';
export { collectCommand } from './collect.ts';
export { completionCommand } from './completion.ts';
export { diffCommand } from './diff.ts';
export { exceptionsCommand } from './exceptions.ts';
export { initCommand } from './init.ts';
export { keysCommand } from './keys.ts';
