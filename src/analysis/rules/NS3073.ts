import { atLeast } from '../../core/targets';
import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

const scene = (env: string): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec: { jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec:
  selector: { matchLabels: { app: istiod } }
  template:
    metadata: { labels: { app: istiod } }
    spec: { containers: [{ name: discovery, image: "docker.io/istio/pilot:1.30.3", env: [${env}] }] }
`;

export const rule: Rule = {
  id: 'NS3073',
  class: 'practice',
  title: 'Istiod fetches keys from wherever a policy says',
  sees: 'Deployments of istiod without BLOCKED_CIDRS_IN_JWKS_URIS where RequestAuthentications have a jwksUri.',
  why: 'Istiod asks the address in jwksUri itself. Who may write a RequestAuthentication may have it ask addresses inside of the network, the metadata service of the cloud among them.',
  fix: 'set BLOCKED_CIDRS_IN_JWKS_URIS on istiod, such as 169.254.0.0/16 and the cluster\'s own ranges',
  covers: ['IST0175'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/', 'https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars'],
  subjects: ['security.istio.io/RequestAuthentication'],
  failing: {
    documents: scene(''),
    says: 'BLOCKED_CIDRS_IN_JWKS_URIS is not set, and RequestAuthentication shop/orders has istiod fetch keys',
    field: 'spec.template.spec.containers[0].env',
  },
  passing: { documents: scene('{ name: BLOCKED_CIDRS_IN_JWKS_URIS, value: 169.254.0.0/16 }') },
  check(cluster, report) {
    if (!atLeast(cluster.targets.istio, '1.29')) return;
    const asking = cluster.objects('security.istio.io', 'RequestAuthentication').find(({ spec }) => list(spec.jwtRules).some((rule_) => text(record(rule_).jwksUri) !== undefined));
    if (!asking) return;
    for (const istiod of cluster.objects('apps', 'Deployment')) {
      if (istiod.labels.app !== 'istiod') continue;
      const containers = list(istiod.spec.template.spec.containers).map(record);
      const variables = containers.flatMap(({ env }) => list(env).map(record));
      if (variables.some(({ name, value, valueFrom }) => name === 'BLOCKED_CIDRS_IN_JWKS_URIS' && (value !== '' || valueFrom !== undefined)) || containers.some(({ envFrom }) => envFrom !== undefined)) continue;
      report(istiod, ['spec', 'template', 'spec', 'containers', 0, 'env'], { message: `BLOCKED_CIDRS_IN_JWKS_URIS is not set, and ${asking.toString()} has istiod fetch keys`, decidedBy: [asking] });
    }
  },
};
