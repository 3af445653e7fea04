import { authorizationOf } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import { record } from '../model/fields';
import { selectingServices } from '../model/services';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (more: string): string => `${SHOP}${workload('frontend')}apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }] }]
---${more}
`;

const NOTHING = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow-nothing, namespace: shop }
spec: {}
`;

export const rule: Rule = {
  id: 'NS3033',
  class: 'practice',
  title: 'Pods of the mesh answer everybody',
  sees: 'workloads with a sidecar or in ambient mode that no AuthorizationPolicy with action ALLOW is for, neither by labels nor at the waypoint of their Service, in namespaces where some other workload has one.',
  why: 'Without an ALLOW policy a workload takes every call that arrives, of whatever identity. In a namespace that decides by identity elsewhere that is rarely meant.',
  fix: 'add an AuthorizationPolicy with an empty spec to the namespace, and one with rules for each workload that is called',
  covers: ['R14', 'R35'],
  docs: ['https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene(''),
    says: 'Deployment shop/frontend answers everybody: no ALLOW policy is for it, and other workloads of namespace shop have one',
    field: 'metadata.name',
  },
  passing: { documents: scene(NOTHING) },
  check(cluster, report) {
    const authorization = authorizationOf(cluster);
    const mesh = meshOf(cluster);
    const deciding = new Set(authorization.policies.filter(({ action }) => action === 'ALLOW').map(({ entry }) => entry.namespace));
    // A waypoint decides for the Services that a policy names; one for the whole waypoint or its class is for all of them.
    const guarded = new Set(authorization.policies.filter(({ action }) => action === 'ALLOW').flatMap(({ entry, targetRefs }) => targetRefs.map((target) => {
      const { kind, name } = record(target);
      return kind === 'Service' ? `${entry.namespace}/${String(name)}` : entry.namespace;
    })));
    const behind = new Set(cluster.derive(selectingServices).filter(({ service }) => guarded.has(`${service.namespace}/${service.name}`)).flatMap(({ pods }) => pods));
    for (const group of cluster.pods) {
      const { membership } = mesh.memberOf(group);
      if (!deciding.has(group.namespace) || membership !== 'sidecar' && membership !== 'ambient' || !authorization.isKnown(group) || !group.entry.sound) continue;
      // Jobs are called by nobody.
      if (group.entry.group === 'batch' || membership === 'ambient' && (guarded.has(group.namespace) || behind.has(group)) || authorization.of(group).some(({ action }) => action === 'ALLOW')) continue;
      report(group.entry, ['metadata', 'name'], { message: `${group.entry.toString()} answers everybody: no ALLOW policy is for it, and other workloads of namespace ${group.namespace} have one` });
    }
  },
};
