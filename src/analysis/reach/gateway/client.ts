// What a listener makes of a request before it looks for a route: Envoy Gateway's ClientTrafficPolicy, and client certificates of Gateway API.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { envoyPolicies } from '../../model/envoy-gateway';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Listener } from '../../model/gateway-api';
import { GATEWAY_API } from '../../model/gateway-api';
import type { Decider, Verdict } from '../flow';
import type { Arrival } from './arrival';
import { verdict } from './arrival';
import type { Dialect } from './matching';
import { plainPath } from './paths';
import type { PathSettings, SeenRequest, Value } from './seen';
import { seenRequest } from './seen';

/** A request that has come through the front of a listener, or what the listener answers. */
export interface Received {
  readonly seen: SeenRequest;
  readonly arrival: Arrival;
  readonly stop: Verdict | undefined;
}

export function receive(cluster: ClusterModel, listener: Listener, arrival: Arrival, dialect: Dialect): Received {
  const policy = dialect === 'envoy-gateway' ? cluster.derive(envoyPolicies).client(listener) : undefined;
  const { request } = arrival;
  const refused = certificate(listener, policy, arrival);
  const plain = request.path === undefined ? undefined : plainPath(request.path, pathSettings(policy, dialect));
  const path = plain === undefined || plain === 'unknown' || 'status' in plain ? undefined : plain.path;
  const headers = headersOf(policy, request.headers);
  const seen = seenRequest(headers === request.headers ? request : { ...request, headers: knownOf(headers) }, path, headers);
  const settings: Decider = policy ? { entry: policy, path: ['spec'] } : { entry: listener.home, path: listener.path };
  const stop = refused
    ?? (plain !== undefined && plain !== 'unknown' && 'status' in plain ? verdict('denied', `The path has escaped slashes, which the gateway answers with ${plain.status}`, [settings], plain.status) : undefined)
    ?? (plain === 'unknown' ? verdict('undetermined', `How the gateway reads the path ${request.path} is not modelled`, [settings]) : undefined)
    ?? health(policy, path);
  return { seen, stop, arrival: detected(policy, arrival, seen) };
}

/** Envoy Gateway's Envoy merges slashes and redirects to the path without escaped ones; Istio's leaves both alone. */
function pathSettings(policy: Entry | undefined, dialect: Dialect): PathSettings {
  if (dialect !== 'envoy-gateway') return { envoy: dialect === 'istio', mergeSlashes: false, escapedSlashes: 'KeepUnchanged' };
  const { disableMergeSlashes, escapedSlashesAction } = record(policy?.spec.path);
  return { envoy: true, mergeSlashes: disableMergeSlashes !== true, escapedSlashes: (text(escapedSlashesAction) as PathSettings['escapedSlashes'] | undefined) ?? 'UnescapeAndRedirect' };
}

function certificate({ gateway, home, path, protocol, port }: Listener, policy: Entry | undefined, { facts }: Arrival): Verdict | undefined {
  if (protocol !== 'HTTPS' || facts.clientCertificate === true) return undefined;
  const { optional, ...validation } = record(policy?.spec.tls?.clientValidation);
  if (policy && Object.keys(validation).length > 0) {
    if (optional === true) return undefined;
    return verdict('denied', `${policy.toString()} asks for a client certificate, and the caller shows none`, [{ entry: policy, path: ['spec', 'tls', 'clientValidation'] }], 'reset');
  }
  const frontend = record(gateway.entry.spec.tls?.frontend);
  const own: Fields = list(frontend.perPort).find((one: Fields) => one.port === port);
  const { mode, caCertificateRefs } = record(own ? own.tls?.validation : frontend.default?.validation);
  if (list(caCertificateRefs).length === 0 || mode === 'AllowInsecureFallback') return undefined;
  return verdict('denied', `${gateway.entry.toString()} asks for a client certificate, and the caller shows none`, [{ entry: gateway.entry, path: ['spec', 'tls', 'frontend'] }, { entry: home, path }], 'reset');
}

/** The headers after early changes; what Envoy fills in is not known. */
function headersOf(policy: Entry | undefined, headers: Readonly<Record<string, string>> | undefined): Readonly<Record<string, Value>> | undefined {
  const early = record(policy?.spec.headers?.earlyRequestHeaders);
  if (headers === undefined || Object.keys(early).length === 0) return headers;
  const found: Record<string, Value> = { ...headers };
  const filled = (value: unknown): Value => (String(value).includes('%') ? undefined : String(value));
  for (const one of list(early.remove)) delete found[String(one).toLowerCase()];
  if (list(early.removeOnMatch).length > 0) for (const name of Object.keys(found)) found[name] = undefined;
  for (const { name, value } of list(early.set)) found[String(name).toLowerCase()] = filled(value);
  for (const { name, value } of list(early.addIfAbsent)) {
    const key = String(name).toLowerCase();
    if (!Object.hasOwn(found, key)) found[key] = filled(value);
  }
  for (const { name, value } of list(early.add)) {
    const key = String(name).toLowerCase();
    // How a header that is there twice is compared, one by one or as one text, has changed with Envoy 1.39.
    found[key] = Object.hasOwn(found, key) ? undefined : filled(value);
  }
  return found;
}

/** Headers as they go on; undefined when some are not known. */
function knownOf(headers: Readonly<Record<string, Value>> | undefined): Readonly<Record<string, string>> | undefined {
  return headers !== undefined && Object.values(headers).every((value) => typeof value === 'string') ? headers as Readonly<Record<string, string>> : undefined;
}

function health(policy: Entry | undefined, path: string | undefined): Verdict | undefined {
  const wanted: unknown = policy?.spec.healthCheck?.path;
  if (!policy || wanted === undefined || path !== wanted) return undefined;
  return verdict('denied', `The gateway answers ${String(wanted)} itself`, [{ entry: policy, path: ['spec', 'healthCheck', 'path'] }], 200);
}

/** Where a proxy in front may say where the caller is, a header of the request may change it. */
function detected(policy: Entry | undefined, arrival: Arrival, seen: SeenRequest): Arrival {
  const { xForwardedFor, customHeader } = record(policy?.spec.clientIPDetection);
  const header = xForwardedFor !== undefined ? 'x-forwarded-for' : text(customHeader?.name);
  return header === undefined || seen.header(header) === null ? arrival : { ...arrival, address: undefined };
}

/** Patches of Envoy's configuration for a Gateway, which may do anything. */
export function patchOf(cluster: ClusterModel, listener: Listener): Decider | undefined {
  const { entry, className } = listener.gateway;
  const found = cluster.everyObject('gateway.envoyproxy.io', 'EnvoyPatchPolicy').find(({ spec, namespace }) => {
    const { group = GATEWAY_API, kind, name } = record(spec.targetRef);
    if (group !== GATEWAY_API) return false;
    return kind === 'GatewayClass' ? name === className : kind === 'Gateway' && name === entry.name && namespace === entry.namespace;
  });
  return found && { entry: found, path: ['spec', 'jsonPatches'] };
}
