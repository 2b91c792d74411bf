/** How Go's YAML reader treats plain scalars and aliases. */
import { isUtf8 } from 'node:buffer';

/** The text of bytes in UTF-8, without a byte order mark; undefined if they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The share of aliases that a document may have, by its size (go.yaml.in/yaml/v2, decode.go `allowedAliasRatio`). */
export function isExcessive(decoded: number, aliased: number): boolean {
  const [few, many] = [400_000, 4_000_000];
  const beyond = Math.min(1, Math.max(0, (decoded - few) / (many - few)));
  return aliased > 100 && decoded > 1000 && aliased / decoded > 0.99 - 0.89 * beyond;
}

const nulls = /^(?:~|null|Null|NULL|)$/;
const bools = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const numbers =
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** go.yaml.in/yaml/v2, which sigs.k8s.io/yaml reads with: resolve.go. */
export function plainType(text: string): 'string' | 'bool' | 'null' | 'number' {
  if (nulls.test(text)) return 'null';
  if (bools.test(text)) return 'bool';
  return numbers.test(text) ? 'number' : 'string';
}
