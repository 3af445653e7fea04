// The routes of a VirtualService: what they ask of a request, and where they send it.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { nameOfHost } from '../../model/mesh-services';
import { servicePorts } from '../../model/service-ports';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Decider, Request } from '../flow';
import type { Arrival, Backend, Refused, Routing } from './arrival';
import { routing, verdict } from './arrival';
import { delegateOf, whyDelegateIsUnknown } from './istio-delegates';
import { isPattern, takesWhole } from './patterns';
import type { SeenRequest, Value } from './seen';

/** A route of a VirtualService at a port of a Gateway. */
export interface Served {
  readonly cluster: ClusterModel;
  readonly gateway: Entry;
  readonly service: Entry;
  readonly rule: Fields;
  readonly path: FieldPath;
  readonly port: number;
  readonly secure: boolean;
  readonly arrival: Arrival;
  readonly seen: SeenRequest;
  readonly base: Partial<Routing>;
  /** The route of another VirtualService that left it to this one. */
  readonly via?: Decider | undefined;
}

/** One match of several has to take the request; a route without any takes all. */
export function meetsMatch(served: Served): { readonly meets: Three; readonly doubt: string } {
  const matches = list(served.rule.match);
  let doubt = 'the request is not known well enough';
  const meets = matches.length === 0 ? true : any(matches.map((match: Fields) => meetsOne(served, match, (because) => { doubt = because; })));
  return { meets, doubt };
}

/** Whether a match is for this port of this Gateway: others are no routes here. */
export function standsHere({ gateway, service, port }: Pick<Served, 'gateway' | 'service' | 'port'>, match: Fields): boolean {
  const names = list(match.gateways).map(String);
  const full = `${gateway.namespace}/${gateway.name}`;
  const here = names.length === 0 || names.some((name) => (name.includes('/') ? name : `${service.namespace}/${name}`) === full);
  return here && (typeof match.port !== 'number' || match.port === port);
}

function meetsOne(served: Served, match: Fields, why: (because: string) => void): Three {
  const { secure, seen } = served;
  const { uri, ignoreUriCase, scheme, method, authority, headers, withoutHeaders, queryParams, sniHosts } = match;
  const { sourceLabels, sourceNamespace, sourceSubnets, destinationSubnets } = match;
  const asked = [uri, method, authority, ...Object.values(record(headers)), ...Object.values(record(queryParams))];
  const broken = asked.map((one) => text(one?.regex)).find((one) => one !== undefined && !isPattern(one));
  // What cannot be read is the reason, whatever is said of the request.
  const ask = (answer: Three, because: string): Three => {
    if (answer === undefined) why(broken === undefined ? because : `${JSON.stringify(broken)} is no regular expression`);
    return answer;
  };
  return all([
    standsHere(served, match),
    ask(broken === undefined ? true : undefined, ''),
    uri === undefined ? true : ask(compare(uri, seen.path, ignoreUriCase === true), 'the path of the request is not known'),
    method === undefined ? true : ask(compare(method, seen.method), 'the method of the request is not known'),
    scheme === undefined ? true : compare(scheme, secure ? 'https' : 'http'),
    authority === undefined ? true : ask(compare(authority, seen.host), 'the host name of the request is not known'),
    ...Object.entries(record(headers)).map(([name, one]) => ask(compare(one, seen.header(name)), `whether the request has the header ${name} is not known`)),
    ...Object.entries(record(withoutHeaders)).map(([name, one]) => ask(not(compare(one, seen.header(name))), `whether the request has the header ${name} is not known`)),
    ...Object.entries(record(queryParams)).map(([name, one]) => ask(compare(one, seen.parameter(name)), `whether the request has the query parameter ${name} is not known`)),
    list(sniHosts).length === 0 ? true : ask(seen.host === undefined ? undefined : list(sniHosts).some((one) => sniCovers(String(one), seen.host!)), 'the server name is not known'),
    sourceLabels === undefined && sourceNamespace === undefined && sourceSubnets === undefined && destinationSubnets === undefined ? true : ask(undefined, 'where the request comes from is not modelled'),
  ]);
}

function sniCovers(pattern: string, host: string): boolean {
  return pattern === '*' || pattern.toLowerCase() === host || (pattern.startsWith('*') && host.endsWith(pattern.slice(1).toLowerCase()));
}

/** A StringMatch; one without a word asks only whether something is there. */
function compare({ exact, prefix, regex }: Fields, value: Value, anyCase: boolean = false): Three {
  if (value === undefined) return undefined;
  if (value === null) return false;
  const [found, wanted] = anyCase ? [value.toLowerCase(), (one: string) => one.toLowerCase()] : [value, (one: string) => one];
  if (typeof exact === 'string') return found === wanted(exact);
  if (typeof prefix === 'string') return found.startsWith(wanted(prefix));
  return typeof regex === 'string' ? takesWhole(regex, value) : true;
}

export function answerOf(served: Served): Routing {
  const { gateway, service, rule, path, base, via } = served;
  const own = { ...base, route: service, rulePath: path };
  const by: Decider[] = [{ entry: service, path }, ...via ? [via] : []];
  const { redirect, directResponse, fault, delegate, rewrite } = rule;
  const label = service.toString();
  const abort = record(fault?.abort);
  if (typeof abort.httpStatus === 'number' && (abort.percentage?.value ?? 100) >= 100) {
    return routing(gateway, verdict('denied', `${label} aborts every request with ${abort.httpStatus}`, [{ entry: service, path: [...path, 'fault', 'abort'] }], abort.httpStatus), { ...own, status: abort.httpStatus });
  }
  if (delegate !== undefined) {
    const because = whyDelegateIsUnknown(delegateOf(served.cluster, served)) ?? 'which may leave nothing to others itself';
    const name = `${text(delegate.namespace) ?? service.namespace}/${String(delegate.name)}`;
    return routing(gateway, verdict('undetermined', `${label} takes it, and leaves it to VirtualService ${name}, ${because}`, [{ entry: service, path: [...path, 'delegate'] }]), own);
  }
  if (redirect !== undefined) {
    const status = typeof redirect.redirectCode === 'number' ? redirect.redirectCode : 301;
    const location = locationOf(served, redirect);
    return routing(gateway, verdict('denied', `${label} takes it, and sends the caller ${location === undefined ? 'elsewhere' : `to ${location}`} with ${status}`, [{ entry: service, path: [...path, 'redirect'] }], status), { ...own, status, location });
  }
  if (directResponse !== undefined) {
    const status = Number(directResponse.status);
    return routing(gateway, verdict('denied', `${label} takes it, and the gateway answers ${status} itself`, [{ entry: service, path: [...path, 'directResponse'] }], status), { ...own, status });
  }
  return toDestinations(served, own, by, rewrittenBy(served, record(rewrite)));
}

function toDestinations(served: Served, own: Partial<Routing>, by: readonly Decider[], request: Request): Routing {
  const { gateway, service, rule, path } = served;
  const routes = list(rule.route);
  const weights = routes.map(({ weight }: Fields) => (typeof weight === 'number' ? weight : routes.length === 1 ? 100 : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = routes.map((one: Fields, index) => destination(served, one.destination, [...path, 'route', index, 'destination'], total === 0 ? 0 : weights[index]! / total, request)).filter(({ share }) => share > 0);
  const backends = found.filter((one): one is Backend => !('status' in one));
  const refused = found.filter((one): one is Refused => 'status' in one);
  const mirrored = [...rule.mirror === undefined ? [] : [{ fields: rule.mirror as Fields, at: [...path, 'mirror'] }], ...list(rule.mirrors).map((one: Fields, index) => ({ fields: one.destination as Fields, at: [...path, 'mirrors', index, 'destination'] }))];
  const mirrors = mirrored.map(({ fields, at }) => destination(served, fields, at, 1, request)).filter((one): one is Backend => !('status' in one));
  const label = service.toString();
  if (backends.length === 0) {
    const because = refused.length === 0 ? 'has no destination' : refused.map((one) => one.because).join('; ');
    return routing(gateway, verdict('denied', `${label} takes it, and ${because}`, by, 503), { ...own, refused, status: 503 });
  }
  const where = backends.map((one) => `${one.kind} ${one.namespace === '' ? '' : `${one.namespace}/`}${one.name}${one.port === undefined ? '' : ` port ${one.port}`}${one.subset === undefined ? '' : ` subset ${one.subset}`}`);
  return routing(gateway, verdict('allowed', `${label} takes it and sends it to ${where.join(' and ')}`, by), { ...own, backends, mirrors, refused });
}

function destination({ cluster, service }: Served, fields: Fields, path: FieldPath, share: number, request: Request): Backend | Refused {
  const { host, subset, port } = record(fields);
  const name = nameOfHost(String(host), service.namespace, cluster.facts.clusterDomain);
  const number = typeof port?.number === 'number' ? port.number as number : undefined;
  const base = { share, path, request, ...text(subset) !== undefined && { subset: String(subset) } };
  if (!name) {
    const entry = cluster.objects('networking.istio.io', 'ServiceEntry').find(({ spec }) => list(spec.hosts).some((one) => one === host));
    if (!entry && !cluster.open) return { status: 503, share, path, because: `no ServiceEntry has the host ${String(host)}` };
    return { ...base, kind: 'ServiceEntry', namespace: entry?.namespace ?? '', name: entry?.name ?? String(host), entry, port: number };
  }
  const entry = cluster.find('', 'Service', name.namespace, name.name);
  if (!entry && !cluster.open && !cluster.isExternal('', 'Service', name.namespace, name.name)) return { status: 503, share, path, because: `Service ${name.namespace}/${name.name} is not there` };
  const ports = entry?.sound === true ? servicePorts(entry).filter(({ protocol }) => protocol === 'TCP') : [];
  if (number !== undefined && entry?.sound === true && !ports.some((one) => one.port === number)) return { status: 503, share, path, because: `Service ${name.namespace}/${name.name} has no port ${number}` };
  return { ...base, kind: 'Service', ...name, entry: entry?.sound === true ? entry : undefined, port: number ?? (ports.length === 1 ? ports[0]!.port : undefined) };
}

/** The prefix that took the request, or the whole path, is what a rewrite puts its own in place of. */
function rewrittenBy({ rule, seen }: Served, { uri, authority, uriRegexRewrite }: Fields): Request {
  const { asked } = seen;
  const named = text(authority) === undefined ? asked : { ...asked, host: String(authority) };
  if (uriRegexRewrite !== undefined) return { ...named, path: undefined };
  if (text(uri) === undefined) return named;
  if (seen.path === undefined) return { ...named, path: undefined };
  const prefixes = list(rule.match).flatMap(({ uri: asks }: Fields) => text(asks?.prefix) ?? []);
  if (list(rule.match).length !== 1) return { ...named, path: list(rule.match).length === 0 ? String(uri) + seen.path.slice(1) : undefined };
  return { ...named, path: prefixes.length === 1 ? String(uri) + seen.path.slice(prefixes[0]!.length) : String(uri) };
}

function locationOf({ seen, secure, port }: Served, { uri, authority, scheme, port: other, derivePort }: Fields): string | undefined {
  const { path, query } = seen;
  const host = text(authority) ?? seen.host;
  if (host === undefined || path === undefined || query === undefined) return undefined;
  const to = text(scheme) ?? (secure ? 'https' : 'http');
  const given = typeof other === 'number' ? other : derivePort === 'FROM_REQUEST_PORT' ? port : undefined;
  return `${to}://${host}${given === undefined || given === (to === 'https' ? 443 : 80) ? '' : `:${given}`}${text(uri) ?? path}${query === null ? '' : `?${query}`}`;
}

/** For people: `GET /orders*`. */
export function describeMatch(rule: Fields): string {
  const matches = list(rule.match);
  if (matches.length === 0) return '/*';
  return matches.map(({ uri, method, headers }: Fields) => {
    const path = uri === undefined ? '/*' : text(uri.exact) ?? (text(uri.prefix) === undefined ? `~ ${String(uri.regex)}` : `${String(uri.prefix)}*`);
    return [`${text(method?.exact) === undefined ? '' : `${String(method.exact)} `}${path}`, ...Object.keys(record(headers)).map((name) => `header ${name}`)].join(', ');
  }).join(' or ');
}
