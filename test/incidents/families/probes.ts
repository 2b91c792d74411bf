import { setFlags } from '../../cases/manifest-edits.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const real = () => corpus('kubeadm-1.36-default');
const manifest = (component: string) => `manifests/${component}.yaml`;
const edit = (component: string, change: (text: string) => string) => (node: NodeTree) =>
  node.edit(manifest(component), change);
const flag = (component: string, name: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag(component, name, value);

const authentication = (anonymous: string) => (node: NodeTree) =>
  node
    .write(
      'pki/authentication-config.yaml',
      `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n${anonymous}`,
    )
    .replaceFlag('kube-apiserver', 'authentication-config', '/etc/kubernetes/pki/authentication-config.yaml');

/** Edits a copy of the manifest, and moves it to its place. */
const replaced = ['cp', 'cp', 'sed', 'mv'];

/** The kubelet restarts what does not answer its probes. */
export const probes: readonly Incident[] = [
  {
    id: 'anonymous-auth-off',
    title: '--anonymous-auth=false and the probes of kube-apiserver',
    source: 'https://github.com/kubernetes/kubernetes/issues/100581',
    happened:
      'After --anonymous-auth=false was added to the manifest, kube-apiserver was killed again and again: "Startup probe failed: HTTP probe failed with statuscode: 401". The kubelet has no credentials for its probes.',
    node: real,
    change: flag('kube-apiserver', 'anonymous-auth', 'false'),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: ['printf', ...replaced],
  },
  {
    id: 'anonymous-auth-off-1.32',
    title: 'A hardening guide turns off anonymous requests',
    source: 'https://evalle.xyz/posts/apiserver/',
    happened:
      'A guide for hardening asks for --anonymous-auth=false. kube-apiserver started, and was restarted abnormally often from then on, because its liveness probe got 401. From 1.32 on, an AuthenticationConfiguration can allow only the paths of the probes.',
    node: () => corpus('kubeadm-1.32-default'),
    change: flag('kube-apiserver', 'anonymous-auth', 'false'),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: ['printf', ...replaced],
  },
  {
    id: 'anonymous-auth-off-1.22',
    title: 'kube_api_anonymous_auth: false',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/6242',
    happened:
      'A cluster was deployed with kube_api_anonymous_auth: false. Five minutes later kube-apiserver stopped: its liveness probe had got 401 for /healthz. Such a release has no other way to allow the probes.',
    node: () => corpus('kubeadm-1.22-default'),
    change: flag('kube-apiserver', 'anonymous-auth', 'false'),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'anonymous-conditions-whole-paths',
    title: 'Conditions for anonymous requests match whole paths',
    source: 'https://github.com/openshift/hypershift/pull/8133',
    happened:
      'Anonymous requests were restricted to the endpoints of probes. /livez/ping had to be listed next to /livez: a condition is a whole path, and a probe at any other path gets 401.',
    node: real,
    change: (node) => {
      authentication('anonymous:\n  enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n')(node);
      node.edit(manifest('kube-apiserver'), (text) => text.replaceAll('path: /livez', 'path: /livez/ping'));
    },
    finds: ['error manifest/probe@kube-apiserver'],
    fix: [],
  },
  {
    id: 'anonymous-disabled-by-file',
    title: 'An AuthenticationConfiguration disables anonymous requests',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration',
    happened:
      'The file of --authentication-config said enabled: false for anonymous requests. That is --anonymous-auth=false by other means: /livez and /readyz answer 401, and the kubelet restarts kube-apiserver.',
    node: real,
    change: authentication('anonymous:\n  enabled: false\n'),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: [],
  },
  {
    id: 'etcd-metrics-moved',
    title: "etcd's metrics are exposed, and its probe dials 127.0.0.1",
    source: 'https://github.com/rancher/rke2/issues/1100',
    happened:
      'etcd-expose-metrics moved the URL of the metrics from 127.0.0.1 to the address of the host. The liveness probe still asked http://127.0.0.1:2381/health, so the kubelet killed etcd 95 seconds after each start.',
    node: real,
    change: flag('etcd', 'listen-metrics-urls', 'http://192.0.2.10:2381'),
    finds: ['error manifest/probe@etcd'],
    fix: replaced,
  },
  {
    id: 'etcd-probe-client-certificate',
    title: "etcd's probe dials the port for clients",
    source: 'https://github.com/kubernetes/kubeadm/issues/720',
    happened:
      'etcd came up and took writes, and then failed the health checks of the kubelet: the probe asked /health at port 2379, where etcd wants a client certificate that the kubelet does not have.',
    node: real,
    change: edit('etcd', (text) =>
      text.replaceAll('port: probe-port', 'port: 2379').replaceAll('scheme: HTTP\n', 'scheme: HTTPS\n'),
    ),
    finds: ['error manifest/probe@etcd'],
    fix: replaced,
  },
  {
    id: 'etcd-metrics-over-tls',
    title: 'TLS for the metrics of etcd, with client certificates',
    source: 'https://github.com/CloudPirates-io/helm-charts/issues/611',
    happened:
      'With TLS and client certificates for etcd, all its probes failed, and etcd logged "tls: client didn\'t provide a certificate". They worked with the URL of the metrics by HTTP.',
    node: real,
    change: (node) => {
      node.replaceFlag('etcd', 'listen-metrics-urls', 'https://127.0.0.1:2381');
      node.edit(manifest('etcd'), (text) => text.replaceAll('scheme: HTTP\n', 'scheme: HTTPS\n'));
    },
    finds: ['error manifest/probe@etcd'],
    fix: replaced,
  },
  {
    id: 'etcd-older-than-its-probe',
    title: 'An etcd that does not know /livez',
    source: 'https://github.com/kubernetes/kubernetes/pull/124465',
    happened:
      'kubeadm 1.31 asks etcd for /livez and /readyz, which etcd has since 3.5.11. With an older image of a custom imageTag, the probes get 404 and etcd is restarted.',
    node: () => corpus('kubeadm-1.32-default'),
    change: edit('etcd', (text) => text.replace(/image: .*/, 'image: registry.k8s.io/etcd:3.5.9-0')),
    finds: ['error manifest/probe@etcd'],
    fix: replaced,
  },
  {
    id: 'probe-port-of-api-server',
    title: 'The API server has a port of its own, and its probe does not',
    source: 'https://github.com/kubernetes/kubeadm/issues/196',
    happened:
      'With --apiserver-bind-port the API server listened at a different port, and its liveness probe still dialled 6443: the kubelet killed it constantly. Everything else dialled the new port.',
    node: real,
    change: (node) => {
      setFlags(node, 'kube-apiserver', { 'secure-port': '7443' });
      for (const name of ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'])
        node.edit(`${name}.conf`, (text) => text.replace(':6443', ':7443'));
    },
    finds: ['error manifest/probe@kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'probe-by-http',
    title: 'The probe of kube-apiserver has no scheme',
    source: 'https://github.com/kubernetes/kubernetes/issues/106548',
    happened:
      'After an upgrade from 1.19 to 1.20, which has no insecure port any more, kube-apiserver was restarted until its probe had "scheme: HTTPS". An HTTP request to its port gets 400.',
    node: real,
    change: edit('kube-apiserver', (text) => text.replaceAll(/^ +scheme: HTTPS\n/gm, '')),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'probe-without-host',
    title: 'The probe of kube-controller-manager has no host',
    source: 'https://github.com/kubernetes/kubernetes/pull/13220',
    happened:
      'kube-controller-manager and kube-scheduler listen on 127.0.0.1. A guide gave them probes without a host, which dial the address of the pod: both were restarted continuously until the probes had host: 127.0.0.1.',
    node: real,
    change: edit('kube-controller-manager', (text) => text.replaceAll(/^ +host: 127\.0\.0\.1\n/gm, '')),
    finds: ['error manifest/probe@kube-controller-manager'],
    fix: replaced,
  },
  {
    id: 'probe-of-the-insecure-port',
    title: 'The probe of kube-scheduler dials the insecure port',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/6506',
    happened:
      'The pods of kube-scheduler and kube-controller-manager failed: their liveness probes dialled http://127.0.0.1:10251/healthz and 10252, which the release no longer served.',
    node: real,
    change: edit('kube-scheduler', (text) =>
      text
        .replaceAll('port: probe-port', 'port: 10251')
        .replaceAll('scheme: HTTPS', 'scheme: HTTP')
        .replaceAll('/livez', '/healthz'),
    ),
    finds: ['error manifest/probe@kube-scheduler'],
    fix: replaced,
  },
  {
    id: 'probe-scheme-in-lower-case',
    title: 'scheme: https',
    source: 'https://github.com/kubernetes/kubernetes/issues/18226',
    happened:
      'A probe with "scheme: https" was copied from an answer: "is invalid: spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "https": supported values: HTTP, HTTPS". The kubelet does not start such a static pod.',
    node: real,
    change: edit('kube-scheduler', (text) => text.replaceAll('scheme: HTTPS', 'scheme: https')),
    finds: ['error manifest/pod@/etc/kubernetes/manifests/kube-scheduler.yaml'],
    fix: replaced,
  },
  {
    id: 'bind-address-of-scheduler',
    title: 'kube-scheduler listens on the address of the node, and its probe dials 127.0.0.1',
    source: 'https://github.com/prometheus-operator/kube-prometheus/issues/718',
    happened:
      'For Prometheus, --bind-address of kube-scheduler was changed in the manifest from 127.0.0.1 to an address that is reached from elsewhere. With 0.0.0.0 the probe at 127.0.0.1 works; with the address of the node it is refused, and the kubelet restarts kube-scheduler.',
    node: real,
    change: flag('kube-scheduler', 'bind-address', '192.0.2.10'),
    finds: ['error manifest/probe@kube-scheduler'],
    fix: replaced,
  },
];
