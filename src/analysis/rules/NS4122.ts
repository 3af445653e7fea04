import { policyOfRequests } from '../model/cilium-requests';
import { HELM_SUBJECTS, helmValues, valueAt } from '../model/helm-values';
import type { Rule } from './rule';

const SYSTEM = (values: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: cilium, namespace: argocd }
spec:
  project: default
  destination: { server: https://kubernetes.default.svc, namespace: kube-system }
  source: { repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.20.2, helm: { valuesObject: ${values} } }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: {}
  ingress: [{ fromEntities: [cluster], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ path: /api/.* }] } }] }]
`;

export const rule: Rule = {
  id: 'NS4122',
  class: 'practice',
  title: 'Cilium refuses requests and nobody can see which',
  sees: 'values of the chart cilium that switch Hubble off, beside Cilium policies that look into requests or DNS names.',
  why: 'A request that a policy refuses is answered with 403, a name with REFUSED: only the flows of Hubble say by which policy.',
  fix: 'leave hubble.enabled on',
  covers: ['R21', 'R103'],
  docs: ['https://docs.cilium.io/en/stable/observability/hubble/'],
  subjects: HELM_SUBJECTS,
  failing: { documents: SYSTEM('{ hubble: { enabled: false } }'), says: 'hubble.enabled is false, and CiliumNetworkPolicy shop/orders looks into requests', field: 'spec.source.helm.valuesObject.hubble.enabled' },
  passing: { documents: SYSTEM('{ hubble: { relay: { enabled: true } } }') },
  checkWorld(world, report) {
    for (const values of helmValues(world, 'cilium')) {
      const policy = values.cluster && valueAt(values, 'hubble.enabled') === false ? policyOfRequests(values.cluster) : undefined;
      if (policy) report(values.at, values.path(['hubble', 'enabled']), { message: `hubble.enabled is false, and ${policy.toString()} looks into requests`, decidedBy: [policy] });
    }
  },
};
