/** Checks the addresses that a node says are its own. */

import { lastArgument } from '../../artifact/arguments.ts';
import { etcdPeersOf } from '../../model/dialling/etcd-members.ts';
import { hostOf } from '../../model/facts/host.ts';
import { oddAddresses } from '../../model/facts/odd-address.ts';
import { oddServiceRange, serviceRangeFlag } from '../../model/facts/odd-service-range.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { roleId } from '../../model/roles/slots.ts';
import { onlyEdit, replaceArgument, setArgument } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';

export const argumentAddressesChecks = {
  /** The certificate is not at fault if a flag has an address that nothing else on the node has. */
  'argument/address': check('component', function* (component, pki) {
    const { facts } = pki;
    const known = [facts.nodeIps, facts.advertiseAddress].filter((fact) => fact?.source.startsWith('--'));
    for (const odd of oddAddresses(pki.node).filter((one) => one.component === component.name)) {
      const { argument, found, wanted, role } = odd;
      if (known.some((fact) => fact && [fact.value].flat().includes(found))) continue;
      // The URL for peers is that of the past: only a cluster of several members dials it.
      if (argument.name === 'initial-advertise-peer-urls' && etcdPeersOf(pki) !== 'some') {
        yield notApplicable('this etcd may have no peers');
        continue;
      }
      const given = argument.value ?? '';
      const corrected = `${argument.spelled}=${given.replace(hostOf(given) ?? found, wanted)}`;
      const edit = replaceArgument(component, argument, corrected);
      const data = {
        component: component.name,
        flag: argument.spelled,
        found: given,
        wanted: corrected,
        address: found,
        error: `dial tcp ${found}: connect: no route to host`,
        others: `the other flags and the kubeconfigs of the node have ${wanted}`,
        role,
      };
      yield problem(argument.at, data, {
        key: argument.name,
        edits: onlyEdit(edit),
        on: { node: pki, subject: component.name, explains: [idOnNode(pki, roleId(role))] },
      });
    }
  }),

  /** Nor if an API server alone has another range of Services. */
  'argument/service-range': check('component', function* (component, pki) {
    const odd = oddServiceRange(pki.node);
    if (odd === undefined || odd.server !== component || pki.facts.serviceCidrs?.source.startsWith('--')) return;
    const { found, wanted, source } = odd;
    const given = lastArgument(component, serviceRangeFlag);
    const edit = setArgument(component, serviceRangeFlag, wanted, pki.node);
    const flag = `--${serviceRangeFlag}`;
    const has = given === undefined ? `has no ${flag}, whose default is ${found}` : `${flag} is ${found}`;
    const data = {
      component: component.name,
      flag,
      has,
      found: given === undefined ? `no ${flag}` : `${flag}=${found}`,
      wanted: `${flag}=${wanted}`,
      range: wanted,
      source,
    };
    yield problem(given?.at ?? component.at, data, {
      key: serviceRangeFlag,
      edits: onlyEdit(edit),
      on: { node: pki, subject: component.name },
    });
  }),
};
