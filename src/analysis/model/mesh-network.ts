// The rules of network policies that admit callers at ports of certain numbers, found by the place of a peer in their document.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { NetworkPolicyView, PolicyRule, PortMatch } from './policy';
import { policiesOf } from './policies';
import type { PolicyPeer } from './policy-peers';
import { namespacesByName } from './selector';

export interface IngressRule {
  readonly view: NetworkPolicyView;
  /** Numbers of TCP ports. A rule for every port, for names or ranges leaves open what is meant, and is not here. */
  readonly ports: readonly number[];
}

/** The rule that a path leads through: `spec.ingress[2]` is `2`, `specs[1].ingress[2]` is `1.2`. */
export function ruleKey(path: FieldPath, at: number): string {
  const [first, spec] = path;
  return first === 'specs' ? `${String(spec)}.${String(path[at + 1])}` : String(path[at + 1]);
}

/** Rules with ports of certain numbers, by document and place. */
export function ingressRules(cluster: ClusterModel): ReadonlyMap<Entry, ReadonlyMap<string, IngressRule>> {
  const found = new Map<Entry, Map<string, IngressRule>>();
  each(policiesOf(cluster).all, addRules, found);
  return found;
}

function addRules(view: NetworkPolicyView, found: Map<Entry, Map<string, IngressRule>>): void {
  for (const rule of view.ingress ?? NO_RULES) {
    if (rule.action !== 'allow' || !rule.ports || rule.ports.length === 0 || !rule.ports.every(isNumber)) continue;
    const { path } = rule;
    const at = path.indexOf('ingress');
    if (at === -1) continue;
    let known = found.get(view.entry);
    if (!known) found.set(view.entry, (known = new Map<string, IngressRule>()));
    known.set(ruleKey(path, at), { view, ports: rule.ports.map(numberOf) });
  }
}

const NO_RULES: readonly PolicyRule[] = [];

function numberOf({ from }: PortMatch): number {
  return from!;
}

function isNumber({ from, to, protocol }: PortMatch): boolean {
  return from !== undefined && (to ?? from) === from && protocol !== 'UDP';
}

/** The namespaces that a peer means: by name most often, which needs no search. */
export function homesOf(cluster: ClusterModel, { entry, namespaces }: PolicyPeer): readonly string[] {
  return namespaces === undefined ? [entry.namespace] : namespacesByName(namespaces) ?? (cluster.selectNamespaces(namespaces) ?? []).map(({ name }) => name);
}
