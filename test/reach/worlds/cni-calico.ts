// Random policies of Calico in a few tiers, with network sets.
import type { Json } from './cni-parts';
import { APPS, BLOCKS, NAMESPACES } from './cni-parts';
import type { Choices } from './draw';

const TIERS = ['default', 'security', 'late'] as const;

export function calicoPolicy(choose: Choices, i: number): Json {
  const global = choose.chance(50);
  const tier = choose.one(TIERS);
  const types = choose.one([undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
  const rules = (direction: 'ingress' | 'egress'): Json => Array.from({ length: choose.between(0, 3) }, () => rule(choose, direction));
  return {
    apiVersion: 'projectcalico.org/v3', kind: global ? 'GlobalNetworkPolicy' : 'NetworkPolicy', metadata: { name: `${tier}.cp${i}`, ...!global && { namespace: choose.one(NAMESPACES) } },
    spec: {
      tier, ...choose.chance(80) && { order: choose.one([10, 10, 500, 1000, 2000]) }, ...types && { types }, ...choose.chance(80) && { selector: selector(choose) },
      ...global && choose.chance(30) && { namespaceSelector: namespaces(choose) }, ...choose.chance(10) && { serviceAccountSelector: "projectcalico.org/name == 'robot'" },
      ...(types === undefined || types.includes('Ingress')) && choose.chance(90) && { ingress: rules('ingress') },
      ...(types === undefined ? choose.chance(40) : types.includes('Egress')) && { egress: rules('egress') },
    },
  };
}

/** The tiers that policies name, and the sets that selectors mean. */
export function calicoTiers(choose: Choices, documents: readonly Json[]): Json[] {
  const named = new Set(documents.map((one) => one.spec?.tier).filter((one) => one === 'security' || one === 'late'));
  const tiers = [...named].map((name) => ({ apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name }, spec: { ...name === 'security' && { order: 100 }, ...choose.chance(40) && { defaultAction: 'Pass' } } }));
  const set = (kind: string, name: string, namespace?: string): Json => ({
    apiVersion: 'projectcalico.org/v3', kind, metadata: { name, ...namespace && { namespace }, labels: { app: choose.one(APPS), ...choose.chance(50) && { tier: 'x' } } }, spec: { nets: choose.some(BLOCKS.slice(1), choose.between(1, 2)) },
  });
  return [...tiers, ...choose.chance(40) ? [set('GlobalNetworkSet', 'partners')] : [], ...choose.chance(40) ? [set('NetworkSet', 'office', choose.one(NAMESPACES))] : []];
}

export function selector(choose: Choices): string {
  return choose.one<() => string>([
    () => 'all()', () => `app == '${choose.one(APPS)}'`, () => `app != '${choose.one(APPS)}'`, () => 'has(tier)', () => '!has(tier)', () => 'app in {\'web\', \'db\'} && tier != \'y\'', () => 'app not in {\'web\'} || has(tier)',
    () => `app starts with '${choose.one(['w', 'a'])}'`, () => 'app contains \'b\'', () => '!(app == \'db\')', () => 'pcns.team == \'x\'', () => 'projectcalico.org/namespace == \'a\'', () => 'projectcalico.org/serviceaccount == \'robot\'',
  ])();
}

function namespaces(choose: Choices): string {
  return choose.one(['all()', "team == 'x'", "team != 'x'", 'has(env)', "projectcalico.org/name in {'a', 'b'}", 'global()']);
}

function rule(choose: Choices, direction: 'ingress' | 'egress'): Json {
  const [far, near] = direction === 'ingress' ? ['source', 'destination'] : ['destination', 'source'];
  const entity = peer(choose);
  const protocol = choose.one([undefined, 'TCP', 'UDP', 'TCP', 'SCTP', 17]);
  const hasPorts = protocol !== undefined && choose.chance(60);
  const ports: Json = !hasPorts ? {} : choose.chance(80) ? { ports: choose.some([80, 8080, '8000:8100', 53, 'http', 'metrics'], choose.between(1, 2)) } : { notPorts: choose.some([80, '8000:8100', 'http'], 1) };
  const nearby: Json = choose.chance(15) ? { selector: selector(choose) } : {};
  const parts: Json = { [far!]: entity, [near!]: nearby };
  parts.destination = { ...parts.destination, ...ports };
  return {
    action: choose.one(['Allow', 'Allow', 'Deny', 'Pass', 'Log']), ...protocol !== undefined && { protocol }, ...protocol === undefined && choose.chance(10) && { notProtocol: choose.one(['TCP', 'UDP']) },
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => Object.keys(value as object).length > 0)),
  };
}

function peer(choose: Choices): Json {
  return choose.one<() => Json>([
    () => ({}), () => ({ selector: selector(choose) }), () => ({ selector: selector(choose) }), () => ({ selector: selector(choose), namespaceSelector: namespaces(choose) }),
    () => ({ namespaceSelector: namespaces(choose) }),
    () => ({ notSelector: selector(choose) }), () => ({ selector: selector(choose), notSelector: selector(choose) }), () => ({ nets: choose.some(BLOCKS, choose.between(1, 2)) }),
    () => ({ notNets: choose.some(BLOCKS.slice(1), 1) }),
    () => ({ nets: ['10.0.0.0/8'], notNets: ['10.1.0.0/16'] }), () => ({ serviceAccounts: { names: ['robot'] } }), () => ({ serviceAccounts: { names: ['robot', 'default'] }, namespaceSelector: namespaces(choose) }),
  ])();
}
