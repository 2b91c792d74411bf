/** Reads what kube-apiserver dials: webhooks, conversion webhooks and extension API servers. */
import type {
  AdmissionWebhook,
  ConversionWebhook,
  DialConfig,
  ExtensionApi,
  WebhookRule,
} from '../../artifact/objects/cluster-objects.ts';
import { getItems, getNode, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import { listAt, pemAt, type ReadObject, scalarAt } from './object.ts';

/** Returns the webhooks of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration. */
export function readWebhooks(object: ReadObject): readonly AdmissionWebhook[] {
  return getItems(object.node, 'webhooks').map((webhook) => ({
    meta: object.meta,
    name: scalarAt(webhook, 'name') ?? '',
    dial: dialAt(object, getNode(webhook, 'clientConfig') ?? webhook),
    // The default of v1, which git does not write out.
    failurePolicy: scalarAt(webhook, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail',
    rules: getItems(webhook, 'rules').map(ruleOf),
    isSelective: isNarrow(webhook),
  }));
}

const ruleOf = (rule: YamlNode): WebhookRule => ({
  groups: listAt(rule, 'apiGroups'),
  operations: listAt(rule, 'operations'),
  resources: listAt(rule, 'resources'),
});

/** Whether selectors or conditions leave anything out. An empty selector selects everything. */
function isNarrow(webhook: YamlNode): boolean {
  const isFilled = (node: YamlNode | undefined) =>
    (node?.kind === 'mapping' && node.entries.size > 0) || (node?.kind === 'sequence' && node.items.length > 0);
  return ['namespaceSelector', 'objectSelector', 'matchConditions'].some((key) => isFilled(getNode(webhook, key)));
}

/** Returns the conversion webhook of a CustomResourceDefinition, if it has one. */
export function readConversion(object: ReadObject): readonly ConversionWebhook[] {
  const config = getNode(object.node, 'spec', 'conversion', 'webhook', 'clientConfig');
  return config === undefined ? [] : [{ meta: object.meta, dial: dialAt(object, config) }];
}

/** Returns an APIService, unless kube-apiserver serves its group itself: without a Service, there is no TLS. */
export function readExtensionApi(object: ReadObject): readonly ExtensionApi[] {
  const spec = getNode(object.node, 'spec');
  if (spec === undefined || getNode(spec, 'service') === undefined) return [];
  const dial = dialAt(object, spec);
  const insecure = isTrue(getNode(spec, 'insecureSkipTLSVerify'));
  return [{ meta: object.meta, dial: insecure ? { ...dial, insecure } : dial }];
}

/** The port of a Service that is dialled if none is given. */
const usualPort = 443;

/** @param config `clientConfig` of a webhook, `spec` of an APIService */
function dialAt({ meta, placeOf }: ReadObject, config: YamlNode): DialConfig {
  const service = getNode(config, 'service');
  const url = scalarAt(config, 'url');
  const pem = pemAt(config, 'caBundle');
  const bundle = getNode(config, 'caBundle');
  return {
    at: placeOf(config),
    ...(service !== undefined && {
      service: {
        namespace: scalarAt(service, 'namespace') ?? meta.namespace ?? 'default',
        name: scalarAt(service, 'name') ?? '',
        port: Number(scalarAt(service, 'port') ?? usualPort),
      },
    }),
    ...(url !== undefined && { url }),
    ...(pem !== undefined && bundle !== undefined && { caBundle: { at: placeOf(bundle), pem } }),
  };
}
