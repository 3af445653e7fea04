import type { ClusterModel } from '../model/cluster-model';
import { meshOf } from '../model/mesh';
import { partyOfLabels } from '../model/parties';
import { POLICY_SUBJECTS, policiesOf } from '../model/policies';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (ports: string): string => `${SHOP}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: istiod, namespace: istio-system }
spec:
  podSelector: { matchLabels: { app: istiod } }
  policyTypes: [Ingress]
  ingress: [{ ports: [${ports}] }]
`;

export const rule: Rule = {
  id: 'NS9708',
  class: 'breaks',
  title: 'A network policy closes the control plane of the mesh',
  sees: 'network policies that select istiod in the mesh\'s root namespace and admit nobody at port 15012 (configuration and certificates) or 15017 (the injection webhook).',
  why: 'Without 15012 no sidecar gets a certificate. Without 15017 the API server cannot ask the injector, and with its failurePolicy Fail no pod of the mesh is made any more.',
  fix: 'admit TCP 15012 from the pods of the mesh and TCP 15017 from the API server',
  covers: ['analysis 1.3: blocks istiod 15012', 'analysis 1.3: blocks webhook'],
  docs: ['https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio'],
  subjects: [...POLICY_SUBJECTS],
  failing: {
    documents: scene('{ port: 15012 }'),
    says: 'No policy admits anybody to port 15017 of istiod, on which the API server asks for sidecars',
    field: 'metadata.name',
  },
  passing: { documents: scene('{ port: 15012 }, { port: 15017 }') },
  check(cluster, report) {
    if (!usesIstio(cluster)) return;
    const { rootNamespace } = meshOf(cluster).config;
    const istiod = partyOfLabels(cluster, 'istiod', rootNamespace, { app: 'istiod', istio: 'pilot' });
    for (const [number, words] of [[15012, 'sidecars get their configuration and certificates'], [15017, 'the API server asks for sidecars']] as const) {
      const { verdict, by } = policiesOf(cluster).decide(istiod, 'ingress', { is: 'anyone', name: 'callers' }, { number, protocol: 'TCP' });
      const [first] = by;
      if (verdict === false && first) report(first.entry, ['metadata', 'name'], { message: `No policy admits anybody to port ${number} of istiod, on which ${words}`, decidedBy: by.slice(1).map(({ entry }) => entry) });
    }
  },
};

/** Whether the cluster has a mesh of Istio whose control plane runs in it. */
function usesIstio(cluster: ClusterModel): boolean {
  return cluster.pods.some((group) => meshOf(cluster).memberOf(group).membership === 'sidecar') || cluster.has('security.istio.io', 'PeerAuthentication');
}
