// Job and CronJob: pkg/apis/batch/validation, as far as their pods, their ends and their times go. What the failure of a pod means is not held here.
import { dnsLabel } from '../schema/names';
import { checkTemplate } from './pods';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, text } from './place';
import { checkChoice, checkLabelSelector, checkName, missing } from './words';
import { checkNotNegative } from './workloads';

export const checkJob: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  checkJobSpec(spec, root.child('spec'), minor);
  checkLabelSelector(spec.selector, root.child('spec').child('selector'));
  const name = text(fields(object.metadata).name);
  const completions = integer(spec.completions);
  if (spec.completionMode !== 'Indexed' || completions <= 0 || name === '') return;
  const last = `${name}-${completions - 1}`;
  if (dnsLabel(last) !== undefined) checkName(last, dnsLabel, root.child('metadata').child('name'), 'the name of the last pod');
};

export const checkCronJob: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  if (text(spec.schedule) === '') missing(at.child('schedule'), 'the schedule is missing', 'give schedule, for instance "0 3 * * *"');
  else if (text(spec.schedule).includes('TZ')) at.child('schedule').refuse(() => 'the time zone stands in the schedule', 'give it as timeZone');
  if (given(spec.timeZone) && text(spec.timeZone) === '') at.child('timeZone').refuse(() => 'the time zone is empty', 'remove it, or name one such as Europe/Berlin');
  checkNotNegative(spec, ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'], at);
  checkChoice(text(spec.concurrencyPolicy) || 'Allow', ['Allow', 'Forbid', 'Replace'], at.child('concurrencyPolicy'), 'the policy');
  const job = fields(fields(spec.jobTemplate).spec);
  const here = at.child('jobTemplate').child('spec');
  checkJobSpec(job, here, minor);
  if (given(job.selector)) here.child('selector').refuse(() => 'the selector of a CronJob\'s jobs is made by the server', 'remove it');
  if (job.manualSelector === true) here.child('manualSelector').refuse(() => 'the selector of a CronJob\'s jobs is made by the server', 'remove it');
};

function checkJobSpec(spec: Fields, at: Place, minor: number): void {
  checkNotNegative(spec, ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'], at);
  if (given(spec.completionMode)) checkChoice(text(spec.completionMode), ['Indexed', 'NonIndexed'], at.child('completionMode'), 'the completion mode');
  if (spec.completionMode === 'Indexed' && !given(spec.completions)) missing(at.child('completions'), 'the completion mode Indexed needs completions', 'give completions');
  checkTemplate(spec.template, at.child('template'), { minor });
  const policy = text(fields(fields(spec.template).spec).restartPolicy) || 'Always';
  const here = at.child('template').child('spec').child('restartPolicy');
  if (policy === 'Always') missing(here, 'the pods of a job end, so they may not be restarted always', 'give restartPolicy: OnFailure or Never');
  else if (policy === 'OnFailure' && given(spec.podFailurePolicy)) here.refuse(() => 'with a podFailurePolicy the pods of a job may not be restarted', 'give restartPolicy: Never');
}
