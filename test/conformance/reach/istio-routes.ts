// Routes of VirtualServices against Istio's own builder: random routes, many of them left to delegates, go through pilot, and requests are simulated through the routes that it
// makes. Where the engine sends a request at a Gateway is where pilot sends it. Speaks for istio 1.31-dev.
//   npx tsx test/conformance/reach/istio-routes.ts [--sets=200] [--seed=1] [--batch=20]
import { gatewayRouting } from '../../../src/analysis/reach/gateway/routing';
import { clusterOf } from '../../reach/cluster';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { IstioCall, IstioOutcome, IstioProxy } from '../engines/istio';
import { askIstio, istio } from '../engines/istio';
import { option } from './options';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const SERVICES = ['s0', 's1', 's2', 's3'];
const TEXTS = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/b'];
/** The simulation looks for patterns anywhere in a path, and minds case: anchors, and no path in capitals. */
const PATTERNS = ['^/a.*$', '^/(a|b)/.*$', '.*', '^/a/b$'];
const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/a/b/c/d', '/ab', '/abc', '/b', '/b/c', '/c'];
const HOST = 's0';

class World {
  readonly documents: readonly Json[];
  readonly id: number;
  private readonly choices: Choices;

  constructor(choices: Choices, id: number) {
    this.choices = choices;
    this.id = id;
    this.documents = [
      ...['shop', 'pay', 'a'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.place(name) } })),
      ...SERVICES.map((name, i) => ({
        apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: this.place('shop') },
        spec: { clusterIP: `10.96.${id % 250}.${i + 1}`, selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      })),
      {
        apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: this.place('shop') },
        spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
      },
      this.service('root', 'shop', this.routes(true), { hosts: [this.host], gateways: ['mesh', `${this.place('shop')}/public`] }),
      ...['one', 'two'].map((name) => this.service(name, choices.one(['shop', 'pay']), this.routes(false), choices.chance(15) ? { exportTo: [choices.one(['.', '*', this.place('shop')])] } : {})),
    ];
  }

  place(name: string): string {
    return `${name}${this.id}`;
  }

  get host(): string {
    return `${HOST}.${this.place('shop')}.svc.cluster.local`;
  }

  private service(name: string, namespace: string, http: readonly Json[], spec: Json): Json {
    return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: `${name}${this.id}`, namespace: this.place(namespace) }, spec: { ...spec, http } };
  }

  private routes(mayDelegate: boolean): readonly Json[] {
    const { choices } = this;
    return Array.from({ length: choices.between(1, 4) }, () => ({
      ...choices.chance(75) && { match: Array.from({ length: choices.between(1, 3) }, () => this.match()) },
      ...mayDelegate && choices.chance(60) ? { delegate: { name: `${choices.one(['one', 'two', 'none'])}${this.id}`, ...choices.chance(60) && { namespace: this.place(choices.one(['shop', 'pay'])) } } }
        : { route: [{ destination: { host: `${choices.one(SERVICES)}.${this.place('shop')}.svc.cluster.local`, port: { number: 80 } } }] },
    }));
  }

  private match(): Json {
    const { choices } = this;
    const uri = choices.chance(20) ? { regex: choices.one(PATTERNS) } : { [choices.one(['prefix', 'exact', 'prefix'])]: choices.one(TEXTS) };
    return { uri, ...choices.chance(15) && { ignoreUriCase: true }, ...choices.chance(15) && { port: choices.one([80, 81]) } };
  }
}

interface Count {
  requests: number;
  undetermined: number;
  readonly answers: Map<string, number>;
  readonly differences: string[];
}

async function judgeBatch(worlds: readonly World[], count: Count): Promise<void> {
  const proxies: Record<string, IstioProxy> = {};
  const calls: (IstioCall & { readonly world: World; readonly path: string })[] = [];
  const pods: Json[] = [];
  worlds.forEach((world, at) => {
    const namespace = world.place('a');
    proxies[namespace] = { pod: 'client', ip: `10.244.${at}.20`, namespace, labels: { app: 'client' }, serviceAccount: 'client' };
    [...SERVICES, 'client'].forEach((name, i) => pods.push({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: world.place(name === 'client' ? 'a' : 'shop'), labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'a:1' }] },
      status: { podIP: `10.244.${at}.${name === 'client' ? 20 : i + 1}`, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    }));
    for (const path of PATHS) calls.push({ proxy: namespace, direction: 'outbound', address: `10.96.${world.id % 250}.1`, port: 80, path, host: world.host, world });
  });
  const documents = worlds.flatMap((world) => world.documents);
  const asked = calls.map(({ proxy, direction, address, port, path, host }): IstioCall => ({ proxy, direction, address, port, path, ...host !== undefined && { host } }));
  const { outcomes } = await askIstio([...documents, ...pods], proxies, asked);
  const routing = clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), { unsound: true }).derive(gatewayRouting);
  calls.forEach(({ world, path }, i) => {
    count.requests++;
    const got = sent(outcomes[i]!);
    const request = { scheme: 'http', host: world.host, method: 'GET', headers: {}, path } as const;
    const answers = routing.route({ port: 80, facts: {}, request }).filter(({ gateway }) => gateway.namespace === world.place('shop'));
    const [answer] = answers;
    if (answer?.verdict.outcome === 'undetermined') count.undetermined++;
    const said = answers.length !== 1 || answer === undefined ? `${answers.length} answers`
      : answer.verdict.outcome === 'allowed' ? answer.backends.map(({ name }) => name).join('+') : String(answer.verdict.answer ?? answer.verdict.outcome);
    count.answers.set(got, (count.answers.get(got) ?? 0) + 1);
    if (said === got || answer?.verdict.outcome === 'undetermined') return;
    const rules = world.documents.filter(({ kind }) => kind === 'VirtualService').map((one) => `  ${JSON.stringify(one)}`).join('\n');
    count.differences.push(`set ${world.id}, ${path}\n  pilot: ${got} ${JSON.stringify(outcomes[i])}, the engine: ${said}\n${rules}`);
  });
}

/** The Service that a request is sent to; 404 where no route takes it. A sidecar whose routes are all left out has the Service itself, which a gateway has not. */
function sent({ cluster, error, route }: IstioOutcome): string {
  const host = route === 'default' ? undefined : cluster?.split('|')[3];
  return host === undefined || host === '' ? (error === undefined && route === undefined ? 'nothing' : '404') : host.split('.')[0]!;
}

async function main(): Promise<void> {
  await istio.prepare?.();
  const [sets, seed, batch] = [option('sets', 200), option('seed', 1), option('batch', 20)];
  const count: Count = { requests: 0, undetermined: 0, answers: new Map(), differences: [] };
  for (let first = 0; first < sets; first += batch) {
    await judgeBatch(Array.from({ length: Math.min(batch, sets - first) }, (_, i) => new World(new Choices(seeded(seed + first + i)), seed + first + i)), count);
  }
  for (const one of count.differences.slice(0, 10)) console.log(one);
  console.log(`istio ${await istio.version() ?? ''}: ${sets} sets of VirtualServices from seed ${seed}, ${count.requests} requests, ${count.differences.length} differences`);
  console.log(`answers: ${[...count.answers].sort().map(([answer, times]) => `${times} times ${answer}`).join(', ')}; ${count.undetermined} undetermined`);
  if (count.differences.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
