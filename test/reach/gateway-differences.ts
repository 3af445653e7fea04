// Where the gateway layer and the naive interpreter say different things of one set of Gateways, routes and policies.
import { stringify } from 'yaml';
import type { Facts } from '../../src/analysis/reach/flow';
import type { Arrival, Routing } from '../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../src/analysis/reach/gateway/routing';
import { clusterOf } from './cluster';
import { naiveGateway } from './naive/gateway';
import type { GatewayWorld, WorldRequest } from './worlds/gateway';

export interface Difference {
  readonly gateway: string;
  readonly request: WorldRequest;
  readonly told: readonly string[];
  readonly naive: readonly string[];
}

const CLASS = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } };

export function routingOf(documents: GatewayWorld['documents']): ReturnType<typeof gatewayRouting> {
  return clusterOf([CLASS, ...documents].map((one) => stringify(one)).join('---\n')).derive(gatewayRouting);
}

export function gatewayDifferences({ documents, requests }: GatewayWorld): { readonly asked: number; readonly undetermined: number; readonly differences: readonly Difference[] } {
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
