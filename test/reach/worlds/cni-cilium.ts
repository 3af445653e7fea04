// Random policies of Cilium: of a namespace and of the cluster, allowing and denying, with the empty lists and rules that mean something of their own.
import type { Json } from './cni-parts';
import { APPS, blockWithHoles, BLOCKS, NAMESPACES, podSelector } from './cni-parts';
import type { Choices } from './draw';

const ENTITIES = ['all', 'cluster', 'world', 'host', 'remote-node', 'kube-apiserver', 'ingress', 'health', 'unmanaged', 'none'] as const;

export function ciliumPolicy(choose: Choices, i: number, everything: boolean): Json {
  const clusterwide = choose.chance(35);
  const spec = (): Json => {
    const directions = choose.one([['ingress'], ['egress'], ['ingress', 'egress']]);
    const sections: Json = {};
    for (const direction of directions) {
      if (choose.chance(80)) sections[direction] = rules(choose, direction, 'allow', clusterwide, everything);
      if (choose.chance(30) || sections[direction] === undefined) sections[`${direction}Deny`] = rules(choose, direction, 'deny', clusterwide, everything);
    }
    return {
      endpointSelector: choose.chance(30) ? {} : podSelector(choose), ...sections,
      ...choose.chance(25) && { enableDefaultDeny: { ingress: choose.chance(50), egress: choose.chance(50) } },
    };
  };
  return {
    apiVersion: 'cilium.io/v2', kind: clusterwide ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy', metadata: { name: `cnp${i}`, ...!clusterwide && { namespace: choose.one(NAMESPACES) } },
    ...choose.chance(85) ? { spec: spec() } : { specs: [spec(), spec()] },
  };
}

function rules(choose: Choices, direction: string, action: 'allow' | 'deny', clusterwide: boolean, everything: boolean): Json {
  return Array.from({ length: choose.between(1, 2) }, () => {
    const peers = peersOf(choose, direction === 'ingress' ? 'from' : 'to', clusterwide, everything && action === 'allow');
    const ports = (): Json => ({ toPorts: Array.from({ length: choose.between(1, 2) }, () => portsOf(choose, direction, action, everything)) });
    const limits = choose.chance(45) ? {} : choose.chance(8) ? { icmps: [{ fields: [{ type: 8 }] }] } : ports();
    return { ...peers, ...limits };
  });
}

function peersOf(choose: Choices, word: 'from' | 'to', clusterwide: boolean, names: boolean): Json {
  switch (choose.below(names && word === 'to' ? 8 : 7)) {
    case 0: return {};
    case 1: return { [`${word}Entities`]: choose.some(ENTITIES, choose.between(0, 2)) };
    case 2: return { [`${word}CIDR`]: choose.some(BLOCKS, choose.between(1, 2)) };
    case 3: return { [`${word}CIDRSet`]: Array.from({ length: choose.between(1, 2) }, () => blockWithHoles(choose)) };
    case 7: return { toFQDNs: choose.some([{ matchName: 'db.example.com' }, { matchName: 'www.example.org' }, { matchPattern: '*.example.com' }, { matchPattern: '*' }], choose.between(1, 2)) };
    default: return { [`${word}Endpoints`]: Array.from({ length: choose.between(choose.chance(10) ? 0 : 1, 2) }, () => endpoint(choose, clusterwide)) };
  }
}

function endpoint(choose: Choices, clusterwide: boolean): Json {
  return choose.one<() => Json>([
    () => podSelector(choose), () => podSelector(choose), () => ({ matchLabels: { 'k8s:app': choose.one(APPS), 'io.kubernetes.pod.namespace': choose.one(NAMESPACES) } }),
    () => ({ matchLabels: { 'k8s:io.kubernetes.pod.namespace': choose.one(NAMESPACES) } }), () => ({ matchLabels: { 'io.cilium.k8s.namespace.labels.team': choose.one(['x', 'y']) } }),
    () => ({ matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: choose.one(['In', 'NotIn']), values: choose.some(NAMESPACES, choose.between(1, 2)) }] }),
    () => ({ matchExpressions: [{ key: 'io.cilium.k8s.namespace.labels.env', operator: choose.one(['Exists', 'DoesNotExist']) }] }),
    () => ({ matchLabels: { 'io.cilium.k8s.policy.serviceaccount': choose.one(['robot', 'default']) } }), () => ({ matchLabels: { [`reserved:${choose.one(['host', 'ingress', 'remote-node'])}`]: '' } }),
    () => (clusterwide ? { matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'Exists' }] } : {}),
  ])();
}

function portsOf(choose: Choices, direction: string, action: 'allow' | 'deny', everything: boolean): Json {
  if (action === 'allow' && choose.chance(20)) {
    if (direction === 'egress' && everything && choose.chance(50)) {
      return { ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: choose.some([{ matchPattern: '*' }, { matchName: 'db.example.com' }, { matchPattern: '*.example.com' }], choose.between(1, 2)) } };
    }
    return { ports: [{ port: choose.one(['80', '8080']), protocol: 'TCP' }], rules: { http: Array.from({ length: choose.between(1, 2) }, () => httpRule(choose)) } };
  }
  const port = (): Json => {
    const protocol = choose.one([undefined, 'TCP', 'UDP', 'SCTP', 'ANY']);
    const where = choose.one<() => Json>([() => ({ port: choose.one(['80', '8080', '53', '443']) }), () => ({ port: '8000', endPort: choose.one([8080, 9090]) }), () => ({ port: choose.one(['http', 'metrics', 'dns']) }), () => ({ port: '0' })])();
    return { ...where, ...protocol && { protocol } };
  };
  return { ports: Array.from({ length: choose.between(1, 2) }, port) };
}

function httpRule(choose: Choices): Json {
  const rule: Json = {};
  if (choose.chance(70)) rule.method = choose.one(['GET', 'GET|POST', 'P.*']);
  if (choose.chance(60)) rule.path = choose.one(['/', '/orders', '/orders/.*', '/o[a-z]+', '/orders\\?id=[0-9]+']);
  if (choose.chance(20)) rule.host = choose.one(['shop\\.example\\.com', '.*\\.example\\.com']);
  if (choose.chance(20)) rule.headers = [choose.one(['X-Team a', 'X-Team: b', 'X-Token'])];
  return rule;
}
