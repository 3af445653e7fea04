// Where the gateway layer and the naive interpreter say different things of one set of Gateways, routes and policies.
import { stringify } from 'yaml';
import type { Facts } from '../../src/analysis/reach/flow';
import type { Arrival, Routing } from '../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../src/analysis/reach/gateway/routing';
import { clusterOf } from './cluster';
import { READINGS, naiveGateway } from './naive/gateway';
import type { GatewayWorld, WorldRequest } from './worlds/gateway';

export interface Difference {
  readonly gateway: string;
  readonly request: WorldRequest;
  readonly told: readonly string[];
  readonly naive: readonly string[];
}

export interface Judged {
  readonly asked: number;
  readonly undetermined: number;
  readonly differences: readonly Difference[];
}

const OTHER = 'example.com/gateway-controller';

/** Where what is said for certain of a gateway that keeps to the specification is not what every reading of it says. */
export function specificationDifferences({ documents, requests }: GatewayWorld): Judged {
  const routing = routingOf(documents, OTHER);
  const differences: Difference[] = [];
  let asked = 0;
  let undetermined = 0;
  for (const gateway of documents.filter(({ kind }) => kind === 'Gateway')) {
    for (const request of requests) {
      const [says] = routing.route(arrivalOf(request)).filter((one) => one.gateway.name === gateway.metadata.name);
      if (!says) continue;
      asked++;
      const { verdict: { outcome }, alternatives } = says;
      const told = outcome === 'undetermined' || (outcome === 'denied' && alternatives.length > 0) ? undefined : [...tell(says)];
      if (!told) undetermined++;
      const naive = [...new Set(READINGS.flatMap((reading) => [...naiveGateway(documents, gateway, request, reading)]))].sort();
      if (told && JSON.stringify(told) !== JSON.stringify(naive)) differences.push({ gateway: gateway.metadata.name, request, told, naive });
    }
  }
  return { asked, undetermined, differences };
}

const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';

export function routingOf(documents: GatewayWorld['documents'], controllerName: string = ENVOY): ReturnType<typeof gatewayRouting> {
  const gatewayClass = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg' }, spec: { controllerName } };
  return clusterOf([gatewayClass, ...documents].map((one) => stringify(one)).join('---\n')).derive(gatewayRouting);
}

export function gatewayDifferences({ documents, requests }: GatewayWorld): Judged {
  const routing = routingOf(documents);
  const differences: Difference[] = [];
  let asked = 0;
  let undetermined = 0;
  for (const gateway of documents.filter(({ kind }) => kind === 'Gateway')) {
    for (const request of requests) {
      if (!gateway.spec.listeners.some((one: { port: number; protocol: string }) => one.port === request.port && (one.protocol === 'HTTPS') === request.tls)) continue;
      const [says] = routing.route(arrivalOf(request)).filter((one) => one.gateway.name === gateway.metadata.name);
      asked++;
      if (says?.verdict.outcome === 'undetermined') undetermined++;
      const told = tell(says);
      // A header that early changes have doubled is compared in two ways, by version.
      if (told.has('unknown')) continue;
      const naive = naiveGateway(documents, gateway, request);
      const [ours, theirs] = [[...told].sort(), [...naive].sort()];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push({ gateway: gateway.metadata.name, request, told: ours, naive: theirs });
    }
  }
  return { asked, undetermined, differences };
}

export function arrivalOf({ port, address, tls, method, host, path, headers, query, token }: WorldRequest): Arrival {
  const facts: Facts = token === undefined ? {} : { jwt: { issuer: token.iss, audiences: [token.aud], claims: { role: token.role, groups: token.groups, scope: token.scope } } };
  return { port, address, facts, request: { scheme: tls ? 'https' : 'http', method, host, path, headers, ...query !== undefined && { query } } };
}

/** In the words of the naive interpreter. */
function tell(says: Routing | undefined): ReadonlySet<string> {
  if (!says) return new Set(['nobody']);
  if (says.verdict.because.includes('whether the request has the header')) return new Set(['unknown']);
  const either = (): ReadonlySet<string> => new Set(says.alternatives.flatMap((one) => [...tell(one)]));
  if (says.verdict.outcome === 'undetermined') return says.verdict.because.includes('twice') ? new Set(['refused']) : says.verdict.because.includes('only their age') ? either() : new Set(['unknown']);
  if (says.verdict.outcome === 'denied') return says.alternatives.length > 0 ? either() : new Set([`${String(says.verdict.answer)}${says.location === undefined ? '' : ` ${says.location}`}`]);
  const told = says.backends.map(({ namespace, name, request: seen }) => `200 ${namespace}/${name} ${seen.path!}${seen.query === undefined ? '' : `?${seen.query}`} ${seen.host!}`);
  return new Set([[...new Set([...told, ...says.refused.map(({ status }) => String(status))])].sort().join(' | ')]);
}
