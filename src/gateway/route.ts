// One route of a gateway: its HTTPRoute, the policies that it needs of its own, and the connection that it stands for.
import { Construct } from 'constructs';
import { NetworkObject } from '../app/network-object';
import { Connections } from '../core/connections';
import { NetstackError, shorten } from '../core/errors';
import type { Hostname } from '../core/hostname';
import { Http } from '../core/http';
import type { HttpMethod } from '../core/http';
import { dnsLabel } from '../core/kubernetes-name';
import { Path } from '../core/path';
import type { IWorkloadPort, PeerTarget } from '../core/peer';
import { Percent } from '../core/percent';
import { recordSource, sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';
import type { IRoute, ServiceAddress } from '../core/route';
import { requireBoolean, requireOptions } from '../core/shape';
import type { NamespaceRef } from '../workload/namespace-of';
import { refuseForgeableLimits } from './believed-headers';
import type { GatewayBinding } from './binding';
import { GATEWAY_API_GROUP } from './gateway-api/render-gateway';
import { renderHttpRoute } from './gateway-api/render-http-route';
import { referenceGrantApiVersion, renderReferenceGrant } from './gateway-api/render-reference-grant';
import { checkHeaders } from './headers';
import type { HeaderValue } from './headers';
import type { GatewayState, RouteState } from './state';
import { checkRetryBudget, checkTimeouts, checkTraffic } from './traffic';
import type { RouteTimeouts, TrafficOptions } from './traffic';

/** Above this a new version is no canary any more. */
export const MAX_CANARY: Percent = Percent.of(50);

const SAFE_METHODS: ReadonlySet<string> = new Set<HttpMethod>(['GET', 'HEAD', 'OPTIONS']);

export interface RouteOptions<V extends string> extends TrafficOptions {
  /** A bare string is exact. */
  readonly path: Path | string;
  /** The port that requests are led to: `orders.ports.http`. */
  readonly to: IWorkloadPort<V>;
  /** @default - any */
  readonly methods?: readonly HttpMethod[];
  /** Only requests with these headers, each with exactly its value. @default - any */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where requests go that go to no canary. @default - the main version of the workload: `stable`, or its first */
  readonly version?: NoInfer<V>;
  /** Gives a share to another version; what is left stays where it is. @default - none */
  readonly canary?: CanaryOptions<NoInfer<V>>;
  /** Sends copies to another version, whose answers nobody sees. @default - none */
  readonly mirror?: { readonly version: NoInfer<V>; /** @default - every request */ readonly percent?: Percent };
  /** @default - those of the gateway */
  readonly timeouts?: RouteTimeouts;
  /** Requests may be repeated after they reached a service. @default - true when `methods` are given and all of them are GET, HEAD or OPTIONS */
  readonly idempotent?: boolean;
  /** Ask for no token here. @default false */
  readonly anonymous?: boolean;
  /** Beside those of the gateway. @default - none */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Beside those of the gateway. @default - none */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** @default - the namespace of the workload */
  readonly namespace?: NamespaceRef;
}

const ROUTE_OPTIONS: Readonly<Record<keyof RouteOptions<string>, true>> = {
  path: true, to: true, methods: true, headers: true, version: true, canary: true, mirror: true, timeouts: true, idempotent: true, anonymous: true, requestHeaders: true,
  responseHeaders: true, namespace: true, rateLimit: true, circuitBreaker: true, maxRequestsPerConnection: true, retries: true, loadBalancing: true,
};

export interface CanaryOptions<V extends string> {
  readonly version: V;
  readonly percent: Percent;
  /** Lets the share exceed 50 %: the version is on its way to become the main one. @default false */
  readonly promote?: boolean;
}

/** What a route takes from its gateway. */
export interface RouteContext {
  readonly state: GatewayState;
  /** Headers that clients cannot write. */
  readonly believedHeaders: ReadonlySet<string>;
  readonly requestHeaders: readonly HeaderValue[];
  readonly responseHeaders: readonly HeaderValue[];
}

/** A route, made by `gateway.addRoute`. As a peer it is the gateway. */
export class Route extends Construct implements IRoute {
  readonly hostnames: readonly Hostname[];
  readonly paths: readonly Path[];
  readonly entry: IWorkloadPort;
  readonly service: ServiceAddress;
  /** The HTTPRoute. */
  readonly resource: NetworkObject;
  /** Policies of its own by role; of Envoy Gateway `traffic` and `security`. */
  readonly policies: Readonly<Record<string, NetworkObject>>;
  /** Equal keys match the same requests. */
  readonly matchKey: string;

  /** @internal use `gateway.addRoute` */
  constructor(scope: Construct, id: string, options: RouteOptions<string>, context: RouteContext, binding: GatewayBinding, others: readonly Route[]) {
    super(scope, id);
    recordSource(this);
    const gateway = context.state;
    const state = this.check(options, context);
    this.hostnames = gateway.hostnames;
    this.paths = [state.path];
    this.entry = binding.ports.https;
    this.service = { ...binding.service, port: binding.ports.https.servicePort, scheme: 'https' };
    const condition = conditionOf(state);
    this.matchKey = condition.key();
    const twin = others.find((other) => other.matchKey === this.matchKey);
    if (twin) {
      throw new NetstackError({
        what: `Route ${id} matches ${condition.toString()}, as route ${twin.node.id} of ${sourceOf(twin) ?? 'an unknown line'} does`,
        scope: this,
        fix: 'keep one of them, or tell them apart by methods or headers',
      });
    }

    this.resource = new NetworkObject(this, 'Resource', {
      apiVersion: `${GATEWAY_API_GROUP}/v1`,
      kind: 'HTTPRoute',
      // Tells who reads the manifest that the larger share of the canary is meant.
      metadata: { name: state.name, namespace: state.namespace, ...options.canary?.promote === true && { annotations: { 'netstack.dev/promote': 'true' } } },
      spec: renderHttpRoute(state, { markBackends: binding.marksBackends(state) }),
    });
    if (state.backendNamespace !== state.namespace) {
      new NetworkObject(this, 'grant', {
        apiVersion: referenceGrantApiVersion(gateway.cluster.targets.gatewayApi),
        kind: 'ReferenceGrant',
        metadata: { name: `${state.namespace}-${state.name}`, namespace: state.backendNamespace },
        spec: renderReferenceGrant({
          fromKind: 'HTTPRoute', fromNamespace: state.namespace, toKind: 'Service', names: [...state.backends, ...state.mirror ? [state.mirror] : []].map((one) => one.service),
        }),
      });
    }
    this.policies = binding.bindRoute(this, state);
    Registry.of(this).labelNamespace(gateway.cluster, state.namespace, { [gateway.access.key]: gateway.access.value }, this);
    new Connections(binding.proxies, this, 'gateway').allowTo(options.to, condition);
  }

  get peer(): PeerTarget {
    return { kind: 'workload', workload: this.entry.workload };
  }

  private check(options: RouteOptions<string>, context: RouteContext): RouteState {
    const { id } = this.node;
    const gateway = context.state;
    const where = `route ${id}`;
    const name = dnsLabel(`${gateway.name}-${id}`, 'Route name', this);
    requireOptions(options, ROUTE_OPTIONS, where, this);
    const to = this.checkTarget(options.to);
    const methods = options.methods === undefined ? [] : Http.methods(options.methods).methods;
    const traffic = { ...gateway.traffic, ...checkTraffic(options, where, this) };
    const timeouts = checkTimeouts(options.timeouts, where, this) ?? gateway.timeouts;
    checkRetryBudget(traffic.retries, timeouts, where, this);
    refuseForgeableLimits(traffic, context.believedHeaders, where, this);
    if (options.canary) requireOptions(options.canary, { version: true, percent: true, promote: true }, `canary of ${where}`, this);
    if (options.canary?.promote !== undefined) requireBoolean(options.canary.promote, `promote of the canary of ${where}`, this);
    if (options.mirror) requireOptions(options.mirror, { version: true, percent: true }, `mirror of ${where}`, this);
    const namespace = typeof options.namespace === 'object' && options.namespace !== null ? options.namespace.name : options.namespace;
    return {
      gateway,
      id,
      name,
      namespace: dnsLabel(namespace ?? to.workload.namespace, `Namespace of ${where}`, this),
      path: Path.of(options.path),
      methods,
      headers: checkHeaders(options.headers, `Headers of ${where}`, this),
      backends: this.backends(to, options),
      backendNamespace: to.workload.namespace,
      mirror: options.mirror && {
        service: this.serviceOf(to, options.mirror.version), port: to.servicePort, percent: this.percent(options.mirror.percent ?? Percent.of(100), 'mirror'),
      },
      timeouts,
      traffic,
      idempotent: requireBoolean(options.idempotent ?? (methods.length > 0 && methods.every((method) => SAFE_METHODS.has(method))), `idempotent of ${where}`, this),
      anonymous: requireBoolean(options.anonymous ?? false, `anonymous of ${where}`, this),
      requestHeaders: merge(context.requestHeaders, checkHeaders(options.requestHeaders, `Request headers of ${where}`, this, { literal: true })),
      responseHeaders: merge(context.responseHeaders, checkHeaders(options.responseHeaders, `Response headers of ${where}`, this, { literal: true })),
    };
  }

  private checkTarget(to: IWorkloadPort): IWorkloadPort {
    if (to?.port === undefined || to.workload === undefined) {
      throw new NetstackError({ what: `Route ${this.node.id} leads to ${shorten(to)}`, scope: this, fix: 'give a port of a workload, such as orders.ports.http' });
    }
    if (to.port.kind !== 'http' && to.port.kind !== 'grpc') {
      throw new NetstackError({ what: `Route ${this.node.id} leads to port ${to.name} of ${to.workload.name}, which is ${to.port.kind}`, scope: this, fix: 'lead it to a port declared with Port.http or Port.grpc' });
    }
    return to;
  }

  /** The main version gets what the canary leaves: its weight is computed and cannot be given. */
  private backends(to: IWorkloadPort, options: RouteOptions<string>): RouteState['backends'] {
    const port = to.servicePort;
    const service = options.version === undefined ? to.workload.serviceName() : this.serviceOf(to, options.version);
    if (!options.canary) return [{ service, port, weight: 1 }];
    const { version, promote } = options.canary;
    const percent = this.percent(options.canary.percent, 'canary');
    const canary = this.serviceOf(to, version);
    if (canary === service) {
      throw new NetstackError({ what: `The canary of route ${this.node.id} is ${shorten(version)}, where its other requests go as well`, scope: this, fix: 'name another version' });
    }
    if (percent.value > MAX_CANARY.value && promote !== true) {
      throw new NetstackError({
        what: `The canary ${version} of route ${this.node.id} would get ${percent} of the requests`,
        scope: this,
        fix: `give at most ${MAX_CANARY}, or say promote: true when ${version} is to become the main version`,
      });
    }
    const { share, rest } = percent.toWeights();
    return [{ service, port, weight: rest }, { service: canary, port, weight: share }];
  }

  private serviceOf(to: IWorkloadPort, version: string): string {
    const { workload } = to;
    if (workload.versions.includes(version)) return workload.serviceName(version);
    throw new NetstackError({
      what: `Route ${this.node.id} names version ${shorten(version)} of ${workload.namespace}/${workload.name}`,
      scope: this,
      fix: workload.versions.length > 0 ? `name one of ${[...workload.versions].sort().join(', ')}` : 'declare the versions of the workload',
    });
  }

  private percent(percent: Percent, what: string): Percent {
    if (percent instanceof Percent) return percent;
    throw new NetstackError({ what: `The ${what} of route ${this.node.id} gets ${shorten(percent)}, which is no Percent`, scope: this, fix: 'give such as Percent.of(3)' });
  }
}

/** The requests that a route matches. */
function conditionOf({ methods, path, headers }: RouteState): Http {
  const http = methods.length > 0 ? Http.methods(methods as HttpMethod[], path) : Http.any(path);
  return headers.reduce((narrowed, { name, value }) => narrowed.withHeader(name, value), http);
}

function merge(below: readonly HeaderValue[], above: readonly HeaderValue[]): readonly HeaderValue[] {
  const merged = new Map([...below, ...above].map((header) => [header.name, header]));
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
