// Rules of Calico's policies (https://docs.tigera.io/calico/latest/reference/resources/networkpolicy): everything that a rule says has to hold of the packet, of its source and of its destination.
import type { CalicoSelector } from '../../model/calico-selector';
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { all, not } from '../../model/three';
import type { FieldPath } from '../../documents/document';
import type { Direction, Protocol } from '../flow';
import type { Action, PeerTerm, PortMatch, Rule } from '../rules';
import { allOf, anyOf, EVERYONE } from '../rules';
import type { Selector } from '../selector';
import { both, either, EVERY, negate, NOBODY, UNKNOWN } from '../selector';
import { backends } from './backends';
import { endpointsMeeting, readSelector } from './calico-selectors';
import type { NetworkSets } from './calico-selectors';
import { nodesOf, perhaps } from './entities';
import { blockOf } from './kubernetes';
import type { CniProperties } from './properties';

export interface RuleContext {
  readonly cluster: ClusterModel;
  readonly cni: CniProperties;
  readonly sets: NetworkSets;
  /** Nodes are endpoints with labels, too. */
  readonly hostEndpoints: boolean;
  /** Of the policy; absent for those of the cluster. */
  readonly namespace: string | undefined;
}

/** A rule, and which of the policy's pods it is for. */
export interface NarrowRule {
  readonly rule: Rule;
  /** {@link EVERY} for most. */
  readonly subject: Selector;
}

const ACTIONS: Readonly<Record<string, Action>> = { allow: 'allow', deny: 'deny', pass: 'pass', log: 'log' };

/** Of what a selector means: all of it, what has ports of its own, or what only lies in a network set. */
type Part = 'all' | 'own' | 'sets';

/** A rule; two, where it names ports and its selector means network sets: such names are of endpoints that the selector means by themselves (felix/calc, rule scanner). */
export function rulesOf(context: RuleContext, direction: Direction, rule: Fields, path: FieldPath): readonly NarrowRule[] {
  const destination = record(rule.destination);
  const [ports, notPorts] = [list(destination.ports), list(destination.notPorts)];
  if (![...ports, ...notPorts].some(isName)) return [ruleOf(context, direction, rule, path, 'all')];
  const meant = meantBy(context.namespace, destination);
  if (meant === undefined || meant === 'unreadable' || meant.out || context.sets.meeting(meant.selector).length === 0) return [ruleOf(context, direction, rule, path, 'all')];
  const numbers = ports.filter((port) => !isName(port));
  const ofSets = { ...rule, destination: { ...destination, ports: numbers, notPorts: notPorts.filter((port) => !isName(port)) } };
  return [ruleOf(context, direction, rule, path, 'own'), ...ports.length > 0 && numbers.length === 0 ? [] : [ruleOf(context, direction, ofSets, path, 'sets')]];
}

/** @param part - of the destination */
function ruleOf(context: RuleContext, direction: Direction, rule: Fields, path: FieldPath, part: Part): NarrowRule {
  const [source, destination] = [record(rule.source), record(rule.destination)];
  const [far, near] = direction === 'ingress' ? [source, destination] : [destination, source];
  const ports = portsOf(context, direction, rule, destination);
  const except = list(destination.notPorts).flatMap((port) => portOf(port, protocolsOf(rule)));
  const unknown = doubtOf(context, direction, rule, source, near);
  return {
    subject: nearSubject(context, near, direction === 'ingress' ? part : 'all'),
    rule: {
      action: ACTIONS[String(rule.action).toLowerCase()] ?? 'deny', path, peers: peersOf(context, direction, far, direction === 'egress' ? part : 'all'),
      ...ports !== undefined && { ports }, ...except.length > 0 && { exceptPorts: except }, ...unknown !== undefined && { unknown },
    },
  };
}

/** What narrows a rule and is not followed. */
function doubtOf({ cluster, sets }: RuleContext, direction: Direction, rule: Fields, source: Fields, near: Fields): string | undefined {
  if (rule.http !== undefined) return 'rules of requests are kept only where Calico\'s proxy stands before the pods';
  if (list(source.ports).length + list(source.notPorts).length > 0) return 'the port that a caller calls from is not known';
  if (inNets(sets, near) === undefined) return 'the addresses of the policy\'s own pods are not known';
  if (rule.ipVersion === 6 || (rule.ipVersion === 4 && cluster.facts.podCidrs.some((block) => block.includes(':')))) return 'whether the connection is of this version of IP is not known';
  return direction === 'ingress' && near.services !== undefined ? 'Services as destinations of ingress are not followed' : undefined;
}

/** Whether the policy's own pods have the addresses that a rule asks for. */
function inNets(sets: NetworkSets, { nets, notNets }: Fields): Three {
  return all([list(nets).length === 0 || sets.podsIn(list(nets)), list(notNets).length === 0 || not(sets.podsIn(list(notNets)))]);
}

/** Which of the policy's own pods a rule is for. */
function nearSubject(context: RuleContext, near: Fields, part: Part): Selector {
  if (inNets(context.sets, near) === false) return NOBODY;
  const meant = meantBy(context.namespace, near);
  if (meant === undefined) return EVERY;
  if (meant === 'unreadable') return UNKNOWN;
  const [own, inSets] = [endpointsMeeting(meant.selector), context.sets.ofPods(meant.selector)];
  if (part === 'own') return own;
  if (part === 'sets') return both(inSets, negate(own));
  return meant.out ? negate(either(own, inSets)) : either(own, inSets);
}

interface Meant {
  readonly selector: CalicoSelector;
  /** All others are meant. */
  readonly out: boolean;
}

/** What excludes narrows what is selected, thing by thing (felix/calc, rule scanner): an address that lies in two sets stays when one of them is left. */
function meantBy(namespace: string | undefined, entity: Fields): Meant | 'unreadable' | undefined {
  const [selector, notSelector] = [selectorOf(namespace, entity), text(entity.notSelector)];
  const out = notSelector === undefined ? undefined : readSelector(notSelector) ?? 'unreadable';
  if (selector === 'unreadable' || out === 'unreadable') return 'unreadable';
  if (selector === undefined) return out && { selector: out, out: true };
  return { selector: out === undefined ? selector : { is: 'and', of: [selector, { is: 'not', of: out }] }, out: false };
}

/** Selectors of namespaces, accounts and endpoints as one; undefined where none is said. */
function selectorOf(namespace: string | undefined, { selector, notSelector, namespaceSelector, serviceAccounts }: Fields): CalicoSelector | 'unreadable' | undefined {
  const { names, selector: ofAccounts } = record(serviceAccounts);
  const parts: (CalicoSelector | undefined)[] = [];
  if (list(names).length > 0) parts.push({ is: 'test', key: 'projectcalico.org/serviceaccount', operator: 'in', values: list(names).map(String) });
  if (text(ofAccounts) !== undefined) parts.push(readSelector(ofAccounts as string, 'pcsa.'));
  if (text(selector) !== undefined) parts.push(readSelector(selector as string));
  if (text(namespaceSelector) !== undefined) parts.push(readSelector(namespaceSelector as string, 'pcns.'));
  // As soon as any selector is said, one that excludes as well, a policy of a namespace means its own.
  else if (namespace !== undefined && (parts.length > 0 || text(notSelector) !== undefined)) parts.push({ is: 'test', key: 'projectcalico.org/namespace', operator: '==', values: [namespace] });
  if (parts.length === 0) return undefined;
  const known = parts.filter((part) => part !== undefined);
  return known.length < parts.length ? 'unreadable' : known.length === 1 ? known[0]! : { is: 'and', of: known };
}

function peersOf(context: RuleContext, direction: Direction, far: Fields, part: Part): PeerTerm {
  const { cluster, cni, namespace } = context;
  const terms: PeerTerm[] = [];
  const meant = meantBy(namespace, far);
  if (meant !== undefined) {
    const things = meant === 'unreadable' ? UNREADABLE : endpointsOf(context, meant.selector, part);
    terms.push(meant !== 'unreadable' && meant.out ? { is: 'not', of: things } : things);
  }
  if (list(far.nets).length > 0) terms.push(anyOf(list(far.nets).map((net) => blockOf(String(net), [], cni))));
  if (list(far.notNets).length > 0) terms.push({ is: 'not', of: anyOf(list(far.notNets).map((net) => blockOf(String(net), [], cni))) });
  const { name, namespace: home } = record(far.services);
  if (far.services !== undefined) {
    const service = cluster.find('', 'Service', text(home) ?? namespace ?? '', String(name));
    // Felix looks for the Service in the namespace that is written, and finds none in none (libcalico-go, rules of update processors).
    if (text(home) === undefined) terms.push({ is: 'unknown', why: `Calico does not fill the namespace of Service ${String(name)}, though it is documented that the policy's own is meant` });
    else terms.push(service?.sound === true ? backends(cluster, cni, service) : { is: 'unknown', why: `Service ${String(name)} is not among the documents` });
    if (direction === 'ingress') terms.push(EVERYONE);
  }
  return allOf(terms);
}

const UNREADABLE: PeerTerm = { is: 'unknown', why: 'whom the selector means is not known' };

/** Pods, and the addresses of network sets; nodes where they are endpoints. */
function endpointsOf({ sets, hostEndpoints }: RuleContext, selector: CalicoSelector, part: Part): PeerTerm {
  const pods: PeerTerm = { is: 'pods', where: endpointsMeeting(selector), hostNetwork: 'out' };
  const own = [pods, ...hostEndpoints ? [perhaps(nodesOf({}), 'whether the selector means the host endpoints of nodes is not known')] : []];
  if (part === 'sets') return allOf([anyOf(sets.meeting(selector)), { is: 'not', of: anyOf(own) }]);
  return anyOf(part === 'own' ? own : [...own, ...sets.meeting(selector)]);
}

const PROTOCOLS: readonly Protocol[] = ['SCTP', 'TCP', 'UDP'];
const BY_NUMBER: Readonly<Record<string, Protocol>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

/** The protocols of a rule; undefined for every one. */
function protocolsOf({ protocol, notProtocol, icmp, notICMP }: Fields): readonly (Protocol | 'other')[] | undefined {
  const one = (value: unknown): Protocol | 'other' => BY_NUMBER[String(value)] ?? PROTOCOLS.find((name) => name === String(value).toUpperCase()) ?? 'other';
  let found = protocol !== undefined ? [one(protocol)] : icmp !== undefined || notICMP !== undefined ? ['other' as const] : undefined;
  if (notProtocol !== undefined) {
    const not = one(notProtocol);
    found = (found ?? [...PROTOCOLS, 'other' as const]).filter((name) => name !== not || name === 'other');
  }
  return found;
}

function portsOf({ cluster, namespace }: RuleContext, direction: Direction, rule: Fields, destination: Fields): readonly PortMatch[] | undefined {
  const protocols = protocolsOf(rule);
  const said = list(destination.ports);
  if (said.length > 0) return said.flatMap((port) => portOf(port, protocols));
  if (direction === 'egress' && destination.services !== undefined) {
    const { name, namespace: home } = record(destination.services);
    const ports = list(cluster.find('', 'Service', text(home) ?? namespace ?? '', String(name))?.spec.ports);
    return ports.flatMap((port): readonly PortMatch[] => {
      const { protocol = 'TCP', targetPort, port: number } = record(port);
      // A rule of one protocol leaves out the ports of others.
      if (protocols?.includes(protocol as Protocol) === false) return [];
      const to = targetPort ?? number;
      return [typeof to === 'string' ? { protocol: protocol as Protocol, name: to } : { protocol: protocol as Protocol, from: to, to }];
    });
  }
  return protocols?.map((protocol) => ({ protocol }));
}

/** A port of a policy that is none: Calico takes nothing of such a policy. */
export function brokenPort(spec: Fields): string | undefined {
  const ends = [...list(spec.ingress), ...list(spec.egress)].map(record).flatMap((rule) => [record(rule.source), record(rule.destination)]);
  return ends.flatMap((end) => [...list(end.ports), ...list(end.notPorts)]).map(String).find((port) => {
    const [, from, to = from] = /^(\d+)(?::(\d+))?$/.exec(port) ?? [];
    return from === undefined ? !/^[A-Za-z0-9_.-]{1,128}$/.test(port) : Number(from) > Number(to) || Number(to) > 65535;
  });
}

function isName(port: unknown): boolean {
  return !/^\d+(?::\d+)?$/.test(String(port));
}

/** `80`, `8000:8100`, or a name. */
function portOf(port: unknown, protocols: readonly (Protocol | 'other')[] | undefined): readonly PortMatch[] {
  const [, from, to] = /^(\d+)(?::(\d+))?$/.exec(String(port)) ?? [];
  const where = from === undefined ? { name: String(port) } : { from: Number(from), to: Number(to ?? from) };
  return (protocols ?? ['ANY' as const]).map((protocol) => ({ protocol, ...where }));
}

