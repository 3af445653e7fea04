import { isEnvoyGateway, envoyPolicies } from '../model/envoy-gateway';
import { record } from '../model/fields';
import { TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const TERRAFORM = JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}', config: { ingress: [{ hostname: 'api.example.com', service: 'http://web.shop.svc.cluster.local:80' }, { service: 'http_status:404' }] },
} } } }, null, 2);

const SYSTEM = (spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ${spec}, selector: { app: web }, ports: [{ port: 80 }] }
`;

/** Annotations and classes that keep a load balancer away from the internet, or say which address it takes. */
const INSIDE = /internal|private|scheme|lbipam\.cilium\.io|lb-ipam|metallb|address-type|subnet|tailscale/i;

export const rule: Rule = {
  id: 'NS9400',
  class: 'practice',
  title: 'What a tunnel hides stands open beside it',
  sees: 'Services of type LoadBalancer or NodePort (written out, or made by Envoy Gateway) that a tunnel of Cloudflare leads to, without a restriction of sources and without any sign that their address is a private one.',
  why: 'The firewall, rate limits and login of Cloudflare are passed by: whoever finds the address speaks with the origin directly.',
  fix: 'make the Service of type ClusterIP: cloudflared reaches it inside of the cluster',
  covers: ['R29'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/'],
  subjects: TUNNEL_SUBJECTS,
  failing: { documents: SYSTEM('type: LoadBalancer'), terraform: TERRAFORM, says: 'Tunnel edge leads to Service shop/web, which is of type LoadBalancer and open to everybody', field: 'spec.type' },
  passing: { documents: SYSTEM('type: ClusterIP'), terraform: TERRAFORM },
  checkWorld(world, report) {
    for (const { tunnel, cluster, service, gateway } of tunnelWays(world)) {
      const by = 'type' in tunnel.at ? [] : [tunnel.at];
      if (service?.sound) {
        const { type, loadBalancerSourceRanges, loadBalancerIP, loadBalancerClass } = service.spec;
        if ((type !== 'LoadBalancer' && type !== 'NodePort') || loadBalancerSourceRanges !== undefined || loadBalancerIP !== undefined || INSIDE.test(String(loadBalancerClass ?? ''))) continue;
        if (Object.entries(service.annotations).some(([key, value]) => INSIDE.test(key) || INSIDE.test(value))) continue;
        report(service, ['spec', 'type'], { message: `${tunnel.label} leads to ${service.toString()}, which is of type ${String(type)} and open to everybody`, decidedBy: by });
        continue;
      }
      if (!gateway || !isEnvoyGateway(cluster, gateway)) continue;
      const proxy = cluster.derive(envoyPolicies).proxy(gateway);
      const { type = 'LoadBalancer', annotations, loadBalancerSourceRanges, loadBalancerIP, loadBalancerClass } = record(proxy?.spec.provider?.kubernetes?.envoyService);
      if (type === 'ClusterIP' || loadBalancerSourceRanges !== undefined || loadBalancerIP !== undefined || INSIDE.test(String(loadBalancerClass ?? '')) || gateway.entry.spec.addresses !== undefined) continue;
      if (Object.entries(record(annotations)).some(([key, value]) => INSIDE.test(key) || INSIDE.test(String(value)))) continue;
      if (Object.keys(record(gateway.entry.spec.infrastructure?.annotations)).some((key) => INSIDE.test(key))) continue;
      report(proxy ?? gateway.entry, ['spec'], {
        message: `${tunnel.label} leads to ${gateway.entry.toString()}, whose Service Envoy Gateway makes of type ${String(type)} and open to everybody`,
        fix: 'set spec.provider.kubernetes.envoyService.type of its EnvoyProxy to ClusterIP', decidedBy: by,
      });
    }
  },
};
