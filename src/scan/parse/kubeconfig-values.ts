/** Values of a kubeconfig that client-go refuses (k8s.io/client-go tools/clientcmd/validation.go). */
import type { CredentialPlugin } from '../../artifact/kubeconfig.ts';
import type { Placed } from '../../artifact/place.ts';
import { hidden } from '../../core/shown.ts';
import { placeAt, placedString } from './document.ts';
import { getItems, getNode, getString, type YamlNode } from './yaml-node.ts';

const groupOfExec = 'client.authentication.k8s.io';

/** What is called interactive (api/types.go, ExecInteractiveMode). Before v1 it is IfAvailable by default. */
const interactiveModes = ['Never', 'IfAvailable', 'Always'];

/** Reads what gets the credential of a user. */
export function readPlugin(path: string, user: YamlNode): CredentialPlugin | undefined {
  const exec = getNode(user, 'exec');
  if (exec?.kind === 'mapping') {
    const name = placedString(path, exec, 'apiVersion') ?? { value: '', at: placeAt(path, exec) };
    const isInteractive = getString(exec, 'interactiveMode')?.text === 'Always';
    return { kind: 'exec', name, ...(isInteractive && { isInteractive: true as const }) };
  }
  const provider = getNode(user, 'auth-provider');
  if (provider?.kind !== 'mapping') return undefined;
  const name = placedString(path, provider, 'name') ?? { value: '', at: placeAt(path, provider) };
  return { kind: 'auth-provider', name };
}

/** Returns the first value of a cluster or its user that client-go refuses, in its words. */
export function refusedValue(
  path: string,
  cluster: YamlNode | undefined,
  user: { readonly name: string; readonly node?: YamlNode },
): Placed<string> | undefined {
  const proxy = getString(cluster, 'proxy-url');
  const error = proxy && proxyError(proxy.text);
  if (proxy && error !== undefined) return { value: error, at: placeAt(path, proxy) };
  const exec = getNode(user.node, 'exec');
  const ofExec = exec?.kind === 'mapping' ? execError(exec, user) : undefined;
  if (exec && ofExec !== undefined) return { value: ofExec, at: placeAt(path, exec) };
  const [impersonated] = ['as-uid', 'as-groups', 'as-user-extra'].flatMap((field) => {
    const node = getNode(user.node, field);
    return node === undefined || isEmpty(node) ? [] : [node];
  });
  if (impersonated === undefined || text(user.node, 'as') !== '') return undefined;
  const value = `requesting uid, groups or user-extra for ${user.name} without impersonating a user`;
  return { value, at: placeAt(path, impersonated) };
}

const text = (node: YamlNode | undefined, field: string): string => getString(node, field)?.text ?? '';

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.type === 'null' || node.text === '';
  return node.kind === 'sequence' ? node.items.length === 0 : node.entries.size === 0;
}

/** A proxy's URL may have a password: it is not quoted. */
function proxyError(url: string): string | undefined {
  if (url === '' || /^(?:https?|socks5):/i.test(url)) return undefined;
  // Without slashes, what is before the colon may be a user.
  const [, name = '', slashes] = /^([a-z][a-z\d+.-]*):(\/\/)?/i.exec(url) ?? [];
  const scheme = name !== '' && slashes === undefined ? hidden : name;
  return `invalid 'proxy-url': unsupported scheme "${scheme}", must be http, https, or socks5`;
}

function execError(exec: YamlNode, { name, node }: { readonly name: string; readonly node?: YamlNode }) {
  const mode = text(exec, 'interactiveMode');
  const version = text(exec, 'apiVersion');
  const must = (what: string) => `${what} must be specified for ${name} to use exec authentication plugin`;
  if (getNode(node, 'auth-provider')?.kind === 'mapping')
    return `authProvider cannot be provided in combination with an exec plugin for ${name}`;
  if (text(exec, 'command') === '') return must('command');
  if (version === '') return must('apiVersion');
  if (getItems(exec, 'env').some((one) => text(one, 'name') === '')) return must('env variable name');
  // Of other versions it is set by default (api/v1/defaults.go, SetDefaults_ExecConfig).
  if (mode === '' && version === `${groupOfExec}/v1`) return must('interactiveMode');
  if (mode === '' || interactiveModes.includes(mode)) return undefined;
  return `invalid interactiveMode for ${name}: "${/^[a-z]{1,12}$/i.test(mode) ? mode : hidden}"`;
}
