// Every way from the outside of the gateways to a backend, whatever a request says beside it.
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list } from '../../model/fields';
import { backendOf, listenerName } from './answers';
import type { Arrival, ExposedRoute } from './arrival';
import { resolve } from './backends';
import type { Candidate, Entrance, VirtualHost } from './entrances';
import { entrances } from './entrances';
import type { Condition } from './matching';
import { describe } from './matching';
import { takesWhole } from './patterns';

/** The routes of HTTP and GRPC of every Gateway. Whether policies let a caller through is asked with the sample. */
export function exposedHttp(cluster: ClusterModel): readonly ExposedRoute[] {
  return cluster.derive(entrances).flatMap((entrance) => entrance.hosts.all.flatMap((host) => host.candidates.flatMap((candidate) => exposed(cluster, entrance, host, candidate))));
}

function exposed(cluster: ClusterModel, entrance: Entrance, host: VirtualHost, candidate: Candidate): readonly ExposedRoute[] {
  const { effects, fields, rule, route, match, listener } = candidate;
  if (effects.broken ?? effects.direct ?? effects.redirect) return [];
  const sample = sampleOf(entrance, host, candidate);
  const base = {
    gateway: listener.gateway.entry, listener: listenerName(listener), protocol: 'HTTP' as const, tls: entrance.tls, hostname: host.name,
    route, rulePath: match.at, match: describe(match), sample,
  };
  const refs = list(fields.backendRefs).map((ref: Fields, index) => resolve(cluster, route, ref, ['spec', 'rules', rule, 'backendRefs', index], entrance.dialect));
  const total = refs.reduce((sum, { weight }) => sum + weight, 0);
  const used = refs.filter(({ weight, invalid }) => weight > 0 && invalid === undefined);
  return [
    ...used.map((ref) => ({ ...base, mirrored: false, backend: backendOf(ref, ref.weight / total, sample.request) })),
    ...effects.mirrors.filter(({ invalid }) => invalid === undefined).map((ref) => ({ ...base, mirrored: true, backend: backendOf(ref, ref.weight, sample.request) })),
  ];
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
