import { atLeast } from '../../core/targets';
import type { Rule } from './rule';

const scene = (version: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: ${version}
    api-approved.kubernetes.io: https://github.com/kubernetes-sigs/gateway-api/pull/2997
spec:
  group: gateway.networking.k8s.io
  names: { kind: TLSRoute, listKind: TLSRouteList, plural: tlsroutes, singular: tlsroute }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: istio }
spec: { controllerName: istio.io/gateway-controller }
`;

export const rule: Rule = {
  id: 'NS3072',
  class: 'breaks',
  title: 'The definitions of Gateway API are too old for Istio',
  sees: 'CustomResourceDefinitions of Gateway API whose bundle version is below what the target\'s Istio asks for, in clusters with a GatewayClass of Istio.',
  why: 'Istio passes over kinds whose definition is too old: such routes are stored and never programmed.',
  fix: 'install the bundle of Gateway API that the release of Istio names',
  covers: ['IST0176', 'IST0156'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/', 'https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/'],
  subjects: ['apiextensions.k8s.io/CustomResourceDefinition'],
  failing: {
    documents: scene('v1.4.0'),
    says: 'TLSRoute is of Gateway API v1.4.0, and Istio passes over versions below 1.5.0',
    field: 'metadata.annotations["gateway.networking.k8s.io/bundle-version"]',
  },
  passing: { documents: scene('v1.5.1') },
  check(cluster, report) {
    // Istio began to check the kinds one by one after 1.29.
    if (!atLeast(cluster.targets.istio, '1.30')) return;
    if (!cluster.objects('gateway.networking.k8s.io', 'GatewayClass').some(({ spec }) => String(spec.controllerName).startsWith('istio.io/'))) return;
    for (const definition of cluster.objects('apiextensions.k8s.io', 'CustomResourceDefinition')) {
      const minimum = MINIMUM[definition.name];
      const version = definition.annotations[BUNDLE];
      if (minimum === undefined || version === undefined || !/^v?\d+(?:\.\d+){1,2}/.test(version)) continue;
      const plain = version.replace(/^v/, '').split(/[-+]/)[0]!;
      if (atLeast(plain, minimum)) continue;
      report(definition, ['metadata', 'annotations', BUNDLE], { message: `${String(definition.spec.names.kind)} is of Gateway API ${version}, and Istio passes over versions below ${minimum}` });
    }
  },
};

const BUNDLE = 'gateway.networking.k8s.io/bundle-version';

/** pkg/config/schema/gatewayapi/minimumversions.go */
const MINIMUM: Readonly<Record<string, string>> = {
  'grpcroutes.gateway.networking.k8s.io': '1.1.0',
  'backendtlspolicies.gateway.networking.k8s.io': '1.4.0',
  'tlsroutes.gateway.networking.k8s.io': '1.5.0',
};
