// What annotations of ingress-nginx do before a request reaches its backend. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, text } from '../../model/fields';
import { certifies } from '../../model/hostnames';
import { NGINX } from '../../model/ingress-nginx';
import type { Decider, Verdict } from '../flow';
import type { Arrival } from './arrival';
import { verdict } from './arrival';
import { isIn } from './authorization';

export interface Stopped {
  readonly verdict: Verdict;
  readonly location: string | undefined;
}

/** The answer of the controller itself; undefined when nothing is in the way. */
export function beforeNginx(ingress: Entry, host: string, { request, address }: Arrival): Stopped | undefined {
  const given = (name: string): string | undefined => text(ingress.annotations[`${NGINX}${name}`]);
  const by = (name: string): Decider[] => [{ entry: ingress, path: ['metadata', 'annotations', `${NGINX}${name}`] }];
  const stop = (found: Verdict, location?: string): Stopped => ({ verdict: found, location });
  const label = ingress.toString();
  const snippet = ['server-snippet', 'configuration-snippet', 'auth-snippet', 'modsecurity-snippet'].find((name) => given(name) !== undefined);
  if (snippet !== undefined) return stop(verdict('undetermined', `What the ${snippet} of ${label} does is not modelled`, by(snippet)));
  const covers = (name: unknown): boolean => name === host || (request.host !== undefined && certifies(String(name), request.host));
  const secured = list(ingress.spec.tls).some((tls: Fields) => list(tls.hosts).some(covers));
  const redirects = given('force-ssl-redirect') === 'true' || (secured && given('ssl-redirect') !== 'false');
  if (redirects && request.scheme !== 'https') {
    const decider: Decider[] = given('force-ssl-redirect') === 'true' ? by('force-ssl-redirect') : [{ entry: ingress, path: ['spec', 'tls'] }];
    if (request.scheme === undefined) return stop(verdict('undetermined', `${label} sends requests without TLS to https, and whether this one has it is not known`, decider));
    const location = request.host === undefined || request.path === undefined ? undefined : `https://${request.host}${request.path}${request.query === undefined ? '' : `?${request.query}`}`;
    return stop(verdict('denied', `${label} takes it, and sends the caller to https with 308`, decider, 308), location);
  }
  for (const [name, status] of [['permanent-redirect', 301], ['temporal-redirect', 302]] as const) {
    const location = given(name);
    if (location !== undefined) return stop(verdict('denied', `${label} takes it, and sends the caller to ${location} with ${Number(given(`${name}-code`) ?? status)}`, by(name), Number(given(`${name}-code`) ?? status)), location);
  }
  if (given('app-root') !== undefined && (request.path ?? '/') === '/') {
    return stop(verdict(request.path === undefined ? 'undetermined' : 'denied', `${label} sends callers of / to ${given('app-root')!} with 302`, by('app-root'), 302), given('app-root'));
  }
  return allowed(given, by, stop, label, address) ?? authenticated(given, by, stop, label, request.headers);
}

type Given = (name: string) => string | undefined;
type By = (name: string) => Decider[];
type Stop = (found: Verdict) => Stopped;

function allowed(given: Given, by: By, stop: Stop, label: string, address: string | undefined): Stopped | undefined {
  for (const name of ['whitelist-source-range', 'allowlist-source-range', 'denylist-source-range']) {
    const blocks = given(name)?.split(',').map((one) => one.trim());
    if (!blocks) continue;
    const inside = isIn(blocks, address);
    if (inside === undefined) return stop(verdict('undetermined', `${label} looks at the address of the caller, which is not known`, by(name)));
    if (inside === (name === 'denylist-source-range')) return stop(verdict('denied', `${label} does not let in callers from ${address!}`, by(name), 403));
  }
  return undefined;
}

function authenticated(given: Given, by: By, stop: Stop, label: string, headers: Readonly<Record<string, string>> | undefined): Stopped | undefined {
  if (given('auth-url') !== undefined) return stop(verdict('undetermined', `What ${given('auth-url')!} says to the request is not known`, by('auth-url')));
  if (given('auth-tls-secret') !== undefined && !['off', 'optional', 'optional_no_ca'].includes(given('auth-tls-verify-client') ?? 'on')) {
    return stop(verdict('undetermined', `${label} asks for a client certificate`, by('auth-tls-secret')));
  }
  if (given('auth-type') === undefined) return undefined;
  if (headers !== undefined && headers.authorization === undefined) return stop(verdict('denied', `${label} asks for a user and a password, and the request has none`, by('auth-type'), 401));
  return stop(verdict('undetermined', `Whether the user and the password of the request are ones of ${label} is not known`, by('auth-type')));
}
