// The codes of `istioctl analyze` (pkg/config/analysis/msg/messages.yaml) and what holds them here. Where ours sees less than upstream, or more, it says so.

export interface IstioCode {
  readonly code: string;
  readonly name: string;
  readonly rules?: readonly string[];
  /** Why there is no rule; beside rules, where ours differ from upstream. */
  readonly reason?: string;
}

const LIVE = 'known of a running cluster only';

export const ISTIO_CODES: readonly IstioCode[] = [
  { code: 'IST0001', name: 'InternalError', reason: 'an error inside of istioctl itself' },
  { code: 'IST0002', name: 'Deprecated', rules: ['NS3075', 'NS0017', 'NS0022'], reason: 'kinds that are gone (rbac.istio.io) have no apiVersion that the target serves' },
  { code: 'IST0101', name: 'ReferencedResourceNotFound', rules: ['NS0030', 'NS0035', 'NS0036', 'NS3020', 'NS3032', 'NS3052'], reason: 'ports that are not there are NS0032, selectors NS0037' },
  {
    code: 'IST0102', name: 'NamespaceNotInjected', rules: ['NS3013', 'NS3063'],
    reason: 'upstream tells it of every namespace without a label, those that are outside the mesh on purpose among them; ours speaks where a policy or a proxy needs the injection',
  },
  { code: 'IST0103', name: 'PodMissingProxy', reason: `${LIVE}: the injector adds the proxy when the pod is made, and no document has it before` },
  { code: 'IST0106', name: 'SchemaValidationError', rules: ['NS0011', 'NS0012', 'NS0013', 'NS0014', 'NS0016', 'NS3100', 'NS3101', 'NS3102', 'NS3103', 'NS3104'] },
  { code: 'IST0107', name: 'MisplacedAnnotation', rules: ['NS3065'], reason: 'the annotations of ingress classes are read by many controllers and passed over' },
  { code: 'IST0108', name: 'UnknownAnnotation', rules: ['NS3065'], reason: 'only where a known name is near, or a label stands among the annotations: newer releases have names that this one does not know' },
  { code: 'IST0109', name: 'ConflictingMeshGatewayVirtualServiceHosts', rules: ['NS3043'], reason: 'two of different protocols do not get in each other\'s way' },
  { code: 'IST0110', name: 'ConflictingSidecarWorkloadSelectors', rules: ['NS3054'] },
  { code: 'IST0111', name: 'MultipleSidecarsWithoutWorkloadSelectors', rules: ['NS3054'] },
  {
    code: 'IST0112', name: 'VirtualServiceDestinationPortSelectorRequired', rules: ['NS3040'],
    reason: 'a destination without a port takes the port at which the request arrived: ours speaks where the Service has none of that number',
  },
  {
    code: 'IST0116', name: 'DeploymentAssociatedToMultipleServices', rules: ['NS3059'],
    reason: 'upstream counts TCP and UDP of one number (every DNS server); ours compares what the sidecar makes of the port',
  },
  { code: 'IST0118', name: 'PortNameIsNotUnderNamingConvention', rules: ['NS3060'], reason: 'an opinion: the sidecar finds the protocol out' },
  { code: 'IST0123', name: 'NamespaceMultipleInjectionLabels', rules: ['NS3064'] },
  { code: 'IST0125', name: 'InvalidAnnotation', rules: ['NS3066'], reason: 'proxy.istio.io/config is not read in depth' },
  { code: 'IST0126', name: 'UnknownMeshNetworksServiceRegistry', rules: ['NS3076'] },
  { code: 'IST0127', name: 'NoMatchingWorkloadsFound', rules: ['NS0037', 'NS3013'] },
  {
    code: 'IST0128', name: 'NoServerCertificateVerificationDestinationLevel', rules: ['NS3048'],
    reason: 'since Istio 1.20 a missing caCertificates means the certificate authorities of the system, which is what a public host needs; only insecureSkipVerify leaves the check out',
  },
  { code: 'IST0129', name: 'NoServerCertificateVerificationPortLevel', rules: ['NS3048'], reason: 'as IST0128' },
  { code: 'IST0130', name: 'VirtualServiceUnreachableRule', rules: ['NS3044'] },
  { code: 'IST0131', name: 'VirtualServiceIneffectiveMatch', rules: ['NS3044'], reason: 'alternatives of one route that overlap do no harm and are passed over' },
  { code: 'IST0132', name: 'VirtualServiceHostNotFoundInGateway', rules: ['NS3041'] },
  { code: 'IST0133', name: 'SchemaWarning', rules: ['NS3100', 'NS3101', 'NS3102', 'NS3103', 'NS3104'], reason: 'of istiod\'s warnings those that change what the object does' },
  { code: 'IST0134', name: 'ServiceEntryAddressesRequired', rules: ['NS3057'], reason: 'since Istio 1.25 addresses are allocated: ours speaks where they are not' },
  { code: 'IST0135', name: 'DeprecatedAnnotation', rules: ['NS3067'] },
  { code: 'IST0136', name: 'AlphaAnnotation', reason: 'nearly every annotation of Istio is alpha, and istioctl does not ask this analyzer by default either' },
  { code: 'IST0137', name: 'DeploymentConflictingPorts', rules: ['NS3059'], reason: 'several Service ports to one target port are right; two protocols for it are not' },
  { code: 'IST0138', name: 'GatewayDuplicateCertificate', rules: ['NS3050'], reason: 'on one port and for different hosts, where browsers share a connection' },
  { code: 'IST0139', name: 'InvalidWebhook', rules: ['NS3071'], reason: 'a control plane\'s Service that is not there is NS0030' },
  { code: 'IST0140', name: 'IngressRouteRulesNotAffected', rules: ['NS3045'], reason: 'where the mesh splits by several subsets, so that the gateway goes around something' },
  { code: 'IST0141', name: 'InsufficientPermissions', reason: LIVE },
  { code: 'IST0142', name: 'UnsupportedKubernetesVersion', reason: `${LIVE}: the version of a target is what schemas are chosen by` },
  { code: 'IST0143', name: 'LocalhostListener', reason: `${LIVE}: to which address a program binds is not in its documents` },
  { code: 'IST0144', name: 'InvalidApplicationUID', rules: ['NS3062'], reason: 'pods with a sidecar only: elsewhere user 1337 is a user like others' },
  { code: 'IST0145', name: 'ConflictingGateways', rules: ['NS3049'], reason: 'servers of plain HTTP are merged by Istio; only TLS servers displace each other' },
  { code: 'IST0146', name: 'ImageAutoWithoutInjectionWarning', rules: ['NS3063'] },
  { code: 'IST0147', name: 'ImageAutoWithoutInjectionError', rules: ['NS3063'], reason: 'a document of a Pod is filled in when it is made, as those of templates' },
  { code: 'IST0148', name: 'NamespaceInjectionEnabledByDefault', reason: 'no fault: the mesh is read with injection by default where its webhook says so' },
  { code: 'IST0149', name: 'JwtClaimBasedRoutingWithoutRequestAuthN', rules: ['NS3046'] },
  {
    code: 'IST0150', name: 'ExternalNameServiceTypeInvalidPortName',
    reason: 'since Istio 1.21 an ExternalName Service is an alias of its host and opens no listener of its own, so that its port\'s name takes nobody\'s traffic',
  },
  { code: 'IST0151', name: 'EnvoyFilterUsesRelativeOperation', rules: ['NS3069'], reason: 'where a second filter without priority is there to be before or behind' },
  { code: 'IST0152', name: 'EnvoyFilterUsesReplaceOperationIncorrectly', rules: ['NS3068'] },
  { code: 'IST0153', name: 'EnvoyFilterUsesAddOperationIncorrectly', rules: ['NS3068'] },
  { code: 'IST0154', name: 'EnvoyFilterUsesRemoveOperationIncorrectly', rules: ['NS3068'] },
  { code: 'IST0155', name: 'EnvoyFilterUsesRelativeOperationWithProxyVersion', rules: ['NS3069'] },
  { code: 'IST0156', name: 'UnsupportedGatewayAPIVersion', rules: ['NS3072'] },
  { code: 'IST0157', name: 'InvalidTelemetryProvider', rules: ['NS3070'], reason: 'where the documents have the mesh\'s configuration: without it the default providers are not known' },
  { code: 'IST0158', name: 'PodsIstioProxyImageMismatchInNamespace', reason: `${LIVE}: which image running pods were given` },
  { code: 'IST0159', name: 'ConflictingTelemetryWorkloadSelectors', rules: ['NS3055'] },
  { code: 'IST0160', name: 'MultipleTelemetriesWithoutWorkloadSelectors', rules: ['NS3055'] },
  { code: 'IST0161', name: 'InvalidGatewayCredential', rules: ['NS3053'], reason: 'when a certificate ends is not asked: a finding must not depend on the day' },
  { code: 'IST0162', name: 'GatewayPortNotDefinedOnService', rules: ['NS3051'] },
  { code: 'IST0163', name: 'InvalidExternalControlPlaneConfig', rules: ['NS3071'] },
  { code: 'IST0164', name: 'ExternalControlPlaneAddressIsNotAHostname', reason: 'an address in place of a name works, and many private control planes have no other' },
  { code: 'IST0165', name: 'ReferencedInternalGateway', rules: ['NS3042'] },
  { code: 'IST0166', name: 'IneffectiveSelector', rules: ['NS3028', 'NS0037'], reason: 'waypoints: gateways of the Gateway API do take selectors unless istiod is told otherwise' },
  { code: 'IST0167', name: 'IneffectivePolicy', rules: ['NS3054', 'NS3026', 'NS3027', 'NS3029'] },
  { code: 'IST0168', name: 'UnknownUpgradeCompatibility', reason: `${LIVE}: of istioctl x precheck before an upgrade` },
  { code: 'IST0169', name: 'UpdateIncompatibility', reason: `${LIVE}: of istioctl x precheck before an upgrade` },
  { code: 'IST0170', name: 'MultiClusterInconsistentService', rules: ['NS3061'], reason: 'where something says that the clusters are one mesh' },
  { code: 'IST0171', name: 'NegativeConditionStatus', reason: `${LIVE}: status is written by controllers` },
  { code: 'IST0172', name: 'FutureUnsupportedGatewayAPIVersion', reason: 'of istioctl x precheck: a target with the newer Istio asks the same by IST0176' },
  { code: 'IST0173', name: 'DestinationRuleSubsetNotSelectPods', rules: ['NS0068'] },
  { code: 'IST0174', name: 'UnknownDestinationRuleHost', rules: ['NS0034'] },
  { code: 'IST0175', name: 'JwksUriFetchUnrestricted', rules: ['NS3073'], reason: 'an opinion, asked for with a profile' },
  { code: 'IST0176', name: 'GatewayAPICRDVersionBelowMinimum', rules: ['NS3072'] },
  { code: 'IST0177', name: 'ConflictingServiceEntryProtocol', rules: ['NS3058'] },
];
