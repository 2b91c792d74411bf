/** Parses YAML, which includes JSON, to a tree in which every node has a position. */
import { shorten } from './base64-values.ts';
import { plainDocument } from './plain-yaml.ts';
import { utf8Text } from './yaml-go.ts';
import type { OnKey, YamlError, YamlNode } from './yaml-node.ts';
import { documentsOf } from './yaml-tree.ts';

/** Larger texts are not configurations, and parsing needs memory of many times their size. */
export const maxYamlBytes = 1024 * 1024;

/**
 * Parses every document of a text. An alias becomes the node that it names. As in Go's parser, an alias within its own
 * anchor is an error, and so are aliases that expand to far more nodes than are written.
 */
export function parseYaml(bytes: Uint8Array, onKey?: OnKey): readonly YamlNode[] | YamlError {
  if (bytes.length > maxYamlBytes) return { error: `more than ${maxYamlBytes} bytes of YAML` };
  const source = utf8Text(bytes);
  return source === undefined ? { error: 'yaml: invalid UTF-8' } : parseYamlText(source, onKey);
}

/** Like `parseYaml`, for a text. */
export function parseYamlText(source: string, onKey?: OnKey): readonly YamlNode[] | YamlError {
  const shortened = shorten(source);
  const plain = plainDocument(shortened, onKey);
  return plain === undefined ? documentsOf(source, shortened, onKey) : [plain];
}

export function isYamlError(result: readonly YamlNode[] | YamlError): result is YamlError {
  return 'error' in result;
}
