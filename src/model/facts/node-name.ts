/** The name of a node: flags, configurations and credentials have it. */

import { flagValue, kubeletCertificates } from '../../artifact/arguments.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { isNodeName } from '../../core/command/node-name.ts';
import { type LaidOutNode, pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { areOneMachine } from './host.ts';
import {
  type Candidate,
  type FirstCertificate,
  from,
  fromFlag,
  fromInstaller,
  fromOption,
  kubeconfigOf,
  mapped,
  type Sources,
} from './sources.ts';

const hostName = (name: string) => name.trim().toLowerCase();

/** The sources of the name of a node, the best first. */
export function nodeName({ node, given, first }: Sources): Candidate<string>[] {
  const credential = `${kubeletCertificates(node)}/${node.layout.kubelet.client}`;
  // Kubernetes converts host names to lower case: k8s.io/component-helpers node/util/hostname.go, GetHostname.
  const override = mapped(fromFlag(node, 'kubelet', 'hostname-override'), hostName);
  const users = [
    mapped(from(roleIds.kubelet, kubeletUser(node)), nodeOfUser),
    mapped(from(credential, first(credential)?.subject.commonName), nodeOfUser),
  ];
  const registered = [override, ...users].find((candidate) => candidate !== undefined)?.value;
  // A member may be named by the FQDN of a machine that the kubelet registers by its short name, or the other way
  // round.
  const isOtherForm = (name: string) => registered !== undefined && areOneMachine(name, registered);
  return [
    fromOption(given, 'nodeName'),
    override,
    // By default kubeadm names an etcd member after its node. The certificate shows whether that is the case here.
    mapped(fromFlag(node, 'etcd', 'name'), (name) => {
      const isShown = name === registered || (isNamedInEtcd(node, first, name) && !isOtherForm(name));
      // A member may have any name.
      return isShown && isNodeName(name) ? name : undefined;
    }),
    mapped(fromInstaller(node, 'nodeName'), hostName),
    override === undefined ? renamedMachine(node, registered) : undefined,
    ...users,
    // The name of the machine is not always that of the node: it only stands in for one. Installers write a better one.
    node.layout.installer === undefined ? ofMachine(node) : undefined,
  ];
}

/**
 * The name of a machine that was renamed after its kubelet got a credential, in layouts whose kubelets have the name of
 * their machine. It matters where kube-apiserver authorizes nodes by their names. A machine called localhost gets its
 * name from the network.
 */
function renamedMachine(node: LaidOutNode, registered: string | undefined): Candidate<string> {
  const modes = flagValue(node, 'kube-apiserver', 'authorization-mode')?.split(',') ?? [];
  if (!node.layout.namedByMachine || !modes.some((mode) => mode === 'Node' || mode === 'RBAC')) return undefined;
  const machine = ofMachine(node);
  if (machine === undefined || registered === undefined || /^localhost(?:\.|$)/.test(machine.value)) return undefined;
  return areOneMachine(machine.value, registered) ? undefined : machine;
}

/** The name of the machine, in the file that has it. */
const ofMachine = ({ machine }: LaidOutNode): Candidate<string> =>
  machine && from(machine.path, hostName(machine.name));

function isNamedInEtcd(node: LaidOutNode, first: FirstCertificate, name: string): boolean {
  const fileOf = (role: string) => pemFilesOf(node, role).certificate;
  const certificate = first(fileOf(roleIds.etcdServer)) ?? first(fileOf(roleIds.etcdPeer));
  return certificate?.subject.commonName === name;
}

/** The user in the certificate that kubelet.conf embeds. */
function kubeletUser(node: LaidOutNode): string | undefined {
  const [certificate] = certificatesInPem(kubeconfigOf(node, roleIds.kubelet)?.user?.certificate?.embedded);
  return certificate?.subject.commonName;
}

function nodeOfUser(user: string): string | undefined {
  return /^system:node:(.+)$/s.exec(user)?.[1];
}
