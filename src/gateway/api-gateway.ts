// The general gateway: checks and stores, renders Gateway API, and leaves the rest to its implementation.
import { Construct } from 'constructs';
import { NetworkObject } from '../app/network-object';
import { Cluster } from '../core/cluster';
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel, dnsSubdomain, labelKey, labelValue } from '../core/kubernetes-name';
import type { IPeer, IWorkload, IWorkloadPort, PeerTarget } from '../core/peer';
import { recordSource, sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';
import { requireBoolean, requireList, requireObject, requireOptions } from '../core/shape';
import { namespaceOf } from '../workload/namespace-of';
import type { NamespaceRef } from '../workload/namespace-of';
import { refuseForgeableLimits } from './believed-headers';
import type { GatewayBinding, IGatewayImplementation } from './binding';
import { ClientIp } from './client-ip';
import { GATEWAY_API_GROUP, renderGateway, renderRedirect } from './gateway-api/render-gateway';
import { referenceGrantApiVersion, renderReferenceGrant } from './gateway-api/render-reference-grant';
import { checkHeaders, headerName } from './headers';
import { renderCertificate } from './render-certificate';
import { Route } from './route';
import type { RouteContext, RouteOptions } from './route';
import { checkCors, checkJwt } from './security';
import type { ClientValidation, Cors, JwtProvider } from './security';
import type { GatewayState, MinTlsVersion } from './state';
import { Tls } from './tls';
import { checkRetryBudget, checkTimeouts, checkTraffic } from './traffic';
import type { RouteTimeouts, TrafficOptions } from './traffic';

const GATEWAY_OPTIONS: Readonly<Record<keyof ApiGatewayProps, true>> = {
  implementation: true, hostnames: true, tls: true, name: true, namespace: true, http3: true, httpRedirect: true, minTlsVersion: true, clientIp: true, clientValidation: true,
  clientTimeouts: true, jwt: true, trustedHeaders: true, cors: true, timeouts: true, requestHeaders: true, responseHeaders: true, accessLabel: true, rateLimit: true,
  circuitBreaker: true, maxRequestsPerConnection: true, retries: true, loadBalancing: true,
};

/** The label that namespaces need for their routes to be let in. */
export const ACCESS_LABEL = 'gateway-access';

export interface ApiGatewayProps extends TrafficOptions {
  /** What runs it: `GatewayImplementation.envoyGateway()`. */
  readonly implementation: IGatewayImplementation;
  /** The names that it answers to; one at least. */
  readonly hostnames: ReadonlyArray<Hostname | string>;
  /** Its certificate: `Tls.clusterIssuer('letsencrypt-prod')`. */
  readonly tls: Tls;
  /** @default - the construct's id */
  readonly name?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: NamespaceRef;
  /** HTTP/3 beside HTTP/2, on the same port over UDP. @default - true, and false with `clientValidation` */
  readonly http3?: boolean;
  /** Listen on port 80 and send everything there to HTTPS. @default true */
  readonly httpRedirect?: boolean;
  /** @default '1.3' */
  readonly minTlsVersion?: MinTlsVersion;
  /** Where the client's address is read: behind a proxy every client has the proxy's otherwise. @default ClientIp.connection() */
  readonly clientIp?: ClientIp;
  /** Ask clients for certificates (mutual TLS). @default - no */
  readonly clientValidation?: ClientValidation;
  /** How long a client may take to send a request, and keep an idle connection. @default - the implementation's own */
  readonly clientTimeouts?: { readonly requestReceived?: Duration; readonly idle?: Duration };
  /** Accept requests only with a token of one of these issuers. @default - none is asked for */
  readonly jwt?: readonly JwtProvider[];
  /** Headers that whoever stands in front sets and clients cannot, such as a user id. @default - none */
  readonly trustedHeaders?: readonly string[];
  /** @default - no other page may call */
  readonly cors?: Cors;
  /** Timeouts of routes that have none of their own. */
  readonly timeouts?: RouteTimeouts;
  /** Headers that services get with every request, over what the client wrote under their names. @default - none */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Headers that clients get with every response, such as `SECURITY_HEADERS`. @default - none */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Label of namespaces whose routes are let in; it is put on the namespace of each route. @default { 'gateway-access': 'true' } */
  readonly accessLabel?: Readonly<Record<string, string>>;
}

/** The objects of a gateway, for patches. */
export interface GatewayResources {
  readonly gateway: NetworkObject;
  /** When cert-manager issues the certificate. */
  readonly certificate: NetworkObject | undefined;
  /** The HTTPRoute that sends plain text to HTTPS. */
  readonly redirect: NetworkObject | undefined;
  /** Objects of the implementation by role; of Envoy Gateway `class`, `proxy`, `client`, `traffic`, `security`. */
  readonly implementation: Readonly<Record<string, NetworkObject>>;
  /** The HTTPRoute of a route. @throws NetstackError for an unknown one */
  route(id: string): NetworkObject;
}

/**
 * A gateway: hostnames, certificate, listeners, and the routes behind them.
 *
 * ```ts
 * const gateway = new ApiGateway(chart, 'gateway', {
 *   implementation: GatewayImplementation.envoyGateway(), hostnames: ['api.example.com'], tls: Tls.clusterIssuer('letsencrypt-prod'),
 * });
 * gateway.addRoute('orders', { path: Path.prefix('/api/v1/orders'), to: orders.ports.http });
 * ```
 *
 * As a peer it is its proxies: `orders.connections.allowFrom(gateway)`; `addRoute` says so by itself.
 */
export class ApiGateway extends Construct implements IPeer {
  readonly cluster: Cluster;
  readonly name: string;
  readonly namespace: string;
  /** Sorted. */
  readonly hostnames: readonly Hostname[];
  readonly resources: GatewayResources;
  private readonly binding: GatewayBinding;
  private readonly context: RouteContext;
  private readonly routes: Map<string, Route> = new Map();
  private readonly routeScope: Construct;

  /** @throws NetstackError for empty or repeated hostnames, retries that outlast their request, and options that exclude each other */
  constructor(scope: Construct, id: string, props: ApiGatewayProps) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    requireOptions(props, GATEWAY_OPTIONS, `the options of gateway ${id}`, this);
    this.name = dnsLabel(props.name ?? id, 'Gateway name', this);
    this.namespace = namespaceOf(this, props.namespace);
    this.hostnames = this.checkHostnames(props.hostnames);
    if (typeof (props.implementation as IGatewayImplementation | undefined)?.bind !== 'function') {
      throw new NetstackError({ what: `Gateway ${this.name} has the implementation ${shorten(props.implementation)}`, scope: this, fix: 'give GatewayImplementation.envoyGateway()' });
    }
    const state = this.checkProps(props);
    const where = `gateway ${this.name}`;
    this.context = {
      state,
      believedHeaders: new Set([...state.jwt.flatMap((one) => one.claimToHeaders.map(({ header }) => header)), ...requireList(props.trustedHeaders, `trustedHeaders of ${where}`, this).map((one) => headerName(one, 'Trusted header', this))]),
      requestHeaders: checkHeaders(props.requestHeaders, `Request headers of ${where}`, this, { literal: true }),
      responseHeaders: checkHeaders(props.responseHeaders, `Response headers of ${where}`, this, { literal: true }),
    };
    refuseForgeableLimits(state.traffic, this.context.believedHeaders, where, this);
    this.binding = props.implementation.bind(this, state);

    const object = (role: string, apiVersion: string, kind: string, name: string, spec: object, namespace: string = this.namespace): NetworkObject => (
      new NetworkObject(this, role, { apiVersion, kind, metadata: { name, namespace }, spec })
    );
    const gateway = object('Resource', `${GATEWAY_API_GROUP}/v1`, 'Gateway', this.name, renderGateway(state, this.binding));
    const certificateSpec = renderCertificate(state);
    const certificate = certificateSpec && object('certificate', 'cert-manager.io/v1', 'Certificate', `${this.name}-tls`, certificateSpec);
    const redirect = state.httpRedirect ? object('redirect', `${GATEWAY_API_GROUP}/v1`, 'HTTPRoute', `${this.name}-redirect`, renderRedirect(state)) : undefined;
    if (state.secret.namespace !== this.namespace) {
      object('certificate-grant', referenceGrantApiVersion(this.cluster.targets.gatewayApi), 'ReferenceGrant', `${this.namespace}-${this.name}-tls`,
        renderReferenceGrant({ fromKind: 'Gateway', fromNamespace: this.namespace, toKind: 'Secret', names: [state.secret.name] }), state.secret.namespace);
    }
    this.nameExisting(state);
    this.routeScope = new Construct(this, 'routes');
    this.resources = {
      gateway, certificate, redirect, implementation: this.binding.objects, route: (route) => this.route(route).resource,
    };
  }

  /** The proxies, as the other end of a connection. */
  get peer(): PeerTarget {
    return { kind: 'workload', workload: this.binding.proxies };
  }

  /** The pods that carry its traffic. */
  get proxies(): IWorkload {
    return this.binding.proxies;
  }

  /** Ports of the proxies, as their pods listen. */
  get ports(): { readonly https: IWorkloadPort; readonly http3: IWorkloadPort | undefined; readonly http: IWorkloadPort | undefined } {
    return this.binding.ports;
  }

  /**
   * Leads requests to a port of a workload, and allows the connection.
   *
   * @param id the HTTPRoute is called `<gateway>-<id>`
   * @throws NetstackError for a repeated id or match, an unknown version, a canary above 50 % without `promote: true`, retries that outlast the request
   */
  addRoute<V extends string>(id: string, options: RouteOptions<V>): Route {
    const twin = this.routes.get(id);
    if (twin) {
      throw new NetstackError({ what: `Gateway ${this.name} has a route ${shorten(id)} already, of ${sourceOf(twin) ?? 'an unknown line'}`, scope: this, fix: 'give one of them another id' });
    }
    if (id === 'redirect' && this.resources.redirect) {
      throw new NetstackError({ what: `Route redirect would be called ${this.name}-redirect, as the gateway's own redirect to HTTPS`, scope: this, fix: 'give it another id, or set httpRedirect: false' });
    }
    const route = new Route(this.routeScope, id, options as RouteOptions<string>, this.context, this.binding, [...this.routes.values()]);
    this.routes.set(id, route);
    return route;
  }

  /** @throws NetstackError for an unknown route */
  route(id: string): Route {
    const route = this.routes.get(id);
    if (route) return route;
    const ids = [...this.routes.keys()].sort();
    throw new NetstackError({ what: `Gateway ${this.name} has no route ${shorten(id)}`, scope: this, fix: ids.length > 0 ? `name one of ${ids.join(', ')}` : 'add it with addRoute' });
  }

  /**
   * What the controller of the implementation must be told when it is installed, undefined when nothing. Of Envoy Gateway: values of its Helm chart,
   * which also stand in `files/envoy-gateway/`.
   */
  controllerConfig(): Readonly<Record<string, unknown>> | undefined {
    return this.binding.controllerConfig();
  }

  private checkHostnames(given: ReadonlyArray<Hostname | string>): readonly Hostname[] {
    if (!Array.isArray(given) || given.length === 0) {
      throw new NetstackError({ what: `Gateway ${this.name} has no hostnames`, scope: this, fix: "give such as hostnames: ['api.example.com']" });
    }
    const hostnames = given.map((one) => Hostname.of(one)).sort((a, b) => (a.value < b.value ? -1 : 1));
    hostnames.forEach((hostname, i) => {
      if (hostnames[i + 1]?.value === hostname.value) throw new NetstackError({ what: `Gateway ${this.name} has the hostname ${hostname.value} twice`, scope: this, fix: 'keep one of them' });
    });
    if (hostnames.length > 16) throw new NetstackError({ what: `Gateway ${this.name} has ${hostnames.length} hostnames`, scope: this, fix: 'give at most 16, as many as an HTTPRoute takes' });
    return hostnames;
  }

  private checkProps(props: ApiGatewayProps): GatewayState {
    const where = `gateway ${this.name}`;
    if (!(props.tls instanceof Tls)) throw new NetstackError({ what: `Gateway ${this.name} has the certificate ${shorten(props.tls)}`, scope: this, fix: "give such as Tls.clusterIssuer('letsencrypt-prod')" });
    if (props.clientIp !== undefined && !(props.clientIp instanceof ClientIp)) {
      throw new NetstackError({ what: `Gateway ${this.name} reads client addresses from ${shorten(props.clientIp)}`, scope: this, fix: "give such as ClientIp.header('CF-Connecting-IP')" });
    }
    if (props.minTlsVersion !== undefined && props.minTlsVersion !== '1.2' && props.minTlsVersion !== '1.3') {
      throw new NetstackError({ what: `Gateway ${this.name} takes TLS from ${shorten(props.minTlsVersion)}`, scope: this, fix: "give '1.2' or '1.3'" });
    }
    // Envoy Gateway 1.9 drops HTTP/3 beside client certificates with a warning, older lines let clients round the check by it.
    if (props.clientValidation && props.http3) {
      throw new NetstackError({ what: `Gateway ${this.name} asks for client certificates and offers HTTP/3, where they are not checked`, scope: this, fix: 'set http3: false' });
    }
    if (props.clientTimeouts !== undefined) requireOptions(props.clientTimeouts, { requestReceived: true, idle: true }, `clientTimeouts of ${where}`, this);
    const tls = props.tls.source;
    const timeouts = checkTimeouts(props.timeouts, where, this) ?? {};
    const traffic = checkTraffic(props, where, this);
    checkRetryBudget(traffic.retries, timeouts, where, this);
    return {
      cluster: this.cluster,
      name: this.name,
      namespace: this.namespace,
      hostnames: this.hostnames,
      tls,
      secret: tls.kind === 'existing'
        ? { name: tls.secretName, namespace: tls.namespace ?? this.namespace }
        : { name: tls.secretName ?? `${this.name}-tls`, namespace: this.namespace },
      http3: requireBoolean(props.http3 ?? props.clientValidation === undefined, `http3 of ${where}`, this),
      httpRedirect: requireBoolean(props.httpRedirect ?? true, `httpRedirect of ${where}`, this),
      minTlsVersion: props.minTlsVersion ?? '1.3',
      clientIp: (props.clientIp ?? ClientIp.connection()).source,
      clientValidation: this.checkClientValidation(props.clientValidation),
      clientTimeouts: {
        ...props.clientTimeouts?.requestReceived && { requestReceived: Duration.of(props.clientTimeouts.requestReceived) },
        ...props.clientTimeouts?.idle && { idle: Duration.of(props.clientTimeouts.idle) },
      },
      jwt: checkJwt(props.jwt, this),
      cors: checkCors(props.cors, this),
      traffic,
      timeouts,
      access: this.checkAccessLabel(props.accessLabel),
    };
  }

  /** Issuers, certificates and authorities that it was given the names of. */
  private nameExisting({ tls, secret, clientValidation }: GatewayState): void {
    const registry = Registry.of(this);
    const own = { cluster: this.cluster, namespace: this.namespace };
    if (tls.kind === 'existing') registry.addExisting({ ...own, group: '', kind: 'Secret', ...secret });
    else if (tls.issuer === 'Issuer') registry.addExisting({ ...own, group: 'cert-manager.io', kind: 'Issuer', name: tls.name });
    else registry.addExisting({ cluster: this.cluster, group: 'cert-manager.io', kind: 'ClusterIssuer', name: tls.name });
    if (clientValidation) registry.addExisting({ ...own, group: '', ...clientValidation.ca });
  }

  private checkClientValidation(validation: ClientValidation | undefined): ClientValidation | undefined {
    if (!validation) return undefined;
    const { ca, optional } = requireOptions(validation, { ca: true, optional: true }, `clientValidation of gateway ${this.name}`, this);
    if (optional !== undefined) requireBoolean(optional, `optional of the clientValidation of gateway ${this.name}`, this);
    if (ca?.kind !== 'ConfigMap' && ca?.kind !== 'Secret') {
      throw new NetstackError({ what: `The certificate authority of gateway ${this.name} is ${shorten(ca)}`, scope: this, fix: "give such as { kind: 'ConfigMap', name: 'clients-ca' }" });
    }
    return { ca: { kind: ca.kind, name: dnsSubdomain(ca.name, `${ca.kind} of the certificate authority`, this) }, ...optional !== undefined && { optional } };
  }

  private checkAccessLabel(label: Readonly<Record<string, string>> = { [ACCESS_LABEL]: 'true' }): { key: string; value: string } {
    const [first, ...others] = Object.entries(requireObject(label, `the access label of gateway ${this.name}`, this));
    if (!first || others.length > 0) {
      throw new NetstackError({ what: `The access label of gateway ${this.name} is ${shorten(label)}`, scope: this, fix: "give one, such as { 'gateway-access': 'true' }" });
    }
    return { key: labelKey(first[0], 'Access label', this), value: labelValue(first[1], `Access label ${first[0]}`, this) };
  }
}
