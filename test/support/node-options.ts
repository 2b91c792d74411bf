/** Options of Node.js for the processes of tests: with them a sample of tests took about a quarter less CPU time. */

/** Later versions have no such option. */
const isNode20 = process.versions.node.startsWith('20.');

export const nodeOptions: string[] = [
  // The tests create many short-lived objects: with a larger space for these, fewer are copied.
  '--max-semi-space-size=64',
  // Threads that help to collect them would only take time from the other process.
  '--single-threaded-gc',
  // The program is so large that its functions run too seldom to be worth optimizing as early as V8 does.
  ...(isNode20 ? ['--interrupt-budget=1500000'] : []),
];
