/** Exit codes and examples of commands, for their help. */
import { archiveWithoutKeys, pathsToArchive } from '../../artifact/archived-paths.ts';
import { defaultLayout } from '../../artifact/layout.ts';
import { layouts } from '../../tables/layouts/index.ts';

/** The command that sends what lint reads of a node to `pki-lint -`, without private keys: lines for a terminal. */
export const sendingArchive = `ssh cp-1 '${archiveWithoutKeys(defaultLayout(layouts)).join('\n')}' | pki-lint -`;

/** The same with all private keys. */
export const sendingKeys = `ssh cp-1 'sudo tar c --format=posix ${pathsToArchive(defaultLayout(layouts))}' | pki-lint -`;

const lint = `
Exit codes:
  0 no findings at or above --fail-on, 1 such findings, 2 usage or input error,
  3 nothing to check

Examples:
  pki-lint                                        # this node
  pki-lint cp-1.tar.gz cp-2.tar.gz                # two nodes of a cluster
  pki-lint --fail-on warning --require-complete   # for a gate
  pki-lint --rule 'san/*=off' -f json -o report.json
  # another node over ssh, that has pki-lint, without private keys:
  ssh cp-1 sudo pki-lint collect | pki-lint -
  # one that does not: certificates, manifests and settings
  ${sendingArchive.replaceAll('\n', '\n  ')}
  # the same with all its private keys, those of the CAs too: more is checked
  ${sendingKeys}`;

const others = {
  expiry: `
Exit codes:
  0 nothing in use expires --within the time, 1 something does,
  2 usage or input error, 3 nothing to check

Examples:
  pki-lint expiry                                 # this node
  pki-lint expiry cp-1.tar.gz cp-2.tar.gz --within 60d
  pki-lint expiry -f csv -o expiry.csv`,
  connections: `
Exit codes:
  0 no connection fails, 1 one does, 2 usage or input error, 3 nothing to check

Examples:
  pki-lint connections
  pki-lint connections node.tar.gz -f dot -o trust.dot`,
  blast: `
Examples:
  pki-lint blast kubernetes-ca
  pki-lint blast /etc/kubernetes/admin.conf node.tar.gz`,
  collect: `
The copy has no private key, token, password or environment value, and is
judged as the node itself: docs/copies.md.

Exit codes:
  0 written, 2 usage or input error, 3 nothing to collect

Examples:
  ssh cp-1 sudo pki-lint collect | pki-lint -
  pki-lint collect -o cp-1.tar.gz                 # this node
  pki-lint collect node.tar.gz > without-keys.tar.gz`,
  objects: `
The script needs a POSIX shell, awk and kubectl. kubectl gets whole Secrets,
with their keys, to the machine that runs it; only certificates are printed.

Examples:
  pki-lint objects | sh > objects.yaml
  pki-lint objects | KUBECTL='kubectl --context prod' sh | pki-lint cp-1.tar.gz -
  pki-lint objects -o objects.sh                  # to read it first`,
  init: `
Writes pki-lint.config.yaml, and never overwrites one; -o - prints it.

Examples:
  pki-lint init                                   # this node
  pki-lint init cp-1.tar.gz cp-2.tar.gz --preset strict --baseline`,
  diff: `
Findings are compared by their fingerprints. One whose node is not in the
input any more, or that was not checked again, is not fixed.

Exit codes:
  0 nothing new or worse at or above --fail-on, 1 something is,
  2 usage or input error

Examples:
  pki-lint -f json -o new.json && pki-lint diff old.json new.json
  pki-lint diff old.json new.json -f markdown -o comment.md`,
  verify: `
Exit codes:
  0 it is trusted, 1 it is not, 2 usage or input error

Example:
  pki-lint verify apiserver.crt --ca ca.crt --host 10.96.0.1`,
  explain: `
Example:
  pki-lint explain cert/issuer`,
  exceptions: `
Exit codes:
  0 all are in order, 1 one has expired or is not allowed,
  2 usage or input error, 3 nothing to check

Examples:
  pki-lint exceptions cp-1.tar.gz cp-2.tar.gz
  pki-lint exceptions --at +90d                   # what will have expired by then`,
  keys: `
Finds keys in PEM, also encrypted ones, in DER, and in base64, as in kubeconfigs
and Secrets. It does not look into archives and PKCS#12.

Exit codes:
  0 no file contains a private key, 1 one does, 2 usage or input error

Example:
  git grep -lz '' | xargs -0r pki-lint keys --`,
  completion: `
To install it:
  bash: echo 'source <(pki-lint completion bash)' >> ~/.bashrc
  zsh:  pki-lint completion zsh > "\${fpath[1]}/_pki-lint"
  fish: pki-lint completion fish > ~/.config/fish/completions/pki-lint.fish`,
};

const issue = `
Roles:
  kubernetes-ca, etcd-ca, front-proxy-ca;
  kube-apiserver, kube-apiserver-kubelet-client, kube-apiserver-etcd-client,
  front-proxy-client, kube-etcd, kube-etcd-peer, kube-etcd-healthcheck-client;
  service-account; admin.conf, super-admin.conf, kubelet.conf,
  controller-manager.conf, scheduler.conf

Exit codes:
  0 nothing to do, or done (--write); 1 there is something to do or to look at;
  2 refused or failed

Examples:
  pki-lint issue                                  # the plan
  pki-lint issue --renew --write                  # reissue what expires soon
  More recipes are in docs/recipes.md of the source code.`;

/** By the names of commands. */
export const examples: Readonly<Record<string, string>> = { lint, issue, ...others };
