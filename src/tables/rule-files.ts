/** The files of the catalogue of rules, with the types of what is in them. */
import apiService from '../../rules/catalog/api-service.json' with { type: 'json' };
import argument from '../../rules/catalog/argument.json' with { type: 'json' };
import authority from '../../rules/catalog/authority.json' with { type: 'json' };
import binding from '../../rules/catalog/binding.json' with { type: 'json' };
import cert from '../../rules/catalog/cert.json' with { type: 'json' };
import cluster from '../../rules/catalog/cluster.json' with { type: 'json' };
import configuration from '../../rules/catalog/configuration.json' with { type: 'json' };
import connection from '../../rules/catalog/connection.json' with { type: 'json' };
import csr from '../../rules/catalog/csr.json' with { type: 'json' };
import etcd from '../../rules/catalog/etcd.json' with { type: 'json' };
import fact from '../../rules/catalog/fact.json' with { type: 'json' };
import file from '../../rules/catalog/file.json' with { type: 'json' };
import key from '../../rules/catalog/key.json' with { type: 'json' };
import kubeconfig from '../../rules/catalog/kubeconfig.json' with { type: 'json' };
import kubelet from '../../rules/catalog/kubelet.json' with { type: 'json' };
import manifest from '../../rules/catalog/manifest.json' with { type: 'json' };
import node from '../../rules/catalog/node.json' with { type: 'json' };
import object from '../../rules/catalog/object.json' with { type: 'json' };
import policy from '../../rules/catalog/policy.json' with { type: 'json' };
import process from '../../rules/catalog/process.json' with { type: 'json' };
import san from '../../rules/catalog/san.json' with { type: 'json' };
import secret from '../../rules/catalog/secret.json' with { type: 'json' };
import serviceAccount from '../../rules/catalog/service-account.json' with { type: 'json' };
import unit from '../../rules/catalog/unit.json' with { type: 'json' };
import upgrade from '../../rules/catalog/upgrade.json' with { type: 'json' };
import webhook from '../../rules/catalog/webhook.json' with { type: 'json' };

/** One file for each prefix of ids. */
export const ruleFiles = [
  apiService,
  argument,
  authority,
  binding,
  cert,
  cluster,
  configuration,
  connection,
  csr,
  etcd,
  fact,
  file,
  key,
  kubeconfig,
  kubelet,
  manifest,
  node,
  object,
  policy,
  process,
  san,
  secret,
  serviceAccount,
  unit,
  upgrade,
  webhook,
] as const;

type KeysOf<File> = File extends { readonly rules: infer Records } ? keyof Records & string : never;

/** The id of a rule that exists: the key of its record. */
export type KnownRuleId = KeysOf<(typeof ruleFiles)[number]>;
