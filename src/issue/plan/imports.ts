/** Installing what another CA has signed: judged by lint as the node would be, like everything else. */
import type { Certificate } from '../../core/certificate.ts';
import type { Authority, Pki, Role } from '../../model/pki.ts';
import type { Action, CertificateSpec, Refusal } from '../types.ts';
import { actionFor, on } from './draft.ts';
import { isUnknown, kubeconfigSpec, unknown } from './kubeconfigs.ts';
import type { Settings } from './settings.ts';

/** A certificate to be installed. */
export interface Import {
  readonly leaf: Certificate;
  readonly hasKey: boolean;
  readonly notes: readonly string[];
}

/** An action for each certificate that the folder holds and the node lacks. */
export function planImports(
  pki: Pki,
  imports: ReadonlyMap<string, Import>,
  settings: Settings,
): readonly (Action | Refusal)[] {
  const wanted = (id: string) => settings.only.size === 0 || settings.only.has(id);
  return [
    ...pki.authorities.filter(({ id }) => wanted(id)).map((one) => authorityImport(one, imports.get(one.id), settings)),
    ...pki.roles.filter(({ id }) => wanted(id)).map((one) => leafImport(one, imports.get(one.id), pki, settings)),
  ].filter((one) => one !== undefined);
}

const why = ['--import: signed by another CA'];

function authorityImport(authority: Authority, given: Import | undefined, settings: Settings) {
  const { id, source, loaded } = authority;
  if (given === undefined) return undefined;
  const same = loaded?.ok && loaded.value.some((one) => one.fingerprint256 === given.leaf.fingerprint256);
  if (same) return undefined;
  if (source.seen !== 'absent' && !settings.replace.has(id)) return exists(id, source.path);
  const replaces = source.seen === 'absent' ? [] : [source.path];
  return actionFor({
    kind: 'install',
    role: id,
    why,
    target: on(source.path),
    certificate: specOf(given.leaf),
    replaces,
    notes: given.notes,
  });
}

function leafImport(role: Role, given: Import | undefined, pki: Pki, settings: Settings): Action | Refusal | undefined {
  if (given === undefined || role.leaf?.fingerprint256 === given.leaf.fingerprint256) return undefined;
  if (role.seen !== 'absent' && !settings.replace.has(role.id)) return exists(role.id, role.path);
  if (!given.hasKey && role.key?.seen !== 'present') {
    return {
      role: role.id,
      message: `the key of ${role.id} is not beside its certificate`,
      hint: 'put it there: it was made with the request',
    };
  }
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings) : null;
  if (isUnknown(server)) return unknown(role.id, server);
  const files = [role.path, ...(given.hasKey && role.kind === 'certificate' ? [role.key?.path ?? ''] : [])];
  return actionFor({
    kind: 'install',
    role: role.id,
    why,
    target: on(role.path),
    keyTarget: role.kind === 'certificate' && given.hasKey && role.key ? on(role.key.path) : null,
    certificate: specOf(given.leaf),
    algorithm: 'kept',
    kubeconfig: server,
    replaces: files.filter((path) => pki.node.files.get(path)?.state === 'file'),
  });
}

function exists(role: string, path: string): Refusal {
  return {
    role,
    message: `${path} is there, and nothing is replaced unasked`,
    hint: `--replace ${role} takes the imported one`,
  };
}

/** What a certificate says, as a plan shows it. */
function specOf(leaf: Certificate): CertificateSpec {
  return {
    organizations: leaf.subject.organizations,
    commonName: leaf.subject.commonName,
    sans: leaf.sans ?? [],
    keyUsage: leaf.keyUsage ?? [],
    extendedKeyUsage: leaf.extendedKeyUsage ?? [],
    ca: leaf.basicConstraints?.ca ?? false,
    notBefore: new Date(leaf.notBefore).toISOString(),
    notAfter: new Date(leaf.notAfter).toISOString(),
  };
}
