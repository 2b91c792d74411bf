/** Parses the files of which Kubernetes reads only the first document. */
import { isYamlError, parseYaml } from './yaml.ts';

/**
 * Like `parseYaml`. Go's parser stops at the end of the first document, so that what comes after it may be anything.
 */
export function parseFirst(...[bytes, onKey]: Parameters<typeof parseYaml>): ReturnType<typeof parseYaml> {
  const documents = parseYaml(bytes, onKey);
  const first = isYamlError(documents) ? firstDocument(bytes) : undefined;
  return first === undefined ? documents : parseYaml(first, onKey);
}

/**
 * The bytes up to the marker after the first document; undefined if there is none. A marker ends everything in a
 * document.
 */
function firstDocument(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const start = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*---(?=\s)/.exec(text)?.[0].length ?? 0;
  const end = /^(?:---|\.\.\.)(?=\s|$(?![\s\S]))/m.exec(text.slice(start))?.index;
  return end === undefined ? undefined : bytes.subarray(0, start + end);
}
