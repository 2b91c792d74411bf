/** The checks of the rules `argument/*`, whose words are in `rules/catalog/argument.json`. */

import { componentNamed, isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { keyFlagOf } from '../../model/handshake/signers.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { slotFlag, unknownPath } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { allowedNames } from '../../model/trust/authorization.ts';
import { loadKeyOnly, loadSigner, loadSignerCertificate } from '../../x509/load.ts';
import { unreadable } from '../base/access.ts';
import { onlyEdit, replaceArgument, setArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem, skip, skipUnseen } from '../base/check.ts';
import { certificateCheck, componentCheck } from '../base/guards.ts';
import { authorizersOf } from '../configuration/authorizers.ts';
import { isLeftOut } from '../credentials/identity.ts';
import { target, wrongTrust } from '../credentials/target.ts';
import { hasKeyOf, wrongKey } from '../credentials/wrong-key.ts';
import { argumentAddressesChecks } from './addresses.ts';
import { argumentDatedChecks } from './dated.ts';
import { argumentFilesChecks } from './files.ts';
import { argumentGatesChecks } from './gates.ts';
import { argumentJoiningChecks } from './joining.ts';
import { argumentKnownChecks } from './known.ts';
import { argumentLoadChecks } from './load.ts';
import { argumentMountsChecks } from './mounts.ts';
import { argumentPresenceChecks } from './presence.ts';
import { argumentValuesChecks } from './values.ts';
import { argumentWeakValuesChecks } from './weak-values.ts';

const argumentPairChecks = {
  /**
   * kube-controller-manager signs with this certificate and no other
   * (pkg/controller/certificates/signer/ca_provider.go).
   */
  'argument/pair': check('argument', function* (slot, pki) {
    const keySlot = pki.slots.find((one) => one.component === slot.component && one.row.flag === keyFlagOf(slot));
    if (slot.row.holds !== 'signer' || slot.path === undefined) return yield notApplicable('not a signer');
    const unknown = keySlot && unknownPath(keySlot);
    if (unknown !== undefined) return yield skip(unknown);
    if (keySlot?.path === undefined) return yield notApplicable('no flag names its key on this node');
    const [certificate, key] = [slot.path, keySlot.path].map((path) => sourceAt(pki.node, path));
    if (key?.seen === 'unseen') return yield skipUnseen(key);
    const secret = key?.pem && loadKeyOnly(key.pem);
    if (!certificate?.pem || !key?.pem || !secret?.ok || !loadSignerCertificate(certificate.pem).ok) return;
    const pair = loadSigner(certificate.pem, key.pem);
    if (pair.ok) return;
    if (wrongTrust(slot, pki) || wrongKey(keySlot, pki)) return yield notApplicable('reported by argument/target');
    const isOfAuthority = ({ key: own, certificates }: Authority) =>
      own.path === key.path && !hasKeyOf(certificates, secret.value);
    if (pki.authorities.some(isOfAuthority)) return yield notApplicable('reported by authority/pair');
    const { component } = slot.row;
    const data = { component, flag: slotFlag(slot), path: slot.path, key: key.path, error: pair.error };
    yield problem(slot.argument?.at ?? { path: slot.path }, data);
  }),
};

/** The same in the file that --authorization-config names. */
function* openAuthorizers(component: Component, pki: Pki): Generator<CheckResult> {
  const { modes, file } = authorizersOf(component, pki) ?? {};
  if (modes === undefined || file === undefined)
    return yield notApplicable('--authorization-config names no file that was read and is valid');
  if (!modes.includes('AlwaysAllow')) return;
  const found = `${file.path} has an authorizer of the type AlwaysAllow`;
  yield problem(file, { component: component.name, found, path: file.path }, { fix: 'file' });
}

const argumentAuthorizationChecks = {
  /**
   * `AlwaysAllow` anywhere in the list allows all requests on which the other modes have no opinion: all that RBAC does
   * not grant. It is also the default (k8s.io/kubernetes pkg/kubeapiserver/options/authorization.go).
   */
  'argument/authorization': componentCheck('kube-apiserver', function* (component, pki) {
    if (component.unknown !== undefined) return yield skip(component.unknown);
    if (isGiven(component, 'authorization-config')) return yield* openAuthorizers(component, pki);
    const argument = lastArgument(component, 'authorization-mode');
    if (argument?.unknownVariable !== undefined) return yield skip('the value of --authorization-mode is unknown');
    const modes = listedValues(component, 'authorization-mode');
    if (modes.length > 0 && !modes.includes('AlwaysAllow')) return;
    const found = modes.length === 0 ? '--authorization-mode is not set' : `--authorization-mode=${modes.join(',')}`;
    const edit = setArgument(component, 'authorization-mode', 'Node,RBAC', pki.node);
    yield problem(argument?.at ?? component.at, { component: component.name, found }, { edits: onlyEdit(edit) });
  }),
};

const argumentAllowedNamesChecks = {
  /** The flag is at fault, not the certificate, if the certificate has its documented name. */
  'argument/allowed-names': certificateCheck(function* (role, pki) {
    if (role.row.authorizedBy !== 'allowed-names') return yield notApplicable('no flag lists its names');
    const server = componentNamed(pki.node, 'kube-apiserver');
    if (!server || !isLeftOut(role, pki)) return;
    const argument = lastArgument(server, allowedNames);
    const { commonName: name } = role.leaf.subject;
    const found = listedValues(server, allowedNames).join(',');
    const edit = argument && replaceArgument(server, argument, `${argument.spelled}=${found},${name}`);
    const data = { component: server.name, flag: argument?.spelled ?? '', name, found };
    yield problem(argument?.at ?? server.at, data, { edits: onlyEdit(edit) });
  }),
};

const argumentAccessChecks = {
  /** kubeadm's RootlessControlPlane gives each component the files that it reads (util/staticpod/utils_linux.go). */
  'argument/access': check('component', function* (component, { slots }) {
    yield* unreadable(
      component,
      slots.filter((slot) => slot.component === component),
    );
  }),
};

const argumentTargetChecks = {
  'argument/target': target(false),
  'argument/target-minor': target(true),
};

export const argumentChecks = {
  ...argumentAccessChecks,
  ...argumentAddressesChecks,
  ...argumentAllowedNamesChecks,
  ...argumentAuthorizationChecks,
  ...argumentDatedChecks,
  ...argumentFilesChecks,
  ...argumentGatesChecks,
  ...argumentJoiningChecks,
  ...argumentKnownChecks,
  ...argumentLoadChecks,
  ...argumentMountsChecks,
  ...argumentPairChecks,
  ...argumentPresenceChecks,
  ...argumentTargetChecks,
  ...argumentValuesChecks,
  ...argumentWeakValuesChecks,
};
