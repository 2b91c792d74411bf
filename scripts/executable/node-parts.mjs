/** What is inside the Node.js of an executable: its libraries, and the licences of all of them. */

/** Folders of Node.js's sources whose licences are for building and testing it, or for programs next to it. */
const outside = /^(?:tools|test)\/|^deps\/(?:npm|corepack|googletest)$/;

/** Where Node.js's sources have a library, if not in a folder of its name in `process.versions`. */
const folders = {
  ares: 'deps/cares',
  icu: 'deps/icu-small',
  nghttp3: 'deps/ngtcp2/nghttp3',
  ngtcp2: 'deps/ngtcp2/ngtcp2',
  simdutf: 'deps/v8/third_party/simdutf',
};

/** Versions of interfaces and of ICU's data, which are not libraries. */
const otherVersions = new Set(['node', 'modules', 'napi', 'cldr', 'tz', 'unicode']);

/**
 * Splits Node.js's LICENSE into its own licence and one for each part that has another.
 * @param {string} text
 * @returns {{ own: string, parts: { name: string, folder: string, license: string }[] }}
 */
function sectionsOf(text) {
  const heading = /^- (.+), located at (\S+), is licensed as follows:\n/gm;
  const found = [...text.matchAll(heading)];
  if (found.length === 0) throw new Error('the LICENSE of Node.js is not of the known form');
  const parts = found.map(({ 0: line, 1: name, 2: folder, index }, at) => {
    const body = text.slice(index + line.length, found[at + 1]?.index);
    const license = body.replace(/^ *"""$/gm, '').trim();
    return { name, folder: folder.replace(/\/$/, ''), license };
  });
  return { own: text.slice(0, found[0].index).trim(), parts };
}

/**
 * Returns the licence of Node.js itself, and what else is in its program: the libraries of `process.versions`, and what
 * its LICENSE names. Of these, some have no version. SQLite has no licence because it is in the public domain; nbytes
 * and ncrypto are Node.js's own. A library whose version is empty was not built in.
 * @param {string} license the text of Node.js's LICENSE
 * @param {Record<string, string>} versions its `process.versions`
 * @returns {{ license: string, parts: { name: string, version?: string, license?: string }[] }}
 */
export function partsOfNode(license, versions) {
  const { own, parts } = sectionsOf(license);
  const libraries = Object.keys(versions).filter((key) => !otherVersions.has(key));
  const isOf = (key, folder) => folder === (folders[key] ?? `deps/${key}`);
  const named = parts.flatMap(({ folder, ...part }) => {
    const key = libraries.find((one) => isOf(one, folder));
    if (outside.test(folder) || versions[key] === '') return [];
    return key === undefined ? [part] : [{ ...part, version: versions[key] }];
  });
  const others = libraries.filter((key) => versions[key] !== '' && parts.every(({ folder }) => !isOf(key, folder)));
  return { license: own, parts: [...named, ...others.map((name) => ({ name, version: versions[name] }))] };
}
