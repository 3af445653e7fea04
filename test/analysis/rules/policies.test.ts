// Rules about network policies: each variant beyond the rules' own fixtures, and its near miss.
import { ask } from './network-scene';

const pods = (name: string, namespace = 'shop', spec = '', labels = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec: { ${spec} containers: [{ name: main, image: "registry.example.com/x:1", ports: [{ name: http, containerPort: 8080 }] }] }
---`;
const netpol = (spec: string, name = 'p', namespace = 'shop'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---`;
const cilium = (spec: string, name = 'p', namespace = 'shop'): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---`;
const calico = (spec: string, kind = 'NetworkPolicy'): string => `
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: { name: c${kind === 'NetworkPolicy' ? ', namespace: shop' : ''} }
spec: ${spec}
---`;
const WEB = '{ to: [{ podSelector: { matchLabels: { app: web } } }] }';
const KUBE_DNS = '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }] }';
const CILIUM_DNS = '{ toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [{ matchPattern: "*" }] } }] }';

describe('DNS (NS4101)', () => {
  const closed = (yaml: string): number => ask('NS4101', pods('api') + pods('web') + yaml).length;

  test.each([
    ['a rule to pods and none to DNS', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`), 1],
    ['DNS in another policy', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`) + netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${KUBE_DNS}] }`, 'dns'), 0],
    ['DNS in another policy, for other pods', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`) + netpol(`{ podSelector: { matchLabels: { app: x } }, policyTypes: [Egress], egress: [${KUBE_DNS}] }`, 'dns'), 1],
    ['nobody may be called', netpol('{ podSelector: {}, policyTypes: [Egress] }'), 0],
    ['fixed addresses', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.7/32 } }] }] }'), 0],
    ['the internet', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }] }'), 1],
    ['everything', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{}] }'), 0],
    ['every namespace', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }] }] }'), 0],
    ['UDP 53 to anybody', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}, { ports: [{ port: 53, protocol: UDP }] }] }`), 0],
    ['TCP 53 only', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}, { ports: [{ port: 53 }] }] }`), 1],
    ['a label that the namespace may have', netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}, { to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }], ports: [{ port: 53, protocol: UDP }] }] }`), 0],
    ['only ingress', netpol('{ podSelector: {}, ingress: [] }'), 0],
    ['names of Cilium without DNS', cilium('{ endpointSelector: {}, egress: [{ toFQDNs: [{ matchName: api.example.com }] }] }'), 1],
    ['names of Cilium with DNS', cilium(`{ endpointSelector: {}, egress: [{ toFQDNs: [{ matchName: api.example.com }] }, ${CILIUM_DNS}] }`), 0],
    ['the cluster as an entity', cilium('{ endpointSelector: {}, egress: [{ toEntities: [cluster] }, { toFQDNs: [{ matchName: api.example.com }] }] }'), 0],
    ['the world as an entity, of which the cache of a node may be', cilium('{ endpointSelector: {}, egress: [{ toEntities: [world] }] }'), 0],
    ['a port of the world', cilium('{ endpointSelector: {}, egress: [{ toEntities: [world], toPorts: [{ ports: [{ port: "443", protocol: TCP }] }] }] }'), 1],
    ['the API server only', cilium('{ endpointSelector: {}, egress: [{ toEntities: [kube-apiserver] }] }'), 0],
    ['the node as a cache', cilium('{ endpointSelector: {}, egress: [{ toEntities: [world] }, { toEntities: [host], toPorts: [{ ports: [{ port: "53", protocol: UDP }] }] }] }'), 0],
    ['no default denial', cilium('{ endpointSelector: {}, enableDefaultDeny: { egress: false }, egress: [{ toEntities: [world] }] }'), 0],
    ['a denial of DNS', cilium('{ endpointSelector: {}, egress: [{ toEntities: [all] }], egressDeny: [{ toPorts: [{ ports: [{ port: "53", protocol: UDP }] }] }] }'), 0],
    ['Calico, in order', calico("{ types: [Egress], egress: [{ action: Allow, destination: { selector: \"app == 'web'\" } }] }"), 1],
    ['Calico, with DNS', calico("{ types: [Egress], egress: [{ action: Allow, protocol: UDP, destination: { namespaceSelector: \"projectcalico.org/name == 'kube-system'\", ports: [53] } }, { action: Allow, destination: { selector: \"app == 'web'\" } }] }"), 0],
    ['Calico, of the whole cluster: DNS may have the label', calico("{ types: [Egress], egress: [{ action: Allow, destination: { selector: \"app == 'web'\" } }] }", 'GlobalNetworkPolicy'), 0],
    ['Calico, of the whole cluster and one namespace', calico("{ types: [Egress], egress: [{ action: Allow, destination: { namespaceSelector: \"kubernetes.io/metadata.name == 'shop'\" } }] }", 'GlobalNetworkPolicy'), 1],
  ])('%s', (_, policies, count) => {
    expect(closed(policies)).toBe(count);
  });
  test('name servers of their own', () => {
    const own = (servers: string): string => pods('web') + pods('api', 'shop', `dnsPolicy: None, dnsConfig: { nameservers: [${servers}] },`) + netpol(`{ podSelector: { matchLabels: { app: api } }, policyTypes: [Egress], egress: [${WEB}, { to: [{ ipBlock: { cidr: 192.0.2.53/32 } }], ports: [{ port: 53, protocol: UDP }] }] }`);
    expect(ask('NS4101', own('192.0.2.53'))).toEqual([]);
    expect(ask('NS4101', own('192.0.2.54'))).toHaveLength(1);
    expect(ask('NS4101', (pods('web') + pods('api', 'shop', 'dnsPolicy: Default,') + netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`)))).toEqual([
      expect.stringContaining('Deployment shop/web may call'),
    ]);
  });
  test('one finding for a policy, whomever it selects', () => {
    expect(ask('NS4101', pods('api') + pods('web') + netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`))).toEqual([
      'NS4101 spec.egress: The pods of Deployment shop/api and 1 more may call others by name and cannot ask for the name: nothing lets them through to DNS at UDP 53',
    ]);
  });
  test('nothing is said of half a cluster', () => {
    expect(ask('NS4101', pods('api') + pods('web') + netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${WEB}] }`), { open: true })).toEqual([]);
  });
});

describe('DNS over TCP (NS4102)', () => {
  test.each([
    ['Cilium, UDP', cilium(`{ endpointSelector: {}, egress: [${CILIUM_DNS.replace('ANY', 'UDP')}] }`), 1],
    ['Cilium, any', cilium(`{ endpointSelector: {}, egress: [${CILIUM_DNS}] }`), 0],
    ['TCP in another rule', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }, { ports: [{ port: 53 }] }] }'), 0],
    ['UDP to anybody', netpol('{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }'), 1],
  ])('%s', (_, policies, count) => {
    expect(ask('NS4102', pods('api') + policies)).toHaveLength(count);
  });
});
