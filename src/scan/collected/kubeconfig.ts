/** Kubeconfigs in a copy without keys. Credentials other than certificates are only named. */
import type { CredentialPlugin, Kubeconfig, Reference, TokenFile } from '../../artifact/kubeconfig.ts';
import { anyText, type Codec, constant, items, optional, record, wordOf } from './codec.ts';
import { pem } from './pem.ts';
import { place, placedBool, placedText } from './place.ts';

const reference: Codec<Reference> = record<Reference>({
  entry: anyText,
  at: place,
  path: optional(anyText),
  relative: optional(anyText),
  embedded: optional(pem),
  error: optional(anyText),
  isPem: optional(constant(true)),
});

export const kubeconfig: Codec<Kubeconfig> = record<Kubeconfig>({
  currentContext: optional(placedText),
  unresolved: optional(placedText),
  goodContexts: optional(items(anyText)),
  refused: optional(placedText),
  invalid: optional(placedText),
  cluster: optional(
    record<NonNullable<Kubeconfig['cluster']>>({
      name: anyText,
      at: place,
      server: optional(placedText),
      tlsServerName: optional(placedText),
      proxyUrl: optional(placedText),
      insecureSkipTlsVerify: optional(placedBool),
      certificateAuthority: optional(reference),
      isOnly: optional(constant(true)),
    }),
  ),
  user: optional(
    record<NonNullable<Kubeconfig['user']>>({
      name: anyText,
      at: place,
      certificate: optional(reference),
      key: optional(reference),
      otherCredentials: items(anyText),
      tokenFile: optional(record<TokenFile>({ value: anyText, at: place, relative: optional(anyText) })),
      plugin: optional(
        record<CredentialPlugin>({
          kind: wordOf('exec', 'auth-provider'),
          name: placedText,
          isInteractive: optional(constant(true)),
        }),
      ),
    }),
  ),
});
