// Probes and hooks of containers: validateProbe, validateHandler, validateLifecycle of pkg/apis/core/validation, and the defaults of pkg/apis/core/v1.
import type { Fields, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkPort, checkPortOrName, missing } from './words';

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';
export const PROBES: readonly ProbeKind[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];

const PROBE_HANDLERS: readonly string[] = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const HOOK_HANDLERS: readonly string[] = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const SECONDS: readonly string[] = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

export function checkProbe(value: unknown, kind: ProbeKind, at: Place): void {
  if (!given(value)) return;
  const probe = fields(value);
  checkHandler(probe, PROBE_HANDLERS, at);
  for (const name of SECONDS) if (integer(probe[name]) < 0) refuseNegative(integer(probe[name]), at.child(name));
  checkCounts(probe, kind, at);
}

function refuseNegative(value: number, at: Place): void {
  at.refuse(() => `${value} is negative`);
}

function checkCounts(probe: Fields, kind: ProbeKind, at: Place): void {
  const grace = probe.terminationGracePeriodSeconds;
  if (given(grace) && kind === 'readinessProbe') at.child('terminationGracePeriodSeconds').refuse(() => 'a readiness probe ends no container, so it has no grace period', 'remove it');
  else if (given(grace) && integer(grace) <= 0) at.child('terminationGracePeriodSeconds').refuse(() => `${integer(grace)} seconds are not above 0`);
  const successes = integer(probe.successThreshold);
  if (kind !== 'readinessProbe' && successes > 1) at.child('successThreshold').refuse(() => `the ${kind} of a container counts one success, and here ${successes} are asked for`, 'remove it');
}

/** Exactly one of the handlers; of several only the first is looked at. */
function checkHandler(holder: Fields, handlers: readonly string[], at: Place): string | undefined {
  let first: string | undefined;
  let count = 0;
  for (const name of handlers) {
    if (!given(holder[name])) continue;
    first ??= name;
    count++;
  }
  if (first === undefined) {
    missing(at, `one of ${handlers.join(', ')} must be given, and none is`, `give one of ${handlers.join(', ')}`);
    return undefined;
  }
  if (count > 1) refuseOthers(holder, handlers, at);
  const action = fields(holder[first]);
  const here = at.child(first);
  if (first === 'exec' && list(action.command).length === 0) missing(here.child('command'), 'the command is missing', 'give command as a list');
  if (first === 'httpGet') checkHttpGet(action, here);
  if (first === 'tcpSocket') checkPortOrName(action.port, here.child('port'), 'the port');
  if (first === 'grpc') checkPort(integer(action.port), here.child('port'), 'the port');
  return first;
}

function refuseOthers(holder: Fields, handlers: readonly string[], at: Place): void {
  const present = handlers.filter((name) => given(holder[name]));
  for (const name of present.slice(1)) at.child(name).refuse(() => `only one of ${handlers.join(', ')} may be given, and here are ${present.join(' and ')}`, 'keep one of them');
}

function checkHttpGet(action: Fields, at: Place): void {
  checkPortOrName(action.port, at.child('port'), 'the port');
  checkChoice(text(action.scheme) || 'HTTP', ['HTTP', 'HTTPS'], at.child('scheme'), 'the scheme');
  list(action.httpHeaders).forEach((item, i) => {
    const name = text(fields(item).name);
    if (!/^[-A-Za-z0-9]+$/.test(name)) at.child('httpHeaders').child(i).child('name').refuse((show) => (name === '' ? 'the name of the header is missing' : `the header name ${show(name)} has other signs than letters, digits and "-"`));
  });
}

/** `postStart` and `preStop`. A sleep must end within the grace period. */
export function checkLifecycle(value: unknown, gracePeriod: number, at: Place, minor: number): void {
  const lifecycle = fields(value);
  for (const name of ['postStart', 'preStop']) {
    if (!given(lifecycle[name])) continue;
    const hook = fields(lifecycle[name]);
    const here = at.child(name);
    if (checkHandler(hook, HOOK_HANDLERS, here) !== 'sleep') continue;
    const seconds = integer(fields(hook.sleep).seconds);
    const least = minor >= 33 ? 0 : 1;
    if (seconds < least || seconds > gracePeriod) here.child('sleep').refuse(() => `a sleep of ${seconds} seconds is outside of ${least} to ${gracePeriod}, which is the grace period of the pod`, 'change it, or terminationGracePeriodSeconds');
  }
}
