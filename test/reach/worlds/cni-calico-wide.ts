// Wider policies of Calico than the naive reading knows: every operator of selectors in any nesting, both ends of rules, orders and tiers that collide,
// Services, accounts with labels.
import type { CniWorld } from './cni';
import type { Json } from './cni-parts';
import { APPS, NAMESPACES } from './cni-parts';
import type { Draw } from './draw';
import { Choices } from './draw';

/** The last one lies among the addresses of pods. */
const WIDE_BLOCKS = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24', '192.0.2.7/32', '198.51.100.0/25', '0.0.0.0/1', '10.1.77.8/29'] as const;
const VALUES = ["'web'", "'db'", '"api"', "'x'", "'y'", "''", "'a'", "'prod'", "'we'", "'k8s'", "'robot'", "'default'"] as const;
const PORTS = [80, 8080, '8000:8100', 53, 'http', 'metrics', 'dns', 'sig', '1:65535', 443, '9090', '1:1023'] as const;
const WITH_PORTS: ReadonlySet<unknown> = new Set(['TCP', 'UDP', 'SCTP', 6, 17, 132]);
const SERVICES = ['s1', 's2'] as const;
const ACCOUNTS = ['default', 'robot'] as const;

/** Whose labels a selector asks for. */
export type Selected = 'pods' | 'namespaces' | 'accounts' | 'labelled accounts';

const KEYS: Readonly<Record<Selected, readonly string[]>> = {
  pods: [
    'app', 'app', 'app', 'tier', 'tier', 'projectcalico.org/namespace', 'projectcalico.org/orchestrator', 'projectcalico.org/serviceaccount', 'pcns.team', 'pcns.projectcalico.org/name',
    'pcsa.projectcalico.org/name', 'nothing',
  ],
  'namespaces': ['team', 'team', 'env', 'kubernetes.io/metadata.name', 'projectcalico.org/name'],
  'accounts': ['projectcalico.org/name'],
  'labelled accounts': ['projectcalico.org/name', 'projectcalico.org/name', 'role'],
};

/** A selector of so many levels at most. */
export function wideSelector(choose: Choices, of: Selected, depth: number = 2): string {
  const key = choose.one(KEYS[of]);
  const value = (): string => choose.one(VALUES);
  const inner = (): string => wideSelector(choose, of, depth - 1);
  const tests: ReadonlyArray<() => string> = [
    () => `${key} == ${value()}`, () => `${key} != ${value()}`, () => `has(${key})`, () => `!has(${key})`, () => `${key} in {${value()}, ${value()}}`, () => `${key} not in { ${value()} }`,
    () => `${key} contains ${value()}`, () => `${key} starts with ${value()}`, () => `${key} ends with ${value()}`, () => (choose.chance(60) ? 'all()' : `${key}=='web'`),
  ];
  const both = (): string => `${inner()} && ${inner()}`;
  const either = (): string => `${inner()} || ${inner()}`;
  return choose.one(depth > 0 ? [...tests, both, both, either, either, () => `!(${inner()})`, () => `(${inner()}) && !has(${key})`] : tests)();
}

/** The world with further policies and what they select, or in some cases as it is. */
export function widened(world: CniWorld, draw: Draw): CniWorld {
  const choose = new Choices(draw);
  return choose.chance(20) ? world : new Widening(choose, world.documents).world(world.cni);
}

class Widening {
  private readonly choose: Choices;
  private readonly documents: Json[];
  private readonly hasAccounts: boolean;
  private readonly hasServices: boolean;

  constructor(choose: Choices, documents: readonly Json[]) {
    this.choose = choose;
    this.documents = [...documents];
    this.hasAccounts = choose.chance(40);
    this.hasServices = choose.chance(40);
  }

  world(cni: CniWorld['cni']): CniWorld {
    const { choose, documents } = this;
    if (this.hasAccounts) documents.push(...NAMESPACES.flatMap((namespace) => ACCOUNTS.map((name) => this.account(namespace, name))));
    if (this.hasServices) documents.push(...NAMESPACES.flatMap((namespace) => SERVICES.map((name) => this.service(namespace, name))));
    if (choose.chance(30)) this.namePortsOfSctp();
    for (let left = choose.between(1, 4); left > 0; left--) this.policy(left);
    if (choose.chance(40)) documents.push(this.networkSet('GlobalNetworkSet', 'wide', { ...choose.chance(70) && { app: choose.one(['web', 'db', 'x']) }, ...choose.chance(30) && { team: 'x' } }));
    if (choose.chance(40)) documents.push(this.networkSet('NetworkSet', 'narrow', { app: choose.one(['web', 'db', 'x']), ...choose.chance(30) && { 'projectcalico.org/serviceaccount': 'robot' } }));
    return { cni, documents };
  }

  private account(namespace: string, name: string): Json {
    return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, ...this.choose.chance(60) && { labels: { role: this.choose.one(['x', 'y', 'web']) } } } };
  }

  private service(namespace: string, name: string): Json {
    const ports = [{ name: 'a', port: 80, targetPort: 8080 }, { name: 'b', port: 8000, targetPort: 'http' }, { name: 'c', port: 53, protocol: 'UDP' }, { name: 'd', port: 443 }];
    return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: { app: this.choose.one(APPS) }, ports: this.choose.some(ports, this.choose.between(1, 3)) } };
  }

  private namePortsOfSctp(): void {
    for (const one of this.documents) if (one.kind === 'Pod' && this.choose.chance(30)) one.spec.containers[0].ports.push({ name: 'sig', containerPort: this.choose.one([80, 8080]), protocol: 'SCTP' });
  }

  private networkSet(kind: string, name: string, labels: Json): Json {
    const { choose } = this;
    return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, ...kind === 'NetworkSet' && { namespace: choose.one(NAMESPACES) }, labels }, spec: { nets: choose.some(WIDE_BLOCKS, choose.between(1, 3)) } };
  }

  private policy(index: number): void {
    const { choose } = this;
    const isGlobal = choose.chance(50);
    const tier = choose.one(['default', 'default', 'security', 'late']);
    const types = choose.one([undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress']]);
    const hasIngress = types === undefined || types.includes('Ingress');
    const hasEgress = types === undefined ? choose.chance(50) : types.includes('Egress');
    // The letters change what comes first where orders are the same.
    const name = tier === 'default' && choose.chance(50) ? `${choose.one(['w', 'a', 'z'])}${index}` : `${tier}.${choose.one(['a', 'm', 'z'])}${index}`;
    this.documents.push({
      apiVersion: 'projectcalico.org/v3', kind: isGlobal ? 'GlobalNetworkPolicy' : 'NetworkPolicy', metadata: { name, ...!isGlobal && { namespace: choose.one(NAMESPACES) } },
      spec: {
        ...(tier !== 'default' || choose.chance(50)) && { tier }, ...choose.chance(80) && { order: choose.one([0, 10, 10, 10.5, -3, 1000, 1000, 1001, 999.9]) }, ...types && { types },
        ...choose.chance(80) && { selector: wideSelector(choose, 'pods') }, ...isGlobal && choose.chance(30) && { namespaceSelector: this.namespaces() },
        ...choose.chance(15) && { serviceAccountSelector: this.accounts() },
        // Those of forwarded packets and of nodes alone select pods too, and do nothing there.
        ...isGlobal && choose.chance(8) && choose.one<Json>([{ preDNAT: true, applyOnForward: true }, { doNotTrack: true, applyOnForward: true }, { applyOnForward: true }]),
        ...hasIngress && choose.chance(90) && { ingress: this.rules('ingress') }, ...hasEgress && { egress: this.rules('egress') },
      },
    });
    if (tier === 'default' || this.documents.some((one) => one.kind === 'Tier' && one.metadata.name === tier)) return;
    const spec = { ...choose.chance(60) && { order: choose.one([0, 100, 2000000, 1000000]) }, ...choose.chance(40) && { defaultAction: choose.one(['Pass', 'Deny']) } };
    this.documents.push({ apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: tier }, spec });
  }

  private rules(direction: 'ingress' | 'egress'): Json[] {
    return Array.from({ length: this.choose.between(0, 4) }, () => this.rule(direction));
  }

  private rule(direction: 'ingress' | 'egress'): Json {
    const { choose } = this;
    const [far, near] = direction === 'ingress' ? ['source', 'destination'] : ['destination', 'source'];
    const protocol = choose.one([undefined, undefined, 'TCP', 'UDP', 'SCTP', 'TCP', 6, 17, 132, 'ICMP', 'UDPLite', 1]);
    const byService = this.hasServices && choose.chance(35);
    // A Service as the destination brings its ports.
    const hasPorts = WITH_PORTS.has(protocol) && !(byService && direction === 'egress');
    const parts: Json = { [far!]: byService ? { services: { name: choose.one(SERVICES), namespace: choose.one(NAMESPACES) } } : this.end('far'), [near!]: choose.chance(20) ? this.end('near') : {} };
    if (hasPorts && choose.chance(60)) parts.destination.ports = choose.some(PORTS, choose.between(1, 3));
    if (hasPorts && choose.chance(25)) parts.destination.notPorts = choose.some(PORTS, choose.between(1, 2));
    return {
      action: choose.one(['Allow', 'Allow', 'Allow', 'Deny', 'Pass', 'Log']), ...protocol !== undefined && { protocol },
      ...protocol === undefined && choose.chance(30) && { notProtocol: choose.one(['TCP', 'UDP', 'SCTP', 6, 17, 1]) },
      ...protocol === 'ICMP' ? { ipVersion: 4, ...choose.chance(40) && { icmp: { type: 8 } } } : choose.chance(6) && { ipVersion: 4 },
      ...Object.fromEntries(Object.entries<Json>(parts).filter(([, value]) => Object.keys(value).length > 0)),
    };
  }

  /** The blocks of the pod's own end never cut through the addresses of pods: whether one lies inside is not known. */
  private end(side: 'far' | 'near'): Json {
    const { choose } = this;
    const blocks = side === 'near' ? WIDE_BLOCKS.slice(0, -1) : WIDE_BLOCKS;
    const byAccount = (): Json => choose.one<() => Json>([
      () => ({ names: ['robot'] }), () => ({ names: ACCOUNTS }), () => ({ selector: this.accounts() }), () => ({ names: ['robot'], selector: this.accounts() }),
    ])();
    return {
      ...choose.chance(35) && { selector: wideSelector(choose, 'pods') }, ...choose.chance(12) && { notSelector: wideSelector(choose, 'pods') },
      ...choose.chance(20) && { namespaceSelector: this.namespaces() }, ...choose.chance(10) && { serviceAccounts: byAccount() },
      ...choose.chance(20) && { nets: choose.some(blocks, choose.between(1, 3)) }, ...choose.chance(12) && { notNets: choose.some(blocks.slice(1), choose.between(1, 2)) },
    };
  }

  private namespaces(): string {
    return this.choose.chance(5) ? 'global()' : wideSelector(this.choose, 'namespaces', 1);
  }

  private accounts(): string {
    return wideSelector(this.choose, this.hasAccounts ? 'labelled accounts' : 'accounts', 1);
  }
}
