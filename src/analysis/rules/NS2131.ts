import type { Entry } from '../model/entry';
import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import { record } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { proxyLabels, proxyPort } from '../model/http3';
import { matches, requirementsOfMap } from '../model/selector';
import { selectingServices, servicePorts } from '../model/service-ports';
import type { Rule } from './rule';

const SYSTEM = (targetPort: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: v1
kind: Service
metadata: { name: public, namespace: envoy-gateway-system }
spec:
  type: LoadBalancer
  selector: { gateway.envoyproxy.io/owning-gateway-name: web, gateway.envoyproxy.io/owning-gateway-namespace: shop }
  ports: [{ name: https, port: 443, targetPort: ${targetPort} }]
`;

/** What every proxy has beside its listeners: readiness, metrics, shutdown. */
const OWN: ReadonlySet<number> = new Set([19_000, 19_001, 19_002, 19_003]);

export const rule: Rule = {
  id: 'NS2131',
  class: 'breaks',
  title: 'A Service leads to a port that the proxies of Envoy Gateway do not open',
  sees: 'Services of your own that select the proxies of a Gateway of Envoy Gateway, against the ports of its listeners as the pods open them: ports below 1024 are 10000 higher, unless the EnvoyProxy says useListenerPortAsContainerPort.',
  why: 'Nothing listens at the port: every connection to the Service is refused.',
  fix: 'set targetPort to the port of the pods: 10443 for a listener on 443',
  covers: ['analysis 1.3: listener port not on the Gateway Service'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/operations/customize-envoyproxy/'],
  subjects: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM(443), says: 'Service envoy-gateway-system/public leads to port 443 of the proxies of Gateway shop/web, which open 10443', field: 'spec.ports[0].targetPort',
  },
  passing: { documents: SYSTEM(10443) },
  check(cluster, report) {
    const gateways = cluster.derive(gatewayModel).gateways.filter((gateway) => gateway.complete && isEnvoyGateway(cluster, gateway));
    if (gateways.length === 0) return;
    const policies = cluster.derive(envoyPolicies);
    const selecting = selectingServices(cluster).filter(selectsByGateway);
    if (selecting.length === 0) return;
    const byName = new Map<string, typeof gateways>();
    for (const gateway of gateways) byName.set(gateway.entry.name, [...byName.get(gateway.entry.name) ?? [], gateway]);
    for (const service of selecting) {
      const requirements = requirementsOfMap(service.spec.selector);
      for (const gateway of byName.get(String(service.spec.selector[OWNER])) ?? []) {
        const proxy: Entry | undefined = policies.proxy(gateway);
        const { namespace, name } = gateway.entry;
        if (!matches(proxyLabels(namespace, name), requirements) || proxy?.spec.mergeGateways === true) continue;
        const open = new Set(gateway.listeners.map(({ port }) => proxyPort(port, proxy)));
        for (const { index, targetPort } of servicePorts(service)) {
          if (typeof targetPort !== 'number' || open.has(targetPort) || OWN.has(targetPort)) continue;
          report(service, ['spec', 'ports', index, 'targetPort'], {
            message: `${service.toString()} leads to port ${targetPort} of the proxies of ${gateway.entry.toString()}, which open ${[...open].join(', ')}`, decidedBy: [gateway.entry],
          });
        }
      }
    }
  },
};

const OWNER = 'gateway.envoyproxy.io/owning-gateway-name';

function selectsByGateway({ spec }: Entry): boolean {
  return Object.hasOwn(record(spec.selector), OWNER);
}
