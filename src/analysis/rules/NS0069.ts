import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0069',
  class: 'breaks',
  title: 'A PodSecurityPolicy is no longer known',
  sees: 'Objects of kind PodSecurityPolicy, and roles that give the use of one.',
  why: 'Kubernetes 1.25 removed the kind: the object is refused, and what it forbade is allowed.',
  fix: 'label the namespaces for Pod Security Admission: pod-security.kubernetes.io/enforce: restricted',
  covers: ['R144'],
  docs: ['https://kubernetes.io/docs/tasks/configure-pod-container/migrate-from-psp/'],
  subjects: ['policy/PodSecurityPolicy', 'extensions/PodSecurityPolicy', 'rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role'],
  failing: {
    documents: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: restricted-pods }
rules: [{ apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use], resourceNames: [restricted] }]
`,
    says: 'ClusterRole restricted-pods gives the use of PodSecurityPolicies, which Kubernetes 1.25 removed',
    field: 'rules[0].resources',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: budgets }
rules: [{ apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [get, list] }]
`,
  },
  check(cluster, report) {
    for (const entry of cluster.entries) {
      if (entry.kind === 'PodSecurityPolicy' && (entry.group === 'policy' || entry.group === 'extensions')) report(entry, ['kind'], { message: `${entry.toString()} is of a kind that Kubernetes 1.25 removed` });
    }
    for (const kind of ['ClusterRole', 'Role']) {
      for (const role of cluster.objects('rbac.authorization.k8s.io', kind)) {
        const { rules } = role.object as { readonly rules?: ReadonlyArray<{ readonly resources?: readonly string[] }> | null };
        rules?.forEach(({ resources = [] }, i) => {
          if (!resources.includes('podsecuritypolicies')) return;
          report(role, ['rules', i, 'resources'], { severity: 'warning', message: `${role.toString()} gives the use of PodSecurityPolicies, which Kubernetes 1.25 removed`, fix: 'remove the rule' });
        });
      }
    }
  },
};
