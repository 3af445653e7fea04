// Deployment, ReplicaSet, DaemonSet, StatefulSet and ReplicationController: pkg/apis/apps/validation, pkg/apis/core/validation, and the defaults of their versions.
import { dnsLabel } from '../schema/names';
import { checkTemplate } from './pods';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkCountOrPercent, checkLabelSelector, checkName, missing } from './words';
import { isSelectorSound, matches } from './selectors';

export const checkDeployment: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkNotNegative(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], at);
  checkSelected(spec, at, true, () => checkTemplate(spec.template, at.child('template'), { minor }));
  checkAlwaysRestarted(spec, at, 'a Deployment');
  checkStrategy(fields(spec.strategy), at.child('strategy'));
  const deadline = given(spec.progressDeadlineSeconds) ? integer(spec.progressDeadlineSeconds) : 600;
  const ready = integer(spec.minReadySeconds);
  if (deadline <= ready) at.child('progressDeadlineSeconds').refuse(() => `the deadline of ${deadline} seconds is not longer than the ${ready} seconds of minReadySeconds`, 'give a longer one');
};

export const checkReplicaSet: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkNotNegative(spec, ['replicas', 'minReadySeconds'], at);
  checkSelected(spec, at, true, () => checkTemplate(spec.template, at.child('template'), { minor }));
  checkAlwaysRestarted(spec, at, 'a ReplicaSet');
};

export const checkDaemonSet: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkSelected(spec, at, false, () => checkTemplate(spec.template, at.child('template'), { minor }));
  checkAlwaysRestarted(spec, at, 'a DaemonSet');
  checkNotNegative(spec, ['minReadySeconds', 'revisionHistoryLimit'], at);
  const strategy = fields(spec.updateStrategy);
  const type = text(strategy.type) || 'RollingUpdate';
  const here = at.child('updateStrategy');
  checkChoice(type, ['OnDelete', 'RollingUpdate'], here.child('type'), 'the strategy');
  if (type !== 'RollingUpdate') return;
  const rolling = fields(strategy.rollingUpdate);
  const [unavailable, surge] = [given(rolling.maxUnavailable) ? rolling.maxUnavailable : 1, given(rolling.maxSurge) ? rolling.maxSurge : 0];
  checkCountOrPercent(unavailable, here.child('rollingUpdate').child('maxUnavailable'), 100);
  checkCountOrPercent(surge, here.child('rollingUpdate').child('maxSurge'), 100);
  if (amount(unavailable) !== 0 && amount(surge) !== 0) here.child('rollingUpdate').child('maxSurge').refuse(() => 'only one of maxSurge and maxUnavailable may be above 0', 'set maxUnavailable: 0');
  else if (amount(unavailable) === 0 && amount(surge) === 0) here.child('rollingUpdate').child('maxUnavailable').refuse(() => 'maxSurge and maxUnavailable are both 0, so no pod could be replaced', 'give one of them');
};

export const checkStatefulSet: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkChoice(text(spec.podManagementPolicy) || 'OrderedReady', ['OrderedReady', 'Parallel'], at.child('podManagementPolicy'), 'the policy');
  const strategy = fields(spec.updateStrategy);
  const type = text(strategy.type) || 'RollingUpdate';
  const here = at.child('updateStrategy');
  checkChoice(type, ['OnDelete', 'RollingUpdate'], here.child('type'), 'the strategy');
  if (type === 'OnDelete' && given(strategy.rollingUpdate)) here.child('rollingUpdate').refuse(() => 'the strategy OnDelete replaces no pods by itself', 'remove it, or use type RollingUpdate');
  if (type === 'RollingUpdate') checkNotNegative(fields(strategy.rollingUpdate), ['partition'], here.child('rollingUpdate'));
  checkNotNegative(spec, ['replicas', 'minReadySeconds'], at);
  checkNotNegative(fields(spec.ordinals), ['start'], at.child('ordinals'));
  if (minor >= 35 && text(spec.serviceName) !== '') checkName(text(spec.serviceName), dnsLabel, at.child('serviceName'), 'the name of the Service');
  const claims = list(spec.volumeClaimTemplates).map((claim) => text(fields(fields(claim).metadata).name));
  checkSelected(spec, at, true, () => checkTemplate(spec.template, at.child('template'), { minor, claims, namesHost: true }));
  checkAlwaysRestarted(spec, at, 'a StatefulSet');
};

export const checkReplicationController: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkNotNegative(spec, ['minReadySeconds', 'replicas'], at);
  const labels = fields(fields(fields(spec.template).metadata).labels);
  const selector = given(spec.selector) && Object.keys(fields(spec.selector)).length > 0 ? fields(spec.selector) : labels;
  if (Object.keys(selector).length === 0) missing(at.child('selector'), 'a ReplicationController needs a selector', 'give selector, or labels to the template');
  if (!given(spec.template)) return missing(at.child('template'), 'a ReplicationController needs a template', 'give template');
  if (Object.keys(selector).some((key) => labels[key] !== selector[key])) mismatched(at);
  checkTemplate(spec.template, at.child('template'), { minor });
  checkAlwaysRestarted(spec, at, 'a ReplicationController');
};

/** The selector must be sound, select something definite, and fit the labels of the template. */
function checkSelected(spec: Fields, at: Place, required: boolean, template: () => void): void {
  const selector = fields(spec.selector);
  if (!given(spec.selector)) {
    if (required) missing(at.child('selector'), 'the selector is missing', 'give selector with the labels of the template');
  } else {
    checkLabelSelector(selector, at.child('selector'));
    if (Object.keys(fields(selector.matchLabels)).length + list(selector.matchExpressions).length === 0) missing(at.child('selector'), 'the selector is empty, and would select every pod', 'give matchLabels with the labels of the template');
  }
  const labels = fields(fields(fields(spec.template).metadata).labels);
  if (given(spec.selector) && isSelectorSound(selector) && !matches(selector, labels)) mismatched(at);
  template();
}

export function mismatched(at: Place): void {
  at.child('template').child('metadata').child('labels').refuse(() => 'the selector does not fit the labels of the template', 'give the template the labels that the selector asks for');
}

function checkAlwaysRestarted(spec: Fields, at: Place, what: string): void {
  const pod = fields(fields(spec.template).spec);
  const here = at.child('template').child('spec');
  const policy = text(pod.restartPolicy) || 'Always';
  if (policy === 'Never' || policy === 'OnFailure') here.child('restartPolicy').refuse(() => `the pods of ${what} are always restarted, and here the policy is ${policy}`, 'remove it, or use a Job');
  if (given(pod.activeDeadlineSeconds)) here.child('activeDeadlineSeconds').refuse(() => `the pods of ${what} have no end`, 'remove it, or use a Job');
}

export function checkNotNegative(holder: Fields, names: readonly string[], at: Place): void {
  for (const name of names) if (integer(holder[name]) < 0) at.child(name).refuse(() => `${integer(holder[name])} is negative`);
}

function checkStrategy(strategy: Fields, at: Place): void {
  const type = text(strategy.type) || 'RollingUpdate';
  checkChoice(type, ['Recreate', 'RollingUpdate'], at.child('type'), 'the strategy');
  const here = at.child('rollingUpdate');
  if (type === 'Recreate' && given(strategy.rollingUpdate)) here.refuse(() => 'the strategy Recreate replaces all pods at once', 'remove it, or use type RollingUpdate');
  if (type !== 'RollingUpdate') return;
  const rolling = fields(strategy.rollingUpdate);
  const [unavailable, surge] = [rolling.maxUnavailable ?? '25%', rolling.maxSurge ?? '25%'];
  checkCountOrPercent(unavailable, here.child('maxUnavailable'), 100);
  checkCountOrPercent(surge, here.child('maxSurge'));
  if (amount(unavailable) === 0 && amount(surge) === 0) here.child('maxUnavailable').refuse(() => 'maxSurge and maxUnavailable are both 0, so no pod could be replaced', 'give one of them');
}

/** A count or a percentage as a number; what is neither is told elsewhere, and counts as nothing. */
function amount(value: unknown): number {
  if (typeof value !== 'string') return integer(value);
  return /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : 0;
}
