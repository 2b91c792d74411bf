/** The fixes that the test of pasted fixes cannot try, or cannot see the end of, and why. */

const edited = 'decided in a manifest or a configuration, where a person edits the line';
const ofCa = 'a CA is replaced or restored by a person: nothing on the node has the right one';
const elsewhere = 'what issued the certificate is not on the node, or nothing says which copy is right';
const ofCluster = 'nodes differ, and a person knows which of them is right';
const eitherEnd = 'either end of the connection may be wrong';
const looked = 'first a person looks at what is there';
const backup = 'the right file is in a backup or on a different node';
const newKey = 'a new key is needed, and everything that uses the old one must change in order';

/** Rules of which some first alternative has no command that changes anything. */
export const onlyNotes: Readonly<Record<string, string>> = {
  'argument/allowed-names': edited,
  'argument/authorization': edited,
  'argument/conflict': edited,
  'argument/file': edited,
  'argument/load': edited,
  'argument/mistyped': edited,
  'argument/mount': edited,
  'argument/newer': edited,
  'argument/pair': edited,
  'argument/recommended': edited,
  'argument/required': edited,
  'argument/target': edited,
  'argument/target-minor': edited,
  'argument/value': edited,
  'authority/distinct': ofCa,
  'authority/expired': ofCa,
  'authority/impersonation': ofCa,
  'authority/issued': ofCa,
  'authority/key-size': ofCa,
  'authority/key-type': ofCa,
  'authority/key-usable': ofCa,
  'authority/may-sign': ofCa,
  'authority/not-yet-valid': ofCa,
  'authority/overlap': ofCa,
  'authority/present': ofCa,
  'cert/dates-minor': elsewhere,
  'cert/ends-soon': elsewhere,
  'cert/expired': elsewhere,
  'cert/issuer-namesake': elsewhere,
  'cert/master': elsewhere,
  'cert/not-yet-valid': elsewhere,
  'cert/pair': elsewhere,
  'cluster/authority': ofCluster,
  'cluster/issuer': ofCluster,
  'cluster/manifests': ofCluster,
  'cluster/node-name': ofCluster,
  'cluster/own-keys': ofCluster,
  'cluster/service-account': ofCluster,
  'cluster/setting': ofCluster,
  'cluster/skew': ofCluster,
  'connection/client-trust': eitherEnd,
  'connection/credential': eitherEnd,
  'connection/identity': eitherEnd,
  'connection/listener': eitherEnd,
  'connection/server-name': eitherEnd,
  'connection/server-trust': eitherEnd,
  'connection/transport': eitherEnd,
  'etcd/open': edited,
  'etcd/open-local': edited,
  'file/kind': looked,
  'file/parse': backup,
  'file/stray': looked,
  'key/misplaced': newKey,
  'key/published': newKey,
  'key/shared': newKey,
  'kubeconfig/administrator': edited,
  'kubelet/anonymous': edited,
  'kubelet/authorization': edited,
  'kubelet/not-serving': looked,
  'kubelet/open': edited,
  'kubelet/read-only-port': edited,
  'kubelet/rotation': edited,
  'kubelet/serving-pair': edited,
  'manifest/parse': edited,
  'manifest/stray': looked,
  'manifest/unit': looked,
  'manifest/volume': edited,
  'node/clock': looked,
  'node/folder': backup,
  'san/given': elsewhere,
  'service-account/verified': edited,
  'upgrade/downgrade': ofCluster,
};

/** Fixes that were pasted and leave something to a person, as `RULE: CASE`. */
export const unfinished: Readonly<Record<string, string>> = {};
