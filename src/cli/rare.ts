/** What the commands need that few runs ask for: the build puts it into a file of its own (scripts/build.mjs). */

export { blast } from '../blast.ts';
export { expect } from '../expect.ts';
export { trustGraph } from '../graph.ts';
export { issue } from '../issue.ts';
