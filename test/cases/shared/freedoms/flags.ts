import {
  admissionConfiguration,
  auditPolicy,
  egressSelectorConfiguration,
  encryptionConfiguration,
  schedulerConfiguration,
  tracingConfiguration,
} from '../../../support/configurations.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { mount } from '../../manifest-edits.ts';

/** Adds flags to a component, written as in real configurations. */
function add(node: NodeTree, component: string, flags: string): void {
  const lines = flags
    .trim()
    .split(/\s+/)
    .map((flag) => `    - ${JSON.stringify(flag)}\n`);
  node.edit(`manifests/${component}.yaml`, (text) => text.replace('    image: ', () => `${lines.join('')}    image: `));
}

const webhook = `kind: Config
current-context: w
contexts: [{ name: w, context: { cluster: w, user: '' } }]
clusters: [{ name: w, cluster: { server: 'https://127.0.0.1:8443', certificate-authority: /etc/kubernetes/pki/ca.crt } }]
`;

const apiServer = `
--admission-control-config-file=/etc/kubernetes/admission/config.yaml --anonymous-auth=true --api-audiences=kubernetes
--apiserver-count=3 --audit-log-format=json --audit-log-maxage=30 --audit-log-maxbackup=10 --audit-log-maxsize=100
--audit-log-path=/var/log/kubernetes/audit.log --audit-policy-file=/etc/kubernetes/audit-policy.yaml
--audit-webhook-config-file=/etc/kubernetes/audit-webhook.yaml --audit-webhook-batch-max-wait=5s
--authentication-token-webhook-config-file=/etc/kubernetes/webhook.yaml --authorization-webhook-version=v1
--cors-allowed-origins=//example\\.test(:|$) --contention-profiling
--default-not-ready-toleration-seconds=300 --default-unreachable-toleration-seconds=300 --default-watch-cache-size=100
--delete-collection-workers=1 --disable-admission-plugins=PersistentVolumeLabel --egress-selector-config-file=/etc/e.yaml
--enable-aggregator-routing=true --enable-garbage-collector=true --enable-priority-and-fairness=true
--encryption-provider-config=/etc/kubernetes/pki/encryption-config.yaml --encryption-provider-config-automatic-reload=true
--endpoint-reconciler-type=lease --etcd-compaction-interval=5m --etcd-prefix=/registry --event-ttl=1h0m0s
--etcd-servers-overrides=/events#https://127.0.0.1:2379 --external-hostname=k8s.example.test --feature-gates=AllBeta=false
--goaway-chance=0.001 --http2-max-streams-per-connection=250 --kubelet-timeout=5s --lease-reuse-duration-seconds=60
--livez-grace-period=30s --logging-format=json --max-mutating-requests-inflight=400
--max-requests-inflight=800 --min-request-timeout=1800 --oidc-client-id=kube --oidc-groups-claim=groups
--oidc-issuer-url=https://dex.example.test --oidc-username-claim=email --permit-address-sharing=true --profiling=false
--request-timeout=1m0s --runtime-config=api/all=true --service-account-extend-token-expiration=false
--service-account-jwks-uri=https://k8s.example.test/openid/v1/jwks --service-account-lookup=true
--service-account-max-token-expiration=24h --service-node-port-range=30000-32767 --show-hidden-metrics-for-version=1.35
--shutdown-delay-duration=30s --storage-backend=etcd3 --storage-media-type=application/vnd.kubernetes.protobuf
--strict-transport-security-directives=max-age=31536000 --tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
--tls-min-version=VersionTLS12 --token-auth-file=/etc/kubernetes/tokens.csv --tracing-config-file=/etc/t.yaml --v=2
--vmodule=x=1 --watch-cache=true --watch-cache-sizes=secrets#100 --requestheader-uid-headers=X-Remote-Uid
--emulated-version=1.35 --min-compatibility-version=1.35 --runtime-config-emulation-forward-compatible=true
--coordinated-leadership-lease-duration=15s --disable-http2-serving=false --peer-advertise-port=6443`;

const controllerManager = `
--allocate-node-cidrs=true --attach-detach-reconcile-sync-period=1m0s --cidr-allocator-type=RangeAllocator
--cloud-provider=external --cluster-cidr=10.244.0.0/16 --cluster-signing-duration=87600h0m0s --concurrent-rc-syncs=5
--concurrent-service-syncs=1 --configure-cloud-routes=false --contention-profiling=false
--disable-attach-detach-reconcile-sync=false --enable-dynamic-provisioning=true --enable-hostpath-provisioner=false
--flex-volume-plugin-dir=/usr/libexec/kubernetes --horizontal-pod-autoscaler-sync-period=15s --kube-api-burst=30
--kube-api-qps=20 --large-cluster-size-threshold=50 --leader-elect-lease-duration=15s --leader-elect-renew-deadline=10s
--leader-elect-resource-lock=leases --leader-elect-retry-period=2s --legacy-service-account-token-clean-up-period=8760h
--min-resync-period=12h --mirroring-concurrent-service-endpoint-syncs=5 --node-cidr-mask-size=24
--node-cidr-mask-size-ipv4=24 --node-eviction-rate=0.1 --node-monitor-grace-period=40s --node-monitor-period=5s
--profiling=false --secure-port=10257 --service-cluster-ip-range=10.96.0.0/12 --terminated-pod-gc-threshold=12500
--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
--tls-min-version=VersionTLS12 --unhealthy-zone-threshold=0.55 --v=2`;

const scheduler = `
--config=/etc/kubernetes/kubescheduler-config.yaml --authentication-tolerate-lookup-failure=true --profiling=false
--authorization-always-allow-paths=/healthz --leader-elect-lease-duration=15s --leader-elect-resource-name=kube-scheduler
--secure-port=10259 --tls-min-version=VersionTLS12 --kube-api-qps=50 --v=2`;

const etcd = `
--auto-compaction-mode=periodic --auto-compaction-retention=8h --cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
--election-timeout=5000 --heartbeat-interval=250 --log-level=info --logger=zap --log-outputs=stderr
--initial-cluster-state=new --initial-cluster-token=etcd-cluster --max-request-bytes=1572864 --max-snapshots=5
--max-wals=5 --metrics=basic --quota-backend-bytes=8589934592 --strict-reconfig-check=true --tls-min-version=TLS1.2
--peer-cert-allowed-cn= --pre-vote=true --backend-batch-interval=100ms --socket-reuse-port=true
--experimental-compact-hash-check-enabled=true --experimental-watch-progress-notify-interval=5s --enable-pprof=true`;

/** Flags that the node's release no longer has, including deprecated ones that no help output lists. */
const earlier: Readonly<Record<string, string>> = {
  'kube-apiserver': `--insecure-port=0 --kubelet-port=10250 --kubelet-read-only-port=10255 --master-service-namespace=default
    --cloud-config=/etc/kubernetes/cloud.conf --cloud-provider=external --log-dir=/var/log --enable-logs-handler=false --target-ram-mb=0 --logtostderr=false --alsologtostderr=true --log_file=/var/log/a.log
    --cloud-provider-gce-lb-src-cidrs=10.0.0.0/8 --service-account-api-audiences=api --enable-swagger-ui=true`,
  'kube-controller-manager': `--port=0 --pod-eviction-timeout=5m0s --enable-taint-manager=true --deleting-pods-qps=0.1
    --experimental-cluster-signing-duration=87600h --horizontal-pod-autoscaler-upscale-delay=3m0s --register-retry-count=10`,
  'kube-scheduler': `--port=0 --address=127.0.0.1 --policy-config-file=/etc/policy.json
    --use-legacy-policy-config=true --lock-object-name=kube-scheduler`,
  etcd: '--log-output=stderr --debug=false --log-package-levels=etcdserver=INFO --experimental-backend-bbolt-freelist-type=map',
};

/**
 * Flags from real configurations (kubeadm, kubespray, kops, CIS remediations), which must not be taken for misspelled
 * ones.
 */
export const realFlags: readonly Case[] = [
  {
    name: 'flags of real configurations',
    change: (node) => {
      node
        .write('admission/config.yaml', admissionConfiguration)
        .write('audit-policy.yaml', auditPolicy)
        .write('pki/encryption-config.yaml', encryptionConfiguration)
        .write('kubescheduler-config.yaml', schedulerConfiguration)
        .write('/etc/e.yaml', egressSelectorConfiguration)
        .write('/etc/t.yaml', tracingConfiguration);
      for (const name of ['audit-webhook', 'webhook']) node.write(`${name}.yaml`, webhook);
      node.write('tokens.csv', 'token,user,uid\n');
      for (const component of ['kube-apiserver', 'kube-scheduler']) mount(node, component, '/etc', '/etc');
      for (const [component, flags] of Object.entries({ etcd, 'kube-apiserver': apiServer }))
        add(node, component, flags);
      add(node, 'kube-controller-manager', controllerManager);
      add(node, 'kube-scheduler', scheduler);
    },
    findings: [],
  },
  {
    name: 'flags of earlier releases, on one of them',
    node: { release: '1.22' },
    change: (node) => {
      node.edit('manifests/etcd.yaml', (text) => text.replace('etcd:3.5.0-0', 'etcd:3.4.13-0'));
      for (const [component, flags] of Object.entries(earlier)) add(node, component, flags);
    },
    findings: [],
  },
];
