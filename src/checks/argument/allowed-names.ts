/** Checks that kube-apiserver allows the name in the certificate of the front proxy. */

import { componentNamed, lastArgument, listedValues } from '../../artifact/arguments.ts';
import { allowedNames } from '../../model/trust/authorization.ts';
import { onlyEdit, replaceArgument } from '../base/argument-edit.ts';
import { notApplicable, problem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { isLeftOut } from '../credentials/identity.ts';

export const argumentAllowedNamesChecks = {
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
