// What must not change an answer, and what may change it in one direction only, over random clusters of every CNI.
import * as fc from 'fast-check';
import { Connectivity } from '../../../src/analysis/reach/connectivity';
import { Network } from '../../../src/analysis/reach/network';
import { readSystem } from '../../../src/analysis/validate';
import { cniWorld } from '../../reach/worlds/cni';
import type { CniWorld, WorldWishes } from '../../reach/worlds/cni';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const RUNS = Number(process.env.REACH_WORLDS ?? 100);

/** The list of connections, with those of which nobody knows. */
function lines(documents: readonly Json[]): string[] {
  const connectivity = new Connectivity(new Network(readSystem(documents.map((object: Json) => ({ object }))).world.clusters[0]!));
  return connectivity.ends.flatMap((from) => connectivity.ends.filter((to) => connectivity.isPair(from, to)).flatMap((to) => (['some', 'maybe'] as const).flatMap((sure) => {
    const { text } = connectivity.portSet(connectivity.from(from, sure)[to.point]!);
    return text === '' ? [] : [`${from.label} => ${to.label} ${sure === 'some' ? ':' : '?'} ${text}`];
  }))).sort();
}

/** Pairs of ends and the ports between them, one by one as far as ranges allow. */
function certain(all: readonly string[]): ReadonlySet<string> {
  return new Set(all.filter((line) => line.includes(' : ')).map((line) => line.split(' : ')[0]!));
}

function over(wishes: WorldWishes, check: (world: CniWorld, choose: (bound: number) => number) => void): void {
  fc.assert(fc.property(fc.gen(), (gen) => {
    const below = (bound: number): number => gen(fc.nat, { max: bound - 1 });
    check(cniWorld({ below }, wishes), below);
  }), { numRuns: RUNS });
}

test('the order of documents is neutral', () => {
  over({}, ({ documents }, choose) => {
    const shuffled = [...documents];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const other = choose(i + 1);
      [shuffled[i], shuffled[other]] = [shuffled[other], shuffled[i]];
    }
    expect(lines(shuffled)).toEqual(lines(documents));
  });
});

test('names of policies are neutral where nothing is ordered by them', () => {
  over({ cni: 'cilium' }, ({ documents }) => {
    const renamed = documents.map((one) => (/Policy$/.test(one.kind) ? { ...one, metadata: { ...one.metadata, name: `renamed-${one.metadata.name}` } } : one));
    expect(lines(renamed)).toEqual(lines(documents));
  });
});

test('a policy in two halves says the same', () => {
  // What differs by CNI is one doubt for both halves, which the engine cannot know: pods in the network of their node, and rules of directions that the types leave out.
  over({ cni: 'unknown', everything: false }, ({ documents }) => {
    const halves = (one: Json, parts: readonly ((i: number) => boolean)[]): Json[] => {
      if (one.kind !== 'NetworkPolicy') return [one];
      const { podSelector, policyTypes = ['Ingress', ...one.spec.egress === undefined ? [] : ['Egress']], ingress = [], egress = [] } = one.spec;
      return parts.map((keep, part) => ({
        ...one, metadata: { ...one.metadata, name: `${one.metadata.name}-${part}` },
        spec: {
          podSelector, policyTypes,
          ...policyTypes.includes('Ingress') && { ingress: ingress.filter((_: Json, i: number) => keep(i)) },
          ...policyTypes.includes('Egress') && { egress: egress.filter((_: Json, i: number) => keep(i)) },
        },
      }));
    };
    const whole = documents.flatMap((one) => halves(one, [() => true]));
    expect(lines(documents.flatMap((one) => halves(one, [(i) => i % 2 === 0, (i) => i % 2 === 1])))).toEqual(lines(whole));
  });
});

test('a range of ports in two parts means the same', () => {
  over({}, ({ documents }) => {
    const split = documents.map((one: Json) => JSON.parse(JSON.stringify(one), (key, value: Json) => {
      if (key !== 'ports' || !Array.isArray(value)) return value;
      return value.flatMap((port: Json) => {
        if (typeof port?.endPort !== 'number' || Number.isNaN(Number(port.port)) || port.endPort <= Number(port.port)) return [port];
        const text = typeof port.port === 'string';
        const middle = Math.floor((Number(port.port) + port.endPort) / 2);
        return [{ ...port, endPort: middle }, { ...port, port: text ? String(middle + 1) : middle + 1 }];
      });
    }) as Json);
    expect(lines(split)).toEqual(lines(documents));
  });
});

test('another allowance never takes a connection away where policies are a union', () => {
  over({ cni: 'unknown' }, ({ documents }, choose) => {
    const policies = documents.filter((one: Json) => one.kind === 'NetworkPolicy');
    if (policies.length === 0) return;
    const chosen = policies[choose(policies.length)] as Json;
    const direction = (chosen.spec.policyTypes ?? ['Ingress']).includes('Ingress') ? 'ingress' : 'egress';
    const spec = { ...chosen.spec, [direction]: [...chosen.spec[direction] ?? [], { ports: [{ port: 8080 }] }] };
    const wider = documents.map((one) => (one === chosen ? { ...chosen, spec } : one));
    const after = certain(lines(wider));
    for (const pair of certain(lines(documents))) expect(after).toContain(pair);
  });
});
