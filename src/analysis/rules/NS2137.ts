import type { Rule } from './rule';

/** Names that are written for controllers, and the controllers' own. */
const MISTAKEN: ReadonlyArray<readonly [pattern: RegExp, own: string, whose: string]> = [
  [/^envoyproxy\.io\/|^gateway\.envoyproxy\.io\/(?:gateway-controller|gatewayclass-controllers?|gateway-class-controller)$/, 'gateway.envoyproxy.io/gatewayclass-controller', 'Envoy Gateway'],
  [/^(?:cilium\.io|gateway\.cilium\.io)\/|^io\.cilium\/(?:gatewayclass-controller|gateway)$/, 'io.cilium/gateway-controller', 'Cilium'],
  [/^(?:gateway\.)?istio\.io\/(?:gateway|gatewayclass-controller)$|^gateway\.istio\.io\//, 'istio.io/gateway-controller', 'Istio'],
  [/^traefik\.io\/(?:gateway|gatewayclass-controller|ingress-controller)$|^traefik\.containo\.us\//, 'traefik.io/gateway-controller', 'Traefik'],
];

const CLASS = (controller: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: edge }
spec: { controllerName: ${controller} }
`;

export const rule: Rule = {
  id: 'NS2137',
  class: 'risk',
  title: 'A GatewayClass names a controller that nobody is',
  sees: 'controllerName of GatewayClasses that is one of the names that are taken for those of Envoy Gateway, Cilium, Istio and Traefik. Other names are those of controllers that are not known here.',
  why: 'A controller looks at the classes that carry its own name. Nobody takes this one: it stays without a status, and so do its Gateways and their routes.',
  fix: 'write the name of the controller',
  docs: ['https://gateway-api.sigs.k8s.io/api-types/gatewayclass/'],
  subjects: ['gateway.networking.k8s.io/GatewayClass'],
  failing: {
    documents: CLASS('envoyproxy.io/gateway-controller'),
    says: 'No controller is called envoyproxy.io/gateway-controller; that of Envoy Gateway is gateway.envoyproxy.io/gatewayclass-controller',
    field: 'spec.controllerName',
  },
  // A second Envoy Gateway is told a name of its own.
  passing: { documents: CLASS('gateway.envoyproxy.io/team-gatewayclass-controller') },
  check(cluster, report) {
    for (const gatewayClass of cluster.objects('gateway.networking.k8s.io', 'GatewayClass')) {
      const name = String(gatewayClass.spec.controllerName);
      const found = MISTAKEN.find(([pattern, own]) => name !== own && pattern.test(name));
      // Somebody's configuration may give a controller this very name.
      if (!found || cluster.objects('', 'ConfigMap').some(({ object }) => JSON.stringify(object.data ?? {}).includes(name))) continue;
      const [, own, whose] = found;
      report(gatewayClass, ['spec', 'controllerName'], { message: `No controller is called ${name}; that of ${whose} is ${own}`, fix: `write ${own}` });
    }
  },
};
