/** Checks the addresses that a node says are its own. */

import { oddAddresses } from '../model/facts/odd-address.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import { diallingAround } from '../model/roles/dialling.ts';
import { etcdPeersOf } from '../model/roles/etcd-members.ts';
import { roleId } from '../model/roles/slots.ts';
import { replaceArgument } from './argument-edit.ts';
import { check, notApplicable, problem } from './check.ts';

/** Flags with which a component exits: it cannot listen at the address, or does not find its data. */
const exits: readonly string[] = ['bind-address', 'etcd-servers', 'listen-client-urls', 'listen-peer-urls'];

export const ownAddressChecks = {
  /** The certificate is not at fault if a flag has an address that nothing else on the node has. */
  'argument/address': check('component', function* (component, pki) {
    const { facts } = pki;
    const given = [facts.nodeIps, facts.advertiseAddress].filter((fact) => fact?.source.startsWith('--'));
    for (const odd of oddAddresses(pki.node).filter((one) => one.component === component.name)) {
      const { argument, found, wanted, role } = odd;
      if (given.some((fact) => fact && [fact.value].flat().includes(found))) continue;
      // Another node of the input may run the etcd that is dialled.
      if (argument.name === 'etcd-servers' && diallingAround(pki).machines.has(found)) continue;
      // The URL for peers is that of the past: only a cluster of several members dials it.
      if (argument.name === 'initial-advertise-peer-urls' && etcdPeersOf(pki) !== 'some') {
        yield notApplicable('this etcd may have no peers');
        continue;
      }
      const value = (argument.value ?? '').replace(found, wanted);
      const edit = replaceArgument(component, argument, `${argument.spelled}=${value}`);
      const data = {
        component: component.name,
        flag: argument.spelled,
        found: argument.value ?? '',
        wanted: `${argument.spelled}=${value}`,
        address: found,
        error:
          argument.name.startsWith('listen-') || argument.name === 'bind-address'
            ? `listen tcp ${found}: bind: cannot assign requested address`
            : `dial tcp ${found}: connect: no route to host`,
        others:
          argument.name === 'etcd-servers'
            ? `etcd of the node listens at ${wanted}`
            : `the other flags and the kubeconfigs of the node have ${wanted}`,
        role,
      };
      yield problem(argument.at, data, {
        key: argument.name,
        edits: edit ? [edit] : [],
        stops: exits.includes(argument.name) ? [component.name] : [],
        on: { node: pki, subject: component.name, explains: [idOnNode(pki, roleId(role))] },
      });
    }
  }),
};
