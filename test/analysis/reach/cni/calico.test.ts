// Policies of Calico, each with a near miss.
import type { Question, Scene } from './ask';
import { ask, daemon, pod, policy, SHOP } from './ask';

const CALL: Question = { from: 'shop/web', to: 'shop/db' };
const OLD: Question = { from: 'legacy/batch', to: 'shop/db' };

function calico(kind: string, name: string, spec: string, version: string = 'projectcalico.org/v3'): string {
  return policy(version, kind, name, spec);
}

const np = (spec: string, name: string = 'shop/p'): string => calico('NetworkPolicy', name, spec);
const gnp = (spec: string, name: string = 'p'): string => calico('GlobalNetworkPolicy', name, spec);
const tier = (name: string, spec: string): string => calico('Tier', name, spec);
const said = (documents: string, question: Question, scene?: Scene): string => ask(SHOP + daemon('calico') + documents, question, scene);

const DB = "selector: app == 'db'";
const WEB = "selector: app == 'web'";

describe('policies and their tiers', () => {
  const PASS = tier('security', '{ order: 100 }') + gnp(`{ tier: security, ${DB}, ingress: [{ action: Pass, source: { selector: "app == 'web'" } }] }`, 'security.p');
  test.each<[string, string, Question, string]>([
    ['without a policy everything passes', '', CALL, 'allowed'],
    ['a policy closes what it does not speak of', np(`{ ${DB}, ingress: [{ action: Allow, source: { ${WEB} } }] }`), OLD, 'denied by NetworkPolicy shop/p spec.ingress'],
    ['and lets through what it names', np(`{ ${DB}, ingress: [{ action: Allow, source: { ${WEB} } }] }`), CALL, 'allowed by NetworkPolicy shop/p spec.ingress.0'],
    ['a policy without rules is of ingress', np(`{ ${DB} }`), CALL, 'denied by NetworkPolicy shop/p spec.ingress'],
    ['and not of egress', np(`{ ${WEB} }`), CALL, 'allowed'],
    ['rules of egress alone close egress alone', np(`{ ${DB}, egress: [{ action: Allow }] }`), CALL, 'allowed'],
    ['types close a direction without rules', np(`{ ${WEB}, types: [Egress] }`), CALL, 'denied by NetworkPolicy shop/p spec.egress'],
    ['the smaller order is first', np(`{ order: 5, ${DB}, ingress: [{ action: Deny }] }`) + np(`{ order: 4, ${DB}, ingress: [{ action: Allow }] }`, 'shop/z'), CALL, 'allowed by NetworkPolicy shop/z spec.ingress.0'],
    ['no order is last', np(`{ ${DB}, ingress: [{ action: Deny }] }`) + np(`{ order: 4000, ${DB}, ingress: [{ action: Allow }] }`, 'shop/z'), CALL, 'allowed by NetworkPolicy shop/z spec.ingress.0'],
    ['the name decides between equals', np(`{ order: 5, ${DB}, ingress: [{ action: Deny }] }`) + np(`{ order: 5, ${DB}, ingress: [{ action: Allow }] }`, 'shop/z'), CALL, 'denied by NetworkPolicy shop/p spec.ingress.0'],
    ['policies of Kubernetes stand at 1000', np(`{ order: 999, ${DB}, ingress: [{ action: Deny }] }`) + policy('networking.k8s.io/v1', 'NetworkPolicy', 'shop/k', '{ podSelector: {}, ingress: [{}] }'), CALL, 'denied by NetworkPolicy shop/p spec.ingress.0'],
    ['and before what stands behind', np(`{ order: 1001, ${DB}, ingress: [{ action: Deny }] }`) + policy('networking.k8s.io/v1', 'NetworkPolicy', 'shop/k', '{ podSelector: {}, ingress: [{}] }'), CALL, 'allowed by NetworkPolicy shop/k spec.ingress.0'],
    ['a record decides nothing', np(`{ ${DB}, ingress: [{ action: Log }, { action: Allow }] }`), CALL, 'allowed by NetworkPolicy shop/p spec.ingress.1'],
    ['what is passed on leaves the tier', PASS, CALL, 'allowed'],
    ['and is decided by the next', PASS + np(`{ ${DB} }`), CALL, 'denied by NetworkPolicy shop/p spec.ingress'],
    ['what the tier leaves open it denies', PASS, OLD, 'denied by GlobalNetworkPolicy security.p spec.ingress'],
    ['unless it passes it on', PASS.replace('{ order: 100 }', '{ order: 100, defaultAction: Pass }'), OLD, 'allowed'],
    ['and only where one of its policies applies', PASS, { from: 'shop/db', to: 'shop/web' }, 'allowed'],
    ['a pass of the last tier is an admission', np(`{ ${DB}, ingress: [{ action: Pass }] }`), CALL, 'allowed'],
    ['a staged policy does nothing', calico('StagedNetworkPolicy', 'shop/s', `{ ${DB} }`), CALL, 'allowed'],
    ['a policy of host endpoints is not of pods', gnp(`{ ${DB}, preDNAT: true, applyOnForward: true, ingress: [{ action: Deny }] }`), CALL, 'allowed'],
    ['one that holds forwarded packets as well is', gnp(`{ ${DB}, applyOnForward: true, ingress: [{ action: Deny }] }`), CALL, 'denied by GlobalNetworkPolicy p spec.ingress.0'],
    ['the own node is never held', np(`{ ${DB} }`), { from: 'host', to: 'shop/db' }, 'allowed'],
    ['other nodes are', np(`{ ${DB} }`), { from: 'remote-node', to: 'shop/db' }, 'denied by NetworkPolicy shop/p spec.ingress'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });

  test('the stored group is read as well', () => {
    expect(said(calico('GlobalNetworkPolicy', 'default.p', `{ ${DB}, types: [Ingress] }`, 'crd.projectcalico.org/v1'), CALL)).toBe('denied by GlobalNetworkPolicy default.p spec.ingress');
  });

  test('what is written into the store without types is of both directions', () => {
    const spec = `{ ${WEB}, ingress: [{ action: Allow }] }`;
    expect(said(calico('GlobalNetworkPolicy', 'default.p', spec, 'crd.projectcalico.org/v1'), CALL)).toBe('denied by GlobalNetworkPolicy default.p spec.egress');
    expect(said(gnp(spec), CALL)).toBe('allowed');
  });

  test('a tier that is not among the documents has an order that nobody knows', () => {
    expect(said(gnp(`{ tier: ghost, ${DB} }`, 'ghost.p'), CALL)).toMatch(/^undetermined by GlobalNetworkPolicy ghost.p/);
  });
});

describe('rules', () => {
  const from = (source: string, more: string = ''): string => np(`{ ${DB}, ingress: [{ action: Allow, source: { ${source} }${more} }] }`);
  const global = (source: string): string => gnp(`{ ${DB}, ingress: [{ action: Allow, source: { ${source} } }] }`);
  const YES = 'allowed by NetworkPolicy shop/p spec.ingress.0';
  const NO = 'denied by NetworkPolicy shop/p spec.ingress';
  test.each<[string, string, Question, string]>([
    ['a selector means the namespace of the policy', from("selector: app == 'batch'"), OLD, NO],
    ['every namespace where it is asked for', from('selector: app == "batch", namespaceSelector: all()'), OLD, YES],
    ['a policy of the cluster means every namespace', global("selector: app == 'batch'"), OLD, 'allowed by GlobalNetworkPolicy p spec.ingress.0'],
    ['namespaces by their labels', from("namespaceSelector: zone == 'old'"), OLD, YES],
    ['and no others', from("namespaceSelector: zone == 'old'"), CALL, NO],
    ['what is no namespace has no pods', global('namespaceSelector: global()'), OLD, 'denied by GlobalNetworkPolicy p spec.ingress'],
    ['a label that is absent is not equal', from('selector: "app != \'db\' && tier != \'x\'"'), CALL, YES],
    ['a selector that excludes means the namespace, too', from("notSelector: app == 'db'"), OLD, NO],
    ['and everybody else in it', from("notSelector: app == 'db'"), CALL, YES],
    ['of the whole cluster, addresses as well', global("notSelector: app == 'db'"), { from: '192.0.2.1', to: 'shop/db' }, 'allowed by GlobalNetworkPolicy p spec.ingress.0'],
    ['accounts', from('serviceAccounts: { names: [default] }'), CALL, YES],
    ['other accounts', from('serviceAccounts: { names: [robot] }'), CALL, NO],
    ['blocks', from('nets: [192.0.2.0/24]'), { from: '192.0.2.0/25', to: 'shop/db' }, YES],
    ['blocks without others', from('nets: [192.0.2.0/24], notNets: [192.0.2.0/25]'), { from: '192.0.2.0/25', to: 'shop/db' }, NO],
    ['a network set', calico('GlobalNetworkSet', 'partners', '{ nets: [192.0.2.0/24] }').replace('{ name: partners }', '{ name: partners, labels: { role: partner } }') + global("selector: role == 'partner'"), { from: '192.0.2.0/24', to: 'shop/db' },
      'allowed by GlobalNetworkPolicy p spec.ingress.0'],
    ['an address that no set has', calico('GlobalNetworkSet', 'partners', '{ nets: [192.0.2.0/24] }').replace('{ name: partners }', '{ name: partners, labels: { role: partner } }') + global("selector: role == 'partner'"), { from: '198.51.100.0/24', to: 'shop/db' },
      'denied by GlobalNetworkPolicy p spec.ingress'],
    ['a port', from('', ', protocol: TCP, destination: { ports: [8080] }'), CALL, YES],
    ['a range of ports', from('', ', protocol: TCP, destination: { ports: ["8000:8090"] }'), CALL, YES],
    ['ports that are excluded', from('', ', protocol: TCP, destination: { notPorts: [8080] }'), CALL, NO],
    ['another protocol', from('', ', protocol: UDP'), CALL, NO],
    ['every protocol but one', from('', ', notProtocol: UDP'), CALL, YES],
    ['and not that one', from('', ', notProtocol: TCP'), CALL, NO],
    ['a rule for some of the pods only', np("{ selector: all(), types: [Ingress], ingress: [{ action: Allow, destination: { selector: \"app == 'db'\" } }] }"), CALL, YES],
    ['and not for the others', np("{ selector: all(), types: [Ingress], ingress: [{ action: Allow, destination: { selector: \"app == 'db'\" } }] }"), { from: 'front/web', to: 'shop/web' }, NO],
    ['requests are left to the proxy', from('', ', http: { methods: [GET] }'), CALL, 'undetermined by NetworkPolicy shop/p spec.ingress.0, NetworkPolicy shop/p spec.ingress because rules of requests are kept only where Calico\'s proxy stands before the pods'],
    ['the port of the caller is not known', from('ports: [1024]', ', protocol: TCP'), CALL, 'undetermined by NetworkPolicy shop/p spec.ingress.0, NetworkPolicy shop/p spec.ingress because the port that a caller calls from is not known'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });

  test('accounts by their labels, where the documents have the accounts', () => {
    const account = (labels: string): string => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: shop, labels: { ${labels} } }
---`;
    const peer = from("serviceAccounts: { selector: role == 'caller' }");
    expect([said(account('role: caller') + peer, CALL), said(account('role: other') + peer, CALL), said(account('') + peer, CALL)]).toEqual([YES, NO, NO]);
    expect(said(peer, CALL)).toMatch(/^undetermined by NetworkPolicy shop/);
    const subject = np("{ serviceAccountSelector: role != 'caller', types: [Ingress] }");
    expect([said(account('role: caller') + subject, CALL), said(account('role: other') + subject, CALL), said(account('') + subject, CALL)]).toEqual(['allowed', NO, NO]);
    expect(said(subject, CALL)).toMatch(/^undetermined by NetworkPolicy shop/);
    expect(said(account('role: caller') + from('selector: has(pcsa.role)'), CALL)).toBe(YES);
    expect(said(account('') + from('selector: has(pcsa.role)'), CALL)).toBe(NO);
  });

  test('a Service as destination is its pods on their ports', () => {
    const documents = `${policy('v1', 'Service', 'shop/db', '{ selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }] }')}${np(`{ ${WEB}, egress: [{ action: Allow, destination: { services: { name: db, namespace: shop } } }] }`)}`;
    expect(said(documents, { ...CALL, port: 5432 })).toBe('allowed by NetworkPolicy shop/p spec.egress.0');
    expect(said(documents, { ...CALL, port: 80 })).toBe('denied by NetworkPolicy shop/p spec.egress');
    expect(said(documents, { from: 'shop/web', to: 'front/web', port: 5432 })).toBe('denied by NetworkPolicy shop/p spec.egress');
  });

  test('a rule of one protocol is of no other port of a Service', () => {
    const service = policy('v1', 'Service', 'shop/db', '{ selector: { app: db }, ports: [{ name: t, port: 5432 }, { name: u, port: 5432, protocol: UDP }] }');
    const to = (protocol: string): string => `${service}${np(`{ ${WEB}, egress: [{ action: Allow, protocol: ${protocol}, destination: { services: { name: db, namespace: shop } } }] }`)}`;
    const asked = (protocol: 'TCP' | 'UDP'): Question => ({ ...CALL, port: 5432, protocol });
    expect([said(to('TCP'), asked('TCP')), said(to('UDP'), asked('UDP'))]).toEqual(['allowed by NetworkPolicy shop/p spec.egress.0', 'allowed by NetworkPolicy shop/p spec.egress.0']);
    expect([said(to('TCP'), asked('UDP')), said(to('UDP'), asked('TCP')), said(to('SCTP'), asked('TCP'))]).toEqual(Array(3).fill('denied by NetworkPolicy shop/p spec.egress'));
  });

  test('a Service without its namespace is found by nobody for certain', () => {
    const service = policy('v1', 'Service', 'shop/web', '{ selector: { app: web }, ports: [{ port: 80 }] }');
    const from = (more: string): string => `${service}${np(`{ ${DB}, ingress: [{ action: Allow, source: { services: { name: web${more} } } }] }`)}`;
    expect(said(from(''), CALL)).toMatch(/^undetermined .*because Calico does not fill the namespace of Service web/);
    expect(said(from(', namespace: shop'), CALL)).toBe('allowed by NetworkPolicy shop/p spec.ingress.0');
  });

  test('pods in the network of their node have its address and no labels', () => {
    const host = pod('shop', 'agent', ', hostNetwork: true');
    expect(said(from("selector: app == 'agent'") + host, { from: 'shop/agent', to: 'shop/db' })).toMatch(/^undetermined .*where they run on the node of the called/);
    expect(said(np('{ selector: all(), types: [Ingress] }') + host, { from: 'shop/web', to: 'shop/agent' })).toBe('allowed');
  });

  test('policies of the cluster stand in tiers of their own', () => {
    const admin = policy('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'a', '{ tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { zone: old } } }] }] }');
    const early = tier('early', '{ order: 10 }') + gnp(`{ tier: early, ${DB}, ingress: [{ action: Allow }] }`, 'early.p');
    expect(said(admin + np(`{ ${DB}, ingress: [{ action: Allow }] }`), OLD)).toBe('denied by ClusterNetworkPolicy a spec.ingress.0');
    expect(said(admin + early, OLD)).toBe('allowed by GlobalNetworkPolicy early.p spec.ingress.0');
  });

  test('the older kinds are kept by the lines that knew them', () => {
    const anp = policy('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'a', '{ priority: 7, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { zone: old } } }] }] }');
    const beside = gnp(`{ tier: adminnetworkpolicy, order: 5, ${DB}, ingress: [{ action: Allow }] }`, 'adminnetworkpolicy.p');
    const lines = (calicoLine: string): Scene => ({ targets: { networkPolicyApi: '0.1.5', calico: calicoLine } });
    expect(said(anp, OLD, lines('3.29'))).toBe('denied by AdminNetworkPolicy a spec.ingress.0');
    expect(said(anp + beside, OLD, lines('3.29'))).toBe('allowed by GlobalNetworkPolicy adminnetworkpolicy.p spec.ingress.0');
    expect(said(anp, OLD, lines('3.32'))).toMatch(/^undetermined .*because Calico of this version does not keep policies of kind AdminNetworkPolicy/);
  });
});

describe('network sets and pods', () => {
  const PODS: Scene = { podCidrs: ['10.1.0.0/16'] };
  const set = (name: string, labels: string, net: string): string => calico('GlobalNetworkSet', name, `{ nets: [${net}] }`).replace(`{ name: ${name} }`, `{ name: ${name}, labels: { ${labels} } }`);
  const HOLDS = set('holds', 'role: x', '10.0.0.0/8');
  const BESIDE = set('beside', 'role: x', '10.2.0.0/16');
  const to = (near: string, more: string = ''): string => gnp(`{ ${DB}, types: [Ingress], ingress: [{ action: Allow${more}, destination: { ${near} } }] }`);
  const out = (far: string, more: string = ''): string => gnp(`{ ${WEB}, types: [Egress], egress: [{ action: Allow${more}, destination: { ${far} } }] }`);
  const X = "selector: role == 'x'";
  const [IN, IN_NOT] = ['allowed by GlobalNetworkPolicy p spec.ingress.0', 'denied by GlobalNetworkPolicy p spec.ingress'];
  const [OUT, OUT_NOT] = ['allowed by GlobalNetworkPolicy p spec.egress.0', 'denied by GlobalNetworkPolicy p spec.egress'];
  test.each<[string, string, string]>([
    ['a set that holds the pods means them at their own end', HOLDS + to(X), IN],
    ['a set beside the pods does not', BESIDE + to(X), IN_NOT],
    ['what excludes their set excludes them', HOLDS + to("notSelector: role == 'x'"), IN_NOT],
    ['and does not where the set lies beside them', BESIDE + to("notSelector: role == 'x'"), IN],
    ['a pod that is excluded is meant by a set that is not', HOLDS + out("selector: all(), notSelector: app == 'db'"), OUT],
    ['and by no other set', BESIDE + out("selector: all(), notSelector: app == 'db'"), OUT_NOT],
    ['a name of a port is of pods that are selected by themselves', HOLDS + out(`${X}, ports: [http]`, ', protocol: TCP'), OUT_NOT],
    ['and is', HOLDS + out("selector: role == 'x' || app == 'db', ports: [http]", ', protocol: TCP'), OUT],
    ['a number beside it is of all', HOLDS + out(`${X}, ports: [http, 8080]`, ', protocol: TCP'), OUT],
    ['a name that is excluded is theirs as well', HOLDS + out(`${X}, notPorts: [http]`, ', protocol: TCP'), OUT],
    ['and excludes those', HOLDS + out("selector: role == 'x' || app == 'db', notPorts: [http]", ', protocol: TCP'), OUT_NOT],
    ['at their own end, too', HOLDS + to(`${X}, ports: [http]`, ', protocol: TCP'), IN_NOT],
    ['or by their own labels', HOLDS + to("selector: role == 'x' || app == 'db', ports: [http]", ', protocol: TCP'), IN],
    ['blocks at their own end hold the pods', to('nets: [10.0.0.0/8]'), IN],
    ['or hold others', to('nets: [10.2.0.0/16]'), IN_NOT],
    ['blocks that are excluded hold the pods', to('notNets: [10.0.0.0/8]'), IN_NOT],
    ['or others', to('notNets: [10.2.0.0/16]'), IN],
    ['a label of a set is what is written', set('s', 'projectcalico.org/serviceaccount: robot', '10.0.0.0/8') + out('serviceAccounts: { names: [robot] }'), OUT],
    ['and is not where it is not written', HOLDS + out('serviceAccounts: { names: [robot] }'), OUT_NOT],
  ])('%s', (_, documents, answer) => {
    const shop = SHOP.replace('metadata: { name: db, namespace: shop, labels: { app: db } }\nspec: { containers: [{ name: main, image: registry.example.com/app:1 }]',
      'metadata: { name: db, namespace: shop, labels: { app: db } }\nspec: { containers: [{ name: main, image: registry.example.com/app:1, ports: [{ name: http, containerPort: 8080 }] }]');
    expect(shop).not.toBe(SHOP);
    expect(ask(shop + daemon('calico') + documents, CALL, PODS)).toBe(answer);
  });

  test('where the pods are is not always known', () => {
    expect(said(HOLDS + to(X), CALL)).toMatch(/^undetermined by GlobalNetworkPolicy p/);
    expect(said(to('nets: [10.0.0.0/8]'), CALL)).toMatch(/^undetermined .*because the addresses of the policy's own pods are not known/);
    expect(said(to('nets: [0.0.0.0/0]'), CALL)).toBe(IN);
  });
});

test.each<[string, boolean]>([['"90:80"', false], ['70000', false], ['"80:70000"', false], ['"a b"', false], ['"80:90"', true], ['"80:80"', true], ['65535', true], ['http', true]])('ports %s: what is none leaves open what the policy does', (port, sound) => {
  const unknown = /^undetermined by NetworkPolicy shop\/p.* is no port, so that what the policy will do is not known/;
  for (const end of ['ports', 'notPorts']) {
    const policy = np(`{ ${DB}, ingress: [{ action: Allow, protocol: TCP, destination: { ${end}: [${port}] } }] }`);
    expect(unknown.test(said(policy, { ...CALL, port: 4242 }))).toBe(!sound);
  }
  expect(unknown.test(said(np(`{ ${DB}, egress: [{ action: Allow, protocol: TCP, source: { ports: [${port}] } }] }`), CALL))).toBe(!sound);
});
