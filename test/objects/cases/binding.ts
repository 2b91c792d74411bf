/** Bindings: what the certificates of a node, joining nodes and kubelets need. */
import { buildNode } from '../../support/build-node.ts';
import type { ObjectCase } from '../harness.ts';
import { documents } from '../objects.ts';
import { bindingsWithout, clusterRoleBinding, kubeProxy } from '../requests.ts';

const nodes = () => [buildNode()];
const withoutSuperAdmin = () => [buildNode().remove('super-admin.conf')];

const ofKubeadm = [
  ...['cluster-admins', 'apiserver-kubelet-client', 'kubelet-bootstrap', 'get-nodes', 'node-autoapprove-bootstrap'],
  ...['node-autoapprove-certificate-rotation', 'node-proxier'],
].map((name) => `kubeadm:${name}`);
const labelled = (text: string): string =>
  text.replace(/^metadata:$/gm, '$&\n  labels: { kubernetes.io/bootstrapping: rbac-defaults }');

export const bindingCases: readonly ObjectCase[] = [
  {
    name: 'the bindings of kubeadm, with a node',
    objects: documents(bindingsWithout(), kubeProxy),
    nodes,
    source: 'https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/',
    findings: [],
  },
  { name: 'the bindings of kubeadm alone', objects: documents(bindingsWithout(), kubeProxy), findings: [] },
  {
    name: 'a dump without ClusterRoleBindings says nothing about them',
    objects: kubeProxy,
    nodes,
    findings: [],
  },
  {
    name: 'a binding of another name does as well',
    objects: documents(
      bindingsWithout('kubeadm:cluster-admins'),
      clusterRoleBinding('company-admins', 'cluster-admin', 'Group kubeadm:cluster-admins'),
    ),
    nodes,
    findings: [],
  },
  {
    name: 'the group of admin.conf is bound to nothing',
    objects: bindingsWithout('kubeadm:cluster-admins'),
    nodes,
    source: 'https://github.com/kubernetes/kubeadm/issues/3308',
    findings: ['binding/identity@ClusterRoleBinding kubeadm:cluster-admins'],
  },
  {
    name: 'the group of admin.conf is bound to nothing, and super-admin.conf is gone',
    objects: bindingsWithout('kubeadm:cluster-admins'),
    nodes: withoutSuperAdmin,
    findings: ['binding/identity@ClusterRoleBinding kubeadm:cluster-admins'],
  },
  {
    name: 'the client of the kubelets is bound by a subject of the wrong kind',
    objects: documents(
      bindingsWithout('kubeadm:apiserver-kubelet-client'),
      clusterRoleBinding(
        'kubeadm:apiserver-kubelet-client',
        'system:kubelet-api-admin',
        'Group kube-apiserver-kubelet-client',
      ),
    ),
    nodes: () => [buildNode().issue('kube-apiserver-kubelet-client', { organizations: [] })],
    source: 'https://github.com/kubernetes-sigs/cluster-api/issues/13770',
    findings: ['binding/identity@ClusterRoleBinding kubeadm:apiserver-kubelet-client'],
  },
  {
    name: 'a client of the kubelets with a group of administrators needs no binding of its own',
    objects: bindingsWithout('kubeadm:apiserver-kubelet-client'),
    nodes: () => [buildNode().issue('kube-apiserver-kubelet-client', { organizations: ['kubeadm:cluster-admins'] })],
    findings: ['cert/organization-earlier@kube-apiserver-kubelet-client'],
  },
  {
    name: 'the scheduler is bound to nothing',
    objects: bindingsWithout('system:kube-scheduler'),
    nodes,
    findings: ['binding/identity@ClusterRoleBinding system:kube-scheduler'],
  },
  {
    name: 'joining nodes may not ask whether a node exists',
    objects: bindingsWithout('kubeadm:get-nodes'),
    source: 'https://github.com/kubernetes/kubernetes/issues/89501',
    findings: ['binding/join@ClusterRoleBinding kubeadm:get-nodes'],
  },
  {
    name: 'kube-proxy is bound to nothing',
    objects: documents(bindingsWithout('kubeadm:node-proxier'), kubeProxy),
    findings: ['binding/kube-proxy@ClusterRoleBinding kubeadm:node-proxier'],
  },
  {
    name: 'a cluster without kube-proxy needs no binding for it',
    objects: bindingsWithout('kubeadm:node-proxier'),
    source: 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/',
    findings: [],
  },
  {
    name: 'a dump with the one ClusterRoleBinding that was asked for',
    objects: clusterRoleBinding('cluster-admin', 'cluster-admin', 'Group system:masters'),
    nodes,
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings',
    findings: [],
  },
  {
    name: 'a dump with the ClusterRoleBindings that have the label of kube-apiserver',
    objects: labelled(bindingsWithout(...ofKubeadm)),
    nodes,
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation',
    findings: [],
  },
  {
    name: 'a dump with the ClusterRoleBindings that have the label of kube-apiserver, without that of the scheduler',
    objects: labelled(bindingsWithout('system:kube-scheduler', ...ofKubeadm)),
    nodes,
    findings: ['binding/identity@ClusterRoleBinding system:kube-scheduler'],
  },
];
