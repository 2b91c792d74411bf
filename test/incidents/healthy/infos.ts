/** The infos that a healthy shape may have, `rule@subject`, each with the reason why it is right to mention it. */
type Reasons = Readonly<Record<string, string>>;

const keyElsewhere = 'it is worth knowing that this node cannot sign; no one renews its certificates by kubeadm';

const externalCa: Reasons = {
  'authority/key@kubernetes-ca': keyElsewhere,
  'authority/key@front-proxy-ca': keyElsewhere,
};

const earlierGroup = 'kubeadm 1.28 wrote this group, later releases write another; the next renewal keeps it';

/** By the id of the shape. */
export const allowedInfos: Readonly<Record<string, Reasons>> = {
  'external-ca': externalCa,
  'external-ca-corpus': externalCa,
  'two-tiers': {
    ...externalCa,
    'authority/name@kubernetes-ca': 'what is trusted is a CA of the company, with its own name',
  },
  'rotation-ends': {
    'authority/unused@kubernetes-ca':
      'the rotation is not over as long as the old CA is trusted; what remains is to remove it',
  },
  'small-range-other-allocator': {
    'argument/joining@kube-controller-manager': 'with these controllers no node joins by a token; they join otherwise',
  },
  'eks-distro': {
    'cert/organization-earlier@admin.conf': earlierGroup,
    'cert/organization-earlier@kube-apiserver-kubelet-client': earlierGroup,
  },
};
