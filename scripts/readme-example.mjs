/** The example in README.md: the output of a real run. */

/** @type {readonly string[]} */
export const exampleCommand = ['fixtures/broken/swapped-keys.tar.gz', '--at', '2026-12-01'];

/**
 * Returns the page with its example replaced by this output.
 * @param {string} page
 * @param {string} output
 * @returns {string}
 */
export function withExample(page, output) {
  const block = `\`\`\`\n$ npm start -- ${exampleCommand.join(' ')}\n${output.trimEnd()}\n\`\`\``;
  return page.replace(
    /(<!-- example.*-->)\n[\s\S]*\n(<!-- end of the example -->)/,
    (_, begin, end) => `${begin}\n${block}\n${end}`,
  );
}
