// Gateways by Envoy Gateway, lines 1.2.8 and 1.9.0.
import { Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { NetworkObject } from '../../app/network-object';
import { Connections } from '../../core/connections';
import type { ErrorScope } from '../../core/errors';
import { NetstackError, shorten } from '../../core/errors';
import { dnsLabel, dnsSubdomain } from '../../core/kubernetes-name';
import type { IWorkloadPort } from '../../core/peer';
import { Peer } from '../../core/peers';
import type { PodMetadata } from '../../core/policy';
import { Port } from '../../core/port';
import { Registry } from '../../core/registry';
import { atLeast } from '../../core/targets';
import { requireOptions } from '../../core/shape';
import { checkAnnotations, checkLabels } from '../../workload/labels';
import { HTTP_LISTENER } from '../gateway-api/render-gateway';
import type { GatewayBinding, IGatewayImplementation } from '../binding';
import type { GatewayState, RouteState } from '../state';
import { controllerOf, controllerValues, portOf, rateLimitServiceOf, redisAddress, writeControllerValues } from './controller';
import { EnvoyProxies } from './envoy-proxies';
import {
  CONTROLLER_NAME, METRICS_PORT, RATE_LIMIT_PORT, XDS_PORT, containerPort, generatedName, losesWeights, namesServiceAccount, proxyLabels, readinessPort,
} from './names';
import { renderBackendTrafficPolicy, renderTraffic } from './render-backend-traffic-policy';
import { renderClientTrafficPolicy } from './render-client-traffic-policy';
import { renderEnvoyProxy } from './render-envoy-proxy';
import { renderSecurityPolicy } from './render-security-policy';
import { gatewayTarget, routeTarget } from './targets';

const GROUP = 'gateway.envoyproxy.io';
const POLICY_API = `${GROUP}/v1alpha1`;
const DEFAULT_REPLICAS = 2;
/** The address of Envoy Gateway's own guide, https://gateway.envoyproxy.io/docs/tasks/traffic/global-rate-limit/ */
const DEFAULT_REDIS = 'redis.redis-system.svc.cluster.local:6379';
const PROXY_OPTIONS: Readonly<Record<keyof EnvoyProxyOptions, true>> = {
  replicas: true, serviceType: true, serviceName: true, serviceLabels: true, serviceAnnotations: true, podLabels: true, podAnnotations: true, ipFamily: true,
};
const SERVICE_TYPES = ['LoadBalancer', 'ClusterIP', 'NodePort'] as const;
const IP_FAMILIES = ['IPv4', 'IPv6', 'DualStack'] as const;

export interface EnvoyProxyOptions {
  /** @default 2 */
  readonly replicas?: number;
  /** `ClusterIP` keeps the gateway inside the cluster, for instance behind a tunnel. @default 'LoadBalancer' */
  readonly serviceType?: typeof SERVICE_TYPES[number];
  /** Name of the Service and the ServiceAccount of the proxies, in the namespace of the controller. @default - `envoy-<namespace>-<gateway>` */
  readonly serviceName?: string;
  /** Labels of the Service, such as those that a load balancer looks for. @default - none */
  readonly serviceLabels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /** Labels of the proxies' pods beside Envoy Gateway's own, such as `sidecar.istio.io/inject: 'true'` for a member of a mesh. @default - none */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** @default - of the cluster */
  readonly ipFamily?: typeof IP_FAMILIES[number];
}

export interface EnvoyGatewayOptions {
  /** Where Envoy Gateway is installed and its proxies run. @default 'envoy-gateway-system' */
  readonly controllerNamespace?: string;
  /** Name of the GatewayClass that the gateway makes for itself. @default - `<namespace>-<gateway>` */
  readonly gatewayClassName?: string;
  /** Use a GatewayClass that is there already, in place of one of its own. @default - none */
  readonly existingGatewayClass?: string;
  readonly proxy?: EnvoyProxyOptions;
  /** Where rate limits are counted, as `host:port` or the port of a workload. @default 'redis.redis-system.svc.cluster.local:6379' */
  readonly redis?: string | IWorkloadPort;
}

export class EnvoyGateway implements IGatewayImplementation {
  readonly name: string = 'Envoy Gateway';
  private readonly options: EnvoyGatewayOptions;

  constructor(options: EnvoyGatewayOptions) {
    this.options = requireOptions(options, { controllerNamespace: true, gatewayClassName: true, existingGatewayClass: true, proxy: true, redis: true }, 'the options of Envoy Gateway');
  }

  bind(scope: Construct, gateway: GatewayState): GatewayBinding {
    return new EnvoyGatewayBinding(scope, gateway, this.options);
  }
}

class EnvoyGatewayBinding implements GatewayBinding {
  readonly gatewayClassName: string;
  readonly parametersRef: GatewayBinding['parametersRef'];
  readonly proxies: EnvoyProxies;
  readonly ports: GatewayBinding['ports'];
  readonly service: GatewayBinding['service'];
  readonly public: boolean;
  readonly objects: Readonly<Record<string, NetworkObject>>;
  private readonly scope: Construct;
  private readonly gateway: GatewayState;
  private readonly options: EnvoyGatewayOptions;
  private readonly controllerNamespace: string;
  private counts: boolean = false;

  constructor(scope: Construct, gateway: GatewayState, options: EnvoyGatewayOptions) {
    this.scope = scope;
    this.gateway = gateway;
    this.options = options;
    this.controllerNamespace = dnsLabel(options.controllerNamespace ?? 'envoy-gateway-system', 'Namespace of Envoy Gateway', scope);
    checkRedis(options.redis, scope);
    if (options.gatewayClassName !== undefined && options.existingGatewayClass !== undefined) {
      throw new NetstackError({
        what: `Gateway ${gateway.name} is given the class ${shorten(options.gatewayClassName)} to make and ${shorten(options.existingGatewayClass)} to use`,
        scope, fix: 'keep gatewayClassName or existingGatewayClass',
      });
    }
    this.gatewayClassName = dnsSubdomain(options.existingGatewayClass ?? options.gatewayClassName ?? `${gateway.namespace}-${gateway.name}`, 'GatewayClass name', scope);
    const parameters = { group: GROUP, kind: 'EnvoyProxy', name: `${gateway.name}-proxy` };
    this.parametersRef = options.existingGatewayClass === undefined ? undefined : parameters;
    if (options.existingGatewayClass !== undefined) Registry.of(scope).addExisting({ cluster: gateway.cluster, group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: this.gatewayClassName });

    const proxy = checkProxy(options.proxy ?? {}, gateway, scope);
    this.service = { name: proxy.service.name, namespace: this.controllerNamespace };
    this.public = proxy.service.type !== 'ClusterIP';
    const named = namesServiceAccount(gateway.cluster);
    const serviceAccountName = named ? proxy.service.name : generatedName(gateway.namespace, gateway.name);

    const traffic = renderTraffic(gateway.traffic, false, `gateway ${gateway.name}`);
    this.proxies = this.makeProxies(serviceAccountName);
    this.proxies.addPodMetadata(proxy.pods, scope);
    // A mesh may ask for labels of the pods later.
    const proxySpec = Lazy.any({ produce: () => renderEnvoyProxy({ ...proxy, pods: this.proxies.podMetadata, serviceAccountName: named ? serviceAccountName : undefined }) });
    this.objects = {
      proxy: this.policy('proxy', 'EnvoyProxy', `${gateway.name}-proxy`, proxySpec as object),
      ...options.existingGatewayClass === undefined && {
        class: new NetworkObject(scope, 'class', {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'GatewayClass',
          metadata: { name: this.gatewayClassName },
          spec: { controllerName: CONTROLLER_NAME, parametersRef: { ...parameters, namespace: gateway.namespace } },
        }, { clusterScoped: true }),
      },
      client: this.policy('client', 'ClientTrafficPolicy', `${gateway.name}-client`, renderClientTrafficPolicy(gateway)),
      ...traffic && { traffic: this.policy('traffic', 'BackendTrafficPolicy', `${gateway.name}-traffic`, renderBackendTrafficPolicy(gatewayTarget(gateway.name), traffic)) },
      ...this.securityPolicies(),
    };

    const ports = this.proxies.ports;
    this.ports = { https: ports.https!, http3: ports.h3, http: ports[HTTP_LISTENER] };
    this.connectInfrastructure();
    if (gateway.traffic.rateLimit?.length) this.countRequests();
  }

  marksBackends(route: RouteState): boolean {
    return route.traffic.loadBalancing?.type === 'ConsistentHash' && losesWeights(this.gateway.cluster);
  }

  bindRoute(scope: Construct, route: RouteState): Readonly<Record<string, NetworkObject>> {
    const { gateway } = this;
    const own = renderTraffic(route.traffic, route.idempotent, `route ${route.id}`);
    const inherited = renderTraffic(gateway.traffic, false, `gateway ${gateway.name}`);
    if (route.traffic.rateLimit?.length) this.countRequests();
    if (route.mirror && route.mirror.percent.value < 100 && !atLeast(gateway.cluster.targets.gatewayApi, '1.5')) {
      throw new NetstackError({
        what: `Route ${route.id} mirrors ${route.mirror.percent}, and Gateway API ${gateway.cluster.targets.gatewayApi} mirrors all requests or none`,
        scope, fix: 'mirror Percent.of(100), let the mesh mirror, or target Gateway API 1.5',
      });
    }
    const object = (id: string, kind: string, name: string, spec: object): NetworkObject => new NetworkObject(scope, id, {
      apiVersion: POLICY_API, kind, metadata: { name, namespace: route.namespace }, spec,
    });
    return {
      ...JSON.stringify(own) !== JSON.stringify(inherited) && {
        traffic: object('traffic', 'BackendTrafficPolicy', `${route.name}-traffic`, renderBackendTrafficPolicy(routeTarget(route.name), own ?? {})),
      },
      ...route.anonymous && gateway.jwt.length > 0 && {
        security: object('security', 'SecurityPolicy', `${route.name}-security`, renderSecurityPolicy(routeTarget(route.name), { jwt: [], cors: gateway.cors })),
      },
    };
  }

  controllerConfig(): Readonly<Record<string, unknown>> | undefined {
    return this.counts ? controllerValues(this.redis) : undefined;
  }

  private get redis(): string {
    return redisAddress(this.options.redis ?? DEFAULT_REDIS, this.gateway.cluster);
  }

  /** The gateway's policy holds for its redirect too, which must not ask for a token: 1.2.8 has no policy of one listener, so the redirect has its own. */
  private securityPolicies(): Readonly<Record<string, NetworkObject>> {
    const { name, jwt, cors, httpRedirect } = this.gateway;
    if (jwt.length === 0 && !cors) return {};
    return {
      security: this.policy('security', 'SecurityPolicy', `${name}-security`, renderSecurityPolicy(gatewayTarget(name), { jwt, cors })),
      ...httpRedirect && jwt.length > 0 && {
        redirectSecurity: this.policy(
          'redirect-security', 'SecurityPolicy', `${name}-redirect-security`, renderSecurityPolicy(routeTarget(`${name}-redirect`), { jwt: [], cors: undefined }),
        ),
      },
    };
  }

  private policy(id: string, kind: string, name: string, spec: object): NetworkObject {
    return new NetworkObject(this.scope, id, { apiVersion: POLICY_API, kind, metadata: { name, namespace: this.gateway.namespace }, spec });
  }

  private makeProxies(serviceAccountName: string): EnvoyProxies {
    const { gateway } = this;
    const readiness = readinessPort(gateway.cluster);
    return new EnvoyProxies(this.scope, 'proxies', {
      name: this.service.name,
      namespace: this.controllerNamespace,
      labels: proxyLabels(gateway.namespace, gateway.name),
      serviceAccountName,
      ports: {
        https: Port.https(containerPort(443)),
        ...gateway.http3 && { h3: Port.udp(containerPort(443)) },
        ...gateway.httpRedirect && { http: Port.http(containerPort(80)) },
        metrics: Port.metrics(METRICS_PORT, { path: '/stats/prometheus' }),
        ...readiness !== METRICS_PORT && { readiness: Port.http(readiness) },
      } as Readonly<Record<string, Port>>,
      servicePorts: { https: 443, ...gateway.http3 && { h3: 443 }, ...gateway.httpRedirect && { http: 80 } },
      service: this.service.name,
    });
  }

  private connectInfrastructure(): void {
    const { scope, proxies, gateway } = this;
    const entry = new Connections(proxies, scope, 'gateway');
    if (this.public) {
      for (const port of [this.ports.https, this.ports.http3, this.ports.http]) if (port) entry.allowFrom(Peer.internet, port);
    }
    for (const provider of gateway.jwt) entry.allowTo(Peer.fqdn(provider.jwksHost, Port.tcp(provider.jwksPort)));
    const controller = controllerOf(scope, this.controllerNamespace);
    new Connections(proxies, scope, 'control-plane').allowTo(portOf(controller, XDS_PORT, scope));
    new Connections(proxies, scope, 'probe').allowFrom(Peer.nodes, portOf(proxies, readinessPort(gateway.cluster), scope));
  }

  /** Limits are counted by a service of their own, whose Redis only the controller's configuration names. */
  private countRequests(): void {
    if (this.counts) return;
    this.counts = true;
    const service = rateLimitServiceOf(this.scope, this.controllerNamespace, this.options.redis ?? DEFAULT_REDIS);
    new Connections(this.proxies, this.scope, 'control-plane').allowTo(portOf(service, RATE_LIMIT_PORT, this.scope));
    writeControllerValues(this.scope, this.controllerNamespace, this.redis);
  }
}

interface CheckedProxy {
  readonly replicas: number;
  readonly service: {
    readonly name: string;
    readonly type: typeof SERVICE_TYPES[number];
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
  readonly pods: PodMetadata;
  readonly ipFamily: typeof IP_FAMILIES[number] | undefined;
}

function checkProxy(options: EnvoyProxyOptions, gateway: GatewayState, scope: ErrorScope): CheckedProxy {
  requireOptions(options, PROXY_OPTIONS, `the proxy of gateway ${gateway.name}`, scope);
  const replicas = options.replicas ?? DEFAULT_REPLICAS;
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 1000) {
    throw new NetstackError({ what: `Gateway ${gateway.name} has ${shorten(replicas)} replicas`, scope, fix: 'give a whole number from 1 to 1000' });
  }
  const name = options.serviceName ?? `envoy-${gateway.namespace}-${gateway.name}`;
  if (options.serviceName === undefined && name.length > 63) {
    throw new NetstackError({ what: `The Service of gateway ${gateway.name} would have a name of ${name.length} characters`, scope, fix: 'give proxy.serviceName, of at most 63' });
  }
  dnsLabel(name, 'Service name', scope);
  // Service names are DNS labels of RFC 1035.
  if (/^\d/.test(name)) throw new NetstackError({ what: `Service name ${shorten(name)} begins with a digit`, scope, fix: 'begin it with a letter' });
  oneOf(options.serviceType, SERVICE_TYPES, `Service type of gateway ${gateway.name}`, scope);
  oneOf(options.ipFamily, IP_FAMILIES, `IP family of gateway ${gateway.name}`, scope);
  return {
    replicas,
    service: {
      name,
      type: options.serviceType ?? 'LoadBalancer',
      labels: checkLabels(options.serviceLabels, 'the Service', scope),
      annotations: checkAnnotations(options.serviceAnnotations, 'the Service', scope),
    },
    pods: {
      labels: options.podLabels ?? {},
      annotations: options.podAnnotations ?? {},
    },
    ipFamily: options.ipFamily,
  };
}

function oneOf(value: string | undefined, choices: readonly string[], what: string, scope: ErrorScope): void {
  if (value === undefined || choices.includes(value)) return;
  throw new NetstackError({ what: `${what} ${shorten(value)} is not known`, scope, fix: `give one of ${choices.map((one) => `'${one}'`).join(', ')}` });
}

function checkRedis(redis: string | IWorkloadPort | undefined, scope: ErrorScope): void {
  if (redis === undefined) return;
  const address = typeof redis === 'string' ? /^[A-Za-z0-9](?:[-A-Za-z0-9.]{0,251}[A-Za-z0-9])?:(\d{1,5})$/.exec(redis) : undefined;
  const port = Number(address?.[1] ?? 0);
  if (typeof redis === 'string' ? port >= 1 && port <= 65_535 : redis !== null && typeof redis === 'object' && redis.port instanceof Port) return;
  throw new NetstackError({
    what: `Redis ${shorten(redis)} of Envoy Gateway is neither host:port nor a port of a workload`, scope, fix: "give such as 'redis.redis-system.svc.cluster.local:6379', without credentials",
  });
}
