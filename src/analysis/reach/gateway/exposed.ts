// Every way from the outside of the gateways to a backend, whatever a request says beside it.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list } from '../../model/fields';
import type { Request } from '../flow';
import { listenerName } from './answers';
import type { Arrival, Backend, ExposedRoute, ListenerName } from './arrival';
import type { Resolved } from './backends';
import { resolve } from './backends';
import type { Candidate, Entrance, VirtualHost } from './entrances';
import { entrances } from './entrances';
import type { Condition } from './matching';
import { describe } from './matching';
import { takesWhole } from './patterns';

/**
 * The routes of HTTP and GRPC of every Gateway. Whether policies let a caller through is asked with the sample.
 *
 * @param services - without routes that name none of these; their samples do not know what other routes take. @default - every route
 */
export function exposedHttp(cluster: ClusterModel, services?: ReadonlySet<Entry>): readonly ExposedRoute[] {
  const found: ExposedRoute[] = [];
  for (const entrance of cluster.derive(entrances)) {
    for (const host of services === undefined ? entrance.hosts.all : entrance.to(services)) enterHost(found, cluster, entrance, host);
  }
  return found;
}

function enterHost(found: ExposedRoute[], cluster: ClusterModel, entrance: Entrance, host: VirtualHost): void {
  for (const candidate of host.candidates) enter(found, cluster, entrance, host, candidate);
}

function enter(found: ExposedRoute[], cluster: ClusterModel, entrance: Entrance, host: VirtualHost, candidate: Candidate): void {
  const { effects, fields, rule, route } = candidate;
  if (effects.broken ?? effects.direct ?? effects.redirect) return;
  const refs = list(fields.backendRefs).map((ref: Fields, index) => resolve(cluster, route, ref, ['spec', 'rules', rule, 'backendRefs', index], entrance.dialect));
  const total = refs.reduce((sum, { weight }) => sum + weight, 0);
  for (const ref of refs) if (ref.weight > 0 && ref.invalid === undefined) found.push(new ExposedMatch(entrance, host, candidate, ref, ref.weight / total, false));
  for (const ref of effects.mirrors) if (ref.invalid === undefined) found.push(new ExposedMatch(entrance, host, candidate, ref, ref.weight, true));
}

/** One match of a rule with one of its backends. Its words and its sample are made for those who ask. */
class ExposedMatch implements ExposedRoute {
  readonly gateway: Entry;
  readonly protocol = 'HTTP';
  readonly tls: boolean;
  readonly hostname: string;
  readonly route: Entry;
  readonly rulePath: FieldPath;
  readonly backend: Backend;
  readonly mirrored: boolean;
  private readonly entrance: Entrance;
  private readonly host: VirtualHost;
  private readonly candidate: Candidate;
  private made: Arrival | undefined;

  constructor(entrance: Entrance, host: VirtualHost, candidate: Candidate, ref: Resolved, share: number, mirrored: boolean) {
    this.entrance = entrance;
    this.host = host;
    this.candidate = candidate;
    this.gateway = candidate.listener.gateway.entry;
    this.tls = entrance.tls;
    this.hostname = host.name;
    this.route = candidate.route;
    this.rulePath = candidate.match.at;
    this.backend = new SampledBackend(ref, share, this);
    this.mirrored = mirrored;
  }

  get listener(): ListenerName {
    return listenerName(this.candidate.listener);
  }

  get match(): string {
    return describe(this.candidate.match);
  }

  get sample(): Arrival {
    return (this.made ??= sampleOf(this.entrance, this.host, this.candidate));
  }
}

class SampledBackend implements Backend {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: Entry | undefined;
  readonly port: number | undefined;
  readonly share: number;
  readonly path: FieldPath;
  private readonly of: ExposedRoute;

  constructor({ kind, namespace, name, entry, port, path }: Resolved, share: number, of: ExposedRoute) {
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
    this.entry = entry?.sound === true ? entry : undefined;
    this.port = port;
    this.share = share;
    this.path = path;
    this.of = of;
  }

  get request(): Request {
    return this.of.sample.request;
  }
}

/** A request that the match takes, and that no more special one of the same name is likely to take before: values that a pattern leaves open are tried, or stay unsaid. */
function sampleOf({ tls, port }: Entrance, host: VirtualHost, { match: { path, method, headers, parameters } }: Candidate): Arrival {
  const used = usedBy(host);
  const scheme = tls ? 'https' : 'http';
  const valueOf = ({ is, value }: Condition): string | undefined => (is === 'Exact' ? value : sampleOfPattern(value, VALUES));
  const asked = headers.filter(({ name }) => name !== ':path').map((one) => [one.name, valueOf(one)] as const);
  const suffix = headers.find(({ name }) => name === ':path')?.value;
  const queried = parameters.map((one) => [one.name, valueOf(one)] as const);
  const stem = path === undefined ? suffix ?? '/' : path.value;
  // What is asked for exactly elsewhere is not meant by a prefix.
  const below = `${stem.endsWith('/') ? stem : `${stem}/`}any`;
  const wanted = path?.type === 'RegularExpression' ? sampleOfPattern(path.value, PATHS) : path?.type === 'Exact' || suffix !== undefined || !used.paths.has(stem) ? stem : below;
  return {
    port, facts: {},
    request: {
      scheme, method: method ?? METHODS.find((one) => !used.methods.has(one)) ?? 'GET',
      ...host.name !== '*' && { host: host.name.replace(/^\*/, 'any') }, ...wanted !== undefined && { path: wanted },
      ...asked.every(([, value]) => value !== undefined) && { headers: Object.fromEntries(asked) as Record<string, string> },
      ...queried.length > 0 && queried.every(([, value]) => value !== undefined) && { query: queried.map(([name, value]) => `${name}=${value!}`).join('&') },
    },
  };
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
const VALUES: readonly string[] = ['1', 'a', 'true', 'v1', 'v2', 'canary', 'abc', '0', 'any'];
const PATHS: readonly string[] = ['/', '/1', '/a', '/any', '/any/any'];

/** What the usual parts of a pattern may stand for. */
const REPLACEMENTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\^|\$$/g, ''], [/\(\?[a-zA-Z]+\)/g, ''], [/\(\?:/g, '('], [/(?:\[0-9\]|\\d)[+*]?/g, '1'], [/(?:\[\^[^\]]*\]|\\[wS]|\.)[+*]\??/g, 'any'], [/\[([A-Za-z])[^\]]*\][+*]?/g, '$1'],
  [/\(([^()|]*)(?:\|[^()]*)?\)[?+*]?/g, '$1'], [/\\(.)/g, '$1'], [/[?*+]/g, ''],
];

/** Something that a pattern takes, when a guess finds it. */
function sampleOfPattern(pattern: string, guesses: readonly string[]): string | undefined {
  const plain = REPLACEMENTS.reduce((text, [what, by]) => text.replace(what, by), pattern).split('|')[0]!;
  return [plain, ...guesses].find((one) => takesWhole(pattern, one) === true);
}

/** Methods and exact paths that matches of a name ask for. */
function usedBy(host: VirtualHost): { readonly methods: ReadonlySet<string>; readonly paths: ReadonlySet<string> } {
  let known = USED.get(host);
  if (!known) {
    const matches = host.candidates.map(({ match }) => match);
    USED.set(host, (known = { methods: new Set(matches.flatMap(({ method }) => method ?? [])), paths: new Set(matches.flatMap(({ path }) => (path?.type === 'Exact' ? path.value : []))) }));
  }
  return known;
}

const USED: WeakMap<VirtualHost, ReturnType<typeof usedBy>> = new WeakMap();
