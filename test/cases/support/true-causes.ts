export const config = '/var/lib/kubelet/config.yaml';
