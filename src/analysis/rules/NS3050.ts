import { serversBySocket } from '../model/mesh-ingress';
import { text } from '../model/fields';
import type { Rule } from './rule';

const gateway = (name: string, credential: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [${name}.example.com]
      tls: { mode: SIMPLE, credentialName: ${credential} }
---`;

export const rule: Rule = {
  id: 'NS3050',
  class: 'risk',
  title: 'Two Gateways share a certificate on one port',
  sees: 'HTTPS servers of different Gateways with the same selector, port and credentialName, and other hosts.',
  why: 'A browser uses one HTTP/2 connection for every name of the certificate. The gateway has chosen the Gateway by the first name, does not know the second there, and answers 404.',
  fix: 'put the hosts that share a certificate into one Gateway',
  covers: ['IST0138'],
  docs: ['https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate', 'https://istio.io/latest/docs/reference/config/analysis/ist0138/'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: `${gateway('shop', 'wildcard')}${gateway('api', 'wildcard')}`,
    says: 'Certificate wildcard also serves shop.example.com at Gateway shop/shop on the same port: connections that browsers share end here with 404',
    field: 'spec.servers[0].tls.credentialName',
  },
  passing: { documents: `${gateway('shop', 'shop')}${gateway('api', 'api')}` },
  check(cluster, report) {
    for (const servers of cluster.derive(serversBySocket).values()) {
      const first = new Map<string, (typeof servers)[number]>();
      for (const server of servers) {
        const credential = text(server.tls.credentialName);
        if (credential === undefined || server.protocol !== 'HTTPS') continue;
        const other = first.get(`${server.bind} ${credential}`);
        if (!other) first.set(`${server.bind} ${credential}`, server);
        else if (other.gateway !== server.gateway && !server.hosts.some((host) => other.hosts.includes(host))) {
          report(server.gateway, [...server.path, 'tls', 'credentialName'], {
            message: `Certificate ${credential} also serves ${other.hosts.join(', ')} at ${other.gateway.toString()} on the same port: connections that browsers share end here with 404`,
            decidedBy: [other.gateway],
          });
        }
      }
    }
  },
};
