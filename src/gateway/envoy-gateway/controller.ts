// The controller of Envoy Gateway and its rate limit service: somebody installs them (a Helm chart does), here they are known as ends of connections.
import type { Construct } from 'constructs';
import { Cluster } from '../../core/cluster';
import { ConfigFile } from '../../core/config-file';
import type { ConfigFormat } from '../../core/config-file';
import { Connections } from '../../core/connections';
import { NetstackError } from '../../core/errors';
import type { IWorkload, IWorkloadPort } from '../../core/peer';
import { Peer } from '../../core/peers';
import { Port } from '../../core/port';
import { Registry } from '../../core/registry';
import { ExternalWorkload } from '../../workload/external-workload';
import { CONTROLLER, CONTROLLER_LABELS, RATE_LIMIT, RATE_LIMIT_LABELS, RATE_LIMIT_PORT, RATE_LIMIT_XDS_PORT, XDS_PORT } from './names';

/** Helm values as JSON, which every YAML reader takes; never `.yaml`, which cdk8s-cli would take for a manifest. */
export const HELM_VALUES: ConfigFormat<Readonly<Record<string, unknown>>> = {
  name: 'helm-values',
  print: (values) => `${JSON.stringify(values, undefined, 2)}\n`,
};

/** The controller of a cluster; gateways share it. */
export function controllerOf(scope: Construct, namespace: string): IWorkload {
  const controller = Registry.of(scope).findWorkload(Cluster.of(scope), namespace, CONTROLLER) ?? new ExternalWorkload(scope, CONTROLLER, {
    namespace,
    labels: CONTROLLER_LABELS,
    serviceAccountName: CONTROLLER,
    ports: { 'xds': Port.tcp(XDS_PORT), 'ratelimit-xds': Port.tcp(RATE_LIMIT_XDS_PORT) },
  });
  // Said by every gateway, so that it does not depend on which of them is first.
  new Connections(controller, scope, 'control-plane').allowTo(Peer.kubeApiServer);
  return controller;
}

/** The rate limit service of a cluster; the controller runs it once it is told of a Redis. */
export function rateLimitServiceOf(scope: Construct, namespace: string, redis: string | IWorkloadPort): IWorkload {
  const found = Registry.of(scope).findWorkload(Cluster.of(scope), namespace, RATE_LIMIT);
  const service = found ?? new ExternalWorkload(scope, RATE_LIMIT, {
    namespace, labels: RATE_LIMIT_LABELS, serviceAccountName: RATE_LIMIT, ports: { grpc: Port.tcp(RATE_LIMIT_PORT) },
  });
  const connections = new Connections(service, scope, 'control-plane');
  connections.allowTo(portOf(controllerOf(scope, namespace), RATE_LIMIT_XDS_PORT, scope));
  connections.allowTo(typeof redis === 'string' ? redisPeer(redis) : redis);
  return service;
}

/** A Service's name stands for the pods of its namespace, of which nothing more is known. */
function redisPeer(address: string): Peer {
  const [host, port] = address.split(':') as [string, string];
  const namespace = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host)?.[1];
  return namespace === undefined ? Peer.fqdn(host, Port.tcp(Number(port))) : Peer.allPodsIn(namespace).on(Port.tcp(Number(port)));
}

/** The port of a workload by its number: the workload may be the user's own declaration, with names of its own. */
export function portOf(workload: IWorkload, number: number, scope: Construct): IWorkloadPort {
  const port = Object.values(workload.ports).find((one) => one.port.number === number);
  if (port) return port;
  throw new NetstackError({ what: `Workload ${workload.namespace}/${workload.name} has no port ${number}`, scope, fix: `declare Port.tcp(${number}), or leave its declaration to the gateway` });
}

/** Where the rate limit service finds Redis. */
export function redisAddress(redis: string | IWorkloadPort, cluster: Cluster): string {
  if (typeof redis === 'string') return redis;
  const { workload, servicePort } = redis;
  return `${workload.serviceName()}.${workload.namespace}.svc.${cluster.clusterDomain}:${servicePort}`;
}

/** Values of the chart `gateway-helm`, `config.envoyGateway` being the controller's own configuration. */
export function controllerValues(redis: string): Readonly<Record<string, unknown>> {
  return { config: { envoyGateway: { rateLimit: { backend: { type: 'Redis', redis: { url: redis } } } } } };
}

/** Writes the values once per cluster and namespace of a controller. @throws NetstackError when gateways that share it disagree */
export function writeControllerValues(scope: Construct, namespace: string, redis: string): void {
  const cluster = Cluster.of(scope).name;
  const fileName = `${cluster}-${namespace}.values.json`;
  const values = controllerValues(redis);
  const present = Registry.of(scope).files.find((file) => file.owner === CONTROLLER && file.name === fileName);
  if (!present) {
    new ConfigFile(scope, 'controller-values', { owner: CONTROLLER, fileName, format: HELM_VALUES, model: values });
  } else if (present.render() !== HELM_VALUES.print(values)) {
    throw new NetstackError({
      what: `Envoy Gateway in ${namespace} of cluster ${cluster} counts requests in one Redis, and ${present.path} names another than ${redis}`,
      scope,
      fix: 'give both gateways the same redis',
    });
  }
}
