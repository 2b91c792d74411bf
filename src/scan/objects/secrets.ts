/** Reads Secrets, of which nothing secret is kept, and finds those that are encrypted. */
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { strictest } from '../../artifact/strictness.ts';
import { readPem } from '../../x509/pem.ts';
import { decodeBase64 } from '../parse/base64-values.ts';
import { isNamedKubeconfig, readKubeconfig } from '../parse/kubeconfig.ts';
import { isYamlError, parseYamlText } from '../parse/yaml.ts';
import { getNode, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import { type ReadObject, scalarAt, textsAt } from './object.ts';

/** The part of a Secret that may be a token or a password, whatever its form. */
const usuallySecret = /token|password|auth|secret/i;

/**
 * Returns a Secret, of which only what is PEM and what kubeconfigs refer to is kept: of a private key, its public half.
 *
 * @returns also whether it has something that must stay secret
 */
export function readSecret({ meta, node }: ReadObject): { readonly secret: SecretObject; readonly isSecret: boolean } {
  const plain = textsAt(node, 'stringData');
  // What an API server makes of both: that of stringData counts.
  const values = new Map([...bytesIn(node), ...[...plain].map(([key, text]) => [key, Buffer.from(text)] as const)]);
  const pems = new Map<string, Pem>();
  const kubeconfigs = new Map<string, Kubeconfig>();
  for (const [key, bytes] of values) {
    const pem = readPem(bytes);
    const kubeconfig = pem.blocks.length === 0 ? kubeconfigIn(bytes, meta.at.path) : undefined;
    if (pem.blocks.length > 0) pems.set(key, pem);
    if (kubeconfig !== undefined) kubeconfigs.set(key, kubeconfig);
  }
  const isSecret =
    [...pems.values()].some(hasKey) ||
    [...kubeconfigs.values()].some(({ user }) => user?.key !== undefined || (user?.otherCredentials.length ?? 0) > 0) ||
    [...values.keys()].some((key) => !pems.has(key) && usuallySecret.test(key));
  const type = scalarAt(node, 'type') ?? 'Opaque';
  const immutable = isTrue(getNode(node, 'immutable')) && ({ isImmutable: true } as const);
  return { secret: { meta, type, keys: new Set(values.keys()), pems, kubeconfigs, ...immutable }, isSecret };
}

const hasKey = ({ blocks }: Pem): boolean =>
  blocks.some(({ type }) => type === 'private-key' || type === 'encrypted-key');

/** The values of a Secret. What is not base64 is empty. */
function bytesIn(node: YamlNode): readonly (readonly [key: string, bytes: Uint8Array])[] {
  const data = getNode(node, 'data');
  if (data?.kind !== 'mapping') return [];
  return [...data.entries].map(([key, value]) => {
    const bytes = value.kind === 'scalar' && value.type === 'string' ? decodeBase64(value.text) : '';
    return [key, typeof bytes === 'string' ? new Uint8Array() : bytes];
  });
}

/** Kubeconfigs are small: one of a hundred clusters has less. */
const mostOfKubeconfig = 1024 * 1024;

function kubeconfigIn(bytes: Uint8Array, path: string): Kubeconfig | undefined {
  if (bytes.length > mostOfKubeconfig) return undefined;
  const text = Buffer.from(bytes).toString();
  if (!text.includes('clusters') || !text.includes('contexts')) return undefined;
  const documents = parseYamlText(text);
  const [document] = isYamlError(documents) ? [] : documents;
  if (document === undefined || !isNamedKubeconfig(document)) return undefined;
  return readKubeconfig(path, document, { strictness: () => strictest, authorities: new Map() });
}

/** Returns what an object is if it is encrypted, as it may be in git; undefined if it is not. */
export function encryption(kind: string, node: YamlNode): string | undefined {
  if (kind === 'SealedSecret') return 'a SealedSecret, which only its controller decrypts';
  return kind === 'Secret' && getNode(node, 'sops')?.kind === 'mapping'
    ? 'a Secret that sops has encrypted'
    : undefined;
}
