// How callers of the mesh speak, against Istio's own builder: random DestinationRules and Sidecars go through pilot, which builds the proxies of the callers, and calls are
// simulated through them. What a proxy speaks (mTLS, TLS, bytes as they are) and what it refuses must be what the engine says. Speaks for istio 1.31-dev.
//   npx tsx test/conformance/reach/istio-clients.ts [--sets=100] [--seed=1] [--batch=20]
import { encryptionOf } from '../../../src/analysis/reach/mesh/encryption';
import { networkOf } from '../../../src/analysis/reach/network';
import { meshDecision, partyOf } from '../../analysis/reach/mesh/ask';
import { clusterOf } from '../../reach/cluster';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { IstioCall, IstioOutcome, IstioProxy } from '../engines/istio';
import { askIstio, istio } from '../engines/istio';
import { option } from './options';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

interface Count {
  sets: number;
  calls: number;
  refused: number;
  undetermined: number;
  readonly answers: Map<string, number>;
  readonly differences: string[];
}

const CLIENTS = ['a', 'b', 'shop'];
const SERVICES = ['s0', 's1'];
/** Of the Service, and of its pods. */
const PORTS: ReadonlyArray<readonly [number, number]> = [[80, 8080], [81, 8081]];

class World {
  readonly documents: readonly Json[];
  readonly id: number;
  private readonly choices: Choices;

  constructor(choices: Choices, id: number) {
    this.choices = choices;
    this.id = id;
    this.documents = [
      ...CLIENTS.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.place(name), labels: { 'istio-injection': 'enabled' } } })),
      ...CLIENTS.map((name) => this.deployment(this.place(name), 'client')), ...SERVICES.map((name) => this.deployment(this.place('shop'), name)),
      ...SERVICES.map((name, i) => ({
        apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: this.place('shop') },
        spec: { clusterIP: `10.96.${id % 250}.${i + 1}`, selector: { app: name }, ports: PORTS.map(([port, targetPort]) => ({ name: `http-${port}`, port, targetPort })) },
      })),
      ...Array.from({ length: choices.between(0, 4) }, (_, i) => this.destinationRule(i)),
      ...CLIENTS.slice(0, 2).filter(() => choices.chance(35)).map((name) => this.sidecar(name)),
    ];
  }

  place(name: string): string {
    return `${name}${this.id}`;
  }

  private deployment(namespace: string, name: string): Json {
    const template = { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'registry.example.com/main:1.7.4' }] } };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { selector: { matchLabels: { app: name } }, template } };
  }

  private destinationRule(index: number): Json {
    const { choices } = this;
    const home = choices.one([this.place('a'), this.place('shop'), 'istio-system']);
    const shop = `${this.place('shop')}.svc.cluster.local`;
    const tls = (): Json => choices.one([{}, { tls: { mode: choices.one(['DISABLE', 'SIMPLE', 'ISTIO_MUTUAL', 'DISABLE']) } }]);
    const ports = choices.chance(30) ? { portLevelSettings: [{ port: { number: choices.one(PORTS)[0] }, connectionPool: { tcp: { maxConnections: 7 } }, ...tls() }] } : {};
    // Hosts are whole: pilot's test server has no domain by which it would complete short ones.
    return {
      apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: `d${this.id}-${index}`, namespace: home },
      spec: {
        host: choices.one([...SERVICES.map((name) => `${name}.${shop}`), `*.${shop}`, ...home === 'istio-system' ? [] : ['*.cluster.local']]),
        trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } }, ...tls(), ...ports },
        ...choices.chance(40) && { exportTo: choices.one([['*'], ['.'], [this.place('a')], [this.place('b'), '.']]) },
      },
    };
  }

  private sidecar(name: string): Json {
    const { choices } = this;
    const hosts = choices.some(['./*', `${this.place('shop')}/*`, `*/s0.${this.place('shop')}.svc.cluster.local`, 'istio-system/*'], choices.between(1, 2));
    const outbound = choices.one([{}, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }, { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }]);
    return { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: this.place(name) }, spec: { egress: [{ hosts }], ...outbound } };
  }
}

async function judgeBatch(worlds: readonly World[], count: Count): Promise<void> {
  const proxies: Record<string, IstioProxy> = {};
  const calls: (IstioCall & { readonly world: World; readonly from: string; readonly to: string; readonly target: number })[] = [];
  const pods: Json[] = [];
  const podOf = (namespace: string, name: string, podIP: string): void => void pods.push({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: { app: name, 'security.istio.io/tlsMode': 'istio' } }, spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'a:1' }] },
    status: { podIP, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  worlds.forEach((world, at) => {
    SERVICES.forEach((name, i) => podOf(world.place('shop'), name, `10.244.${at}.${i + 1}`));
    CLIENTS.forEach((client, i) => {
      const namespace = world.place(client);
      proxies[namespace] = { pod: 'client', ip: `10.244.${at}.${i + 20}`, namespace, labels: { app: 'client' }, serviceAccount: 'client' };
      podOf(namespace, 'client', `10.244.${at}.${i + 20}`);
      SERVICES.forEach((name, s) => {
        for (const [port, target] of PORTS) {
          const address = `10.96.${world.id % 250}.${s + 1}`;
          calls.push({ proxy: namespace, direction: 'outbound', address, port, host: `${name}.${world.place('shop')}.svc.cluster.local`, world, from: `${namespace}/client`, to: `${world.place('shop')}/${name}`, target });
        }
      });
    });
  });
  const documents = worlds.flatMap((world) => world.documents);
  const asked = calls.map(({ proxy, direction, address, port, host }): IstioCall => ({ proxy, direction, address, port, ...host !== undefined && { host } }));
  const { invalid } = await askIstio(documents.filter(({ apiVersion }) => String(apiVersion).includes('istio.io')));
  const errors = invalid.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ document, text }) => `${document}: ${text}`).join('\n'));
  const { outcomes } = await askIstio([...documents.filter(({ kind }) => kind !== 'Deployment'), ...pods], proxies, asked);
  const network = networkOf(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n')));
  count.sets += worlds.length;
  calls.forEach(({ world, from, to, target, port }, i) => {
    count.calls++;
    const got = spoken(outcomes[i]!);
    const refusal = meshDecision(network, { from, to, port: target, direction: 'egress' }).outcome;
    const said = refusal === 'denied' ? 'refused' : refusal === 'undetermined' ? undefined : encryptionOf(network, partyOf(network, from), partyOf(network, to), target);
    if (said === undefined) count.undetermined++;
    else {
      count.answers.set(got, (count.answers.get(got) ?? 0) + 1);
      if (said !== got) {
        const rules = world.documents.filter(({ apiVersion }) => String(apiVersion).includes('istio')).map((one) => `  ${JSON.stringify(one)}`).join('\n');
        count.differences.push(`${from} to ${to}:${port}\n  pilot: ${got} ${JSON.stringify(outcomes[i])}, the engine: ${said}\n${rules}`);
      }
    }
  });
}

function spoken({ cluster, route, transport, error }: IstioOutcome): string {
  if (cluster === 'BlackHoleCluster' || route === 'block_all' || (cluster === '' && error !== undefined)) return 'refused';
  return cluster === 'PassthroughCluster' || transport === 'plaintext' ? 'plaintext' : transport === 'tls' ? 'TLS' : transport === 'auto' || transport === 'mtls' ? 'mTLS' : `nothing (${error ?? ''})`;
}

async function main(): Promise<void> {
  await istio.prepare?.();
  const [sets, seed, batch] = [option('sets', 100), option('seed', 1), option('batch', 20)];
  const count: Count = { sets: 0, calls: 0, refused: 0, undetermined: 0, answers: new Map(), differences: [] };
  for (let first = 0; first < sets; first += batch) {
    await judgeBatch(Array.from({ length: Math.min(batch, sets - first) }, (_, i) => new World(new Choices(seeded(seed + first + i)), seed + first + i)), count);
  }
  for (const one of count.differences.slice(0, 10)) console.log(one);
  console.log(`istio ${await istio.version() ?? ''}: ${count.sets} sets of DestinationRules and Sidecars from seed ${seed}, ${count.calls} calls, ${count.differences.length} differences`);
  console.log(`answers: ${[...count.answers].sort().map(([answer, times]) => `${times} times ${answer}`).join(', ')}; ${count.undetermined} undetermined`);
  if (count.differences.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
