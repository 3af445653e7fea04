// Decisions in words, for an operator: which policy let something through or held it, and by which of its rules.
import type { AddressAtom } from './addresses';
import { printAddress, printRange } from './addresses';
import type { Decision, Source } from './decide';
import { decidersOf } from './decide';
import type { Direction, Hop, Protocol } from './flow';
import type { Party } from './points';
import type { PolicyLayer } from './rules';
import type { FieldPath } from '../documents/document';
import { printPath } from '../documents/document';

/** The name of an end: as lists print it. */
export function nameOfParty(party: Party): string {
  switch (party.is) {
    case 'endpoint': return party.endpoint.name;
    case 'addresses': return nameOfRange(party.range);
    case 'entity': return party.name === 'host' ? 'the node' : party.name;
    case 'name': return party.host;
    case 'unknown': return party.label;
  }
}

function nameOfRange(range: AddressAtom): string {
  return range.first === range.last ? printAddress(range.family, range.first) : printRange(range);
}

/** `TCP 5432`. */
export function namePort(port: number, protocol: Protocol): string {
  return `${protocol} ${port}`;
}

/** What one end says to a flow, as a step of its way. */
export function hopOf(layer: PolicyLayer, direction: Direction, subject: Party, peer: Party, port: string, decision: Decision): Hop {
  const { outcome, status } = decision;
  return {
    layer: layer.layer, at: `${direction} of ${nameOfParty(subject)}`, outcome, because: because(layer, direction, subject, peer, port, decision), decidedBy: decidersOf(decision),
    ...outcome === 'denied' && { answer: status ?? (layer.layer === 'mesh' ? 'reset' : 'dropped') },
  };
}

function because(layer: PolicyLayer, direction: Direction, subject: Party, peer: Party, port: string, decision: Decision): string {
  const [first] = decision.sources;
  const others = distinct(decision.sources).length - 1;
  const whom = direction === 'ingress' ? `${nameOfParty(peer)} on ${port}` : `${nameOfParty(peer)} on ${port}`;
  switch (decision.how) {
    case 'open': return `no policy of the ${layer.layer === 'cni' ? 'CNI' : 'mesh'} restricts ${direction} of ${nameOfParty(subject)}`;
    case 'host': return 'the kubelet of its own node always reaches a pod';
    case 'unknown': return `${decision.beside ? few(decision.beside.map(({ entry }) => entry.toString())) : listSources(withoutWholes(decision.sources))}: ${(decision.reasons ?? []).join('; ')}`;
    case 'closed': {
      const policies = distinct(decision.sources);
      return `${listSources(decision.sources)} ${policies.length === 1 ? 'selects' : 'select'} ${nameOfParty(subject)}, and no ${direction} rule admits ${whom}`;
    }
    case 'rule': {
      const limits = decision.only ? `, only for ${decision.only.join(', ')}` : decision.except ? `, except for ${decision.except.join(', ')}` : '';
      const verb = decision.outcome === 'allowed' ? 'admits' : 'denies';
      if (decision.status !== undefined && first?.rule?.action === 'allow') return `${nameOfSource(first)} admits ${whom} for other requests only, so that this one is answered ${decision.status}`;
      return `${nameOfSource(first!)} ${verb} ${whom}${limits}${decision.only && others > 0 ? ` (with ${others} more)` : ''}${first?.rule?.says ? `: ${first.rule.says(peer.is === 'endpoint' ? peer.endpoint : undefined)}` : ''}`;
    }
  }
}

/** `NetworkPolicy shop/db (ingress rule 1)`. */
export function nameOfSource({ policy, rule }: Source): string {
  const name = policy.says ?? policy.entry.toString();
  return rule === undefined ? name : `${name} (${nameOfRule(rule.path)})`;
}

/** `spec.ingress[0]` is `ingress rule 1`, as people count. */
export function nameOfRule(path: FieldPath): string {
  const last = path.at(-1);
  const list = path.at(-2);
  return path.length === 3 && path[0] === 'spec' && typeof last === 'number' && (list === 'ingress' || list === 'egress') ? `${list} rule ${last + 1}` : printPath(path);
}

/** A policy of which a rule is named need not be named again. */
function withoutWholes(sources: readonly Source[]): readonly Source[] {
  const ruled = new Set(sources.filter(({ rule }) => rule !== undefined).map(({ policy }) => policy));
  return sources.filter(({ policy, rule }) => rule !== undefined || !ruled.has(policy));
}

function distinct(sources: readonly Source[]): readonly string[] {
  return [...new Set(sources.map(nameOfSource))];
}

function listSources(sources: readonly Source[]): string {
  return few(distinct(sources));
}

function few(names: readonly string[]): string {
  return names.length === 0 ? 'A document' : names.length <= 3 ? names.join(', ').replace(/, ([^,]*)$/, ' and $1') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
