import { proxyPort } from '../model/http3';
import { cloudflareds, tunnels } from '../model/edge';
import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import { partyOfGateway } from '../model/gateway-parties';
import { gatewayBehind } from '../model/gateway-services';
import type { ClusterModel } from '../model/cluster-model';
import { meshServicesOf } from '../model/mesh-services';
import type { Party } from '../model/parties';
import { partyOfPods } from '../model/parties';
import { policiesOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cloudflared, namespace: edge }
spec:
  selector: { matchLabels: { app: cloudflared } }
  template:
    metadata: { labels: { app: cloudflared } }
    spec:
      containers: [{ name: cloudflared, image: "docker.io/cloudflare/cloudflared:2026.6.1", args: [tunnel, --config, /etc/cloudflared/config.yaml, run] }]
      volumes: [{ name: config, configMap: { name: cloudflared } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: cloudflared, namespace: edge }
data:
  config.yaml: |
    tunnel: shop
    ingress:
      - hostname: shop.example.com
        service: http://orders.shop.svc.cluster.local:80
      - service: http_status:404
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: cloudflared, namespace: edge }
spec:
  endpointSelector: { matchLabels: { app: cloudflared } }
  egress:
    - toFQDNs: [{ matchPattern: "*.argotunnel.com" }]
    - toEndpoints: [{ matchLabels: { k8s:io.kubernetes.pod.namespace: shop, app: orders } }]
      toPorts: [{ ports: [{ port: "${port}", protocol: TCP }] }]
`;

export const rule: Rule = {
  id: 'NS9009',
  class: 'breaks',
  title: 'A network policy stands between the tunnel and its target',
  sees: 'targets of tunnels (Terraform and ConfigMaps) that are Services of the cluster, or the Services of its Gateways, and the pods of cloudflared: whether the policies at both ends evidently stop them.',
  why: 'Cloudflare answers 502 for every request of the host.',
  fix: 'admit cloudflared to the pods of the target, at the port of the pods',
  covers: ['analysis 1.3: cloudflared service target blocked by CNP', 'R112'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  needs: ['image:cloudflared'],
  failing: {
    documents: SYSTEM(80),
    says: 'Tunnel of ConfigMap edge/cloudflared leads to http://orders.shop.svc.cluster.local:80, and CiliumNetworkPolicy edge/cloudflared keeps cloudflared from Deployment shop/orders at port 8080',
  },
  passing: { documents: SYSTEM(8080) },
  checkWorld(world, report) {
    const connectors = cloudflareds(world);
    if (connectors.length === 0) return;
    for (const { at, label, rules, namespace } of tunnels(world)) {
      for (const one of rules) {
        const target = targetOf(one.service);
        if (!target) continue;
        for (const cluster of world.clusters) {
          const policies = policiesOf(cluster);
          const callers = policies.all.length === 0 ? [] : connectors.filter(({ entry }) => cluster.entries.includes(entry));
          const ends = callers.length === 0 ? [] : endsOf(cluster, target, namespace);
          const decisions = callers.flatMap((caller) => ends.map(({ party, port }) => policies.flow(partyOfPods(cluster, caller), party, { number: port, protocol: 'TCP' })));
          if (decisions.length === 0 || !decisions.every(({ verdict }) => verdict === false)) continue;
          report(at, one.at, {
            message: `${label} leads to ${one.service}, and ${closers(decisions[0]!)} keeps cloudflared from ${ends[0]!.party.name} at port ${ends[0]!.port}`, decidedBy: decidedBy(decisions[0]!),
          });
        }
      }
    }
  },
};

interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf(service: string): Target | undefined {
  const [, scheme, host, port] = /^(https?|tcp|h2mux):\/\/([^:/]+)(?::(\d+))?/.exec(service) ?? [];
  return host === undefined || (port === undefined && !scheme!.startsWith('http')) ? undefined : { host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
}

function endsOf(cluster: ClusterModel, { host, port }: Target, namespace: string | undefined): readonly { readonly party: Party; readonly port: number }[] {
  const service = meshServicesOf(cluster).ofDnsName(host, namespace ?? '');
  const servicePort = service?.port(port);
  if (service && servicePort && service.pods.length > 0) {
    return service.pods.flatMap((group) => {
      const target = service.targetOf(servicePort, group);
      return target === undefined ? [] : [{ party: partyOfPods(cluster, group), port: target }];
    });
  }
  const [name, home] = host.split('.');
  const gateway = service ? undefined : gatewayBehind(cluster, home, name!);
  const party = gateway && isEnvoyGateway(cluster, gateway) ? partyOfGateway(cluster, gateway) : undefined;
  return party ? [{ party, port: proxyPort(port, cluster.derive(envoyPolicies).proxy(gateway!)) }] : [];
}
