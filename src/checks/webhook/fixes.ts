/** How trust between kube-apiserver and what it dials is restored: the cause that names the fix, and its values. */
import type { Certificate } from '../../artifact/certificate.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import type { DialledServer, ServingCandidate } from '../../model/objects/dialled.ts';
import { injectedFrom, isInjected } from '../../model/objects/injected.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { isByCertManager } from '../../model/objects/secret-uses.ts';
import { type KnownCa, servedTo, verifyingCa } from '../../model/objects/trust.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { pairFix, reissueFix, type SecretFix } from '../object/secret-fixes.ts';
import { blockedInjection, type TrustFix } from './injection.ts';

/**
 * Returns the fix: what keeps cainjector from copying the CA is removed, or it is restarted; the bundle becomes the CA
 * that verifies what is served; or a program issues what is served again. Of anything else no command is known to heal.
 *
 * @param served what is shown that no CA of the dump verifies
 */
export function trustFix(dialled: DialledServer, dump: JudgedDump, served?: ServingCandidate): TrustFix {
  const { meta } = dialled;
  const own = { resource: meta.kind.toLowerCase(), configuration: meta.name };
  const { fix, data } = causeOf(dialled, dump, served);
  return { ...(fix !== undefined && { fix }), data: { ...own, ...data } };
}

function causeOf(dialled: DialledServer, dump: JudgedDump, served: ServingCandidate | undefined): TrustFix {
  const ca = verifyingCa(dialled, dump);
  const shown = served ?? servedTo(dialled, dump)?.candidates[0];
  const unable = certificatesInPem(dialled.dial.caBundle?.pem).find((one) => cannotSign(one, shown?.chain.leaf));
  const isHelpless = ca === undefined || isInjected(dialled);
  if (unable !== undefined && isHelpless) return { fix: 'unable', data: { ca: unable.subject.text } };
  if (ca === undefined) return issuing(dialled, dump, shown);
  const blocked = blockedInjection(dialled, dump);
  if (blocked !== undefined) return blocked;
  const from = injectedFrom(dialled.meta);
  const injector = dump.objects.workloads.find(({ meta: { name } }) => name.endsWith('cainjector'));
  if (from !== undefined && injector !== undefined) {
    const { namespace = '', name } = injector.meta;
    return { fix: 'injected', data: { from, namespace, deployment: name } };
  }
  if (isInjected(dialled)) return { fix: 'kept', data: { from: from ?? 'the service CA of OpenShift' } };
  // The template of a command has only names that an API server accepts.
  const { secret, key } = ca;
  if (![dialled.name, secret, key].every((name) => /^[\w.-]+$/.test(name))) return { data: {} };
  return { fix: 'trust', data: patchFrom(dialled, ca) };
}

/** The annotation of Secrets that Operator Lifecycle Manager makes (pkg/controller/install/certresources.go). */
const byLifecycleManager = 'olmcahash';

/** What makes another certificate: the program that keeps the Secret. */
function issuing(dialled: DialledServer, dump: JudgedDump, served: ServingCandidate | undefined): TrustFix {
  // What is issued again has the names that it had.
  if (served === undefined || !hasName(served.chain.leaf, dialled.host ?? '')) return { data: {} };
  const { meta } = served.secret;
  if (meta.annotations.has(byLifecycleManager))
    return { fix: 'olm', data: { namespace: meta.namespace ?? '', served: meta.name } };
  const reissue = reissueFix(served.secret, dump);
  if (reissue.fix.fix !== undefined) return flat(reissue);
  return isByCertManager(served.secret) ? flat(pairFix(served.secret, dump)) : { data: {} };
}

const flat = ({ fix, data }: SecretFix): TrustFix => ({ ...fix, data });

/** Whether a certificate is that of the issuer of a leaf, and its key usages do not allow it to sign. */
const cannotSign = ({ subject, keyUsage }: Certificate, leaf: Certificate | undefined): boolean =>
  subject.der === leaf?.issuer.der && keyUsage !== undefined && !keyUsage.includes('keyCertSign');

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
