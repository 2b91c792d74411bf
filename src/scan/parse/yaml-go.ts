/** Rules of Go's YAML parser for plain scalars and aliases. */
import { isUtf8 } from 'node:buffer';

/** Decodes UTF-8, without a byte order mark; undefined if the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * Whether too many of a document's nodes come from aliases. The allowed share depends on its size (go.yaml.in/yaml/v2,
 * decode.go `allowedAliasRatio`).
 */
export function isExcessive(decoded: number, aliased: number): boolean {
  const [few, many] = [400_000, 4_000_000];
  const beyond = Math.min(1, Math.max(0, (decoded - few) / (many - few)));
  return aliased > 100 && decoded > 1000 && aliased / decoded > 0.99 - 0.89 * beyond;
}

const nulls = /^(?:~|null|Null|NULL|)$/;
const bools = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const numbers =
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Returns the type of a plain scalar, as in go.yaml.in/yaml/v2 (resolve.go), which sigs.k8s.io/yaml uses. */
export function plainType(text: string): 'string' | 'bool' | 'null' | 'number' {
  if (nulls.test(text)) return 'null';
  if (bools.test(text)) return 'bool';
  return numbers.test(text) ? 'number' : 'string';
}
