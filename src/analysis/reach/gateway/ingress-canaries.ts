// Canaries of ingress-nginx: an Ingress whose backend takes some requests of another one. Which ones is asked by header, then by cookie, then by weight
// (kubernetes/ingress-nginx rootfs/etc/nginx/lua/balancer.lua, internal/ingress/controller/controller.go mergeAlternativeBackends).
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { record, text } from '../../model/fields';
import { NGINX } from '../../model/ingress-nginx';
import type { Request } from '../flow';
import { isFound } from './patterns';
import { seenRequest } from './seen';

/** One path of an Ingress, as far as canaries go. */
export interface CanaryRule {
  readonly ingress: Entry;
  readonly host: string;
  readonly route: string;
  /** The type of the path as the document has it. */
  readonly written: string;
  readonly backend: Fields;
}

/** The Service and the port of a backend: canaries are joined to them, for every path that leads there. */
function upstreamOf({ ingress, backend }: CanaryRule): string | undefined {
  const { name, port } = record(backend.service);
  return name === undefined ? undefined : `${ingress.namespace}/${String(name)}/${String(record(port).number ?? record(port).name)}`;
}

/** The canaries of each backend. */
export class Canaries<T extends CanaryRule> {
  private readonly byUpstream: Map<string, T[]> = new Map();

  constructor(rules: readonly T[], canaries: readonly T[]) {
    const byPlace = new Map<string, T[]>();
    for (const rule of rules) {
      const known = byPlace.get(placeOf(rule));
      if (known) known.push(rule);
      else byPlace.set(placeOf(rule), [rule]);
    }
    for (const canary of canaries) {
      for (const rule of byPlace.get(placeOf(canary)) ?? []) this.enter(rule, canary);
    }
  }

  /** Those of the backend of a path. */
  of(rule: T): readonly T[] {
    return this.byUpstream.get(upstreamOf(rule) ?? '') ?? [];
  }

  private enter(rule: T, canary: T): void {
    const [own, other] = [upstreamOf(rule), upstreamOf(canary)];
    if (own === undefined || other === undefined || own === other) return;
    const known = this.byUpstream.get(own) ?? [];
    this.byUpstream.set(own, known);
    if (!known.some((one) => upstreamOf(one) === other)) known.push(canary);
  }
}

function placeOf({ host, route, written }: CanaryRule): string {
  return `${host} ${route} ${written}`;
}

export interface CanaryShare {
  /** Of requests like this one, between 0 and 1; undefined where nobody knows. */
  readonly share: number | undefined;
  /** The annotation that decides. */
  readonly annotation: string;
  readonly doubt: string;
}

/** How much of requests like one a canary gets. */
export function canaryShare(primary: Entry, canary: Entry, request: Request): CanaryShare {
  const given = (name: string): string | undefined => text(canary.annotations[`${NGINX}${name}`]);
  const seen = seenRequest(request, request.path);
  const answer = (share: number | undefined, name: string, doubt: string = ''): CanaryShare => ({ share, annotation: `${NGINX}${name}`, doubt });
  // Sessions stay where they are, unless they are told not to.
  if (text(primary.annotations[`${NGINX}affinity`]) === 'cookie' && text(primary.annotations[`${NGINX}affinity-canary-behavior`]) !== 'legacy') {
    const name = text(primary.annotations[`${NGINX}session-cookie-name`]) ?? 'INGRESSCOOKIE';
    if (seen.cookie(name) !== null) return answer(undefined, 'canary', `whether a session keeps the request where it was is not known (cookie ${name})`);
  }
  const header = given('canary-by-header');
  const sent = header === undefined ? null : seen.header(header);
  if (sent === undefined) return answer(undefined, 'canary-by-header', `whether the request has the header ${header!} is not known`);
  if (sent !== null) {
    const [value, pattern] = [given('canary-by-header-value'), given('canary-by-header-pattern')];
    if (value !== undefined) {
      if (sent === value) return answer(1, 'canary-by-header-value');
    } else if (pattern !== undefined) {
      const found = isFound(pattern, sent);
      if (found === undefined) return answer(undefined, 'canary-by-header-pattern', `${JSON.stringify(pattern)} is no regular expression that is understood`);
      if (found) return answer(1, 'canary-by-header-pattern');
    } else if (sent === 'always' || sent === 'never') return answer(sent === 'always' ? 1 : 0, 'canary-by-header');
  }
  const name = given('canary-by-cookie');
  const cookie = name === undefined ? null : seen.cookie(name);
  if (cookie === undefined) return answer(undefined, 'canary-by-cookie', `whether the request has the cookie ${name!} is not known`);
  if (cookie === 'always' || cookie === 'never') return answer(cookie === 'always' ? 1 : 0, 'canary-by-cookie');
  const weight = Number(given('canary-weight') ?? 0);
  const total = Math.max(100, Number(given('canary-weight-total') ?? 100));
  return answer(Number.isFinite(weight / total) ? Math.min(1, Math.max(0, weight / total)) : 0, given('canary-weight') === undefined ? 'canary' : 'canary-weight');
}

/** Headers of a request that a canary gets, as far as its annotations ask for any; of its primary those of one that asks for nothing. Undefined where none can be made. */
export function headersFor(canary: Entry | undefined): Readonly<Record<string, string>> | undefined {
  if (canary === undefined) return {};
  const given = (name: string): string | undefined => text(canary.annotations[`${NGINX}${name}`]);
  const [header, value] = [given('canary-by-header'), given('canary-by-header-value')];
  if (header !== undefined && (value !== undefined || given('canary-by-header-pattern') === undefined)) return { [header.toLowerCase()]: value ?? 'always' };
  const cookie = given('canary-by-cookie');
  if (cookie !== undefined) return { cookie: `${cookie}=always` };
  return header === undefined ? {} : undefined;
}
