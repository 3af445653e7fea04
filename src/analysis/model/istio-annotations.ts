// The annotations of Istio's API: the kinds that each is read from, and which are going away (istio/api, annotation/annotations.yaml).

export interface KnownAnnotation {
  readonly kinds: readonly string[];
  readonly deprecated?: true;
}

const POD: KnownAnnotation = { kinds: ['Pod'] };
const OLD: KnownAnnotation = { kinds: ['Pod'], deprecated: true };
const ANY: KnownAnnotation = { kinds: ['Any'] };

export const ISTIO_ANNOTATIONS: Readonly<Record<string, KnownAnnotation>> = {
  'alpha.istio.io/canonical-serviceaccounts': { kinds: ['Service'], deprecated: true },
  'alpha.istio.io/kubernetes-serviceaccounts': { kinds: ['Service'], deprecated: true },
  'ambient.istio.io/bypass-inbound-capture': POD,
  'ambient.istio.io/dns-capture': POD,
  'ambient.istio.io/redirection': POD,
  'ambient.istio.io/waypoint-inbound-binding': { kinds: ['GatewayClass', 'Gateway'] },
  'galley.istio.io/analyze-suppress': ANY,
  'gateway.istio.io/controller-version': ANY,
  'gateway.istio.io/name-override': { kinds: ['Gateway'] },
  'gateway.istio.io/service-account': { kinds: ['Gateway'] },
  'inject.istio.io/templates': POD,
  'istio.io/autoRegistrationGroup': { kinds: ['WorkloadEntry'] },
  'istio.io/connectedAt': { kinds: ['WorkloadEntry'] },
  'istio.io/disconnectedAt': { kinds: ['WorkloadEntry'] },
  'istio.io/dry-run': { kinds: ['AuthorizationPolicy'] },
  'istio.io/reroute-virtual-interfaces': POD,
  'istio.io/rev': POD,
  'istio.io/use-waypoint-canary-weight': { kinds: ['Service', 'ServiceEntry', 'Namespace'] },
  'istio.io/workloadController': { kinds: ['WorkloadEntry'] },
  'networking.istio.io/address-type': { kinds: ['Gateway'] },
  'networking.istio.io/exportTo': { kinds: ['Service'] },
  'networking.istio.io/service-type': { kinds: ['Gateway'] },
  'networking.istio.io/traffic-distribution': { kinds: ['Namespace', 'Service', 'ServiceEntry'] },
  'prometheus.istio.io/merge-metrics': POD,
  'proxy.istio.io/config': POD,
  'proxy.istio.io/overrides': POD,
  'readiness.status.sidecar.istio.io/applicationPorts': POD,
  'readiness.status.sidecar.istio.io/failureThreshold': POD,
  'readiness.status.sidecar.istio.io/initialDelaySeconds': POD,
  'readiness.status.sidecar.istio.io/periodSeconds': POD,
  'sidecar.istio.io/agentLogLevel': POD,
  'sidecar.istio.io/bootstrapOverride': POD,
  'sidecar.istio.io/componentLogLevel': POD,
  'sidecar.istio.io/discoveryAddress': OLD,
  'sidecar.istio.io/extraStatTags': OLD,
  'sidecar.istio.io/inject': OLD,
  'sidecar.istio.io/interceptionMode': POD,
  'sidecar.istio.io/logLevel': POD,
  'sidecar.istio.io/nativeSidecar': POD,
  'sidecar.istio.io/proxyCPU': POD,
  'sidecar.istio.io/proxyCPULimit': POD,
  'sidecar.istio.io/proxyImage': POD,
  'sidecar.istio.io/proxyImageType': POD,
  'sidecar.istio.io/proxyMemory': POD,
  'sidecar.istio.io/proxyMemoryLimit': POD,
  'sidecar.istio.io/rewriteAppHTTPProbers': POD,
  'sidecar.istio.io/statsCompression': OLD,
  'sidecar.istio.io/statsEvictionInterval': POD,
  'sidecar.istio.io/statsFlushInterval': POD,
  'sidecar.istio.io/statsHistogramBins': POD,
  'sidecar.istio.io/statsHistogramBuckets': POD,
  'sidecar.istio.io/statsInclusionPrefixes': OLD,
  'sidecar.istio.io/statsInclusionRegexps': OLD,
  'sidecar.istio.io/statsInclusionSuffixes': OLD,
  'sidecar.istio.io/status': POD,
  'sidecar.istio.io/userVolume': POD,
  'sidecar.istio.io/userVolumeMount': POD,
  'status.sidecar.istio.io/port': POD,
  'topology.istio.io/controlPlaneClusters': { kinds: ['Namespace'] },
  'traffic.istio.io/nodeSelector': { kinds: ['Service'] },
  'traffic.sidecar.istio.io/excludeInboundPorts': POD,
  'traffic.sidecar.istio.io/excludeInterfaces': POD,
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': POD,
  'traffic.sidecar.istio.io/excludeOutboundPorts': POD,
  'traffic.sidecar.istio.io/includeInboundPorts': POD,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': POD,
  'traffic.sidecar.istio.io/includeOutboundPorts': POD,
  'traffic.sidecar.istio.io/kubevirtInterfaces': OLD,
};

/** Whether a name is of the domains that sidecars and pilot read annotations from. Other software has names below istio.io, too. */
export function isOfIstio(name: string): boolean {
  return /^(?:(?:sidecar|traffic\.sidecar|status\.sidecar|readiness\.status\.sidecar|proxy|inject|prometheus|networking|ambient|traffic|alpha)\.)?istio\.io\//.test(name);
}
