// Roles and bindings: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('rbac.authorization.k8s.io/v1 Role', [
  ['rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]', []],
  ['rules: [{}, { nonResourceURLs: [/a], verbs: [get] }]', [
    'NS0013 rules[0].verbs: The required field verbs is missing; give verbs, a list',
    'rules[0].apiGroups: A rule for resources needs a group; give apiGroups; "" is the core group',
    'rules[0].resources: A rule for resources needs a resource; give resources',
    'rules[1].nonResourceURLs: A Role is for a namespace, and URLs lie in none; use a ClusterRole',
  ]],
]);

holds('rbac.authorization.k8s.io/v1 ClusterRole', [
  ['rules: [{ nonResourceURLs: [/a], verbs: [get] }, { nonResourceURLs: [/a], resources: [pods], verbs: [get] }]', [
    'rules[1].nonResourceURLs: A rule is for resources or for URLs, not for both; make two rules of it',
  ]],
  ['aggregationRule: {}', [
    'aggregationRule.clusterRoleSelectors: An aggregation rule needs a selector; give at least one',
  ]],
  ['aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: b c } }] }', [
    'aggregationRule.clusterRoleSelectors[0].matchLabels.a: The label value "b c" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  ]],
]);

holds('rbac.authorization.k8s.io/v1 RoleBinding', [
  ['roleRef: { kind: Role, name: a }\nsubjects: [{ kind: ServiceAccount, name: a }, { kind: User, name: a@b }, { kind: Group, name: "system:authenticated" }]', []],
  ['roleRef: { kind: role, name: a/b, apiGroup: rbac }\nsubjects: [{ kind: serviceaccount, name: a }, { kind: User }, { kind: ServiceAccount, name: A, apiGroup: rbac.authorization.k8s.io }, { kind: Group, name: a, apiGroup: a }]', [
    'roleRef.kind: The kind "role" is not one of Role, ClusterRole; did you mean Role?',
    'roleRef.name: The name of the role "a/b" is not a path segment: not "." or "..", without "/" and "%"',
    'roleRef.apiGroup: The group "rbac" is not rbac.authorization.k8s.io',
    'subjects[0].kind: The kind "serviceaccount" is not one of ServiceAccount, User, Group; did you mean ServiceAccount?',
    'NS0013 subjects[1].name: The required field name is missing; give name, a string',
    'subjects[2].name: The name of the ServiceAccount "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'subjects[2].apiGroup: A ServiceAccount is of the core group, and here of "rbac.authorization.k8s.io"; remove it',
    'subjects[3].apiGroup: The group "a" is not rbac.authorization.k8s.io',
  ]],
]);

holds('rbac.authorization.k8s.io/v1 ClusterRoleBinding', [
  ['roleRef: { kind: Role, name: a }\nsubjects: [{ kind: ServiceAccount, name: a }]', [
    'roleRef.kind: The kind "Role" is not ClusterRole',
    'subjects[0].namespace: The namespace of the ServiceAccount is missing; give namespace',
  ]],
]);
