// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy (https://docs.cilium.io/en/stable/security/policy/), as release 1.20 keeps them.
import type { Json } from '../worlds/cni-parts';
import type { Case } from './cni';
import { inBlock, isNamed, namespaceLabels, selects } from './cni';

export interface CiliumUnion {
  readonly denied: boolean;
  readonly allowed: boolean;
  /** Some requests are let through. */
  readonly some: boolean;
  readonly closed: boolean;
}

export function ciliumUnion(one: Case): CiliumUnion {
  const answer = { denied: false, allowed: false, some: false, closed: false };
  for (const policy of policiesOf(one)) {
    const { spec, namespace } = policy;
    if (!isSubject(one, policy)) continue;
    const [allow, deny] = [spec[one.direction] ?? [], spec[`${one.direction}Deny`] ?? []];
    if (allow.length + deny.length > 0 && spec.enableDefaultDeny?.[one.direction] !== false) answer.closed = true;
    for (const rule of deny) if (isPeer(one, namespace, rule) && portsMet(one, rule).some(({ met }) => met)) answer.denied = true;
    for (const rule of allow) {
      if (!isPeer(one, namespace, rule)) continue;
      for (const { met, rules } of portsMet(one, rule)) {
        if (!met) continue;
        const said = saidMet(one, rules);
        if (said === true) answer.allowed = true;
        else if (said === 'some') answer.some = true;
      }
    }
  }
  return answer;
}

interface Spec {
  readonly spec: Json;
  readonly namespace: string | undefined;
}

function policiesOf({ world }: Case): readonly Spec[] {
  return world.documents.filter(({ kind }) => /^Cilium.*NetworkPolicy$/.test(kind)).flatMap((policy): Spec[] => [...policy.spec ? [policy.spec] : [], ...policy.specs ?? []].map((spec) => ({ spec, namespace: policy.metadata.namespace })));
}

function isSubject({ world, subject }: Pick<Case, 'world' | 'subject'>, { spec, namespace }: Spec): boolean {
  return (namespace === undefined || subject.metadata.namespace === namespace) && selects(plain(spec.endpointSelector), labelsOf(world, subject));
}

/** Everything that selectors can ask of a pod. */
function labelsOf(world: Case['world'], { metadata, spec }: Json): Readonly<Record<string, string>> {
  return {
    ...metadata.labels, 'io.kubernetes.pod.namespace': metadata.namespace, 'io.cilium.k8s.policy.serviceaccount': spec.serviceAccountName ?? 'default',
    ...Object.fromEntries(Object.entries(namespaceLabels(world, metadata.namespace)).map(([key, value]) => [`io.cilium.k8s.namespace.labels.${key}`, value])),
  };
}

/** The selector without the word for labels of Kubernetes. */
function plain(selector: Json): Json {
  const strip = (key: string): string => key.replace(/^(?:k8s|any):/, '');
  return {
    matchLabels: Object.fromEntries(Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [strip(key), value])),
    matchExpressions: (selector.matchExpressions ?? []).map((one: Json) => ({ ...one, key: strip(one.key) })),
  };
}

function isPeer(one: Case, namespace: string | undefined, rule: Json): boolean {
  const word = one.direction === 'ingress' ? 'from' : 'to';
  const lists = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'FQDNs'].filter((kind) => rule[word + kind] !== undefined);
  if (lists.length === 0) return rule.toPorts !== undefined || rule.icmps !== undefined;
  return lists.some((kind) => rule[word + kind].some((peer: Json) => {
    switch (kind) {
      case 'Endpoints': return isEndpoint(one, namespace, peer);
      case 'Entities': return isEntity(one, peer);
      case 'CIDR': return isOutside(one) && inBlock(one.place.ip, peer);
      case 'CIDRSet': return isOutside(one) && inBlock(one.place.ip, peer.cidr, peer.except);
      default: return isName(one, peer);
    }
  }));
}

/** Neither pod nor node nor anything else of the cluster. */
function isOutside({ place }: Case): boolean {
  return place.pod === undefined && place.node === undefined && place.entity === undefined;
}

function isEndpoint(one: Case, namespace: string | undefined, selector: Json): boolean {
  const { place: { pod }, world } = one;
  const [reserved] = Object.keys(selector.matchLabels ?? {}).filter((key) => key.startsWith('reserved:'));
  if (reserved !== undefined) return isEntity(one, reserved.slice('reserved:'.length));
  if (pod === undefined || pod.spec.hostNetwork === true) return false;
  const read = plain(selector);
  const keys = [...Object.keys(read.matchLabels), ...read.matchExpressions.map(({ key }: Json) => key)];
  const names = keys.some((key) => key === 'io.kubernetes.pod.namespace' || key.startsWith('io.cilium.k8s.namespace.labels.'));
  return (namespace === undefined || names || pod.metadata.namespace === namespace) && selects(read, labelsOf(world, pod));
}

function isEntity(one: Case, entity: string): boolean {
  const { place } = one;
  switch (entity) {
    case 'all': return true;
    case 'none': return false;
    case 'world': return isOutside(one);
    // The API server is of the cluster wherever it runs.
    case 'cluster': return !isOutside(one) || place.api === true;
    case 'host': return place.node === 'own';
    case 'remote-node': return place.node === 'other';
    case 'kube-apiserver': return place.api === true;
    default: return place.entity === entity;
  }
}

function isName(one: Case, peer: Json): boolean {
  const { place: { host }, subject, world, askedElsewhere } = one;
  if (host === undefined || !nameMet(peer, host)) return false;
  // Its address is known when these pods may ask for it, or when others of the node have.
  const namesOf = (spec: Json): readonly Json[] => (spec.egress ?? []).flatMap((rule: Json) => (rule.toPorts ?? []).flatMap(({ rules }: Json) => rules?.dns ?? []));
  const may = (spec: Json): boolean => namesOf(spec).some((name) => nameMet(name, host));
  const specs = policiesOf(one).filter(({ spec }) => may(spec));
  return specs.some((policy) => isSubject({ world, subject }, policy)) || (askedElsewhere && specs.length > 0);
}

function nameMet({ matchName, matchPattern }: Json, host: string): boolean {
  if (matchName !== undefined) return matchName === host;
  return matchPattern === '*' || new RegExp(`^${matchPattern.replace(/\./g, '\\.').replace(/\*/g, '[-a-z0-9_]*')}$`).test(host);
}

/** Each entry of ports, and what is said of requests on it. */
function portsMet(one: Case, rule: Json): readonly { readonly met: boolean; readonly rules: Json }[] {
  if (rule.icmps !== undefined) return [];
  if (rule.toPorts === undefined) return [{ met: true, rules: undefined }];
  return rule.toPorts.map(({ ports, rules }: Json) => ({
    rules,
    met: ports.some(({ port, endPort, protocol = 'ANY' }: Json) => {
      if (protocol !== 'ANY' && protocol !== one.protocol) return false;
      return /^\d+$/.test(port) ? port === '0' || (one.port >= Number(port) && one.port <= Math.max(Number(port), endPort ?? 0)) : isNamed(one, port);
    }),
  }));
}

/** The own node is not asked what it says. */
function saidMet(one: Case, rules: Json): boolean | 'some' {
  const { request, place, direction, dnsMatches } = one;
  if (rules?.dns !== undefined) return rules.dns.some(({ matchPattern }: Json) => matchPattern === '*') || (request === undefined ? 'some' : dnsMatches);
  if (rules?.http === undefined) return true;
  if (direction === 'ingress' && place.node === 'own') return true;
  if (request === undefined) return 'some';
  const whole = (pattern: string | undefined, text: string): boolean => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
  return rules.http.some(({ method, path, host, headers = [] }: Json) => whole(method, request.method) && whole(host, request.host)
    && whole(path, request.query === undefined ? request.path : `${request.path}?${request.query}`)
    && headers.every((header: string) => {
      const [name, value] = header.split(/:? (.*)/) as [string, string | undefined];
      const given = request.headers[name.toLowerCase()];
      return value === undefined || value === '' ? given !== undefined : given === value;
    }));
}
