// Roles and their bindings: pkg/apis/rbac/validation, pkg/apis/rbac/v1/defaults.go.
import { dnsSubdomain, pathSegment } from '../schema/names';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, list, text } from './place';
import { checkChoice, checkLabelSelector, checkName, missing } from './words';

const GROUP = 'rbac.authorization.k8s.io';

export const checkRole: NativeCheck = (object, root) => checkRules(object, root, true);

export const checkClusterRole: NativeCheck = (object, root) => {
  checkRules(object, root, false);
  if (!given(object.aggregationRule)) return;
  const selectors = list(fields(object.aggregationRule).clusterRoleSelectors);
  const at = root.child('aggregationRule').child('clusterRoleSelectors');
  if (selectors.length === 0) missing(at, 'an aggregation rule needs a selector', 'give at least one');
  selectors.forEach((selector, i) => checkLabelSelector(selector, at.child(i)));
};

function checkRules(object: Fields, root: Place, namespaced: boolean): void {
  list(object.rules).forEach((item, i) => {
    const rule = fields(item);
    const at = root.child('rules').child(i);
    const count = (name: string): number => list(rule[name]).length;
    if (count('verbs') === 0) missing(at.child('verbs'), 'a rule needs a verb', 'give verbs, for instance [get, list, watch]');
    if (count('nonResourceURLs') > 0) {
      if (namespaced) at.child('nonResourceURLs').refuse(() => 'a Role is for a namespace, and URLs lie in none', 'use a ClusterRole');
      if (count('apiGroups') + count('resources') + count('resourceNames') > 0) at.child('nonResourceURLs').refuse(() => 'a rule is for resources or for URLs, not for both', 'make two rules of it');
      return;
    }
    if (count('apiGroups') === 0) missing(at.child('apiGroups'), 'a rule for resources needs a group', 'give apiGroups; "" is the core group');
    if (count('resources') === 0) missing(at.child('resources'), 'a rule for resources needs a resource', 'give resources');
  });
}

export const checkRoleBinding: NativeCheck = (object, root) => checkBinding(object, root, ['Role', 'ClusterRole']);
export const checkClusterRoleBinding: NativeCheck = (object, root) => checkBinding(object, root, ['ClusterRole']);

function checkBinding(object: Fields, root: Place, roles: readonly string[]): void {
  const role = fields(object.roleRef);
  const at = root.child('roleRef');
  checkChoice(text(role.apiGroup) || GROUP, [GROUP], at.child('apiGroup'), 'the group');
  checkChoice(text(role.kind), roles, at.child('kind'), 'the kind');
  if (text(role.name) === '') missing(at.child('name'), 'the name of the role is missing', 'give name');
  else checkName(text(role.name), pathSegment, at.child('name'), 'the name of the role');
  list(object.subjects).forEach((subject, i) => checkSubject(fields(subject), root.child('subjects').child(i), roles.length === 1));
}

function checkSubject(subject: Fields, at: Place, everywhere: boolean): void {
  const [kind, name, group] = [text(subject.kind), text(subject.name), text(subject.apiGroup)];
  if (name === '') missing(at.child('name'), 'the name of the subject is missing', 'give name');
  checkChoice(kind, ['ServiceAccount', 'User', 'Group'], at.child('kind'), 'the kind');
  if (kind === 'ServiceAccount') {
    if (name !== '') checkName(name, dnsSubdomain, at.child('name'), 'the name of the ServiceAccount');
    if (group !== '') at.child('apiGroup').refuse((show) => `a ServiceAccount is of the core group, and here of ${show(group)}`, 'remove it');
    if (everywhere && text(subject.namespace) === '') missing(at.child('namespace'), 'the namespace of the ServiceAccount is missing', 'give namespace');
  } else if (kind === 'User' || kind === 'Group') checkChoice(group || GROUP, [GROUP], at.child('apiGroup'), 'the group');
}
