// Fields of built-in kinds that moved or went with an API version older than every shipped line. By kind, and path with `[]` for an item.

export interface FormerField {
  /** Continues "The field <name> ". */
  readonly gone: string;
  readonly fix: string;
}

const INGRESS_BETA = 'is of networking.k8s.io/v1beta1, which Kubernetes 1.22 removed';
const SLICE_BETA = 'is of discovery.k8s.io/v1beta1, which Kubernetes 1.25 removed';
const AUTOSCALER_BETA = 'is of autoscaling/v2beta1, which Kubernetes 1.25 removed';
const DEFINITION_BETA = 'is of apiextensions.k8s.io/v1beta1, which Kubernetes 1.22 removed';
const IN_VERSIONS = 'write it in each of spec.versions';

export const FORMER_FIELDS: Readonly<Record<string, FormerField>> = {
  '/Service spec.topologyKeys': { gone: 'was removed in Kubernetes 1.22', fix: 'write spec.trafficDistribution' },
  '/Service spec.ipFamily': { gone: 'was removed in Kubernetes 1.20', fix: 'write spec.ipFamilies, a list' },
  'networking.k8s.io/Ingress spec.backend': { gone: INGRESS_BETA, fix: 'write spec.defaultBackend' },
  'networking.k8s.io/Ingress spec.rules[].http.paths[].backend.serviceName': { gone: INGRESS_BETA, fix: 'write backend.service.name' },
  'networking.k8s.io/Ingress spec.rules[].http.paths[].backend.servicePort': { gone: INGRESS_BETA, fix: 'write backend.service.port.number, or port.name' },
  'networking.k8s.io/Ingress spec.defaultBackend.serviceName': { gone: INGRESS_BETA, fix: 'write defaultBackend.service.name' },
  'networking.k8s.io/Ingress spec.defaultBackend.servicePort': { gone: INGRESS_BETA, fix: 'write defaultBackend.service.port.number, or port.name' },
  'discovery.k8s.io/EndpointSlice endpoints[].topology': { gone: SLICE_BETA, fix: 'write nodeName and zone' },
  'autoscaling/HorizontalPodAutoscaler spec.metrics[].resource.targetAverageUtilization': { gone: AUTOSCALER_BETA, fix: 'write target: { type: Utilization, averageUtilization: … }' },
  'autoscaling/HorizontalPodAutoscaler spec.metrics[].resource.targetAverageValue': { gone: AUTOSCALER_BETA, fix: 'write target: { type: AverageValue, averageValue: … }' },
  'autoscaling/HorizontalPodAutoscaler spec.targetCPUUtilizationPercentage': {
    gone: 'is of autoscaling/v1', fix: 'write metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: … } } }]',
  },
  'apiextensions.k8s.io/CustomResourceDefinition spec.version': { gone: DEFINITION_BETA, fix: 'write spec.versions' },
  'apiextensions.k8s.io/CustomResourceDefinition spec.validation': { gone: DEFINITION_BETA, fix: 'write schema in each of spec.versions' },
  'apiextensions.k8s.io/CustomResourceDefinition spec.subresources': { gone: DEFINITION_BETA, fix: IN_VERSIONS },
  'apiextensions.k8s.io/CustomResourceDefinition spec.additionalPrinterColumns': { gone: DEFINITION_BETA, fix: IN_VERSIONS },
};
