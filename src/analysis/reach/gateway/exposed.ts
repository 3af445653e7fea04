// Every way from the outside of the gateways to a backend, whatever a request says beside it.
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list } from '../../model/fields';
import { backendOf, listenerName } from './answers';
import type { Arrival, ExposedRoute } from './arrival';
import { resolve } from './backends';
import type { Candidate, Entrance, VirtualHost } from './entrances';
import { entrances } from './entrances';
import { describe } from './matching';

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

/** A request that the match takes: values that a pattern leaves open stay unsaid. */
function sampleOf({ tls, port }: Entrance, { name }: VirtualHost, { match: { path, method, headers, parameters } }: Candidate): Arrival {
  const fixed = headers.filter(({ is, name: header }) => is === 'Exact' && header !== ':path');
  const open = headers.length > fixed.length || parameters.some(({ is }) => is !== 'Exact');
  const scheme = tls ? 'https' : 'http';
  return {
    port, facts: {},
    request: {
      scheme,
      ...name !== '*' && { host: name.replace(/^\*/, 'any') },
      ...path?.type !== 'RegularExpression' && { path: path?.value ?? '/' },
      ...method !== undefined && { method },
      ...!open && { headers: Object.fromEntries(fixed.map((one) => [one.name, one.value])) },
      ...parameters.length > 0 && !open && { query: parameters.map((one) => `${one.name}=${one.value}`).join('&') },
    },
  };
}
