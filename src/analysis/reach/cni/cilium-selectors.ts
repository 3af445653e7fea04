// Selectors of endpoints in Cilium's policies (cilium/cilium pkg/k8s/apis/cilium.io/utils, pkg/policy/api/selector.go): by labels of pods, of their namespace and account, or by a
// reserved identity.
import { keyWithoutSource } from '../../model/cilium-selector';
import type { Fields } from '../../model/fields';
import { record } from '../../model/fields';
import type { Requirement } from '../../model/selector';
import { requirementsByName } from '../../model/selector';
import type { PeerTerm } from '../rules';
import type { Field, Selector } from '../selector';
import { both, inNamespace, meeting, UNKNOWN } from '../selector';
import { ByLabels } from './by-labels';
import { entitiesOf, withOthers } from './entities';

/** The endpoints that a policy is for. */
export function subjectOf(namespace: string | undefined, selector: Fields): Selector {
  const requirements = read(selector);
  if (requirements === undefined) return UNKNOWN;
  return both(...namespace === undefined ? [] : [inNamespace(namespace)], ...requirements.map(selectorOf));
}

/** The peers that selectors of rules mean. */
export class EndpointPeers {
  private readonly excludingMeansOthers: boolean;
  private readonly known: ByLabels<PeerTerm> = new ByLabels();

  constructor(excludingMeansOthers: boolean) {
    this.excludingMeansOthers = excludingMeansOthers;
  }

  of(namespace: string | undefined, selector: Fields): PeerTerm {
    const number = this.known.number(namespace === undefined || namesNamespace(selector) ? '' : namespace, selector);
    if (number === undefined) return endpointPeer(namespace, selector, this.excludingMeansOthers);
    return this.known.get(number) ?? this.known.set(number, endpointPeer(namespace, selector, this.excludingMeansOthers));
  }
}

/** Whether its labels speak of namespaces, so that the policy's own is not meant. */
function namesNamespace(selector: Fields): boolean {
  for (const key in record(record(selector).matchLabels)) {
    const { about } = keyWithoutSource(plainKey(key));
    if (about === 'namespace' || about === 'namespaceLabels') return true;
  }
  return false;
}

function endpointPeer(namespace: string | undefined, selector: Fields, excludingMeansOthers: boolean): PeerTerm {
  const requirements = read(selector);
  if (requirements === undefined) return UNREADABLE;
  const reserved = requirements.filter(({ key }) => keyWithoutSource(key).about === 'reserved');
  if (reserved.length > 0) {
    const [{ key, operator }] = reserved as [Requirement];
    return requirements.length === 1 && (operator === 'In' || operator === 'Exists') ? entitiesOf([keyWithoutSource(key).name]) : UNREADABLE;
  }
  const speaksOf = (what: string): boolean => requirements.some(({ key }) => keyWithoutSource(key).about === what);
  // The namespace of the policy is meant where the selector speaks of none; policies of the cluster mean pods of every namespace, which still are pods.
  const isNamed = speaksOf('namespace') || (namespace !== undefined && speaksOf('namespaceLabels'));
  const home = isNamed || namespace === undefined ? [] : [inNamespace(namespace)];
  const pods: PeerTerm = { is: 'pods', where: both(...home, ...requirements.map(selectorOf)), hostNetwork: 'out' };
  return isNamed ? withOthers(pods, requirements, excludingMeansOthers) : pods;
}

const UNREADABLE: PeerTerm = { is: 'unknown', why: 'whom the selector means is not known' };

function read(selector: Fields): readonly Requirement[] | undefined {
  return requirementsByName(selector, plainKey);
}

/** Without the word for the labels of Kubernetes. */
function plainKey(key: string): string {
  return key.startsWith('k8s:') || key.startsWith('any:') ? key.slice(4) : key;
}

function selectorOf(requirement: Requirement): Selector {
  const { about, name } = keyWithoutSource(requirement.key);
  const field = FIELDS[about];
  return field === undefined ? UNKNOWN : meeting(field, [{ ...requirement, key: field === 'namespace' || field === 'serviceAccount' ? '' : name }]);
}

const FIELDS: Readonly<Record<string, Field>> = { pods: 'label', namespace: 'namespace', namespaceLabels: 'namespaceLabel', account: 'serviceAccount' };

