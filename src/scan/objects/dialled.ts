/** Reads what kube-apiserver dials: webhooks, conversion webhooks and extension API servers. */
import type {
  AdmissionWebhook,
  CaBundle,
  ConversionWebhook,
  DialConfig,
  ExtensionApi,
  WebhookRule,
} from '../../artifact/objects/cluster-objects.ts';
import { getItems, getNode, getString, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import { decodedPem, listAt, type ReadObject, scalarAt, urlAt } from './object.ts';

/** Returns the webhooks of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration. */
export function readWebhooks(object: ReadObject): readonly AdmissionWebhook[] {
  return getItems(object.node, 'webhooks').map((webhook, index) => ({
    meta: object.meta,
    name: scalarAt(webhook, 'name') ?? '',
    dial: dialAt(object, getNode(webhook, 'clientConfig') ?? webhook, `webhooks[${index}].clientConfig`),
    // The default of v1, which git does not write out.
    failurePolicy: scalarAt(webhook, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail',
    timeout: Number(scalarAt(webhook, 'timeoutSeconds') ?? usualTimeout),
    rules: getItems(webhook, 'rules').map(ruleOf),
    isSelective: isFilledAt(webhook, 'namespaceSelector') || selectsObjects(webhook),
    seesSystem: !selectsObjects(webhook) && selectsSystem(webhook),
  }));
}

/** Seconds. */
const usualTimeout = 10;

const ruleOf = (rule: YamlNode): WebhookRule => ({
  groups: listAt(rule, 'apiGroups'),
  operations: listAt(rule, 'operations'),
  resources: listAt(rule, 'resources'),
});

/** Whether a selector or a condition leaves anything out. An empty selector selects everything. */
function isFilledAt(webhook: YamlNode, ...keys: readonly string[]): boolean {
  const node = getNode(webhook, ...keys);
  return (node?.kind === 'mapping' && node.entries.size > 0) || (node?.kind === 'sequence' && node.items.length > 0);
}

const selectsObjects = (webhook: YamlNode): boolean =>
  ['objectSelector', 'matchConditions'].some((key) => isFilledAt(webhook, key));

/**
 * Whether kube-system is among the namespaces that a webhook selects, as far as their names decide: kube-apiserver
 * labels them with that (kubernetes.io/docs/reference/labels-annotations-taints, kubernetes.io/metadata.name).
 */
function selectsSystem(webhook: YamlNode): boolean {
  if (isFilledAt(webhook, 'namespaceSelector', 'matchLabels')) return false;
  return getItems(webhook, 'namespaceSelector', 'matchExpressions').every((one) => {
    const isListed = listAt(one, 'values').includes('kube-system');
    const isByName = scalarAt(one, 'key') === 'kubernetes.io/metadata.name';
    return isByName && scalarAt(one, 'operator') === (isListed ? 'In' : 'NotIn');
  });
}

/** Returns the conversion webhook of a CustomResourceDefinition, if it has one. */
export function readConversion(object: ReadObject): readonly ConversionWebhook[] {
  const path = ['spec', 'conversion', 'webhook', 'clientConfig'];
  const config = getNode(object.node, ...path);
  if (config === undefined) return [];
  const { meta, node } = object;
  const [stored] = getItems(node, 'spec', 'versions').filter((version) => isTrue(getNode(version, 'storage')));
  const kind = scalarAt(node, 'spec', 'names', 'kind') ?? '';
  const converts = `${scalarAt(node, 'spec', 'group') ?? ''}/${scalarAt(stored, 'name') ?? ''}, Kind=${kind}`;
  return [{ meta, dial: dialAt(object, config, path.join('.')), converts, isUncalled: hasOneVersion(node) }];
}

/**
 * Whether all objects of a CustomResourceDefinition are stored and served in one version: then nothing is converted
 * (k8s.io/apiextensions-apiserver pkg/apiserver/conversion/webhook_converter.go, getObjectsToConvert; crossplane#6914).
 */
function hasOneVersion(node: YamlNode): boolean {
  const served = getItems(node, 'spec', 'versions').map((version) => scalarAt(version, 'name'));
  return served.length === 1 && listAt(node, 'status', 'storedVersions').every((stored) => stored === served[0]);
}

/** Returns an APIService, unless kube-apiserver serves its group itself: without a Service, there is no TLS. */
export function readExtensionApi(object: ReadObject): readonly ExtensionApi[] {
  const spec = getNode(object.node, 'spec');
  if (spec === undefined || getNode(spec, 'service') === undefined) return [];
  const dial = dialAt(object, spec, 'spec');
  const insecure = isTrue(getNode(spec, 'insecureSkipTLSVerify'));
  return [{ meta: object.meta, dial: insecure ? { ...dial, insecure } : dial }];
}

/** The port of a Service that is dialled if none is given. */
const usualPort = 443;

/** What is written where a program fills in a value: nothing but blanks in base64, or a variable of a template. */
const placeholder = /^(?:CiAg|Cg==|Cgo=|IA==)?$|\$\{|\$\(|\{\{|^<.*>$/;

/**
 * @param config `clientConfig` of a webhook, `spec` of an APIService
 * @param field its path in the object
 */
function dialAt(object: ReadObject, config: YamlNode, field: string): DialConfig {
  const service = getNode(config, 'service');
  const url = urlAt(config, 'url');
  const caBundle = bundleAt(object, config, field);
  return {
    at: object.placeOf(config, field),
    ...(service !== undefined && {
      service: {
        namespace: scalarAt(service, 'namespace') ?? object.meta.namespace ?? 'default',
        name: scalarAt(service, 'name') ?? '',
        port: Number(scalarAt(service, 'port') ?? usualPort),
        path: scalarAt(service, 'path') ?? '',
      },
    }),
    ...(url !== undefined && { url }),
    ...(caBundle !== undefined && { caBundle }),
  };
}

function bundleAt({ placeOf }: ReadObject, config: YamlNode, field: string): CaBundle | undefined {
  const node = getNode(config, 'caBundle');
  const text = getString(config, 'caBundle')?.text ?? '';
  const decoded = decodedPem(text);
  if (node === undefined || decoded === undefined) return undefined;
  const { pem, error } = decoded;
  return {
    at: placeOf(node, `${field}.caBundle`),
    pem,
    ...(error !== undefined && { refused: error }),
    ...(placeholder.test(text.trim()) && { isPlaceholder: true as const }),
  };
}
