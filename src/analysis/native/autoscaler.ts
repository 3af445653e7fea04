// HorizontalPodAutoscaler of autoscaling/v2: pkg/apis/autoscaling/validation, pkg/apis/autoscaling/v2/defaults.go, and the registry's options.
import { dnsLabel, pathSegment } from '../schema/names';
import { checkResourceName } from './resource-names';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkName, missing, signOf } from './words';

const LONGEST_WINDOW = 3600;
const LONGEST_PERIOD = 1800;

export const checkAutoscaler: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  const lowest = given(spec.minReplicas) ? integer(spec.minReplicas) : 1;
  const highest = integer(spec.maxReplicas);
  if (lowest < 1) at.child('minReplicas').refuse(() => `${lowest} replicas at least, where 1 is the least that is allowed`, 'give 1 or more');
  if (highest < 1) at.child('maxReplicas').refuse(() => `${highest} replicas at most, where at least 1 must be allowed`, 'give 1 or more');
  if (highest < lowest) at.child('maxReplicas').refuse(() => `at most ${highest} replicas are fewer than the ${lowest} of minReplicas`, 'give a maximum that is not below the minimum');
  const target = fields(spec.scaleTargetRef);
  checkTarget(target, at.child('scaleTargetRef'), minor >= 35 ? (text(target.kind) === 'ReplicationController' ? 'any' : 'group') : 'none');
  const metrics = list(spec.metrics).map(fields);
  metrics.forEach((metric, i) => checkMetric(metric, at.child('metrics').child(i), minor));
  if (given(spec.minReplicas) && lowest === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    at.child('metrics').refuse(() => 'scaling to zero needs a metric of type Object or External', 'give one, or minReplicas: 1');
  }
  const behavior = fields(spec.behavior);
  for (const name of ['scaleUp', 'scaleDown']) if (given(behavior[name])) checkRules(fields(behavior[name]), at.child('behavior').child(name));
};

function checkTarget(target: Fields, at: Place, version: 'none' | 'any' | 'group'): void {
  for (const name of ['kind', 'name']) {
    if (text(target[name]) === '') missing(at.child(name), `the ${name} of the object is missing`, `give ${name}`);
    else checkName(text(target[name]), pathSegment, at.child(name), `the ${name}`);
  }
  if (version === 'none') return;
  const value = text(target.apiVersion);
  const slashes = value.split('/').length - 1;
  if (slashes > 1) at.child('apiVersion').refuse((show) => `${show(value)} is not a group and a version such as apps/v1`);
  else if (version === 'group' && value.indexOf('/') <= 0) at.child('apiVersion').refuse((show) => `${value === '' ? 'the version is missing, and with it' : `${show(value)} is without`} the group of what is scaled`, 'write it as apps/v1');
}

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['ContainerResource', 'containerResource'], ['External', 'external'], ['Object', 'object'], ['Pods', 'pods'], ['Resource', 'resource'],
]);
/** In the order in which the server meets them: of several sources only the first is looked at. */
const SOURCE_FIELDS: readonly string[] = ['object', 'external', 'pods', 'resource', 'containerResource'];

function checkMetric(metric: Fields, at: Place, minor: number): void {
  const type = text(metric.type);
  checkChoice(type, [...SOURCES.keys()], at.child('type'), 'the type of the metric');
  const present = SOURCE_FIELDS.filter((name) => given(metric[name]));
  if (present.length > 0) checkSource(present[0]!, fields(metric[present[0]!]), at.child(present[0]!), minor);
  const wanted = SOURCES.get(type);
  if (wanted !== undefined && !present.includes(wanted)) missing(at.child(wanted), `a metric of type ${type} needs ${wanted}`, `give ${wanted}`);
  if (present.length !== 1) for (const name of present) if (name !== wanted) at.child(name).refuse(() => `a metric has one source, and here ${present.join(' and ')} are given`, 'make two metrics of it');
}

function checkSource(name: string, source: Fields, at: Place, minor: number): void {
  const target = fields(source.target);
  const below = at.child('target');
  const [value, average, percent] = [given(target.value), given(target.averageValue), given(target.averageUtilization)];
  if (name === 'object') checkTarget(fields(source.describedObject), at.child('describedObject'), minor >= 35 ? 'any' : 'none');
  if (name === 'object' || name === 'external' || name === 'pods') checkMetricName(text(fields(source.metric).name), at.child('metric').child('name'));
  else if (text(source.name) === '') missing(at.child('name'), 'the name of the resource is missing', 'give name, for instance cpu');
  else if (name === 'containerResource') checkResourceName(text(source.name), at.child('name'));
  if (name === 'containerResource') {
    if (text(source.container) === '') missing(at.child('container'), 'the name of the container is missing', 'give container');
    else checkName(text(source.container), dnsLabel, at.child('container'), 'the name of the container');
  }
  checkTargetValues(target, below);
  if (name === 'object' || name === 'external') {
    if (!value && !average) missing(below.child('averageValue'), 'a target needs a value', 'give value or averageValue');
    if (name === 'external' && value && average) below.child('value').refuse(() => 'both value and averageValue are given', 'remove one of them');
  } else if (name === 'pods') {
    if (!average) missing(below.child('averageValue'), 'a target over pods needs averageValue', 'give averageValue');
  } else if (!percent && !average) missing(below.child('averageUtilization'), 'a target needs a value', 'give averageUtilization or averageValue');
  else if (percent && average) below.child('averageValue').refuse(() => 'both averageValue and averageUtilization are given', 'remove one of them');
}

function checkMetricName(name: string, at: Place): void {
  if (name === '') missing(at, 'the name of the metric is missing', 'give name');
  else checkName(name, pathSegment, at, 'the name of the metric');
}

function checkTargetValues(target: Fields, at: Place): void {
  checkChoice(text(target.type), ['AverageValue', 'Utilization', 'Value'], at.child('type'), 'the type of the target');
  for (const name of ['value', 'averageValue']) {
    if (given(target[name]) && signOf(target[name]) < 1) at.child(name).refuse((show) => `${show(target[name])} is not above 0`);
  }
  if (given(target.averageUtilization) && integer(target.averageUtilization) < 1) at.child('averageUtilization').refuse(() => `${integer(target.averageUtilization)} percent are not above 0`);
}

function checkRules(rules: Fields, at: Place): void {
  const window = integer(rules.stabilizationWindowSeconds);
  if (window < 0 || window > LONGEST_WINDOW) at.child('stabilizationWindowSeconds').refuse(() => `${window} seconds are outside of 0 to ${LONGEST_WINDOW}`);
  if (given(rules.selectPolicy)) checkChoice(text(rules.selectPolicy), ['Disabled', 'Max', 'Min'], at.child('selectPolicy'), 'the choice of policy');
  if (Array.isArray(rules.policies) && rules.policies.length === 0) missing(at.child('policies'), 'the list of policies is empty', 'give a policy, or leave the list out for the defaults');
  list(rules.policies).forEach((item, i) => {
    const policy = fields(item);
    const here = at.child('policies').child(i);
    checkChoice(text(policy.type), ['Percent', 'Pods'], here.child('type'), 'the type of the policy');
    if (integer(policy.value) <= 0) here.child('value').refuse(() => `${integer(policy.value)} is not above 0`);
    const period = integer(policy.periodSeconds);
    if (period <= 0 || period > LONGEST_PERIOD) here.child('periodSeconds').refuse(() => `${period} seconds are outside of 1 to ${LONGEST_PERIOD}`);
  });
  if (given(rules.tolerance) && signOf(rules.tolerance) < 0) at.child('tolerance').refuse((show) => `${show(rules.tolerance)} is negative`);
}
