import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { hostsMeet, isForMesh } from '../model/mesh-routes';
import type { Report, Rule } from './rule';

const scene = (http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [${http}]
`;

export const rule: Rule = {
  id: 'NS3100',
  class: 'breaks',
  title: 'Istiod refuses a VirtualService',
  sees: 'what istiod\'s webhook checks of VirtualServices beyond their schema: routes that do nothing or two things at once, several destinations without weights, hosts that meet each other, "*" in the mesh, SNI hosts '
    + 'outside of the hosts, retries with unknown conditions, redirects and rewrites without content, delegates with gateways.',
  why: 'The webhook refuses the object, and where it is not installed istiod drops it: the routes do not exist.',
  fix: 'write what the message asks for',
  covers: ['IST0106', 'IST0133'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/', 'https://istio.io/latest/docs/reference/config/analysis/ist0106/'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene('{ redirect: { uri: /new }, route: [{ destination: { host: orders } }] }'),
    says: 'A route has either destinations, a redirect or a direct response, and this one has route and redirect',
    field: 'spec.http[0].redirect',
  },
  passing: { documents: scene('{ match: [{ uri: { prefix: /old } }], redirect: { uri: /new } }, { route: [{ destination: { host: orders } }] }') },
  check(cluster, report) {
    for (const entry of cluster.objects('networking.istio.io', 'VirtualService')) {
      const { spec } = entry;
      const hosts = list(spec.hosts).map(String);
      if (hosts.length === 0) delegate(entry, report);
      if (['http', 'tls', 'tcp'].every((protocol) => list(spec[protocol]).length === 0)) report(entry, ['spec'], { message: 'A VirtualService has routes of http, tls or tcp, and this one has none' });
      hostsOf(entry, hosts, report);
      for (const [index, route] of list(spec.http).map(record).entries()) httpRoute(entry, route, ['spec', 'http', index], report);
      for (const protocol of ['tls', 'tcp']) {
        for (const [index, route] of list(spec[protocol]).map(record).entries()) {
          if (list(route.route).length === 0) report(entry, ['spec', protocol, index], { message: `A route of ${protocol} has destinations, and this one has none` });
          weights(entry, route, ['spec', protocol, index], report);
        }
      }
      sni(entry, hosts, report);
    }
  },
};

function delegate(entry: Entry, report: Report): void {
  for (const field of ['gateways', 'tls', 'tcp']) {
    if (list(entry.spec[field]).length > 0) report(entry, ['spec', field], { message: `A VirtualService without hosts is a delegate, and delegates have no ${field}`, fix: 'give it hosts, or remove the field' });
  }
}

function hostsOf(entry: Entry, hosts: readonly string[], report: Report): void {
  for (const [index, host] of hosts.entries()) {
    if (host === '*' && isForMesh(entry) && list(entry.spec.gateways).every((gateway) => gateway === 'mesh')) {
      report(entry, ['spec', 'hosts', index], { message: 'The host * is not allowed in the mesh: sidecars would take every request of everybody', fix: 'name the hosts, or the gateways' });
    }
    const twin = hosts.findIndex((other, at) => at < index && hostsMeet(host, other));
    if (twin !== -1 && host !== '*' && hosts[twin] !== '*') report(entry, ['spec', 'hosts', index], { message: `Hosts ${hosts[twin]!} and ${host} of one VirtualService meet each other` });
  }
}

function httpRoute(entry: Entry, route: Fields, path: FieldPath, report: Report): void {
  const kinds = ['route', 'redirect', 'directResponse'].filter((key) => (Array.isArray(route[key]) ? route[key].length > 0 : route[key] !== undefined));
  if (route.delegate !== undefined) {
    if (kinds.length > 0 && kinds[0] !== 'directResponse') report(entry, [...path, kinds[0]!], { message: `A route that delegates has no ${kinds[0]!} of its own` });
    return;
  }
  if (kinds.length > 1) report(entry, [...path, kinds[1]!], { message: `A route has either destinations, a redirect or a direct response, and this one has ${kinds.join(' and ')}` });
  if (kinds.length === 0) report(entry, path, { message: 'A route has destinations, a redirect or a direct response, and this one has none' });
  for (const key of ['redirect', 'directResponse']) {
    for (const other of ['fault', 'rewrite']) if (route[key] !== undefined && route[other] !== undefined) report(entry, [...path, other], { message: `${other} and ${key} do not go together in one route` });
  }
  if (route.mirror !== undefined && list(route.mirrors).length > 0) report(entry, [...path, 'mirror'], { message: 'A route has mirror or mirrors, and this one has both' });
  weights(entry, route, path, report);
  retries(entry, record(route.retries), [...path, 'retries'], report);
  const redirect = record(route.redirect);
  if (route.redirect !== undefined && ['uri', 'prefixRewrite', 'authority', 'port', 'derivePort', 'scheme'].every((key) => redirect[key] === undefined)) {
    report(entry, [...path, 'redirect'], { message: 'A redirect changes the path, the authority, the port or the scheme, and this one nothing' });
  }
  if (typeof redirect.redirectCode === 'number' && redirect.redirectCode !== 0 && (redirect.redirectCode < 300 || redirect.redirectCode > 399)) {
    report(entry, [...path, 'redirect', 'redirectCode'], { message: `${redirect.redirectCode} is no code of a redirect (300 to 399)` });
  }
  const rewrite = record(route.rewrite);
  if (route.rewrite !== undefined && ['uri', 'authority', 'uriRegexRewrite'].every((key) => rewrite[key] === undefined || rewrite[key] === '')) {
    report(entry, [...path, 'rewrite'], { message: 'A rewrite changes the path or the authority, and this one neither' });
  }
  const abort = record(record(route.fault).abort);
  if (record(route.fault).abort !== undefined && ['httpStatus', 'grpcStatus', 'http2Error'].every((key) => abort[key] === undefined)) {
    report(entry, [...path, 'fault', 'abort'], { message: 'The abort has no status, so nothing is aborted', severity: 'warning' });
  }
}

/** Without weights several destinations have weight 0 each. */
function weights(entry: Entry, route: Fields, path: FieldPath, report: Report): void {
  const destinations = list(route.route).map(record);
  if (destinations.length > 1 && destinations.every(({ weight }) => weight === undefined)) {
    report(entry, [...path, 'route'], { message: `${destinations.length} destinations have no weight, which makes 0 for all of them together`, fix: 'give each a weight' });
  }
}

function retries(entry: Entry, fields: Fields, path: FieldPath, report: Report): void {
  const { attempts, perTryTimeout, retryOn } = fields;
  if ((attempts ?? 0) === 0 && (perTryTimeout !== undefined || text(retryOn) !== undefined || fields.retryRemoteLocalities !== undefined)) {
    report(entry, path, { message: 'Retries are described, and attempts is 0', fix: 'give attempts, or only attempts: 0 to switch retries off' });
  }
  const unknown = (text(retryOn) ?? '').split(',').filter((one) => one !== '' && !CONDITIONS.has(one) && !/^[1-5]\d\d$/.test(one));
  if (unknown.length > 0) report(entry, [...path, 'retryOn'], { message: `${unknown.map((one) => JSON.stringify(one)).join(', ')} ${unknown.length > 1 ? 'are no conditions' : 'is no condition'} for retries` });
}

const CONDITIONS: ReadonlySet<string> = new Set([
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes', 'retriable-headers', 'envoy-ratelimited',
  'http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
]);

function sni(entry: Entry, hosts: readonly string[], report: Report): void {
  for (const [r, route] of list(entry.spec.tls).map(record).entries()) {
    const matches = list(route.match).map(record);
    if (matches.length === 0) report(entry, ['spec', 'tls', r], { message: 'A route of TLS has a match with sniHosts, and this one has none' });
    for (const [m, match] of matches.entries()) {
      for (const [s, host] of list(match.sniHosts).map(String).entries()) {
        const within = hosts.some((one) => one === '*' || one.toLowerCase() === host.toLowerCase() || one.startsWith('*') && host.toLowerCase().endsWith(one.slice(1).toLowerCase()));
        if (!within && !host.startsWith('outbound_')) report(entry, ['spec', 'tls', r, 'match', m, 'sniHosts', s], { message: `SNI host ${host} is none of the hosts of this VirtualService (${hosts.join(', ')})` });
      }
    }
  }
}
