import { serversBySocket } from '../model/mesh-ingress';
import type { Rule } from './rule';

const gateway = (name: string, host: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [${host}]
      tls: { mode: SIMPLE, credentialName: ${name} }
---`;

export const rule: Rule = {
  id: 'NS3049',
  class: 'breaks',
  title: 'Two Gateways serve the same name over TLS on one port',
  sees: 'servers with TLS of different Gateways with the same selector, port, bind address and host. Plain HTTP servers are merged by Istio and passed over.',
  why: 'A name can be terminated once on a port. Istio keeps the server of the older Gateway and leaves the other out as a whole: its routes answer with the wrong certificate or not at all.',
  fix: 'keep the name in one of them',
  covers: ['IST0145'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0145/'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: `${gateway('edge', 'shop.example.com')}${gateway('shop', 'shop.example.com')}`,
    says: 'Gateway shop/edge serves shop.example.com over TLS on port 443, too, and one of the two is left out',
    field: 'spec.servers[0].hosts',
  },
  passing: { documents: `${gateway('edge', 'shop.example.com')}${gateway('shop', 'api.example.com')}` },
  check(cluster, report) {
    for (const servers of cluster.derive(serversBySocket).values()) {
      const first = new Map<string, (typeof servers)[number]>();
      for (const server of servers) {
        if (Object.keys(server.tls).length === 0 || server.tls.httpsRedirect === true && server.protocol === 'HTTP') continue;
        for (const host of server.hosts) {
          // The first part is the namespace of the routes; the name alone is what clients ask for.
          const key = `${server.bind} ${host}`;
          const other = first.get(key);
          if (!other) first.set(key, server);
          else if (other.gateway !== server.gateway) {
            report(server.gateway, [...server.path, 'hosts'], {
              message: `${other.gateway.toString()} serves ${host} over TLS on port ${server.port}, too, and one of the two is left out`, decidedBy: [other.gateway],
            });
          }
        }
      }
    }
  },
};
