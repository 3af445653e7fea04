// Two systems: what is found by comparing what ends let through is what comparing every pair finds.
import fc from 'fast-check';
import type { ManifestDocument } from '../../../src/analysis';
import { analyze } from '../../../src/analysis/reach/analyze';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { diffClusters } from '../../../src/analysis/reach/diff';
import { Listing } from '../../../src/analysis/reach/listing';

interface Sketch {
  readonly apps: readonly string[];
  readonly policies: ReadonlyArray<{ readonly subject: string; readonly peer: string; readonly port: number; readonly cidr: string | undefined; readonly out: boolean }>;
}

const letters = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const sketch: fc.Arbitrary<Sketch> = fc.record({
  apps: fc.uniqueArray(letters, { minLength: 1 }),
  policies: fc.array(fc.record({ subject: letters, peer: letters, port: fc.integer({ min: 80, max: 82 }), cidr: fc.option(fc.constantFrom('192.0.2.0/24', '198.51.100.0/25'), { nil: undefined }), out: fc.boolean() }), { maxLength: 5 }),
});

function systemOf({ apps, policies }: Sketch): Analysis {
  const pods = apps.map((app) => ({ object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: app, namespace: 'x', labels: { app } }, spec: { containers: [{ name: 'c', image: 'i' }] } } }));
  return analyze([...pods, ...policies.map(({ subject, peer, port, cidr, out }, i) => {
    const peers = [cidr === undefined ? { podSelector: { matchLabels: { app: peer } } } : { ipBlock: { cidr } }];
    return { object: {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace: 'x' },
      spec: { podSelector: { matchLabels: { app: subject } }, policyTypes: [out ? 'Egress' : 'Ingress'], [out ? 'egress' : 'ingress']: [{ [out ? 'to' : 'from']: peers, ports: [{ port }] }] },
    } };
  })]);
}

/** Every pair of workloads, one by one. */
function pairsOf({ clusters }: Analysis): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const cluster of clusters) {
    const listing = new Listing(cluster);
    listing.forEachPair((from, to, set) => from.endpoint && to.endpoint && pairs.set(`${from.label} ${to.label}`, listing.connectivity.portSet(set).text));
  }
  return pairs;
}

/** Without the ports of which nobody knows. */
function known(ports: string): string {
  return ports.replace(/(?: and )?undetermined .*$/, '');
}

test('the same as pair by pair', () => {
  fc.assert(fc.property(sketch, sketch, (a, b) => {
    const [before, after] = [systemOf(a), systemOf(b)];
    const [old, now] = [pairsOf(before), pairsOf(after)];
    const wanted = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key)).map((key) => `${key} ${old.get(key) ?? ''} ${now.get(key) ?? ''}`);
    const found = diffClusters(before.clusters, after.clusters).pairs.filter(({ src, dst }) => !`${src}${dst}`.includes('External')).map((one) => `${one.src} ${one.dst} ${known(one.before)} ${known(one.after)}`);
    expect(found.sort()).toEqual(wanted.sort());
  }), { numRuns: 300 });
});

test('a system and itself, in another order, with policies split: no difference', () => {
  fc.assert(fc.property(sketch, (a) => {
    const turned: Sketch = { apps: [...a.apps].reverse(), policies: [...a.policies].reverse() };
    const { pairs, added, removed, undetermined } = diffClusters(systemOf(a).clusters, systemOf(turned).clusters);
    expect({ pairs, added, removed, undetermined }).toEqual({ pairs: [], added: [], removed: [], undetermined: 0 });
  }), { numRuns: 100 });
});

test('every change has a cause', () => {
  fc.assert(fc.property(sketch, sketch, (a, b) => {
    for (const { src, dst, causes } of diffClusters(systemOf(a).clusters, systemOf(b).clusters).pairs) expect(causes.length > 0 ? '' : `${src} ${dst}`).toBe('');
  }), { numRuns: 100 });
});

test('other requests over the same ports, where the caller is held to them', () => {
  const pod = (name: string): ManifestDocument => ({ object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'x', labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  const system = (...methods: string[]): Analysis => analyze([pod('web'), pod('api'), pod('db'), { object: {
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'web', namespace: 'x' },
    spec: {
      endpointSelector: { matchLabels: { app: 'web' } },
      egress: [{ toEndpoints: [{ matchLabels: { app: 'api' } }], toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: methods.map((method) => ({ method })) } }] }],
    },
  } }]);
  const said = (after: Analysis, before: Analysis): string[] => after.diff(before).pairs.map(({ kind, src, dst, before: was, after: now }) => `${kind} ${src} ${dst}: ${was} -> ${now}`);
  expect(said(system('GET', 'POST'), system('GET'))).toEqual(['widened x/web[Pod] x/api[Pod]: TCP 8080 for GET -> TCP 8080 for GET, POST']);
  expect(said(system('GET'), system('GET', 'POST'))).toEqual(['narrowed x/web[Pod] x/api[Pod]: TCP 8080 for GET, POST -> TCP 8080 for GET']);
  expect(said(system('GET'), system('GET'))).toEqual([]);
});
