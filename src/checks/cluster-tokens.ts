/** Does every API server accept the tokens that any of them, or their controller managers, sign? */
import { allArguments, componentNamed } from '../core/arguments.ts';
import type { Argument } from '../core/artifact.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import type { Pki } from '../model/roles/pki.ts';
import { keyPairId } from '../model/roles/slots.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { disputed, oddData, oddOnes } from './cluster-authorities.ts';
import { serviceAccountVerified } from './key-pairs.ts';

interface TokenKeys {
  readonly signers: ReadonlySet<string>;
  readonly verifiers: ReadonlySet<string>;
  readonly signerPath: string;
  readonly verifierPath: string;
}

/** The keys of a node; undefined where there are none, or what the node's own rules say of them comes first. */
function tokenKeys(pki: Pki): TokenKeys | undefined {
  const pair = pki.serviceAccount;
  const signers = pair.signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : []));
  const verifiers = pair.verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : []));
  const isWhole = signers.length === pair.signers.length && pair.verifiers.every(({ loaded }) => loaded?.ok);
  const speaks = [...serviceAccountVerified.ask(pair, pki)].length > 0;
  if (speaks || !isWhole || verifiers.length === 0) return undefined;
  return {
    signers: new Set(signers),
    verifiers: new Set(verifiers),
    signerPath: pair.signers[0]?.source.path ?? '',
    verifierPath: pair.verifiers[0]?.source.path ?? '',
  };
}

/** kubernetes-pki-facts E, edge 22: whoever balances load hands a token to any API server. */
const clusterServiceAccount = check('cluster', function* ({ nodes }) {
  const concerned = nodes.filter(({ serviceAccount: pair }) => pair.applies.answer === 'yes' && !pair.external);
  if (concerned.length < 2) return yield notApplicable('fewer than two control planes');
  const known = new Map<Pki, TokenKeys>();
  for (const node of concerned) {
    const keys = tokenKeys(node);
    if (keys === undefined) yield skip(`the service account keys of ${node.name} cannot be compared`);
    else known.set(node, keys);
  }
  const refuses = (verifier: Pki, signer: Pki) =>
    ![...(known.get(signer)?.signers ?? [])].every((key) => known.get(verifier)?.verifiers.has(key));
  for (const odd of oddOnes([...known.keys()], (one, other) => !refuses(one, other) && !refuses(other, one))) {
    const { node, others } = odd;
    const isDeaf = others.some((other) => refuses(node, other));
    const path = known.get(node)?.[isDeaf ? 'verifierPath' : 'signerPath'] ?? '';
    const role = node.serviceAccount.row.role;
    const explains = disputed(odd).map((pki) => idOnNode(pki, keyPairId));
    yield problem({ path }, { ...oddData(odd), path }, { on: { node, subject: role, role, explains } });
  }
});

/** The issuers that an API server accepts, its own first (kube-apiserver --help, --service-account-issuer). */
function issuersOf(pki: Pki): readonly Argument[] {
  const apiserver = componentNamed(pki.node, 'kube-apiserver');
  return apiserver ? allArguments(apiserver, 'service-account-issuer').filter(({ value }) => value !== '') : [];
}

const clusterIssuer = check('cluster', function* ({ nodes }) {
  const known = nodes.filter((node) => {
    const issuers = issuersOf(node);
    return issuers.length > 0 && issuers.every(({ value }) => value !== undefined);
  });
  if (known.length < 2) return yield notApplicable('fewer than two API servers with an issuer');
  const values = (node: Pki) => issuersOf(node).map(({ value }) => value ?? '');
  const accepts = (one: Pki, other: Pki) => values(one).includes(values(other)[0] ?? '');
  for (const odd of oddOnes(known, (one, other) => accepts(one, other) && accepts(other, one))) {
    const { node, others } = odd;
    const wanted = values(others[0] ?? node).join(', ');
    const data = { ...oddData(odd), found: values(node).join(', '), wanted };
    const subject = 'kube-apiserver --service-account-issuer';
    const at = issuersOf(node)[0]?.at ?? { path: node.node.pki };
    yield problem(at, data, { on: { node, subject, role: node.serviceAccount.row.role } });
  }
});

export const clusterTokenChecks = {
  'cluster/service-account': clusterServiceAccount,
  'cluster/issuer': clusterIssuer,
};
