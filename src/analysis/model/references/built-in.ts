// Objects that clusters have without any document: Kubernetes' own, and those that a platform's installation brings.

/** Names by kind (`group/Kind`), as `namespace/name`, or the name alone for objects of the whole cluster. */
export const BUILT_IN: Readonly<Record<string, RegExp>> = {
  '/Service': /^default\/kubernetes$|\/(?:prometheus|alertmanager|thanos-ruler)-operated$|(?:^|\/)argo-rollouts-/,
  // An account without a namespace is one beside its controller.
  '/ServiceAccount': /\/(?:default|builder|deployer|pipeline)$|^cert-manager$/,
  '/ConfigMap': /\/(?:kube-root-ca\.crt|istio-ca-root-cert|istio-ca-crl|openshift-service-ca\.crt|linkerd-identity-trust-roots)$/,
  '/Secret': /\/(?:default-token-[a-z0-9]{5}|sh\.helm\.release\..*|cacerts|istio-ca-secret)$/,
  '/Namespace': /^(?:default|kube-system|kube-public|kube-node-lease)$/,
  // Classes that a controller makes for itself, or that a provider's clusters have.
  'gateway.networking.k8s.io/GatewayClass': /^(?:istio(?:-.*)?|cilium|gke-.*|traefik|nginx|kong|consul|amazon-vpc-lattice|azure-alb-.*|tailscale|contour|openshift-default|eks-.*|ack-.*)$/,
  'rbac.authorization.k8s.io/ClusterRole': /^(?:admin|edit|view|cluster-admin|system:.*)$/,
  'rbac.authorization.k8s.io/Role': /(?:^|\/)system:/,
  'projectcalico.org/Tier': /^.*$/,
  'crd.projectcalico.org/Tier': /^.*$/,
};

/** Kinds whose objects come with a provider or an installation more often than with documents: one that is not there is only said when a near name is. */
export const INSTALLED: ReadonlySet<string> = new Set([
  'networking.k8s.io/IngressClass', 'storage.k8s.io/StorageClass', 'storage.k8s.io/VolumeAttributesClass', 'scheduling.k8s.io/PriorityClass', 'node.k8s.io/RuntimeClass', '/PersistentVolume',
  'rbac.authorization.k8s.io/ClusterRole', 'resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate', 'metallb.io/IPAddressPool', '/Namespace', 'tailscale.com/ProxyClass',
  'tailscale.com/ProxyGroup', 'tailscale.com/Tailnet', 'argoproj.io/AppProject', 'projectcalico.org/Tier', 'crd.projectcalico.org/Tier', 'scheduling.k8s.io/Workload',
]);

/** Namespaces that installations of platforms use by default. */
export const PLATFORM_NAMESPACES: RegExp = new RegExp(`^(?:${[
  'kube-.*', 'istio.*', 'aks-istio-.*', 'asm-.*', 'envoy-gateway.*', 'gateway-system', 'gateway', 'ingress.*', 'traefik.*', 'nginx.*', 'haproxy.*', 'kong.*', 'contour', 'projectcontour',
  'cert-manager.*', 'external-dns', 'external-secrets.*', 'sealed-secrets', 'vault', 'monitoring', 'prometheus.*', 'grafana.*', 'observability', 'logging', 'loki', 'tempo', 'tracing', 'jaeger.*',
  'opentelemetry.*', 'otel.*', 'metallb.*', 'cilium.*', 'calico.*', 'tigera.*', 'linkerd.*', 'consul', 'keda', 'flux.*', 'argo.*', 'kyverno', 'gatekeeper-system', 'opa', 'knative.*',
  'cnpg-system', 'postgres-operator', 'chaos-mesh', 'chaos-testing', 'tailscale', 'openshift.*', 'gke-.*', 'gmp-.*', 'amazon-.*', 'aws-.*', 'kubernetes-dashboard', 'velero', 'longhorn-system',
  'rook-ceph', 'karpenter', 'kubevirt', 'cattle-.*', 'spire.*', 'spiffe.*', 'crossplane.*', 'datadog', 'newrelic', 'dynatrace', 'kiali.*', 'system', 'platform', 'infra', 'infrastructure', 'default',
].join('|')})$`);
