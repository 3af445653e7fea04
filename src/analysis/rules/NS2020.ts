import type { Share, Split } from '../model/split';
import { firstSteps, PROMOTE, splits, WEIGHT_SUBJECTS } from '../model/weights';
import { each } from '../model/each';
import type { Report, Rule } from './rule';

const ROUTE = (stable: number, canary: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - backendRefs:
        - { name: orders, port: 8080, weight: ${stable} }
        - { name: orders-canary, port: 8080, weight: ${canary} }
`;

export const rule: Rule = {
  id: 'NS2020',
  class: 'risk',
  title: 'The canary gets the larger share',
  sees: 'Weights between backends of which one is called canary (by its name, its subset, or the labels that its Service selects): Gateway API routes and those of Linkerd, VirtualServices, Traefik\'s weighted services, canary Ingresses of ingress-nginx and Alibaba, weighted actions of AWS, '
    + 'splits of Consul, SMI, Contour, NGINX and Knative, weighted clusters in CiliumEnvoyConfigs; '
    + `and the first step of Argo Rollouts and Flagger. A share of 100 % and objects with the annotation ${PROMOTE}: "true" are meant so.`,
  why: 'The weights are swapped: the version that was to be tried by a few serves almost everybody, and its faults are an outage.',
  fix: `give the canary the smaller weight, or say that it is being promoted with the annotation ${PROMOTE}: "true"`,
  covers: ['R5', 'analysis 1.3: canary inverted'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/traffic-splitting/'],
  subjects: WEIGHT_SUBJECTS,
  failing: { documents: ROUTE(3, 97), says: 'Canary orders-canary gets 97 % of the requests (weights orders 3, orders-canary 97)', field: 'spec.rules[0].backendRefs[1]' },
  passing: { documents: ROUTE(97, 3) },
  check(cluster, report) {
    each(cluster.derive(splits), checkSplit, report);
    for (const { at, path, percent: first } of firstSteps(cluster)) {
      if (first <= 50 || first >= 100 || at.annotations[PROMOTE] === 'true') continue;
      report(at, path, { message: `The first step of ${at.toString()} gives the canary ${first} % of the requests`, fix: 'begin with a small share' });
    }
  },
};

function isCanary({ canary }: Share): boolean {
  return canary;
}

function checkSplit({ at, shares }: Split, report: Report): void {
  if (!shares.some(isCanary)) return;
  const canaries = shares.filter(({ canary }) => canary);
  if (canaries.length === shares.length || at.annotations[PROMOTE] === 'true') return;
  const total = sum(shares);
  const share = sum(canaries) / total;
  if (!(share > 0.5) || share === 1) return;
  const largest = canaries.reduce((one, other) => (other.weight > one.weight ? other : one));
  report(at, largest.path, {
    message: `Canary ${canaries.map(({ name }) => name).join(' and ')} gets ${percent(share)} of the requests (weights ${shares.map(({ name, weight }) => `${name} ${weight}`).join(', ')})`,
  });
}

function sum(shares: readonly Share[]): number {
  return shares.reduce((total, { weight }) => total + weight, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
