/** Checks that every API server accepts the tokens that any of them, or their controller managers, sign. */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments, componentNamed, listedValues } from '../../artifact/arguments.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { keyPairId } from '../../model/roles/slots.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { disputed, oddData, oddOnes, oddValues } from '../base/odd-nodes.ts';
import { serviceAccountVerified } from '../credentials/key-pairs.ts';
import { tokenPaths, verifierIds } from '../credentials/token-keys.ts';

/** The keys of a node; undefined if there are none, or if the node's own rules report them. */
function tokenKeys(pki: Pki) {
  const pair = pki.serviceAccount;
  const signers = pair.signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : []));
  const verifiers = verifierIds(pair);
  const isWhole = signers.length === pair.signers.length;
  const isReported = [...serviceAccountVerified.run(pair, pki)].length > 0;
  if (isReported || !isWhole || verifiers.size === 0) return undefined;
  return { signers, verifiers, ...tokenPaths(pair) };
}

/** Why keys were not seen, as the end of a sentence. */
function unseenIn({ serviceAccount: { signers, verifiers } }: Pki): string {
  const unseen = [...signers, ...verifiers].find(({ source }) => source.seen === 'unseen');
  return unseen?.source.reason === undefined ? '' : `: ${unseen.source.reason}`;
}

/** The issuers that an API server accepts, its own first (kube-apiserver --help, --service-account-issuer). */
const issuersOf = (pki: Pki): readonly Argument[] => argumentsOf(pki, 'service-account-issuer');

function argumentsOf(pki: Pki, flag: string): readonly Argument[] {
  const apiserver = componentNamed(pki.node, 'kube-apiserver');
  return apiserver ? allArguments(apiserver, flag).filter(({ value }) => value !== '') : [];
}

/**
 * API servers that refuse each other's tokens although they accept the issuer. An API server writes all its audiences
 * into a token for which a client, such as the kubelet for a pod, asks for none (pkg/registry/core/serviceaccount/
 * storage/token.go), and accepts a token that has one of them (pkg/serviceaccount/jwt.go). By default they are the
 * issuers (pkg/kubeapiserver/options/authentication.go).
 */
function* disjointAudiences(nodes: readonly Pki[]) {
  const given = (node: Pki) => argumentsOf(node, 'api-audiences');
  const isKnown = (node: Pki) => given(node).every(({ value }) => value !== undefined);
  const audiences = (node: Pki) => {
    const apiserver = componentNamed(node.node, 'kube-apiserver');
    const own = apiserver ? listedValues(apiserver, 'api-audiences') : [];
    return own.length > 0 ? own : issuersOf(node).map(({ value }) => value ?? '');
  };
  // The defaults differ only if the issuers do.
  const known = nodes.some((node) => given(node).length > 0) ? nodes.filter(isKnown) : [];
  const agree = (one: Pki, other: Pki) => audiences(one).some((audience) => audiences(other).includes(audience));
  for (const odd of oddOnes(known, { agree })) {
    const { node } = odd;
    const flag = '--api-audiences';
    const all = [...new Set([node, ...odd.others].flatMap(audiences))].sort().join();
    const data = { ...oddData(odd), ...oddValues(odd, (pki) => audiences(pki).join()), flag, all };
    const at = given(node)[0]?.at ?? issuersOf(node)[0]?.at ?? { path: node.node.pki };
    const on = { node, subject: `kube-apiserver ${flag}`, role: node.serviceAccount.row.role };
    yield problem(at, data, { key: 'audiences', fix: 'audiences', on });
  }
}

export const clusterTokensChecks = {
  /** kubernetes-pki-facts E, edge 22: a load balancer passes a token to any of the API servers. */
  'cluster/service-account': check('cluster', function* ({ nodes }) {
    const concerned = nodes.filter(({ serviceAccount: pair }) => pair.applies.answer === 'yes' && !pair.external);
    if (concerned.length < 2) return yield notApplicable('fewer than two control planes');
    const known = new Map<Pki, NonNullable<ReturnType<typeof tokenKeys>>>();
    for (const node of concerned) {
      const keys = tokenKeys(node);
      if (keys === undefined)
        yield skip(`the service account keys of ${node.name} cannot be compared${unseenIn(node)}`);
      else known.set(node, keys);
    }
    const refuses = (verifier: Pki, signer: Pki) =>
      known.get(signer)?.signers.every((key) => known.get(verifier)?.verifiers.has(key)) === false;
    const agree = (one: Pki, other: Pki) => !refuses(one, other) && !refuses(other, one);
    for (const odd of oddOnes([...known.keys()], { agree })) {
      const { node, others } = odd;
      const refusesOthers = others.some((other) => refuses(node, other));
      const paths = tokenPaths(node.serviceAccount);
      const path = paths[refusesOthers ? 'verifier' : 'signer'];
      const ofOther = tokenPaths((others[0] ?? node).serviceAccount);
      const data = { ...paths, otherSigner: ofOther.signer, otherVerifier: ofOther.verifier };
      const role = node.serviceAccount.row.role;
      const explains = disputed(odd).map((pki) => idOnNode(pki, keyPairId));
      const on = { node, subject: role, role, explains };
      // A public key cannot be added to the file of a private one, and the key of a certificate must stay where it is.
      const withOneFile = [node, ...others].find(({ serviceAccount }) => {
        const { signer, verifier } = tokenPaths(serviceAccount);
        return signer === verifier;
      });
      const how = withOneFile ? { fix: 'one-file' } : { each: others.map(({ name }) => name) };
      const file = withOneFile ? tokenPaths(withOneFile.serviceAccount).signer : '';
      const oneFile = { owner: withOneFile?.name ?? '', file };
      yield problem({ path }, { ...oddData(odd), ...data, ...oneFile, path }, { on, ...how });
    }
  }),

  'cluster/issuer': check('cluster', function* ({ nodes }) {
    const known = nodes.filter((node) => {
      const issuers = issuersOf(node);
      return issuers.length > 0 && issuers.every(({ value }) => value !== undefined);
    });
    if (known.length < 2) return yield notApplicable('fewer than two API servers with an issuer');
    const values = (node: Pki) => issuersOf(node).map(({ value }) => value ?? '');
    const accepts = (one: Pki, other: Pki) => values(one).includes(values(other)[0] ?? '');
    for (const odd of oddOnes(known, { agree: (one, other) => accepts(one, other) && accepts(other, one) })) {
      const { node } = odd;
      const flag = '--service-account-issuer';
      const data = { ...oddData(odd), ...oddValues(odd, (pki) => values(pki).join(', ')), flag };
      const subject = `kube-apiserver ${flag}`;
      const at = issuersOf(node)[0]?.at ?? { path: node.node.pki };
      yield problem(at, data, { on: { node, subject, role: node.serviceAccount.row.role } });
    }
    yield* disjointAudiences(known);
  }),
};
