/** Checks of a node as a whole: unreadable files, sources that disagree, and components without a manifest. */

import { argumentOf, componentNamed, podNames } from '../artifact/arguments.ts';
import { archivedPaths } from '../artifact/layout.ts';
import { notUtf8 } from '../artifact/left-out.ts';
import { inFolder } from '../artifact/paths.ts';
import { count, handful } from '../core/text.ts';
import type { FactName } from '../model/facts/facts.ts';
import { isStaticPod, startOf } from '../model/handshake/starts.ts';
import { manifestFolder } from '../model/roles/applicability.ts';
import { seenAt, unreadableOf, unseenReason } from '../model/roles/source.ts';
import { showsKubelet } from '../model/trust/authorization.ts';
import { isMostlyUnread } from '../results/read/unread.ts';
import { check, list, problem, skip } from './check.ts';

/** Facts on which all sources must agree. Endpoints and addresses can differ. */
const agreedFacts: Partial<Readonly<Record<FactName, string>>> = {
  nodeName: 'the node name',
  advertiseAddress: 'the advertise address',
  serviceCidrs: 'the service range',
  dnsDomain: 'the DNS domain',
  etcd: 'the location of etcd',
};

export const nodeChecks = {
  /** One warning for all files without permission to read: the files are not at fault. */
  'node/readable': check('node', function* (pki) {
    const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
    const [first] = unreadable;
    if (first === undefined) return;
    const paths = unreadable.map((file) => file.path).sort();
    const all = unreadableOf(pki);
    const number = count(paths.length, 'path');
    const share = isMostlyUnread({ unreadable: all }) ? `most of it (${number} of ${all.paths + all.files})` : number;
    const [unnamed, others] = [true, false].map((is) => unreadable.filter(({ detail }) => (detail === notUtf8) === is));
    const data = {
      ...{ count: share, paths: handful(paths, 3), found: unseenReason(others?.[0] ?? first) },
      ...(unnamed?.length ? { unnamed: handful(unnamed.map(({ path }) => path).sort(), 3) } : {}),
    };
    const lists = others?.length ? { archived: archivedPaths(pki.layout) } : {};
    yield problem({ path: pki.node.pki }, data, { lists, parts: paths });
  }),

  /** The API server refuses a Node with such a name (pkg/apis/core/validation, ValidateNodeName), and kubeadm does too. */
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
        // Without the path of the kubeadm configuration, which is that of the command line.
        const source = other.source.replace(/^(kubeadm config) .*/s, '$1');
        yield problem({ path: pki.node.pki }, data, { key: `${name} ${source}` });
      }
    }
  }),

  /** Components without a manifest that the kubelet could start: moved away and not restored, or never written. */
  'manifest/missing': check('node', function* (pki) {
    const starts = podNames.map((name) => ({ name, start: startOf(pki, name) }));
    const unknown = starts.find(({ start }) => start.state === 'unknown')?.start;
    if (unknown?.state === 'unknown') yield skip(unknown.reason);
    const missing = starts.filter(({ start }) => start.state === 'stopped' && !start.malformed).map(({ name }) => name);
    if (missing.length === 0) return;
    const folder = manifestFolder(pki.node);
    const there = podNames.filter((name) => isStaticPod(componentNamed(pki.node, name)));
    const found = there.length === 0 ? 'no readable manifest' : `only manifests of ${list(there)}`;
    const each = Object.fromEntries(missing.map((name) => [name, name]));
    // kubeadm would overwrite a file that has the name of a manifest, but starts nothing.
    const files = missing
      .map((name) => inFolder(folder, `${name}.yaml`))
      .filter((path) => seenAt(pki.node, path) !== 'absent');
    // Without the manifest of kube-apiserver it is not known whether etcd runs on this node. A file that kubeadm would
    // overwrite is for the rule that says why it starts nothing.
    const mayHaveEtcd =
      'kube-apiserver' in each &&
      !('etcd' in each) &&
      !isStaticPod(componentNamed(pki.node, 'etcd')) &&
      seenAt(pki.node, inFolder(folder, 'etcd.yaml')) === 'absent';
    const etcd = mayHaveEtcd ? { mayHaveEtcd: 'yes' } : {};
    const data = { component: list(missing), folder, there: found, ...each, ...etcd };
    yield problem({ path: folder }, data, { key: missing.join(), lists: { files } });
  }),

  /** Components that a systemd unit may start although the others are static pods. */
  'manifest/unit': check('node', function* (pki) {
    for (const name of podNames) {
      const start = startOf(pki, name);
      if (start.state !== 'unit') continue;
      yield problem(
        { path: start.unit },
        { component: name, folder: manifestFolder(pki.node), unit: start.unit },
        { key: name },
      );
    }
  }),
};
