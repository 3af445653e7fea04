// Policies of the whole cluster and of Kubernetes, and what CNIs make of what they leave open; each with a near miss.
import type { Question, Scene } from './ask';
import { ask, daemon, pod, policy, SHOP } from './ask';

const CALL: Question = { from: 'shop/web', to: 'shop/db' };
const OLD: Question = { from: 'legacy/batch', to: 'shop/db' };
const ANY = '{ namespaces: {} }';

function kcnp(name: string, spec: string): string {
  return policy('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', name, `{ subject: { namespaces: { matchLabels: { zone: new } } }, ${spec} }`);
}

function np(spec: string, name: string = 'shop/np'): string {
  return policy('networking.k8s.io/v1', 'NetworkPolicy', name, spec);
}

const said = (documents: string, question: Question, scene?: Scene): string => ask(SHOP + documents, question, scene);
const rule = (action: string, from: string = ANY, more: string = ''): string => `{ action: ${action}, from: [${from}]${more} }`;
const LEGACY = '{ namespaces: { matchLabels: { zone: old } } }';
const OPEN = np('{ podSelector: {}, ingress: [{}] }');
const CLOSED = np('{ podSelector: {}, ingress: [] }');

describe('tiers', () => {
  test.each<[string, string, Question, string]>([
    ['an administrator denies what a namespace lets through', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny', LEGACY)}]`) + OPEN, OLD, 'denied by ClusterNetworkPolicy a spec.ingress.0'],
    ['and nobody else', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny', LEGACY)}]`) + OPEN, CALL, 'allowed by NetworkPolicy shop/np spec.ingress.0'],
    ['an administrator lets through what a namespace isolates', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Accept')}]`) + CLOSED, CALL, 'allowed by ClusterNetworkPolicy a spec.ingress.0'],
    ['the smaller priority is first', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny')}]`) + kcnp('b', `tier: Admin, priority: 4, ingress: [${rule('Accept')}]`), CALL, 'allowed by ClusterNetworkPolicy b spec.ingress.0'],
    ['the first rule decides', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Accept', LEGACY)}, ${rule('Deny')}]`), OLD, 'allowed by ClusterNetworkPolicy a spec.ingress.0'],
    ['and the next where it is not met', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Accept', LEGACY)}, ${rule('Deny')}]`), CALL, 'denied by ClusterNetworkPolicy a spec.ingress.1'],
    ['what is passed on skips the tier', kcnp('a', `tier: Admin, priority: 4, ingress: [${rule('Pass', LEGACY)}]`) + kcnp('b', `tier: Admin, priority: 5, ingress: [${rule('Deny')}]`), OLD, 'allowed'],
    ['and is decided by the namespace', kcnp('a', `tier: Admin, priority: 4, ingress: [${rule('Pass', LEGACY)}]`) + CLOSED, OLD, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['or by the baseline', kcnp('a', `tier: Admin, priority: 4, ingress: [${rule('Pass', LEGACY)}]`) + kcnp('z', `tier: Baseline, priority: 0, ingress: [${rule('Deny')}]`), OLD, 'denied by ClusterNetworkPolicy z spec.ingress.0'],
    ['the baseline gives way to a namespace', kcnp('z', `tier: Baseline, priority: 0, ingress: [${rule('Deny')}]`) + OPEN, CALL, 'allowed by NetworkPolicy shop/np spec.ingress.0'],
    ['a pod that a policy isolates has no baseline', kcnp('z', `tier: Baseline, priority: 0, ingress: [${rule('Accept')}]`) + CLOSED, CALL, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['pods outside of the subject are left alone', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny')}]`), { from: 'shop/web', to: 'legacy/batch' }, 'allowed'],
    ['a port', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny', ANY, ', protocols: [{ tcp: { destinationPort: { number: 8080 } } }]')}]`), CALL, 'denied by ClusterNetworkPolicy a spec.ingress.0'],
    ['the port beside it', kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny', ANY, ', protocols: [{ tcp: { destinationPort: { number: 8081 } } }]')}]`), CALL, 'allowed'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });

  test('an order that is not defined is not guessed', () => {
    const two = (first: string, second: string): string => kcnp('a', `tier: Admin, priority: 5, ingress: [${rule(first)}]`) + kcnp('b', `tier: Admin, priority: 5, ingress: [${rule(second, LEGACY)}]`);
    expect(said(two('Accept', 'Deny'), OLD)).toMatch(/^undetermined by ClusterNetworkPolicy a spec.ingress.0, ClusterNetworkPolicy b spec.ingress.0 because these policies have one priority/);
    expect(said(two('Deny', 'Deny'), OLD)).toBe('denied by ClusterNetworkPolicy a spec.ingress.0');
    expect(said(two('Accept', 'Deny'), CALL)).toBe('allowed by ClusterNetworkPolicy a spec.ingress.0');
  });

  test('Cilium asks the baseline before it isolates, since it keeps these policies', () => {
    const documents = daemon('cilium') + kcnp('z', `tier: Baseline, priority: 0, ingress: [${rule('Accept')}]`) + CLOSED;
    expect(said(documents, CALL)).toBe('allowed by ClusterNetworkPolicy z spec.ingress.0');
    expect(said(documents, { from: '192.0.2.1', to: 'shop/db' })).toBe('denied by NetworkPolicy shop/np spec.ingress');
    expect(said(documents, CALL, { targets: { cilium: '1.17' } })).toMatch(/^undetermined .* because Cilium of this version does not keep policies of kind ClusterNetworkPolicy/);
  });

  test('to Cilium, who is in no namespace is in none of those that are excluded', () => {
    const documents = kcnp('a', `tier: Admin, priority: 5, ingress: [${rule('Deny', '{ namespaces: { matchExpressions: [{ key: zone, operator: NotIn, values: [new] }] } }')}]`);
    expect(said(daemon('cilium') + documents, { from: '192.0.2.1', to: 'shop/db' })).toBe('denied by ClusterNetworkPolicy a spec.ingress.0');
    expect(said(daemon('cilium') + documents.replace('{ namespaces: { matchExpressions', '{ pods: { podSelector: {}, namespaceSelector: { matchExpressions').replace('[new] }] } }', '[new] }] } } }'), { from: '192.0.2.1', to: 'shop/db' })).toBe('allowed');
    expect(said(documents, { from: '192.0.2.1', to: 'shop/db' })).toBe('allowed');
    expect(said(documents, OLD)).toBe('denied by ClusterNetworkPolicy a spec.ingress.0');
  });

  test('the older kinds', () => {
    const anp = policy('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'a', `{ priority: 7, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [${LEGACY}], ports: [{ portNumber: { protocol: TCP, port: 8080 } }] }] }`);
    const banp = policy('policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'default', `{ subject: { namespaces: {} }, ingress: [{ action: Deny, from: [${ANY}] }] }`);
    const older: Scene = { targets: { networkPolicyApi: '0.1.5' } };
    expect(said(anp + OPEN, OLD, older)).toBe('denied by AdminNetworkPolicy a spec.ingress.0');
    expect(said(anp + OPEN, { ...OLD, port: 8081 }, older)).toBe('allowed by NetworkPolicy shop/np spec.ingress.0');
    expect(said(banp, CALL, older)).toBe('denied by BaselineAdminNetworkPolicy default spec.ingress.0');
    expect(said(banp + OPEN, CALL, older)).toBe('allowed by NetworkPolicy shop/np spec.ingress.0');
  });

  test('blocks hold pods, and names every name below', () => {
    const egress = (to: string, action: string = 'Deny'): string => kcnp('a', `tier: Admin, priority: 5, egress: [{ action: ${action}, to: [${to}] }, { action: Deny, to: [{ networks: [0.0.0.0/0] }] }]`);
    expect(said(egress('{ networks: [0.0.0.0/0] }'), CALL)).toBe('denied by ClusterNetworkPolicy a spec.egress.0');
    expect(said(daemon('cilium') + egress('{ networks: [0.0.0.0/0] }'), CALL)).toBe('allowed');
    expect(said(egress('{ domainNames: ["*.example.com"] }', 'Accept'), { from: 'shop/web', to: 'a.b.example.com' })).toBe('allowed by ClusterNetworkPolicy a spec.egress.0');
    expect(said(egress('{ domainNames: ["*.example.com"] }', 'Accept'), { from: 'shop/web', to: 'example.com' })).toBe('denied by ClusterNetworkPolicy a spec.egress.1');
    expect(said(egress('{ nodes: {} }'), { from: 'shop/web', to: 'remote-node' })).toBe('denied by ClusterNetworkPolicy a spec.egress.0');
    expect(said(egress('{ nodes: { matchLabels: { disk: ssd } } }'), { from: 'shop/web', to: 'remote-node' })).toMatch(/^undetermined .*which nodes have these labels is not known/);
  });
});

describe('NetworkPolicy', () => {
  const BLOCK = np('{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }] }');
  test.each<[string, string, Question, string]>([
    ['a block', BLOCK, { from: '10.2.0.0/16', to: 'shop/db' }, 'allowed by NetworkPolicy shop/np spec.ingress.0'],
    ['its exception', BLOCK, { from: '10.1.0.0/16', to: 'shop/db' }, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['pods of a CNI that nobody knows', BLOCK, CALL, 'undetermined by NetworkPolicy shop/np spec.ingress.0, NetworkPolicy shop/np spec.ingress because whether the addresses of pods count as part of 10.0.0.0/8 differs by CNI'],
    ['pods under Cilium', daemon('cilium') + BLOCK, CALL, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['egress only where rules say so', np('{ podSelector: {}, ingress: [{}], egress: [] }'), { from: 'shop/web', to: 'front/web' }, 'allowed'],
    ['or the types do', np('{ podSelector: {}, policyTypes: [Egress], egress: [] }'), { from: 'shop/web', to: 'front/web' }, 'denied by NetworkPolicy shop/np spec.egress'],
    ['rules of a direction that the types leave out say nothing', np('{ podSelector: {}, policyTypes: [Egress], ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }], egress: [{}] }'), OLD, 'allowed'],
    ['but to Cilium they do', daemon('cilium') + np('{ podSelector: {}, policyTypes: [Egress], ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }], egress: [{}] }'), OLD, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['a policy without a namespace is of the default one', np('{ podSelector: {}, ingress: [] }', 'np'), CALL, 'allowed'],
    ['and isolates the pods there', pod('default', 'lone') + np('{ podSelector: {}, ingress: [] }', 'np'), { from: 'shop/web', to: 'default/lone' }, 'denied by NetworkPolicy np spec.ingress'],
    ['a selector on nothing admits nobody', np('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: ghost } } }] }] }'), CALL, 'denied by NetworkPolicy shop/np spec.ingress'],
    ['the own node is never held', np('{ podSelector: {}, ingress: [] }'), { from: 'host', to: 'shop/db' }, 'allowed'],
    ['other nodes are', np('{ podSelector: {}, ingress: [] }'), { from: 'remote-node', to: 'shop/db' }, 'denied by NetworkPolicy shop/np spec.ingress'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

describe('what is not followed', () => {
  const antrea = (namespace: string): string => policy('crd.antrea.io/v1beta1', 'NetworkPolicy', `${namespace}/own`, '{ priority: 5 }');
  test('policies of another engine leave the pods of their namespace open', () => {
    expect(said(antrea('shop'), CALL)).toMatch(/^undetermined .*because policies of kind NetworkPolicy \(crd.antrea.io\) are not followed/);
    expect(said(antrea('legacy'), CALL)).toBe('allowed');
  });

  test('policies of further networks, and those that are staged, say nothing', () => {
    expect(said(policy('k8s.cni.cncf.io/v1beta1', 'MultiNetworkPolicy', 'shop/m', '{ podSelector: {} }'), CALL)).toBe('allowed');
  });

  test('a denial of ours stays open, too: what is not followed may let it through', () => {
    expect(said(antrea('shop') + CLOSED, CALL)).toMatch(/^undetermined/);
  });

  test('a policy that the API server refuses', () => {
    expect(said(np('{ podSelector: {}, ingress: 7 }'), CALL, { unsound: true })).toMatch(/^undetermined .*because NetworkPolicy is not accepted as it is written/);
  });

  test.each<[string, string, boolean, boolean]>([
    ['everybody of its namespace, where it selects all', '{ podSelector: {}, ingress: 7 }', true, false],
    ['those that it selects', '{ podSelector: { matchLabels: { app: db } }, ingress: 7 }', true, false],
    ['nobody else', '{ podSelector: { matchLabels: { app: other } }, ingress: 7 }', false, false],
    ['nor others by an expression', '{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [db, api] }] }, ingress: 7 }', false, false],
    ['everybody, where the selector is what is wrong', '{ podSelector: { matchLabels: { app: 5 } } }', true, false],
    ['everybody, where an expression is', '{ podSelector: { matchExpressions: [{ key: app, operator: In }] } }', true, false],
    ['everybody, where no selector is', '{ ingress: 7 }', true, false],
    ['what is sent, where it speaks of that', '{ podSelector: {}, policyTypes: [Egress], egress: 7 }', false, true],
    ['both, where it speaks of both', '{ podSelector: {}, ingress: [], egress: 7 }', true, true],
    ['both, where its types are wrong', '{ podSelector: {}, policyTypes: Ingress }', true, true],
    ['both, where a field is misspelt', '{ podSelector: {}, ingress: [], egres: [] }', true, true],
  ])('a policy that the API server refuses takes the certainty from %s', (_, spec, received, sent) => {
    const unknown = (question: typeof CALL): boolean => said(np(spec), question, { unsound: true }).startsWith('undetermined');
    expect([unknown(OLD), unknown({ from: 'shop/db', to: 'legacy/batch' })]).toEqual([received, sent]);
  });

  test.each<[string, string, boolean, boolean]>([
    ['what those of its namespaces receive', 'subject: { namespaces: { matchLabels: { zone: new } } }, ingress: 7', true, false],
    ['nobody, in others', 'subject: { namespaces: { matchLabels: { zone: old } } }, ingress: 7', false, true],
    ['what those of its pods receive', 'subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }, ingress: 7', true, false],
    ['nobody, of other pods', 'subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: other } } } }, ingress: 7', false, false],
    ['those of its namespaces, where the selector of pods is missing', 'subject: { pods: { namespaceSelector: { matchLabels: { zone: new } } } }, ingress: []', true, false],
    ['nobody, in others then', 'subject: { pods: { namespaceSelector: { matchLabels: { zone: old } } } }, ingress: []', false, true],
    ['what is sent, where it speaks of that', 'subject: { namespaces: { matchLabels: { zone: new } } }, egress: 7', false, true],
    ['both, where it speaks of both', 'subject: { namespaces: { matchLabels: { zone: new } } }, ingress: [], egress: 7', true, true],
    ['both, where a field is misspelt', 'subject: { namespaces: { matchLabels: { zone: new } } }, ingress: [], egres: [], tier: Admin', true, true],
    ['everybody, where a label of the subject is what is wrong', 'subject: { namespaces: { matchLabels: { zone: 5 } } }, ingress: []', true, true],
    ['everybody, where it names both kinds', 'subject: { namespaces: { matchLabels: { zone: old } }, pods: {} }, ingress: []', true, true],
    ['everybody, where there is none', 'ingress: []', true, true],
  ])('a policy of the cluster that the API server refuses takes the certainty from %s', (_, spec, there, back) => {
    const refused = policy('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'a', `{ ${spec} }`);
    const unknown = (question: typeof CALL): boolean => said(refused, question, { unsound: true }).startsWith('undetermined');
    expect([unknown(OLD), unknown({ from: 'shop/db', to: 'legacy/batch' })]).toEqual([there, back]);
  });

  test('Calico\'s policies in a cluster of Cilium', () => {
    const calico = policy('projectcalico.org/v3', 'NetworkPolicy', 'shop/c', '{ selector: all(), types: [Ingress] }');
    expect(said(daemon('cilium') + calico, CALL)).toMatch(/^undetermined .*because whether Calico keeps the policies of this cluster is not known/);
    expect(said(daemon('calico') + calico, CALL)).toBe('denied by NetworkPolicy shop/c spec.ingress');
  });
});
