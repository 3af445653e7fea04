// Selectors of Calico over endpoints and network sets. Labels of namespaces and accounts are seen as labels of the pods, behind `pcns.` and `pcsa.`.
import type { CalicoSelector } from '../../model/calico-selector';
import { meetsCalicoSelector, parseCalicoSelector } from '../../model/calico-selector';
import type { Entry } from '../../model/entry';
import type { ClusterModel } from '../../model/cluster-model';
import { calicoObjects } from '../../model/bgp';
import { list } from '../../model/fields';
import type { Labels } from '../../model/fields';
import type { AddressRange } from '../../model/ranges';
import { parseRange } from '../../model/ranges';
import type { LabelLookup, Three } from '../../model/three';
import { all, any } from '../../model/three';
import { KNOWN_ACCOUNT } from './calico-accounts';
import { podsInRange } from '../points';
import type { PeerTerm } from '../rules';
import type { Field, Selector } from '../selector';
import { both, either, EVERY, negate, NOBODY, UNKNOWN } from '../selector';
import { blockOf } from './kubernetes';
import type { CniProperties } from './properties';

const NAMESPACE = 'projectcalico.org/namespace';
const ACCOUNT = 'projectcalico.org/serviceaccount';

/** Reads a selector whose keys are of pods, of their namespaces (`pcns.`) or their accounts (`pcsa.`). */
export function readSelector(text: string, prefix: '' | 'pcns.' | 'pcsa.' = ''): CalicoSelector | undefined {
  const parsed = parseCalicoSelector(text);
  return parsed === undefined || prefix === '' ? parsed : prefixed(parsed, prefix);
}

function prefixed(selector: CalicoSelector, prefix: 'pcns.' | 'pcsa.'): CalicoSelector {
  switch (selector.is) {
    case 'all': return prefix === 'pcns.' ? { is: 'has', key: NAMESPACE } : selector;
    case 'global': return { is: 'not', of: { is: 'has', key: NAMESPACE } };
    case 'not': return { is: 'not', of: prefixed(selector.of, prefix) };
    case 'and': case 'or': return { is: selector.is, of: selector.of.map((one) => prefixed(one, prefix)) };
    default: return { ...selector, key: prefix + selector.key };
  }
}

/** The endpoints that a selector means. */
export function endpointsMeeting(selector: CalicoSelector | undefined): Selector {
  if (selector === undefined) return UNKNOWN;
  switch (selector.is) {
    case 'all': return EVERY;
    case 'global': return NOBODY;
    case 'not': return negate(endpointsMeeting(selector.of));
    case 'and': return both(...selector.of.map(endpointsMeeting));
    case 'or': return either(...selector.of.map(endpointsMeeting));
    case 'has': {
      const { field, key } = whatIs(selector.key);
      return field === 'constant' ? EVERY : ofAccounts({ is: 'exists', field, key });
    }
    default: return testOf(selector);
  }
}

function testOf({ key: written, operator, values }: Extract<CalicoSelector, { is: 'test' }>): Selector {
  const { field, key } = whatIs(written);
  if (field === 'constant') return meetsCalicoSelector({ is: 'test', key: written, operator, values }, () => 'k8s') === true ? EVERY : NOBODY;
  switch (operator) {
    case '==': case 'in': return ofAccounts({ is: 'in', field, key, values });
    case '!=': case 'not in': return negate(ofAccounts({ is: 'in', field, key, values }));
    default: {
      const [wanted] = values as [string];
      const test = (value: string): boolean => (operator === 'contains' ? value.includes(wanted) : operator === 'starts with' ? value.startsWith(wanted) : value.endsWith(wanted));
      return ofAccounts({ is: 'test', field, key, name: `${operator}:${wanted}`, test });
    }
  }
}

/** Labels of accounts are facts of their pods ({@link noteAccounts}); nobody knows those of an account that has no document. */
function ofAccounts(test: Exclude<Selector, { is: 'not' | 'all' | 'any' | 'unknown' }>): Selector {
  return test.field === 'fact' ? either(both(KNOWN_ACCOUNT, test), both(negate(KNOWN_ACCOUNT), UNKNOWN)) : test;
}

/** What a key is of. */
function whatIs(key: string): { readonly field: Field | 'constant'; readonly key: string } {
  switch (key) {
    case NAMESPACE: case 'pcns.projectcalico.org/name': return { field: 'namespace', key: '' };
    case ACCOUNT: case 'pcsa.projectcalico.org/name': return { field: 'serviceAccount', key: '' };
    case 'projectcalico.org/orchestrator': return { field: 'constant', key };
    default: return key.startsWith('pcns.') ? { field: 'namespaceLabel', key: key.slice(5) } : key.startsWith('pcsa.') ? { field: 'fact', key } : { field: 'label', key };
  }
}

interface NetworkSet {
  readonly label: LabelLookup;
  readonly blocks: readonly PeerTerm[];
  readonly pods: Three;
}

/** Blocks of addresses that carry labels. */
export class NetworkSets {
  private readonly sets: readonly NetworkSet[];
  /** By key, and then by value: what sets carry is always written. */
  private readonly byLabel: Map<string, ReadonlyMap<string, readonly NetworkSet[]>> = new Map();
  private readonly known: Map<CalicoSelector, readonly PeerTerm[]> = new Map();
  private readonly homes: readonly AddressRange[];

  constructor(cluster: ClusterModel, cni: CniProperties) {
    this.homes = cluster.facts.podCidrs.map(parseRange).filter((range) => range !== undefined);
    this.sets = ['NetworkSet', 'GlobalNetworkSet'].flatMap((kind) => calicoObjects(cluster, kind)).map((entry) => ({
      label: labelsOfSet(entry, entry.clusterScoped ? undefined : cluster.namespace(entry.namespace)?.labels),
      blocks: list(entry.spec.nets).map((net) => blockOf(String(net), [], cni)), pods: this.podsIn(list(entry.spec.nets)),
    }));
  }

  /** Whether the addresses of pods lie in one of some blocks. */
  podsIn(nets: readonly unknown[]): Three {
    return any(nets.map((net) => {
      const range = parseRange(net);
      return range && podsInRange(this.homes, range, []);
    }));
  }

  /** Everything, where a set that the selector means holds the addresses of the pods: they are meant with it, whatever their own labels are. */
  ofPods(selector: CalicoSelector): Selector {
    const held = any(this.possible(selector).map(({ label, pods }) => (pods === false ? false : all([meetsCalicoSelector(selector, label), pods]))));
    return held === undefined ? UNKNOWN : held ? EVERY : NOBODY;
  }

  /** The blocks of the sets that a selector means. */
  meeting(selector: CalicoSelector): readonly PeerTerm[] {
    let found = this.known.get(selector);
    if (!found) {
      found = this.possible(selector).flatMap(({ label, blocks }): readonly PeerTerm[] => {
        const met = meetsCalicoSelector(selector, label);
        return met === false ? [] : met === true ? blocks : blocks.map((block) => ({ is: 'all', of: [block, { is: 'unknown', why: 'whether the selector means this network set is not known' }] }));
      });
      this.known.set(selector, found);
    }
    return found;
  }

  /** Sets that a selector may mean: most selectors ask for the value of one label. */
  private possible(selector: CalicoSelector): readonly NetworkSet[] {
    const asked = valueAsked(selector);
    return asked === undefined ? this.sets : this.having(asked.key).get(asked.values[0]!) ?? NO_SETS;
  }

  private having(key: string): ReadonlyMap<string, readonly NetworkSet[]> {
    let found = this.byLabel.get(key);
    if (!found) this.byLabel.set(key, (found = byValue(this.sets, key)));
    return found;
  }
}

const NO_SETS: readonly NetworkSet[] = [];

/** The one value of a label without which a selector means nobody. */
function valueAsked(selector: CalicoSelector): Extract<CalicoSelector, { is: 'test' }> | undefined {
  if (selector.is === 'and') return selector.of.map(valueAsked).find((one) => one !== undefined);
  return selector.is === 'test' && (selector.operator === '==' || selector.operator === 'in') && selector.values.length === 1 ? selector : undefined;
}

function byValue(sets: readonly NetworkSet[], key: string): ReadonlyMap<string, readonly NetworkSet[]> {
  const found = new Map<string, NetworkSet[]>();
  for (const set of sets) {
    const value = set.label(key);
    if (typeof value !== 'string') continue;
    const known = found.get(value);
    if (known) known.push(set);
    else found.set(value, [set]);
  }
  return found;
}

function labelsOfSet(entry: Entry, namespaceLabels: Labels | undefined): LabelLookup {
  const { labels, namespace, clusterScoped } = entry;
  return (key) => {
    if (!clusterScoped && key === NAMESPACE) return namespace;
    // A set has the labels that are written, whatever they say; those of its namespace stand behind them.
    const written = labels[key];
    if (written !== undefined || clusterScoped || !key.startsWith('pcns.')) return written ?? null;
    return key === 'pcns.projectcalico.org/name' ? namespace : namespaceLabels?.[key.slice(5)] ?? null;
  };
}
