/** Checks of a node as a whole: unreadable files, sources that disagree, missing and duplicate manifests. */

import { count, handful } from '../core/text.ts';
import type { Facts } from '../model/facts/facts.ts';
import { showsKubelet } from '../model/roles/authorization.ts';
import { check, notApplicable, problem, skip } from './check.ts';

const denied = new Set(['EACCES', 'EPERM']);

/** Facts on which all sources must agree. Endpoints and addresses can differ. */
const agreedFacts: Partial<Readonly<Record<keyof Facts, string>>> = {
  nodeName: 'the node name',
  advertiseAddress: 'the advertise address',
  serviceCidrs: 'the service range',
  dnsDomain: 'the DNS domain',
  etcd: 'the place of etcd',
};

const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export const nodeChecks = {
  /** One warning for all files without permission to read: the files are not at fault. */
  'node/readable': check('node', function* (pki) {
    const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
    const [first] = unreadable;
    if (first === undefined) return;
    const paths = unreadable.map((file) => file.path).sort();
    const found = first.detail === undefined || denied.has(first.detail) ? 'permission denied' : first.detail;
    const data = { count: count(paths.length, 'path'), paths: handful(paths, 3), found };
    yield problem({ path: pki.node.pki }, data);
  }),

  'fact/agreement': check('node', function* (pki) {
    for (const [name, label] of Object.entries(agreedFacts)) {
      const fact = pki.facts[name as keyof Facts];
      // A fact of the command line is meant to differ.
      if (fact === undefined || fact.source.startsWith('--')) continue;
      for (const other of fact.disagreeing) {
        // A kubeconfig can dial a load balancer.
        if (name === 'advertiseAddress' && other.source.endsWith('.conf')) continue;
        // A kubelet's credential with a different name is reported by cert/identity.
        if (name === 'nodeName' && showsKubelet(other.source, pki)) continue;
        const [value, otherValue] = [String(fact.value), String(other.value)];
        const data = { fact: label, value, source: fact.source, other: otherValue, elsewhere: other.source };
        yield problem({ path: pki.node.pki }, data, { key: `${name} ${other.source}` });
      }
    }
  }),

  /** Two manifests of one component: the kubelet reads all files of the folder whose names do not start with a dot. */
  'manifest/duplicate': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not a static pod');
    const first = pki.node.components.find((one) => one.name === component.name && one.mounts !== undefined);
    if (first === undefined || first === component) return;
    yield problem(component.at, { component: component.name, path: component.at.path, first: first.at.path });
  }),

  /** Only some of the control plane's static pods: a manifest was moved away and not restored. */
  'manifest/missing': check('node', function* (pki) {
    const { components, manifestFiles } = pki.node;
    const missing = controlPlane.filter((name) => components.every((component) => component.name !== name));
    const [first] = components.filter(({ name }) => controlPlane.includes(name));
    if (missing.length === 0 || first === undefined) return;
    const unread = manifestFiles.find((path) => {
      const file = pki.node.files.get(path);
      return file?.state !== 'file' || file.content?.type === 'malformed';
    });
    if (unread !== undefined) return yield skip(`${unread} was not read`);
    const folder = first.at.path.replace(/\/[^/]*$/, '');
    for (const name of missing) {
      yield problem({ path: folder }, { component: name, folder, there: first.name }, { key: name });
    }
  }),
};
