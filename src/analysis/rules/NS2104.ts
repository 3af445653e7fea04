import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Listener } from '../model/gateway-api';
import { gatewayModel } from '../model/gateway-api';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: web-tls }] } }
    - { name: plain, port: ${port}, protocol: HTTP, hostname: other.example.com }
`;

export const rule: Rule = {
  id: 'NS2104',
  class: 'breaks',
  title: 'Two listeners want the same port in ways that exclude each other',
  sees: 'Listeners of one Gateway (with its ListenerSets, or of all Gateways that Envoy Gateway merges) on one port: HTTP beside HTTPS or TLS, TCP beside any of them, and the same host name twice.',
  why: 'The later listener is marked Conflicted and not programmed (which one is later may depend on age): its routes answer nothing.',
  fix: 'give one of them another port or another host name',
  covers: ['analysis 1.3: two listeners conflicting'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#listener'],
  subjects: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM(443), says: 'Listener plain (HTTP) of Gateway shop/web and listener https (HTTPS) both want port 443', field: 'spec.listeners[1]' },
  passing: { documents: SYSTEM(80) },
  check(cluster, report) {
    const merged = new Map<string, Listener[]>();
    const groups: Listener[][] = [];
    for (const gateway of cluster.derive(gatewayModel).gateways) {
      const isMerged = isEnvoyGateway(cluster, gateway) && cluster.derive(envoyPolicies).proxy(gateway)?.spec.mergeGateways === true;
      if (!isMerged) groups.push([...gateway.listeners]);
      else merged.set(gateway.className, [...merged.get(gateway.className) ?? [], ...gateway.listeners]);
    }
    for (const listeners of [...groups, ...merged.values()]) {
      const byPort = new Map<string, Listener>();
      const byName = new Map<string, Listener>();
      for (const listener of listeners) {
        const layer = layerOf(listener.protocol);
        if (layer === undefined) continue;
        const port = `${layer === 'UDP' ? 'UDP' : 'TCP'} ${listener.port}`;
        const first = byPort.get(port);
        if (first && layerOf(first.protocol) !== layer) report(listener.home, listener.path, { message: `${called(listener, first)} both want port ${listener.port}`, ...decider(listener, first) });
        if (!first) byPort.set(port, listener);
        // Of one Gateway the API server itself refuses equal port, protocol and host name.
        const name = `${port} ${layer} ${listener.hostname ?? '*'}`;
        const twin = byName.get(name);
        if (twin && (twin.home !== listener.home || twin.protocol !== listener.protocol)) {
          report(listener.home, listener.path, { message: `${called(listener, twin)} both want port ${listener.port} for ${listener.hostname ?? 'every host'}`, ...decider(listener, twin) });
        }
        if (!twin) byName.set(name, listener);
      }
    }
  },
};

/** What one port can be shared by: HTTP with HTTP, and what is told apart by SNI. */
function layerOf(protocol: string): 'HTTP' | 'SNI' | 'TCP' | 'UDP' | undefined {
  switch (protocol) {
    case 'HTTP': case 'TCP': case 'UDP': return protocol;
    case 'HTTPS': case 'TLS': return 'SNI';
    default: return undefined;
  }
}

function called(listener: Listener, first: Listener): string {
  const one = `Listener ${listener.name} (${listener.protocol}) of ${listener.home.toString()}`;
  return `${one} and listener ${first.name} (${first.protocol})${first.home === listener.home ? '' : ` of ${first.home.toString()}`}`;
}

function decider(listener: Listener, first: Listener): { readonly decidedBy?: readonly [Listener['home']] } {
  return first.home === listener.home ? {} : { decidedBy: [first.home] };
}
