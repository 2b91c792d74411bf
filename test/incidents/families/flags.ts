import type { Incident } from '../incident.ts';

const pki = '/etc/kubernetes/pki';

const requestHeader = ['client-ca-file', 'allowed-names', 'extra-headers-prefix', 'group-headers', 'username-headers'];

/** Arguments that a release does not know, that contradict each other, or that are missing. */
export const flags: readonly Incident[] = [
  {
    id: 'flag-of-no-release',
    title: 'A flag that kube-apiserver has in no release',
    source: 'https://killercoda.com/killer-shell-cka/scenario/apiserver-crash',
    happened:
      'kube-apiserver did not come back after an edit of its manifest. The log of its last container said "Error: unknown flag: --this-is-very-wrong".',
    change: (node) => node.replaceFlag('kube-apiserver', 'this-is-very-wrong', 'true'),
    finds: ['error argument/nonexistent@kube-apiserver'],
    fix: ['sed', 'mv'],
  },
  {
    id: 'flag-of-no-controller-manager',
    title: 'A flag that kube-controller-manager has in no release',
    source: 'https://killercoda.com/killer-shell-cka/scenario/kube-controller-manager-misconfigured',
    happened:
      'Deployments got no pods: kube-controller-manager crashed again and again. Its log said "unknown flag: --project-sidecar-insertion".',
    change: (node) => node.replaceFlag('kube-controller-manager', 'project-sidecar-insertion', 'true'),
    finds: ['error argument/nonexistent@kube-controller-manager'],
    fix: ['sed', 'mv'],
  },
  {
    id: 'kubelet-flag-of-long-ago',
    title: "The kubelet's --api-servers, which only old guides have",
    source: 'https://github.com/kubernetes/website/issues/7521',
    happened:
      'systemctl start kubelet seemed to work, but the kubelet ended at once: "Error: unknown flag: --api-servers". A page of the documentation still had the flag, whose work a kubeconfig does now.',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('="', '="--api-servers=http://cp-1:8080 '),
      ),
    options: { facts: { kubernetesVersion: 'v1.36.2' } },
    finds: ['error argument/nonexistent@kubelet'],
    fix: ['systemctl daemon-reload'],
  },
  {
    id: 'insecure-port',
    title: '--insecure-port after an upgrade',
    source: 'https://github.com/kubernetes/kubernetes/issues/102619',
    happened:
      'kube-apiserver ended at once with "invalid port value 8080: only zero is allowed", and from 1.24 on with "unknown flag": the insecure port was removed, but the flag was still in the command line.',
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('kube-apiserver', 'insecure-port', '8080'),
    finds: ['error argument/removed@kube-apiserver'],
    fix: ['kubectl'],
  },
  {
    id: 'scheduler-address',
    title: "kube-scheduler's --address was removed in 1.24",
    source: 'https://github.com/kubernetes/kubeadm/issues/2716',
    happened:
      'After an upgrade from 1.23 to 1.24 no pod was scheduled: kube-scheduler ended with "unknown flag: --address". The flag was still in its manifest; --bind-address has replaced it.',
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('kube-scheduler', 'address', '0.0.0.0'),
    finds: ['error argument/removed@kube-scheduler'],
    fix: ['kubectl'],
  },
  {
    id: 'issuer-required',
    title: '--service-account-issuer is required from 1.20 on',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/626',
    happened:
      'kube-apiserver 1.20 ended with "service-account-issuer is a required flag, --service-account-signing-key-file and --service-account-issuer are required flags". The command line was the one of an older release.',
    change: (node) =>
      node
        .replaceFlag('kube-apiserver', 'service-account-issuer', undefined)
        .replaceFlag('kube-apiserver', 'service-account-signing-key-file', undefined),
    finds: ['error argument/required@cp-1'],
    fix: [],
  },
  {
    id: 'authorization-config-and-mode',
    title: '--authorization-config next to --authorization-mode',
    source: 'https://github.com/kubernetes/kubernetes/issues/123651',
    happened:
      'kube-apiserver had a file with its authorizers, and exited: "--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined". kubeadm wrote --authorization-mode by default and could not leave it out.',
    change: (node) => {
      node.write(
        'pki/authorization.yaml',
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- type: Node\n  name: node\n- type: RBAC\n  name: rbac\n',
      );
      node.replaceFlag('kube-apiserver', 'authorization-config', `${pki}/authorization.yaml`);
    },
    finds: ['error argument/conflict@kube-apiserver'],
    fix: [],
  },
  {
    id: 'aggregation-off',
    title: 'The flags of the aggregation layer are missing',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/22',
    happened:
      'metrics-server ended with "cluster doesn\'t provide requestheader-client-ca-file": kube-apiserver was started without the flags of the front proxy, so nothing was published that an extension API server could trust.',
    change: (node) => {
      for (const flag of requestHeader) node.replaceFlag('kube-apiserver', `requestheader-${flag}`, undefined);
      for (const flag of ['cert', 'key']) node.replaceFlag('kube-apiserver', `proxy-client-${flag}-file`, undefined);
    },
    finds: [
      'warning argument/recommended@cp-1',
      'warning argument/recommended@kube-apiserver --requestheader-client-ca-file',
    ],
    fix: [],
  },
  {
    id: 'front-proxy-name-not-allowed',
    title: "The front proxy's name is not among the allowed ones",
    source: 'https://github.com/stefanprodan/k8s-prom-hpa/issues/30',
    happened:
      'The custom metrics API answered 401 and logged "x509: subject with cn=front-proxy-client is not in the allowed list: [aggregator]": --requestheader-allowed-names had the name from a tutorial.',
    change: (node) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'aggregator'),
    finds: ['error argument/allowed-names@front-proxy-client'],
    fix: [],
  },
  {
    id: 'no-signer',
    title: 'kube-controller-manager has no CA to sign with',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/126',
    happened:
      'kube-controller-manager logged "Failed to start certificate controller" and skipped it: --cluster-signing-cert-file and --cluster-signing-key-file were not set, so no certificate request of a kubelet was ever signed.',
    change: (node) => {
      for (const end of ['cert', 'key'])
        node.replaceFlag('kube-controller-manager', `cluster-signing-${end}-file`, undefined);
    },
    finds: ['warning argument/recommended@cp-1'],
    fix: [],
  },
  {
    id: 'no-kubelet-credential',
    title: 'kube-apiserver has no credential for kubelets',
    source: 'https://github.com/kubernetes/kubernetes/issues/55872',
    happened:
      'kubectl create worked, kubectl logs and exec did not: "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)". kube-apiserver had no flag for the client certificate with which it proves to kubelets who it is.',
    change: (node) => {
      for (const end of ['certificate', 'key']) node.replaceFlag('kube-apiserver', `kubelet-client-${end}`, undefined);
    },
    finds: ['warning argument/recommended@cp-1'],
    fix: [],
  },
];
