/** How trust between kube-apiserver and what it dials is restored: the cause that names the fix, and its values. */
import type { DialledServer, ServingCandidate } from '../../model/objects/dialled.ts';
import { injectedFrom, isInjected } from '../../model/objects/injected.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { type KnownCa, verifyingCa } from '../../model/objects/trust.ts';

/** A cause of the rules' fixes, and the values of its commands. */
export interface TrustFix {
  readonly fix?: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Returns the fix: cainjector is restarted if it keeps the bundle; the bundle becomes the CA that verifies what is
 * served; or cert-manager issues what it serves again. Of anything else no command is known to heal.
 *
 * @param served what is shown that no CA of the dump verifies
 */
export function trustFix(dialled: DialledServer, dump: JudgedDump, served?: ServingCandidate): TrustFix {
  const { meta } = dialled;
  const own = { resource: meta.kind.toLowerCase(), configuration: meta.name };
  const ca = verifyingCa(dialled, dump);
  const from = injectedFrom(meta);
  if (ca === undefined) return { ...reissue(served), data: { ...own, ...reissue(served).data } };
  const injector = dump.objects.workloads.find(({ meta: { name } }) => name.endsWith('cainjector'));
  if (from !== undefined && injector !== undefined) {
    const { namespace = '', name } = injector.meta;
    return { fix: 'injected', data: { ...own, from, namespace, deployment: name } };
  }
  if (isInjected(dialled)) return { fix: 'kept', data: { ...own, from: from ?? "OpenShift's service CA" } };
  // The template of a command has only names that an API server accepts.
  const { secret, key } = ca;
  if (![dialled.name, secret, key].every((name) => /^[\w.-]+$/.test(name))) return { data: own };
  return { fix: 'trust', data: { ...own, ...patchFrom(dialled, ca) } };
}

/** cert-manager issues a certificate again whose Secret is gone (cert-manager.io/docs/usage/certificate). */
function reissue(served: ServingCandidate | undefined): TrustFix {
  const { name = '', namespace = '', annotations } = served?.secret.meta ?? {};
  if (annotations?.has('cert-manager.io/certificate-name') !== true) return { data: {} };
  return { fix: 'reissue', data: { namespace, served: name } };
}

/**
 * A template of Go that makes a patch for kubectl of a Secret: the webhooks of a configuration are merged by their
 * names. The command gets the CA from the cluster, because reports print no data that is in base64.
 */
function patchFrom({ kind, name }: DialledServer, { namespace, secret, key }: KnownCa): TrustFix['data'] {
  const clientConfig = { caBundle: 'CA' };
  const patches = {
    webhook: { webhooks: [{ name, clientConfig }] },
    conversion: { spec: { conversion: { webhook: { clientConfig } } } },
    'extension-api': { spec: clientConfig },
  };
  const patch = JSON.stringify(patches[kind]).replace('"CA"', `"{{index .data "${key}"}}"`);
  return { namespace, served: secret, patch, merge: kind === 'webhook' ? 'strategic' : 'merge' };
}
