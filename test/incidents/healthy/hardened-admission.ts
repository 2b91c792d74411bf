import type { NodeTree } from '../../support/node-tree.ts';
import { admission, eventRateLimit } from './configuration-texts.ts';
import { kubeadm132, kubeadm136 } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';
import { configurationFolder as folder, indented, webhook } from './webhooks.ts';

const controllers = 'https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/';

const restricted = `- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: "baseline"
      enforce-version: "latest"
      audit: "restricted"
      audit-version: "v1.32"
      warn: "restricted"
      warn-version: "latest"
    exemptions:
      usernames: []
      runtimeClasses: []
      namespaces: ["kube-system"]
`;

const imagePolicy = (kubeconfig: string) => `imagePolicy:
  kubeConfigFile: ${kubeconfig}
  allowTTL: 50
  denyTTL: 50
  retryBackoff: 500
  defaultAllow: false
`;

const admit = (node: NodeTree, text: string, plugins: string) =>
  configure(node, 'admission-control-config-file', `${folder}/admission.yaml`, text).replaceFlag(
    'kube-apiserver',
    'enable-admission-plugins',
    plugins,
  );

/** Admission plugins with files of their own. */
export const hardenedAdmission: readonly Shape[] = [
  {
    id: 'pod-security-for-all',
    runs: 'clusters whose namespaces are restricted unless they say otherwise',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/',
    node: kubeadm136,
    change: (node) => admit(node, admission(restricted), 'NodeRestriction,PodSecurity'),
  },
  {
    id: 'event-rate-limit',
    runs: 'clusters that limit the rate of events, with the version of the file that has been deprecated for long',
    source: `${controllers}#eventratelimit`,
    node: kubeadm132,
    change: (node) => {
      node.write(`${folder}/eventconfig.yaml`, eventRateLimit, 0o600);
      const plugin = '- name: EventRateLimit\n  path: eventconfig.yaml\n';
      return admit(node, admission(plugin, 'apiserver.k8s.io/v1alpha1'), 'NodeRestriction,EventRateLimit');
    },
  },
  {
    id: 'image-policy-webhook',
    runs: 'clusters that ask a scanner before they run an image, with a file for the plugin',
    source: `${controllers}#imagepolicywebhook`,
    node: kubeadm136,
    change: (node) => {
      const kubeconfig = webhook(node, 'images', 'https://images.example.com/policy');
      node.write(`${folder}/imagepolicyconfig.yaml`, imagePolicy(kubeconfig), 0o600);
      const plugin = '  - name: ImagePolicyWebhook\n    path: imagepolicyconfig.yaml\n';
      return admit(node, admission(plugin), 'NodeRestriction,ImagePolicyWebhook');
    },
  },
  {
    id: 'image-policy-webhook-embedded',
    runs: 'the same with the configuration in the first file',
    source:
      'https://github.com/kubernetes/website/blob/main/content/en/docs/reference/access-authn-authz/admission-controllers.md',
    node: kubeadm136,
    change: (node) => {
      const kubeconfig = webhook(node, 'images', 'https://images.example.com/policy');
      const embedded = indented(imagePolicy(kubeconfig), 6);
      const plugin = `  - name: ImagePolicyWebhook\n    configuration:\n${embedded}\n`;
      return admit(node, admission(plugin), 'ImagePolicyWebhook,NodeRestriction');
    },
  },
  {
    id: 'admission-webhooks-with-credentials',
    runs: 'clusters that show a client certificate to their admission webhooks',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#authenticate-apiservers',
    node: kubeadm136,
    change: (node) => {
      const file = webhook(node, 'hooks', 'https://hooks.example.test');
      const plugin = (name: string) =>
        `- name: ${name}\n  configuration:\n    apiVersion: apiserver.config.k8s.io/v1\n    kind: WebhookAdmissionConfiguration\n    kubeConfigFile: ${file}\n`;
      const both = plugin('ValidatingAdmissionWebhook') + plugin('MutatingAdmissionWebhook');
      return configure(node, 'admission-control-config-file', `${folder}/admission.yaml`, admission(both));
    },
  },
];
