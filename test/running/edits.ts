/** What people do to a node while it runs, as edits of a recording. */
import { mount } from '../cases/manifest-edits.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority, serialFor } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { filesOfLeaf, giveNewAuthority } from '../support/new-authority.ts';
import { type AuthorityRole, type LeafRole, leaves } from '../support/roles.ts';
import type { Recording } from './recording.ts';

export type Level = 'none' | 'info' | 'warning' | 'error';

/** As in fixtures/running/expect.json. */
export interface Expectation {
  /** The worst that may and must be said about processes. `none` and `info`: nothing above info. */
  readonly level: Level;
  /** What must be said: a component, and a file or flag that is named with it; '': only the component. */
  readonly about: readonly { readonly component: string; readonly file: string }[];
  /** Whether the report must say that something about processes was not checked: no all-clear. */
  readonly isUnchecked?: boolean;
}

/** A recording that is made by an edit of a real one. */
export interface EditedRecording {
  readonly name: string;
  readonly edited: true;
  readonly why: string;
  /** The real one. */
  readonly from: string;
  readonly at: string;
  readonly expect: Expectation;
  readonly change: (node: Recording) => unknown;
}

/** After all processes of the recordings started (17:16 to 17:19), and long before `later`. */
export const changedAt = '2026-11-28T17:40:00Z';
export const later = '2026-11-28T18:00:00Z';

type Options = Partial<Pick<EditedRecording, 'from' | 'at'>>;

export const healthy = (
  name: string,
  why: string,
  change: EditedRecording['change'],
  options: Options & { readonly level?: 'none' | 'info'; readonly isUnchecked?: true } = {},
): EditedRecording => ({
  name,
  why,
  change,
  edited: true,
  from: options.from ?? 'healthy',
  at: options.at ?? later,
  expect: { level: options.level ?? 'none', about: [], isUnchecked: options.isUnchecked ?? false },
});

/** `about`: `COMPONENT FILE`, or only `COMPONENT`. */
export const faulty = (
  level: 'warning' | 'error',
  name: string,
  why: string,
  about: readonly string[],
  change: EditedRecording['change'],
  options: Options = {},
): EditedRecording => ({
  ...healthy(name, why, change, options),
  expect: {
    level,
    about: about.map((one) => {
      const [component = '', file = ''] = one.split(' ');
      return { component, file };
    }),
  },
});

/** As `kubeadm certs renew` writes them: a new key, the same CA, and the notBefore of the CA. */
export function renew(node: Recording, roles: readonly LeafRole[], when = changedAt): Recording {
  for (const role of roles) {
    const ends = new Date(Date.parse(when) + 365 * 24 * 60 * 60 * 1000);
    node.issue(role, { key: 'P-256', serial: serialFor(`${role} ${when}`), notAfter: ends });
    node.wrote(filesOfLeaf(role), when);
  }
  return node;
}

/** Another CA and its leaves, in files that all fit each other. */
export const replaceAuthority = (node: Recording, role: AuthorityRole, when = changedAt): Recording =>
  node.wrote(giveNewAuthority(node, role, when), when);

/** A second certificate behind that in a file. */
export function append(node: Recording, path: string, commonName: string, when = changedAt): Recording {
  const { certificate } = makeAuthority(commonName, { notBefore: new Date(Date.parse(when) - 300_000) });
  return node.write(path, node.read(path) + certificatePem(certificate)).wrote(path, when);
}

export function replaceTokenKeys(node: Recording, when = changedAt): Recording {
  const key = keyNamed('the second key of tokens');
  node.write('pki/sa.key', privateKeyPem(key));
  node.write('pki/sa.pub', key.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  return node.wrote(['pki/sa.key', 'pki/sa.pub'], when);
}

/** Sets a flag that the component was started with, in its manifest and in its process. */
export function startedWith(node: Recording, component: string, flag: string, value: string): Recording {
  node.replaceFlag(component, flag, value);
  return node.words(component, (words) => [
    ...words.filter((word) => !word.startsWith(`--${flag}=`)),
    `--${flag}=${value}`,
  ]);
}

/** Mounts a folder in a component from its start on. */
export function mounted(node: Recording, component: string, path: string): Recording {
  mount(node, component, path);
  return node.edit(
    `/proc/${node.pid(component)}/mountinfo`,
    (text) => `${text}990 655 7:2 ${path} ${path} ro,relatime - ext4 /dev/vda1 rw\n`,
  );
}

/** A manifest of another time. */
export function editManifest(
  node: Recording,
  component: string,
  flag: string,
  value: string,
  when = changedAt,
): Recording {
  node.replaceFlag(component, flag, value);
  return node.wrote(`manifests/${component}.yaml`, when);
}

/** All images of Kubernetes have another release, before 1.36. */
export function release(node: Recording, version: string): Recording {
  // Its kubeadm gave this certificate a group, which the cluster's bindings know.
  node.issue('kube-apiserver-kubelet-client', { organizations: ['kubeadm:cluster-admins'] });
  for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) {
    node.edit(`manifests/${component}.yaml`, (text) => text.replace('v1.36.2', version));
  }
  return node;
}

/** All leaves expire in ten years, so that a node can be old without an expired one. */
export function longLived(node: Recording): Recording {
  for (const role of Object.keys(leaves) as LeafRole[]) node.issue(role, { notAfter: '2036-11-01' });
  const store = '/var/lib/kubelet/pki/kubelet-client-2026-11-28-16-56-39.pem';
  return node.write(store, node.certificate('kubelet.conf') + privateKeyPem(node.key('kubelet.conf')));
}

/** Without what the kubelet got by rotation. */
export function withoutRotated(node: Recording): Recording {
  const all = [...node.entries.keys()].filter((path) => path.startsWith('/var/lib/kubelet/pki/kubelet-client-'));
  for (const path of all) node.remove(path);
  return node;
}

export const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
