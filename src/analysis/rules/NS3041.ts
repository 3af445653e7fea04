import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import { gatewaysOf, hostsMeet } from '../model/mesh-routes';
import type { Rule } from './rule';

const scene = (host: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com"] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [${host}]
  gateways: [edge]
  http: [{ directResponse: { status: 204 } }]
`;

export const rule: Rule = {
  id: 'NS3041',
  class: 'breaks',
  title: 'A VirtualService asks a Gateway for hosts that the Gateway does not serve',
  sees: 'VirtualServices with a Gateway of the documents none of whose servers admits any of their hosts, by name or by namespace (namespace/host).',
  why: 'The gateway attaches routes by host. It knows none of these, so every request for them is answered 404.',
  fix: 'write a host that a server of the Gateway has, or add the host to the server',
  covers: ['IST0132'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0132/', 'https://istio.io/latest/docs/reference/config/networking/gateway/#Server'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene('shop.example.org'),
    says: 'Gateway shop/edge serves *.example.com, and none of these hosts is among them',
    field: 'spec.gateways[0]',
  },
  passing: { documents: scene('shop.example.com') },
  check(cluster, report) {
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
      const hosts = list(routes.spec.hosts).map(String);
      if (hosts.length === 0) continue;
      for (const { gateway, path } of gatewaysOf(cluster, routes)) {
        if (!gateway) continue;
        const served = list(gateway.spec.servers).flatMap((server) => list(record(server).hosts).map(String));
        if (served.length === 0 || served.some((one) => admits(gateway, one, routes, hosts))) continue;
        report(routes, path, { message: `${gateway.toString()} serves ${served.join(', ')}, and none of these hosts is among them`, decidedBy: [gateway] });
      }
    }
  },
};

/** `shop/*.example.com` is for VirtualServices of namespace shop, `./…` for those of the Gateway's own. */
function admits(gateway: Entry, served: string, routes: Entry, hosts: readonly string[]): boolean {
  const [namespace, host] = served.includes('/') ? served.split('/') : ['*', served];
  const home = namespace === '.' ? gateway.namespace : namespace;
  return (home === '*' || home === routes.namespace || routes.namespace === '') && hosts.some((one) => hostsMeet(one, host!));
}
