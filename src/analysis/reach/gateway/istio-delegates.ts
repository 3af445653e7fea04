// Routes that a VirtualService leaves to another one: each route of the delegate stands in the place of the route that names it, with what both ask of a request
// (istio/istio pilot/pkg/model/virtualservice.go, virtualservice_controller.go).
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { visibleTo } from '../../model/mesh-routes';
import type { Decider } from '../flow';

/** A route as gateways serve it. */
export interface ServedRule {
  /** Where it is written: the VirtualService of the host, or its delegate. */
  readonly service: Entry;
  readonly rule: Fields;
  readonly path: FieldPath;
  /** Its matches stand in the document as they are. */
  readonly matchesAreWritten: boolean;
  /** The route that left it to this one. */
  readonly via?: Decider | undefined;
}

/** The routes of a VirtualService with those of its delegates in their places. */
export function servedRules(cluster: ClusterModel, service: Entry, field: 'http' | 'tls' | 'tcp'): readonly ServedRule[] {
  return list(service.spec[field]).flatMap((rule: Fields, index): readonly ServedRule[] => {
    const own: ServedRule = { service, rule, path: ['spec', field, index], matchesAreWritten: true };
    return field === 'http' && rule.delegate !== undefined ? ofDelegate(cluster, own) : [own];
  });
}

/** Why nobody knows what a delegate will do; undefined where it is known. */
export function whyDelegateIsUnknown(delegate: Entry | undefined): string | undefined {
  if (delegate === undefined) return 'which is not among the documents';
  return delegate.sound ? undefined : 'which is not accepted as it is written';
}

/** The VirtualService that a route names: by default in the namespace of its own. */
export function delegateOf(cluster: ClusterModel, { service, rule }: Pick<ServedRule, 'service' | 'rule'>): Entry | undefined {
  return cluster.find(...KIND, ...nameOf({ service, rule }));
}

const KIND = ['networking.istio.io', 'VirtualService'] as const;

function nameOf({ service, rule }: Pick<ServedRule, 'service' | 'rule'>): [namespace: string, name: string] {
  return [text(rule.delegate.namespace) ?? service.namespace, String(rule.delegate.name)];
}

function ofDelegate(cluster: ClusterModel, own: ServedRule): readonly ServedRule[] {
  const { service, path } = own;
  const delegate = delegateOf(cluster, own);
  // What nobody knows is answered as undetermined by the route itself.
  if (delegate === undefined) return cluster.open || cluster.isExternal(...KIND, ...nameOf(own)) ? [own] : [];
  if (!delegate.sound) return [own];
  // One with hosts is no delegate; one that is not exported here is not found.
  if (list(delegate.spec.hosts).length > 0 || visibleTo(delegate)?.has(service.namespace) === false) return [];
  const via: Decider = { entry: service, path: [...path, 'delegate'] };
  return list(delegate.spec.http).flatMap((leaf: Fields, index): readonly ServedRule[] => {
    const matches = joined(matchesOf(own.rule, service), matchesOf(leaf, delegate));
    if (matches === undefined) return [];
    const rule = { ...inherited(own.rule), ...leaf, match: matches };
    return [{ service: delegate, rule, path: ['spec', 'http', index], matchesAreWritten: false, via }];
  });
}

/** What a delegate takes over where it says nothing itself. */
function inherited({ rewrite, directResponse, fault, mirror, mirrorPercent, mirrorPercentage, mirrors }: Fields): Fields {
  return Object.fromEntries(Object.entries({ rewrite, directResponse, fault, mirror, mirrorPercent, mirrorPercentage, mirrors }).filter(([, value]) => value !== undefined));
}

/** Names of gateways are read in the namespace where they stand. */
function matchesOf(rule: Fields, { namespace }: Entry): readonly Fields[] {
  return list(rule.match).map((match: Fields) => {
    const names = list(match.gateways).map(String);
    return names.length === 0 ? match : { ...match, gateways: names.map((name) => (name.includes('/') ? name : `${namespace}/${name}`)) };
  });
}

/** The matches of both. Undefined where one of the delegate's lies outside of every one of the root's: then its whole route is left out. */
function joined(roots: readonly Fields[], leaves: readonly Fields[]): readonly Fields[] | undefined {
  if (roots.length === 0 || leaves.length === 0) return [...roots, ...leaves];
  const matches: Fields[] = [];
  for (const leaf of leaves) {
    const met = roots.filter((root) => !conflict(root, leaf));
    if (met.length === 0) return undefined;
    for (const root of met) matches.push(join(root, leaf));
  }
  return matches;
}

const WORDS: readonly string[] = ['uri', 'scheme', 'method', 'authority'];
const MAPS: readonly string[] = ['headers', 'withoutHeaders', 'queryParams'];

function join(root: Fields, leaf: Fields): Fields {
  const match: Record<string, Fields> = { ...root, ...leaf };
  for (const key of [...MAPS, 'sourceLabels']) if (root[key] !== undefined) match[key] = { ...record(root[key]), ...record(leaf[key]) };
  return match;
}

/** Whether a match of the delegate is not inside of one of the root's. */
function conflict(root: Fields, leaf: Fields): boolean {
  const [ofRoot, ofLeaf] = [list(root.gateways).map(String), list(leaf.gateways).map(String)];
  return WORDS.some((key) => wordsConflict(root[key], leaf[key]))
    || MAPS.some((key) => Object.keys(record(leaf[key])).some((name) => wordsConflict(record(root[key])[name], leaf[key][name])))
    || (root.ignoreUriCase === true) !== (leaf.ignoreUriCase === true)
    || (typeof root.port === 'number' && typeof leaf.port === 'number' && root.port !== leaf.port)
    || (text(root.sourceNamespace) !== undefined && root.sourceNamespace !== leaf.sourceNamespace)
    || Object.keys(record(leaf.sourceLabels)).some((key) => (record(root.sourceLabels)[key] ?? leaf.sourceLabels[key]) !== leaf.sourceLabels[key])
    || (ofRoot.length > 0 && ofLeaf.some((name) => !ofRoot.includes(name)));
}

/** A text of the delegate has to say the same, or begin with the prefix; patterns are not compared, and allow nothing beside. */
function wordsConflict(root: Fields, leaf: Fields): boolean {
  if (root === undefined || leaf === undefined) return false;
  if (text(root.exact) !== undefined) return leaf.exact !== root.exact;
  if (text(root.prefix) !== undefined) return (text(leaf.prefix) ?? text(leaf.exact))?.startsWith(String(root.prefix)) !== true;
  return true;
}
