/** The checks of the rules `fact/*`, whose words are in `rules/catalog/fact.json`. */
import { argumentOf } from '../../artifact/arguments.ts';
import type { FactName } from '../../model/facts/facts.ts';
import { isFromInstaller } from '../../model/facts/sources.ts';
import { showsKubelet } from '../../model/trust/authorization.ts';
import { check, problem } from '../base/check.ts';

/** Facts on which all sources must agree. Endpoints and addresses can differ. */
const agreedFacts: Partial<Readonly<Record<FactName, string>>> = {
  nodeName: 'the node name',
  advertiseAddress: 'the advertise address',
  serviceCidrs: 'the service range',
  dnsDomain: 'the DNS domain',
  etcd: 'the location of etcd',
};

const factFactsChecks = {
  /**
   * The API server refuses a Node with such a name (pkg/apis/core/validation, ValidateNodeName), and kubeadm does too.
   */
  'fact/node-name': check('node', function* (pki) {
    const { impossibleName } = pki.facts;
    if (impossibleName === undefined) return;
    const { value, source } = impossibleName;
    const flag = argumentOf(pki.node, 'kubelet', 'hostname-override');
    const at = source.startsWith('kubelet ') ? flag?.at : undefined;
    yield problem(at ?? { path: pki.node.pki }, { name: value, source });
  }),
  'fact/agreement': check('node', function* (pki) {
    for (const [name, label] of Object.entries(agreedFacts)) {
      const fact = pki.facts[name as FactName];
      // A fact of the command line is meant to differ.
      if (fact === undefined || fact.source.startsWith('--')) continue;
      for (const other of fact.disagreeing) {
        // A kubeconfig can dial a load balancer.
        if (name === 'advertiseAddress' && other.source.endsWith('.conf')) continue;
        // A kubelet's credential with a different name is reported by cert/identity.
        if (name === 'nodeName' && showsKubelet(other.source, pki)) continue;
        const [value, otherValue] = [String(fact.value), String(other.value)];
        const data = { fact: label, value, source: fact.source, other: otherValue, elsewhere: other.source };
        // Without the path of the installer's configuration, which is that of the command line.
        const source = isFromInstaller(other, pki.node) ? pki.node.installerConfig?.title : other.source;
        yield problem({ path: pki.node.pki }, data, { key: `${name} ${source}` });
      }
    }
  }),
};

export const factChecks = {
  ...factFactsChecks,
};
