// What Cilium's agents refuse of a policy that the API server takes (cilium/cilium pkg/policy/api/rule_validation.go). A policy that is refused is not enforced at all.
import type { FieldPath } from '../documents/document';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { ciliumSpecs } from './policies-cilium';
import { covers, parseRange } from './ranges';

export interface CiliumRefusal {
  readonly path: FieldPath;
  readonly message: string;
  readonly fix: string;
}

const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny'] as const;
const PEERS: Readonly<Record<'from' | 'to', readonly string[]>> = {
  from: ['fromEndpoints', 'fromCIDR', 'fromCIDRSet', 'fromEntities', 'fromNodes', 'fromGroups'],
  to: ['toEndpoints', 'toCIDR', 'toCIDRSet', 'toEntities', 'toServices', 'toGroups', 'toNodes', 'toFQDNs'],
};

/** Why the agents refuse a policy; the first reason of each rule. */
export function ciliumRefusals(entry: Entry): readonly CiliumRefusal[] {
  return ciliumSpecs(entry).flatMap(({ spec, path }) => {
    if (!SECTIONS.some((section) => list(spec[section]).length > 0)) {
      return [{
        path, message: 'The policy has no rule in any of ingress, ingressDeny, egress and egressDeny',
        fix: 'write `ingress: [{}]` and `egress: [{}]` to deny everything: an empty list is no rule',
      }];
    }
    const host = spec.nodeSelector !== undefined;
    return SECTIONS.flatMap((section) => list(spec[section]).flatMap((rule: Fields, i) => refusalOf(section, record(rule), [...path, section, i], host) ?? []));
  });
}

function refusalOf(section: typeof SECTIONS[number], rule: Readonly<Record<string, Fields>>, path: FieldPath, host: boolean): CiliumRefusal | undefined {
  const ingress = section.startsWith('ingress');
  const peers = PEERS[ingress ? 'from' : 'to'].filter((field) => list(rule[field]).length > 0);
  if (peers.length > 1) return { path: [...path, peers[1]!], message: `One rule has both ${peers[0]!} and ${peers[1]!}`, fix: 'make two rules of it, each with its own peers' };
  if (list(rule.icmps).length > 0 && list(rule.toPorts).length > 0) return { path: [...path, 'icmps'], message: 'One rule has both icmps and toPorts', fix: 'make two rules of it' };
  for (const field of ['fromCIDRSet', 'toCIDRSet']) {
    for (const [i, one] of list(rule[field]).entries()) {
      const { cidr, except } = record(one);
      const block = parseRange(cidr);
      const outside = block && list(except).map(String).find((hole) => {
        const range = parseRange(hole);
        return range !== undefined && !covers(block, range);
      });
      if (outside !== undefined) return { path: [...path, field, i, 'except'], message: `The exception ${outside} does not lie in ${String(cidr)}`, fix: 'leave it out, or correct the block' };
    }
  }
  for (const [i, group] of list(rule.toPorts).entries()) {
    const refusal = portRefusal(ingress, record(group), [...path, 'toPorts', i], host);
    if (refusal) return refusal;
  }
  return undefined;
}

function portRefusal(ingress: boolean, group: Readonly<Record<string, Fields>>, path: FieldPath, host: boolean): CiliumRefusal | undefined {
  const { ports, rules, serverNames, terminatingTLS, listener } = group;
  const [http, dns] = [list(record(rules).http), list(record(rules).dns)];
  if (host && http.length > 0) return { path: [...path, 'rules'], message: 'Rules of requests stand in a policy of nodes', fix: 'leave `rules` out: nodes are held to ports only' };
  if (ingress && dns.length > 0) return { path: [...path, 'rules', 'dns'], message: 'Rules of DNS names stand on ingress', fix: 'move them to the egress of the pods that ask' };
  if (http.length > 0 && dns.length > 0) return { path: [...path, 'rules'], message: 'Rules of requests and of DNS names stand on the same ports', fix: 'make two entries of toPorts' };
  if (list(serverNames).length > 0 && http.length + dns.length > 0 && terminatingTLS === undefined) {
    return { path: [...path, 'serverNames'], message: 'serverNames stand beside rules of requests, and TLS is not terminated', fix: 'leave one of them out, or add terminatingTLS' };
  }
  if (listener !== undefined && (ingress || http.length + dns.length > 0)) {
    return { path: [...path, 'listener'], message: ingress ? 'A listener stands on ingress' : 'A listener stands beside rules of requests', fix: 'leave the listener out' };
  }
  if (dns.length > 0 && list(ports).length === 0) return { path: [...path, 'rules', 'dns'], message: 'Rules of DNS names have no port', fix: 'add port 53' };
  for (const [i, port] of list(ports).entries()) {
    const { port: number, endPort, protocol } = record(port);
    const name = text(protocol)?.toUpperCase() ?? 'ANY';
    if (http.length > 0 && name !== 'TCP') {
      return { path: [...path, 'ports', i, ...protocol === undefined ? [] : ['protocol']], message: `Rules of requests stand on port ${String(number)} of protocol ${name}`, fix: 'set `protocol: TCP` on the port' };
    }
    if (http.length + dns.length > 0 && String(number) === '0') return { path: [...path, 'ports', i, 'port'], message: 'Rules of requests stand on port 0, which is every port', fix: 'name the port' };
    if (dns.length > 0 && typeof endPort === 'number' && endPort > Number(number)) return { path: [...path, 'ports', i, 'endPort'], message: 'Rules of DNS names stand on a range of ports', fix: 'name port 53 alone' };
  }
  return undefined;
}
