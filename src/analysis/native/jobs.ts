// Job and CronJob: pkg/apis/batch/validation, as far as their pods, their ends and their times go. What the failure of a pod means is not held here.
import { dnsLabel } from '../schema/names';
import { checkTemplate } from './pods';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, text } from './place';
import { checkChoice, checkLabelSelector, checkName, missing } from './words';
import { isSelectorSound, matches } from './selectors';
import { checkNotNegative, mismatched } from './workloads';

export const checkJob: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  checkJobSpec(spec, root.child('spec'), minor);
  checkSelector(object, spec, root.child('spec'));
  const name = text(fields(object.metadata).name);
  const completions = integer(spec.completions);
  if (spec.completionMode !== 'Indexed' || completions <= 0 || name === '') return;
  const last = `${name}-${completions - 1}`;
  if (dnsLabel(last) !== undefined) checkName(last, dnsLabel, root.child('metadata').child('name'), 'the name of the last pod');
};

const NAME_LABELS: readonly string[] = ['job-name', 'batch.kubernetes.io/job-name'];
const UID_LABELS: readonly string[] = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
/** An id that the server will make: nobody can have written it. */
const UID = '\u0000';

/** The server makes selector and labels itself, unless it is told not to. */
function checkSelector(object: Fields, spec: Fields, at: Place): void {
  const selector = fields(spec.selector);
  const written = fields(fields(fields(spec.template).metadata).labels);
  checkLabelSelector(spec.selector, at.child('selector'));
  if (spec.manualSelector === true) {
    if (!given(spec.selector)) missing(at.child('selector'), 'with manualSelector the selector is missing', 'give selector, or remove manualSelector');
    else if (isSelectorSound(selector) && !matches(selector, written)) mismatched(at);
    return;
  }
  const name = text(fields(object.metadata).name);
  if (name === '') return;
  const made = Object.fromEntries([...NAME_LABELS.map((key) => [key, name]), ...UID_LABELS.map((key) => [key, UID])] as [string, string][]);
  for (const key in made) {
    if (Object.hasOwn(written, key) && written[key] !== made[key]) at.child('template').child('metadata').child('labels').child(key).refuse(() => `the label ${key} is made by the server`, 'remove it');
  }
  if (!given(spec.selector) || !isSelectorSound(selector)) return;
  if (!matches(selector, made)) at.child('selector').refuse(() => 'the selector of a job is made by the server, and this one selects something else', 'remove it');
  else if (!matches(selector, { ...written, ...made })) mismatched(at);
}

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

const MOST_PARALLEL = 100_000;

function checkJobSpec(spec: Fields, at: Place, minor: number): void {
  checkNotNegative(spec, ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'], at);
  if (given(spec.completionMode)) checkChoice(text(spec.completionMode), ['Indexed', 'NonIndexed'], at.child('completionMode'), 'the completion mode');
  if (spec.completionMode === 'Indexed' && !given(spec.completions)) missing(at.child('completions'), 'the completion mode Indexed needs completions', 'give completions');
  if (spec.completionMode === 'Indexed' && integer(spec.parallelism) > MOST_PARALLEL) at.child('parallelism').refuse(() => `${integer(spec.parallelism)} pods at once, at most ${MOST_PARALLEL} are allowed in the completion mode Indexed`);
  checkTemplate(spec.template, at.child('template'), { minor });
  const policy = text(fields(fields(spec.template).spec).restartPolicy) || 'Always';
  const here = at.child('template').child('spec').child('restartPolicy');
  if (policy === 'Always') missing(here, 'the pods of a job end, so they may not be restarted always', 'give restartPolicy: OnFailure or Never');
  else if (policy === 'OnFailure' && given(spec.podFailurePolicy)) here.refuse(() => 'with a podFailurePolicy the pods of a job may not be restarted', 'give restartPolicy: Never');
}
