/** Pages that show whole files of the repository: what is copied from a page is what a test runs. */
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/**
 * Returns a page with each block after `<!-- file: PATH -->` replaced by the text of that file.
 * @param {string} page
 * @returns {string}
 */
export function withFiles(page) {
  return page.replace(/(<!-- file: (\S+) -->\n```\w*\n)[\s\S]*?(?=^```$)/gm, (_, head, path) => {
    const text = readFileSync(new URL(path, root), 'utf8');
    return `${head}${text.trimEnd()}\n`;
  });
}
