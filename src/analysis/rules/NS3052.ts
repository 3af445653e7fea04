import { labelsOf } from '../model/fields';
import { meshOf } from '../model/mesh';
import type { Rule } from './rule';

const scene = (label: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: edge } }
  template:
    metadata: { labels: { istio: edge, sidecar.istio.io/inject: "true" }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: istio-ingress }
spec:
  selector: { istio: ${label} }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
`;

export const rule: Rule = {
  id: 'NS3052',
  class: 'breaks',
  title: 'A Gateway is for pods that nobody has',
  sees: 'Gateways whose selector no pod meets, where the documents have proxies of Istio\'s gateways with the same keys and other values. Gateways installed by other means are passed over.',
  why: 'No proxy takes the Gateway: nothing listens, and every route that names it is without effect.',
  fix: 'write the labels of the proxies\' pods',
  covers: ['IST0101'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: scene('egde'),
    says: 'No pod has the labels istio=egde; the proxies of Deployment istio-ingress/edge have istio=edge',
    field: 'spec.selector',
  },
  passing: { documents: scene('edge') },
  check(cluster, report) {
    if (cluster.open) return;
    const mesh = meshOf(cluster);
    const proxies = cluster.pods.filter((group) => mesh.memberOf(group).membership === 'gateway');
    if (proxies.length === 0) return;
    for (const gateway of cluster.objects('networking.istio.io', 'Gateway')) {
      const selector = labelsOf(gateway.spec.selector);
      const keys = Object.keys(selector);
      // Labels that an installation of Istio gives by default may be on pods that no document has.
      if (keys.length === 0 || DEFAULTS.has(selector.istio ?? '') || cluster.selectByMap(undefined, selector).length > 0 || cluster.mayHaveOtherPods(undefined, selector)) continue;
      const near = proxies.find((group) => keys.every((key) => group.labels[key] !== undefined));
      if (!near) continue;
      const print = (labels: Readonly<Record<string, string>>): string => keys.map((key) => `${key}=${labels[key]!}`).join(', ');
      report(gateway, ['spec', 'selector'], { message: `No pod has the labels ${print(selector)}; the proxies of ${near.entry.toString()} have ${print(near.labels)}`, decidedBy: [near.entry] });
    }
  },
};

const DEFAULTS: ReadonlySet<string> = new Set(['ingressgateway', 'egressgateway', 'eastwestgateway']);
