// Calico's policies (https://docs.tigera.io/calico/latest/reference/resources): tiers by order, policies by order and name, rules by their place; what a tier leaves open it denies
// where one of its policies applies, unless it passes it on.
import type { CniWorld } from '../worlds/cni';
import type { Json } from '../worlds/cni-parts';
import type { Case, NaiveWord } from './cni';
import { inBlock, isNamed, namespaceLabels } from './cni';
import { clusterVerdict } from './cni-cluster';
import { governs, policyAllows } from './cni-kubernetes';

interface Tier {
  readonly name: string;
  readonly order: number;
  readonly denies: boolean;
}

export function calicoTiersOf({ documents }: CniWorld): readonly Tier[] {
  const tiers = documents.filter(({ kind }) => kind === 'Tier').map(({ metadata, spec }): Tier => ({ name: metadata.name, order: spec.order ?? Infinity, denies: spec.defaultAction !== 'Pass' }));
  return [...tiers, { name: 'default', order: 1_000_000, denies: true }, { name: 'kube-admin', order: 1000, denies: false }, { name: 'kube-baseline', order: 10_000_000, denies: false }]
    .sort((a, b) => (a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order - b.order));
}

export function calicoVerdict(one: Case, tiers: readonly Tier[]): NaiveWord {
  for (const { name, denies } of tiers) {
    const verdict = name.startsWith('kube-') ? clusterVerdict(one, name === 'kube-admin' ? 'Admin' : 'Baseline') : tierVerdict(one, name, denies);
    if (verdict === 'Allow' || verdict === 'Accept') return 'allowed';
    if (verdict === 'Deny') return 'denied';
  }
  return 'allowed';
}

function tierVerdict(one: Case, tier: string, denies: boolean): string | undefined {
  const { world: { documents }, direction } = one;
  const kubernetes = tier === 'default' ? documents.filter((policy) => policy.apiVersion === 'networking.k8s.io/v1' && governs(one, policy)) : [];
  const calico = documents.filter((policy) => policy.apiVersion === 'projectcalico.org/v3' && /NetworkPolicy$/.test(policy.kind) && (policy.spec.tier ?? 'default') === tier && applies(one, policy));
  const key = ({ apiVersion, kind, metadata }: Json): string => `${metadata.name}/${metadata.namespace ?? ''}/${apiVersion === 'networking.k8s.io/v1' ? 'KubernetesNetworkPolicy' : kind}`;
  const order = ({ apiVersion, spec }: Json): number => (apiVersion === 'networking.k8s.io/v1' ? 1000 : spec.order ?? Infinity);
  const sorted = [...kubernetes, ...calico].sort((a, b) => (order(a) === order(b) ? (key(a) < key(b) ? -1 : 1) : order(a) - order(b)));
  for (const policy of sorted) {
    if (policy.apiVersion === 'networking.k8s.io/v1') {
      if (policyAllows(one, policy)) return 'Allow';
      continue;
    }
    for (const rule of policy.spec[direction] ?? []) {
      if (rule.action === 'Log' || !isMet(one, policy.metadata.namespace, rule)) continue;
      return rule.action;
    }
  }
  return sorted.length > 0 && denies ? 'Deny' : undefined;
}

function applies({ world, subject, direction }: Case, { kind, metadata, spec }: Json): boolean {
  const types = spec.types ?? [...(spec.ingress ?? []).length > 0 || (spec.egress ?? []).length === 0 ? ['Ingress'] : [], ...(spec.egress ?? []).length > 0 ? ['Egress'] : []];
  if (!types.includes(direction === 'ingress' ? 'Ingress' : 'Egress')) return false;
  const labels = podLabels(world, subject);
  if (kind === 'NetworkPolicy' && subject.metadata.namespace !== metadata.namespace) return false;
  if (spec.serviceAccountSelector !== undefined && !evaluate(spec.serviceAccountSelector, labels, 'pcsa.')) return false;
  return evaluate(spec.selector ?? '', labels) && (spec.namespaceSelector === undefined || evaluate(spec.namespaceSelector, labels, 'pcns.'));
}

type Labels = Readonly<Record<string, string>>;

function podLabels(world: CniWorld, { metadata, spec }: Json): Labels {
  const account = spec.serviceAccountName ?? 'default';
  return {
    ...metadata.labels, 'projectcalico.org/namespace': metadata.namespace, 'projectcalico.org/serviceaccount': account, 'projectcalico.org/orchestrator': 'k8s', 'pcsa.projectcalico.org/name': account,
    'pcns.projectcalico.org/name': metadata.namespace, ...Object.fromEntries(Object.entries(namespaceLabels(world, metadata.namespace)).map(([key, value]) => [`pcns.${key}`, value])),
  };
}

function isMet(one: Case, namespace: string | undefined, { protocol, notProtocol, source = {}, destination = {} }: Json): boolean {
  const numbers: Readonly<Record<string, string>> = { 17: 'UDP', 6: 'TCP' };
  const name = (value: unknown): string => numbers[String(value)] ?? String(value);
  if (protocol !== undefined && name(protocol) !== one.protocol) return false;
  if (notProtocol !== undefined && name(notProtocol) === one.protocol) return false;
  const [far, near] = one.direction === 'ingress' ? [source, destination] : [destination, source];
  const called = one.direction === 'ingress' ? one.subject : podAt(one);
  const port = (wanted: string | number): boolean => {
    const [from, to] = String(wanted).split(':').map(Number) as [number, number?];
    // A name is of endpoints that are selected themselves: a network set has no ports.
    const bySelector = (): boolean => !asksOf(namespace, destination) || (called !== undefined && isSelected(namespace, destination, podLabels(one.world, called)));
    if (Number.isNaN(from)) return isNamed(one, String(wanted)) && bySelector();
    return one.port >= from && one.port <= (to ?? from);
  };
  if (destination.ports !== undefined && !destination.ports.some(port)) return false;
  if (destination.notPorts !== undefined && destination.notPorts.some(port)) return false;
  return isEntity(one, namespace, far, false) && isEntity(one, namespace, near, true);
}

/** The pod at the other end, where it has an address of its own. */
function podAt({ place: { pod } }: Case): Json {
  return pod?.spec.hostNetwork === true ? undefined : pod;
}

/** Whether a rule says whom it means; else it may say whom it does not. */
function asksOf(namespace: string | undefined, { selector, notSelector, namespaceSelector, serviceAccounts }: Json): boolean {
  return selector !== undefined || serviceAccounts !== undefined || namespaceSelector !== undefined || (namespace !== undefined && notSelector !== undefined);
}

/** Whether something with these labels is meant; what is excluded is not. */
function isSelected(namespace: string | undefined, { selector, notSelector, namespaceSelector, serviceAccounts }: Json, labels: Labels): boolean {
  return (selector === undefined || evaluate(selector, labels))
    && (serviceAccounts === undefined || serviceAccounts.names.includes(labels['projectcalico.org/serviceaccount']))
    && (namespaceSelector !== undefined ? evaluate(namespaceSelector, labels, 'pcns.') : namespace === undefined || labels['projectcalico.org/namespace'] === namespace)
    && (notSelector === undefined || !evaluate(notSelector, labels));
}

/** Whether everything that a rule says of one end holds. */
function isEntity(one: Case, namespace: string | undefined, entity: Json, own: boolean): boolean {
  const { notSelector, nets, notNets } = entity;
  const [pod, ip] = own ? [one.subject, one.ownIp] : [podAt(one), one.place.ip];
  // Addresses carry the labels of the sets that hold them.
  const sets = one.world.documents.filter((set) => /NetworkSet$/.test(set.kind) && set.spec.nets.some((net: string) => inBlock(ip, net)));
  const candidates: Labels[] = [...pod === undefined ? [] : [podLabels(one.world, pod)], ...sets.map((set) => setLabels(one.world, set))];
  if (asksOf(namespace, entity)) {
    if (!candidates.some((labels) => isSelected(namespace, entity, labels))) return false;
  } else if (notSelector !== undefined && candidates.some((labels) => evaluate(notSelector, labels))) {
    return false;
  }
  return (nets === undefined || nets.some((net: string) => inBlock(ip, net))) && (notNets === undefined || !notNets.some((net: string) => inBlock(ip, net)));
}

function setLabels(world: CniWorld, { metadata }: Json): Labels {
  if (metadata.namespace === undefined) return metadata.labels;
  return {
    ...metadata.labels, 'projectcalico.org/namespace': metadata.namespace, 'pcns.projectcalico.org/name': metadata.namespace,
    ...Object.fromEntries(Object.entries(namespaceLabels(world, metadata.namespace)).map(([key, value]) => [`pcns.${key}`, value])),
  };
}

/** A selector against labels: `a == 'b' && !has(c)`. */
export function evaluate(text: string, labels: Labels, prefix: string = ''): boolean {
  const tokens = text.match(/&&|\|\||==|!=|!|[(){},]|'[^']*'|[\w./-]+/g) ?? [];
  let at = 0;
  const quoted = (): string => tokens[at++]!.slice(1, -1);
  const list = (): string[] => {
    const values: string[] = [];
    for (at++; tokens[at] !== '}'; ) if (tokens[at] === ',') at++; else values.push(quoted());
    at++;
    return values;
  };
  const one = (): boolean => {
    const token = tokens[at++]!;
    if (token === '!') return !one();
    if (token === '(') {
      const inner = either();
      at++;
      return inner;
    }
    if (tokens[at] === '(') {
      const key = tokens[at + 1] === ')' ? undefined : tokens[at + 1]!;
      at += key === undefined ? 2 : 3;
      if (token === 'has') return labels[prefix + key!] !== undefined;
      // Of namespaces, everything is what has one.
      const isNamespaced = labels['projectcalico.org/namespace'] !== undefined;
      return token === 'all' ? prefix !== 'pcns.' || isNamespaced : !isNamespaced;
    }
    const value = labels[prefix + token];
    switch (tokens[at++]) {
      case '==': return value === quoted();
      case '!=': return value !== quoted();
      case 'contains': return (value ?? '').includes(quoted());
      case 'starts': at++; return (value ?? '').startsWith(quoted());
      case 'ends': at++; return (value ?? '').endsWith(quoted());
      case 'in': return list().includes(value!);
      default: at++; return !list().includes(value!);
    }
  };
  const both = (): boolean => {
    let met = one();
    while (tokens[at] === '&&') {
      at++;
      met = one() && met;
    }
    return met;
  };
  const either = (): boolean => {
    let met = both();
    while (tokens[at] === '||') {
      at++;
      met = both() || met;
    }
    return met;
  };
  return tokens.length === 0 || either();
}
