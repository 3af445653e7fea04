import { beside } from '../model/references/beside';
import { servicePorts } from '../model/service-ports';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const SYSTEM = (service: string): string => JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}', config: { ingress: [{ hostname: 'api.example.com', service }, { service: 'http_status:404' }] },
} } } }, null, 2);

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

export const rule: Rule = {
  id: 'NS1014',
  class: 'breaks',
  title: 'A tunnel leads to a Service or port that is not there',
  sees: 'Origins of tunnels with the name of a Service, in the clusters of the documents: Services that they have, and those that gateways make. With several clusters one that has the Service is enough; namespaces that no document knows are not judged.',
  why: 'cloudflared cannot resolve or reach the origin, and Cloudflare answers 502 for the host.',
  fix: 'name the Service and the port that are there',
  covers: ['analysis 1.3: cloudflared service target missing'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/deployment-guides/kubernetes/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: { documents: SHOP, terraform: SYSTEM('http://web.shop.svc.cluster.local:8080'), says: 'Tunnel edge leads to port 8080 of Service shop/web, which has port 80', field: 'config.ingress[0].service' },
  passing: { documents: SHOP, terraform: SYSTEM('http://web.shop.svc.cluster.local') },
  checkWorld(world, report) {
    const ways = tunnelWays(world);
    const byRule = new Map<object, typeof ways[number][]>();
    for (const way of ways) byRule.set(way.rule, [...byRule.get(way.rule) ?? [], way]);
    for (const [, each] of byRule) {
      const verdicts = each.map((way) => {
        const { origin, cluster, service, gateway, listeners } = way;
        if (service) {
          if (!service.sound || service.spec.type === 'ExternalName' || service.spec.clusterIP === 'None') return undefined;
          const ports = servicePorts(service).filter(({ protocol }) => protocol === 'TCP');
          return ports.some(({ port }) => port === origin.port) ? undefined : { way, message: `leads to port ${origin.port} of ${service.toString()}, which has port ${ports.map(({ port }) => port).join(', ')}` };
        }
        if (gateway) {
          if (!gateway.complete || listeners.length > 0) return undefined;
          const ports = [...new Set(gateway.listeners.map(({ port }) => port))].join(', ');
          return { way, message: `leads to port ${origin.port} of ${gateway.entry.toString()}, whose listeners have port ${ports}` };
        }
        const known = origin.namespace !== undefined && cluster.namespace(origin.namespace)?.declared === true;
        if (!known || cluster.derive(beside).mayHave('/Service', origin.namespace, origin.name)) return undefined;
        return { way, message: `leads to Service ${origin.namespace!}/${origin.name}, which is not there` };
      });
      // One cluster that has it is the one that is meant.
      const [first] = verdicts;
      if (!first || verdicts.includes(undefined)) continue;
      const { tunnel, rule: { at }, service, gateway } = first.way;
      const entry = service ?? gateway?.entry;
      report(tunnel.at, 'type' in tunnel.at ? [...at, 'service'] : at, { message: `${tunnel.label} ${first.message}`, ...entry ? { decidedBy: [entry] } : {} });
    }
  },
};
