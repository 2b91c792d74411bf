/** What the commands need that few runs ask for: the build puts it into a file of its own (scripts/build.mjs). */

export { blast } from '../api/blast.ts';
export { expect } from '../api/expect.ts';
export { issue } from '../api/issue.ts';
export { trustGraph } from '../api/trust-graph.ts';
