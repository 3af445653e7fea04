// Small clusters with policies of one CNI: namespaces, pods, and as many policies as make them interesting.
import { calicoPolicy, calicoTiers } from './cni-calico';
import { ciliumPolicy } from './cni-cilium';
import type { Json } from './cni-parts';
import { APPS, BLOCKS, blockWithHoles, NAMESPACES, namespaceSelector, podSelector } from './cni-parts';
import type { Draw } from './draw';
import { Choices } from './draw';

export interface CniWorld {
  readonly cni: 'cilium' | 'calico' | 'unknown';
  readonly documents: readonly Json[];
}

export interface WorldWishes {
  readonly cni?: CniWorld['cni'];
  /** Pods in the network of their node, rules of requests and of names: what Cilium's library is not asked for. @default true */
  readonly everything?: boolean;
  /** Policies of one language alone. @default - all that the CNI keeps */
  readonly only?: 'kubernetes' | 'cluster' | 'own';
}

const DAEMONS = { cilium: 'quay.io/cilium/cilium:v1.20.2', calico: 'docker.io/calico/node:v3.32.1' } as const;

export function cniWorld(draw: Draw, { cni, everything = true, only }: WorldWishes = {}): CniWorld {
  const choose = new Choices(draw);
  const name = cni ?? choose.one(['cilium', 'calico', 'unknown'] as const);
  const documents: Json[] = NAMESPACES.map((one) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one, labels: { team: choose.one(['x', 'y']), ...choose.chance(50) && { env: 'prod' } } } }));
  if (name !== 'unknown') documents.push(daemonOf(name));
  const pods = choose.between(3, 6);
  for (let i = 0; i < pods; i++) documents.push(podOf(choose, i, everything));
  const policies = choose.between(1, 5);
  const taken = new Set<number>();
  for (let i = 0; i < policies; i++) documents.push(policyOf(choose, name, i, taken, { everything, only }));
  if (name === 'calico') documents.push(...calicoTiers(choose, documents));
  return { cni: name, documents };
}

function daemonOf(name: keyof typeof DAEMONS): Json {
  return {
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: `${name}-node`, namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: { 'k8s-app': name } },
      template: { metadata: { labels: { 'k8s-app': name } }, spec: { hostNetwork: true, containers: [{ name: 'agent', image: DAEMONS[name] }] } },
    },
  };
}

function podOf(choose: Choices, i: number, everything: boolean): Json {
  const hostNetwork = everything && choose.chance(8);
  const ports = hostNetwork ? [] : choose.some([
    { name: 'http', containerPort: choose.one([80, 8080]) }, { name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'metrics', containerPort: choose.one([8080, 9090]) },
  ], choose.between(0, 3));
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${i}`, namespace: choose.one(NAMESPACES), labels: { app: choose.one(APPS), ...choose.chance(40) && { tier: choose.one(['x', 'y']) } } },
    spec: {
      ...choose.chance(30) && { serviceAccountName: 'robot' }, ...hostNetwork && { hostNetwork },
      containers: [{ name: 'main', image: 'registry.example.com/app:1', ports }],
    },
  };
}

function policyOf(choose: Choices, cni: CniWorld['cni'], i: number, taken: Set<number>, { everything = true, only }: WorldWishes): Json {
  const kind = only === undefined ? choose.below(10) : only === 'cluster' ? 0 : only === 'kubernetes' ? 2 : 9;
  if (kind < 2) return clusterPolicy(choose, i, taken, everything);
  if (kind < 5 || cni === 'unknown') return networkPolicy(choose, i);
  return cni === 'cilium' ? ciliumPolicy(choose, i, everything) : calicoPolicy(choose, i);
}

function networkPolicy(choose: Choices, i: number): Json {
  const types = choose.one([undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
  const rules = (): Json => Array.from({ length: choose.between(0, 2) }, () => ({
    peers: choose.chance(25) ? undefined : Array.from({ length: choose.between(1, 2) }, () => peer(choose)),
    ports: choose.chance(40) ? undefined : Array.from({ length: choose.between(1, 2) }, () => port(choose)),
  }));
  // Rules of a direction that the types leave out differ by CNI.
  const [ingress, egress] = [types === undefined || types.includes('Ingress'), types === undefined ? choose.chance(50) : types.includes('Egress')];
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace: choose.one(NAMESPACES) },
    spec: {
      podSelector: podSelector(choose), ...types !== undefined && { policyTypes: types },
      ...(ingress || choose.chance(20)) && { ingress: rules().map(({ peers, ports }: Json) => ({ ...peers && { from: peers }, ...ports && { ports } })) },
      ...(egress || choose.chance(20)) && { egress: rules().map(({ peers, ports }: Json) => ({ ...peers && { to: peers }, ...ports && { ports } })) },
    },
  };
}

function peer(choose: Choices): Json {
  return choose.one<() => Json>([
    () => ({ podSelector: podSelector(choose) }), () => ({ namespaceSelector: namespaceSelector(choose) }),
    () => ({ podSelector: podSelector(choose), namespaceSelector: namespaceSelector(choose) }), () => ({ ipBlock: blockWithHoles(choose) }),
  ])();
}

function port(choose: Choices): Json {
  const protocol = choose.one([undefined, 'TCP', 'UDP', 'SCTP']);
  return {
    ...protocol && { protocol },
    ...choose.one<() => Json>([() => ({}), () => ({ port: choose.one([80, 8080, 53, 443]) }), () => ({ port: 8000, endPort: choose.one([8000, 8080, 9090]) }), () => ({ port: choose.one(['http', 'metrics', 'dns']) })])(),
  };
}

function clusterPolicy(choose: Choices, i: number, taken: Set<number>, everything: boolean): Json {
  // Two of one priority are not ordered; most have their own.
  let priority = choose.between(0, 5);
  while (taken.has(priority) && (!everything || choose.chance(80))) priority++;
  taken.add(priority);
  const rules = (direction: 'from' | 'to'): Json => Array.from({ length: choose.between(0, 3) }, () => {
    const peers = Array.from({ length: choose.between(1, 2) }, () => clusterPeer(choose, direction));
    // Only pods have names of ports.
    const named = peers.every((one) => one.networks === undefined);
    return {
      action: choose.one(['Accept', 'Deny', 'Pass']), [direction]: peers, ...choose.chance(50) && { protocols: Array.from({ length: choose.between(1, 2) }, () => clusterPort(choose, named)) },
    };
  });
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name: `kcnp${i}` },
    spec: { tier: choose.one(['Admin', 'Baseline']), priority, subject: podsOrNamespaces(choose), ingress: rules('from'), egress: rules('to') },
  };
}

function podsOrNamespaces(choose: Choices): Json {
  return choose.chance(50) ? { namespaces: namespaceSelector(choose) } : { pods: { namespaceSelector: namespaceSelector(choose), podSelector: podSelector(choose) } };
}

function clusterPeer(choose: Choices, direction: 'from' | 'to'): Json {
  return direction === 'to' && choose.chance(25) ? { networks: choose.some(BLOCKS, choose.between(1, 2)) } : podsOrNamespaces(choose);
}

function clusterPort(choose: Choices, named: boolean): Json {
  return choose.one<() => Json>([
    () => ({ tcp: { destinationPort: { number: choose.one([80, 8080, 443]) } } }), () => ({ tcp: { destinationPort: { range: { start: 8000, end: 8080 } } } }),
    () => ({ udp: { destinationPort: { number: 53 } } }),
    ...named ? [() => ({ destinationNamedPort: choose.one(['http', 'metrics']) })] : [],
  ])();
}
