// What Cilium's agents refuse of a policy that the API server takes (cilium/cilium pkg/policy/api/rule_validation.go). A policy that is refused is not enforced at all.
import type { FieldPath } from '../documents/document';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { ciliumSpecs, hasRules } from './policies-cilium';
import { covers, parseRange } from './ranges';

export interface CiliumRefusal {
  readonly path: FieldPath;
  readonly message: string;
  readonly fix: string;
}

const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny'] as const;
const PEERS: readonly string[] = [
  'fromEndpoints', 'fromCIDR', 'fromCIDRSet', 'fromEntities', 'fromNodes', 'fromGroups',
  'toEndpoints', 'toCIDR', 'toCIDRSet', 'toEntities', 'toServices', 'toGroups', 'toNodes', 'toFQDNs',
];
const IS_PEER: ReadonlySet<string> = new Set(PEERS);

/** Why the agents refuse a policy; the first reason of each rule. */
export function ciliumRefusals(entry: Entry): readonly CiliumRefusal[] {
  const refusals: CiliumRefusal[] = [];
  for (const { spec, path } of ciliumSpecs(entry)) {
    if (!hasRules(spec)) {
      refusals.push({
        path, message: 'The policy has no rule in any of ingress, ingressDeny, egress and egressDeny',
        fix: 'write `ingress: [{}]` and `egress: [{}]` to deny everything: an empty list is no rule',
      });
      continue;
    }
    const host = spec.nodeSelector !== undefined;
    for (const section of SECTIONS) {
      const rules = list(spec[section]);
      for (let i = 0; i < rules.length; i++) {
        const refusal = refusalOf(section.startsWith('ingress'), record(rules[i]), host);
        if (refusal) refusals.push({ ...refusal, path: [...path, section, i, ...refusal.path] });
      }
    }
  }
  return refusals;
}

/** Paths are those below the rule: most rules need none. */
function refusalOf(ingress: boolean, rule: Readonly<Record<string, Fields>>, host: boolean): CiliumRefusal | undefined {
  let kinds = 0;
  for (const key in rule) if (IS_PEER.has(key) && key.startsWith('from') === ingress && list(rule[key]).length > 0) kinds++;
  if (kinds > 1) {
    const [first, second] = PEERS.filter((field) => field.startsWith('from') === ingress && list(rule[field]).length > 0);
    return { path: [second!], message: `One rule has both ${first!} and ${second!}`, fix: 'make two rules of it, each with its own peers' };
  }
  if (list(rule.icmps).length > 0 && list(rule.toPorts).length > 0) return { path: ['icmps'], message: 'One rule has both icmps and toPorts', fix: 'make two rules of it' };
  for (const field of ['fromCIDRSet', 'toCIDRSet']) {
    const blocks = list(rule[field]);
    for (let i = 0; i < blocks.length; i++) {
      const outside = holeOutside(record(blocks[i]));
      if (outside !== undefined) return { path: [field, i, 'except'], message: `The exception ${outside} does not lie in ${String(record(blocks[i]).cidr)}`, fix: 'leave it out, or correct the block' };
    }
  }
  const groups = list(rule.toPorts);
  for (let i = 0; i < groups.length; i++) {
    const wrong = portRefusal(ingress, record(groups[i]), host);
    if (wrong) return { ...wrong, path: ['toPorts', i, ...wrong.path] };
  }
  return undefined;
}

function holeOutside({ cidr, except }: Readonly<Record<string, Fields>>): string | undefined {
  const block = parseRange(cidr);
  return block && list(except).map(String).find((hole) => {
    const range = parseRange(hole);
    return range !== undefined && !covers(block, range);
  });
}

function portRefusal(ingress: boolean, group: Readonly<Record<string, Fields>>, host: boolean): CiliumRefusal | undefined {
  const { ports, rules, serverNames, terminatingTLS, listener } = group;
  const http = list(record(rules).http);
  const dns = list(record(rules).dns);
  if (host && http.length > 0) return { path: ['rules'], message: 'Rules of requests stand in a policy of nodes', fix: 'leave `rules` out: nodes are held to ports only' };
  if (ingress && dns.length > 0) return { path: ['rules', 'dns'], message: 'Rules of DNS names stand on ingress', fix: 'move them to the egress of the pods that ask' };
  if (http.length > 0 && dns.length > 0) return { path: ['rules'], message: 'Rules of requests and of DNS names stand on the same ports', fix: 'make two entries of toPorts' };
  if (list(serverNames).length > 0 && http.length + dns.length > 0 && terminatingTLS === undefined) {
    return { path: ['serverNames'], message: 'serverNames stand beside rules of requests, and TLS is not terminated', fix: 'leave one of them out, or add terminatingTLS' };
  }
  if (listener !== undefined && (ingress || http.length + dns.length > 0)) {
    return { path: ['listener'], message: ingress ? 'A listener stands on ingress' : 'A listener stands beside rules of requests', fix: 'leave the listener out' };
  }
  if (dns.length > 0 && list(ports).length === 0) return { path: ['rules', 'dns'], message: 'Rules of DNS names have no port', fix: 'add port 53' };
  const numbers = http.length + dns.length === 0 ? [] : list(ports);
  for (let i = 0; i < numbers.length; i++) {
    const refusal = requestRefusal(record(numbers[i]), http.length > 0, dns.length > 0);
    if (refusal) return { ...refusal, path: ['ports', i, ...refusal.path] };
  }
  return undefined;
}

/** Of a port with rules of requests or names. */
function requestRefusal({ port: number, endPort, protocol }: Readonly<Record<string, Fields>>, http: boolean, dns: boolean): CiliumRefusal | undefined {
  const name = text(protocol)?.toUpperCase() ?? 'ANY';
  if (http && name !== 'TCP') {
    return { path: protocol === undefined ? [] : ['protocol'], message: `Rules of requests stand on port ${String(number)} of protocol ${name}`, fix: 'set `protocol: TCP` on the port' };
  }
  if (String(number) === '0') return { path: ['port'], message: 'Rules of requests stand on port 0, which is every port', fix: 'name the port' };
  if (dns && typeof endPort === 'number' && endPort > Number(number)) return { path: ['endPort'], message: 'Rules of DNS names stand on a range of ports', fix: 'name port 53 alone' };
  return undefined;
}
