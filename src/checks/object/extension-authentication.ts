/** Rules about ConfigMap `extension-apiserver-authentication`, by which extension API servers verify their clients. */
import { flagValue } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { ExtensionAuthentication } from '../../artifact/objects/published.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import type { Place } from '../../artifact/place.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { list, problem } from '../base/check.ts';
import { checkEach, withoutControlPlane } from './published.ts';

const object = 'ConfigMap kube-system/extension-apiserver-authentication';

const listsOf = ({ extensionAuthentications }: ClusterObjects) => extensionAuthentications;

export const extensionAuthenticationChecks = {
  'object/extension-authentication': checkEach(listsOf, function* (one, dump) {
    const servers = serversOf(dump);
    if (servers.length === 0) return yield withoutControlPlane;
    for (const lack of lacksOf(one, servers, dump.at))
      yield problem(lack.at, { lack: lack.words }, { object, key: lack.key });
  }),
  'object/extension-authentication-strange': checkEach(listsOf, function* (one, dump) {
    const servers = serversOf(dump);
    if (servers.length === 0) return yield withoutControlPlane;
    for (const { key, flag, bundle } of bundlesOf(one)) {
      const own = servers.flatMap((pki) => poolOf(pki, flag));
      if (bundle === undefined || own.length === 0) continue;
      const strange = certificatesInPem(bundle.pem).filter((ca) => isStrange(ca, own, dump.at));
      if (strange.length === 0) continue;
      const cas = list([...new Set(strange.map((ca) => `"${nameOf(ca)}"`))]);
      yield problem(bundle.at, { cas, key }, { object, key });
    }
  }),
} as const;

const serversOf = ({ nodes }: JudgedDump): readonly Pki[] =>
  nodes.filter(({ roles }) => roles.some(({ id, leaf }) => id === roleIds.apiServer && leaf !== undefined));

const bundlesOf = ({ clientCa, requestHeaderCa }: ExtensionAuthentication) => [
  { key: 'client-ca-file', flag: 'client-ca-file', bundle: clientCa },
  { key: 'requestheader-client-ca-file', flag: 'requestheader-client-ca-file', bundle: requestHeaderCa },
];

/** The certificates of the file that a flag of kube-apiserver names. */
function poolOf({ authorities }: Pki, flag: string): readonly Certificate[] {
  const trust = authorities.flatMap((authority) => authority.trust);
  const found = trust.find(({ slot: { row } }) => row.component === 'kube-apiserver' && row.flag === flag);
  return found?.loaded?.ok ? found.loaded.value : [];
}

interface Lack {
  readonly key: string;
  readonly at: Place;
  readonly words: string;
}

/**
 * Each API server adds its CAs and names, and keeps what others have written (k8s.io/kubernetes
 * pkg/controlplane/controller/clusterauthenticationtrust). A CA that was renewed with its key is not missing.
 */
function lacksOf(one: ExtensionAuthentication, servers: readonly Pki[], at: number): readonly Lack[] {
  const lacks = bundlesOf(one).flatMap(({ key, flag, bundle }): readonly Lack[] => {
    const present = certificatesInPem(bundle?.pem);
    const missing = servers.find((pki) => {
      const own = poolOf(pki, flag).filter(({ notAfter }) => notAfter > at);
      return own.length > 0 && !own.some((ca) => sharesKey([ca], present));
    });
    if (missing === undefined) return [];
    const words = `no CA in ${key} is one of the --${flag} of ${missing.name}`;
    return [{ key, at: bundle?.at ?? one.at, words }];
  });
  const { allowedNames } = one;
  if (allowedNames === undefined || allowedNames.value.length === 0) return lacks;
  const nameless = servers.flatMap((pki) => {
    const client = pki.roles.find(({ id }) => id === roleIds.frontProxyClient)?.leaf;
    const isSent = flagValue(pki.node, 'kube-apiserver', 'proxy-client-cert-file') !== undefined;
    const name = client?.subject.commonName ?? '';
    return isSent && client && !allowedNames.value.includes(name) ? [{ pki, name }] : [];
  })[0];
  if (nameless === undefined) return lacks;
  const key = 'requestheader-allowed-names';
  const words = `${key} lacks "${nameless.name}", the name of ${roleIds.frontProxyClient} on ${nameless.pki.name}`;
  return [...lacks, { key, at: allowedNames.at, words }];
}

/**
 * A CA that was replaced stays until it ends. Some programs put the time of a CA into its name:
 * `k3s-client-ca@1700000000`.
 */
function isStrange(ca: Certificate, own: readonly Certificate[], at: number): boolean {
  const names = new Set(own.map(nameOf));
  return ca.notAfter > at && !sharesKey([ca], own) && !names.has(nameOf(ca));
}

const nameOf = ({ subject }: Certificate): string => (subject.commonName ?? '').replace(/@\d+$/, '');
